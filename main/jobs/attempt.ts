/**
 * One run of a handler: gives it its context, samples memory, stores progress a few times a second and says how it ended.
 * After `detach` nothing the handler still does reaches the store.
 */
import { mkdirSync } from 'node:fs';
import { AuguryError, cancelled, type ErrorData, toErrorData } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { systemProblem } from '../base/system-errors.ts';
import type { JobRecord, JobStore } from './job-store.ts';
import { createProgressTracker } from './progress.ts';
import type { ResourceProbe } from './resource-probe.ts';
import type { Live } from './snapshot.ts';
import type { JobContext, JobHandler, JsonValue } from './types.ts';

export type AttemptEnd = {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
  readonly result: JsonValue | null;
  readonly error: ErrorData | null;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  /** Growth of the process over its size at the start. */
  readonly grownMemoryBytes: number;
};

/** Why a run is asked to stop: a pause and a shutdown leave it to be resumed. */
export type StopReason = 'cancel' | 'pause' | 'shutdown';

export type Attempt = {
  readonly record: JobRecord;
  readonly ended: Promise<AttemptEnd>;
  readonly live: () => Live;
  readonly stop: (reason: StopReason) => void;
  readonly finish: () => void;
  readonly detach: () => void;
};

export type AttemptOptions = {
  readonly store: JobStore;
  readonly handler: JobHandler;
  /** The row as stored for this attempt, state running. */
  readonly record: JobRecord;
  readonly workspaceId: string;
  readonly scratchDir: string;
  readonly probe: ResourceProbe;
  readonly logger: Logger;
  /** Called when there is news for watchers. */
  readonly onNews: () => void;
};

const storeEveryMs = 250;
const sampleEveryMs = 500;
const mostLogLines = 5000;

/** Starts the handler on the next turn of the event loop. */
export function startAttempt(options: AttemptOptions): Attempt {
  const { store, handler, record, probe, onNews, logger } = options;
  const { id, attempt } = record;
  const startMs = store.monotonic();
  const startMemory = probe.processMemoryBytes();
  const tracker = createProgressTracker(record, attempt > 1, store.monotonic);
  const abort = new AbortController();
  let stopReason: StopReason | null = null;
  let finishing = record.request === 'finish';
  let detached = false;
  let peakMemory = Math.max(startMemory, record.peakMemoryBytes ?? 0);
  let memory = startMemory;
  let storedMs = startMs;
  let logLines = 0;

  const elapsedSeconds = (): number => (store.monotonic() - startMs) / 1000;
  const sample = (): void => {
    memory = probe.processMemoryBytes();
    peakMemory = Math.max(peakMemory, memory);
  };
  const keep = (): void => {
    const nowMs = store.monotonic();
    if (detached || nowMs - storedMs < storeEveryMs) return;
    storedMs = nowMs;
    sample();
    store.update(id, {
      ...tracker.current(),
      memoryBytes: memory,
      peakMemoryBytes: peakMemory,
      updatedAt: store.now(),
    });
  };
  const timer = setInterval(() => {
    try {
      keep();
      onNews();
    } catch (error) {
      logger.warn('progress was not stored', { job: id, reason: toErrorData(error).code });
    }
  }, sampleEveryMs);
  timer.unref();

  const whileAttached = (fn: () => void): void => {
    if (detached) throw cancelled('The job was stopped.');
    fn();
  };
  const context: JobContext = {
    jobId: id,
    workspaceId: options.workspaceId,
    stop: { stopped: () => stopReason !== null },
    abort: abort.signal,
    finish: { stopped: () => finishing },
    scratchDir: options.scratchDir,
    attempt,
    ranSeconds: record.runSeconds,
    readCheckpoint: () => store.get(id).checkpoint,
    writeCheckpoint: (value) => whileAttached(() => store.update(id, { checkpoint: value })),
    countWork: (units) => whileAttached(() => store.addWork(id, attempt, units)),
    report: (update) => {
      if (detached) return;
      tracker.report(update);
      keep();
      onNews();
    },
    metric: (point) => whileAttached(() => store.appendMetric(id, attempt, point)),
    log: (line) => {
      if (detached || logLines >= mostLogLines) return;
      logLines++;
      store.appendLog(id, attempt, line);
    },
  };

  const endOf = (error: unknown): Pick<AttemptEnd, 'state' | 'error'> => {
    if (stopReason === 'shutdown' || stopReason === 'pause') return { state: 'interrupted', error: null };
    if (stopReason === 'cancel' || (error instanceof AuguryError && error.family === 'cancelled')) {
      return { state: 'cancelled', error: null };
    }
    const data = toErrorData(systemProblem(error) ?? error);
    if (data.family === 'bug') {
      logger.error('job failed unexpectedly', {
        job: id,
        message: data.message,
        stack: error instanceof Error ? (error.stack ?? '') : '',
      });
    }
    return { state: 'failed', error: data };
  };

  const run = async (): Promise<AttemptEnd> => {
    let end: Pick<AttemptEnd, 'state' | 'error' | 'result'>;
    try {
      await new Promise<void>((resolve) => setImmediate(resolve));
      mkdirSync(options.scratchDir, { recursive: true });
      end = { state: 'succeeded', error: null, result: await handler.run(record.input, context) };
    } catch (error) {
      end = { ...endOf(error), result: null };
    }
    clearInterval(timer);
    sample();
    return {
      ...end,
      seconds: elapsedSeconds(),
      peakMemoryBytes: peakMemory,
      grownMemoryBytes: Math.max(0, peakMemory - startMemory),
    };
  };

  return {
    record,
    ended: run(),
    live: () => ({ progress: tracker.current(), memoryBytes: memory, elapsedSeconds: elapsedSeconds() }),
    stop: (reason) => {
      // Who pauses may still cancel before the handler has noticed.
      if (stopReason === null || (stopReason === 'pause' && reason === 'cancel')) stopReason = reason;
      abort.abort(cancelled());
    },
    finish: () => {
      finishing = true;
    },
    detach: () => {
      detached = true;
      clearInterval(timer);
    },
  };
}
