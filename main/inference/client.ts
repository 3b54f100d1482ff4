/**
 * The engine's side of inference: loads models through the provider chain, keeps the most recently used ones loaded, unloads
 * idle ones, and loads a model again, unseen by its user, after it was unloaded or the process was restarted. A call that
 * was running when the process died is rejected and never repeated by itself: the model may be what killed it.
 */
import { statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { notFound, resourceProblem } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { ChannelLike } from './channel.ts';
import { createChainLoader } from './load-chain.ts';
import type { ModelSource, PortInfo, ProviderName, WireTensors } from './protocol.ts';
import { type ProviderAttempt, type ProviderChoice, type ProviderReport, providerChain } from './providers.ts';
import { createSupervisor } from './supervisor.ts';

export type InferenceOptions = {
  /** Starts the inference process (see channel.ts). */
  readonly spawn: () => ChannelLike | Promise<ChannelLike>;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Most models loaded at once; default 8. */
  readonly maxLoaded?: number;
  /** Most bytes of model files loaded at once; default 1 GiB. */
  readonly maxLoadedBytes?: number;
  /** Unload what was not used for so long; default one hour. */
  readonly idleMs?: number;
  /** Time allowed for loading, default 120 s, and for one run, default 60 s; the process is ended beyond it. */
  readonly loadTimeoutMs?: number;
  readonly runTimeoutMs?: number;
};

export type LoadOptions = { readonly provider?: ProviderChoice; readonly threads?: number };

export type LoadedModel = {
  readonly sessionId: string;
  /** The provider in use, never merely the one asked for. */
  readonly provider: ProviderName;
  readonly attempts: readonly ProviderAttempt[];
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
};

export type RunOptions = { readonly outputs?: readonly string[]; readonly timeoutMs?: number };

export type InferenceClient = {
  /** Loads a model; default provider `cpu`. Throws data-problem `onnx-load` when not even the CPU takes it. */
  readonly load: (source: ModelSource, options?: LoadOptions) => Promise<LoadedModel>;
  /** Runs a loaded model. Throws `inference-died`, `inference-timeout`, or data-problem `onnx-run`. */
  readonly run: (sessionId: string, inputs: WireTensors, options?: RunOptions) => Promise<WireTensors>;
  /** Forgets a model; unknown ids are ignored. */
  readonly unload: (sessionId: string) => Promise<void>;
  /** Every provider tried with a small net; kept until `refresh`. */
  readonly providers: (options?: { readonly refresh?: boolean }) => Promise<readonly ProviderReport[]>;
  /** Unloads what is idle and ends an idle process; also called every minute. */
  readonly sweep: () => Promise<void>;
  readonly stats: () => { readonly known: number; readonly loaded: number; readonly restarts: number };
  readonly close: () => void;
};

type Session = {
  readonly id: string;
  readonly source: ModelSource;
  readonly threads: number;
  provider: ProviderName;
  readonly byteCount: number;
  /** Process generation that holds it, or null when unloaded. */
  generation: number | null;
  loading: Promise<void> | null;
  usedMs: number;
  running: number;
};

const sweepEveryMs = 60_000;

/** Opens a client; no process is started before the first call. */
export function createInferenceClient(options: InferenceOptions): InferenceClient {
  const { logger, clock } = options;
  const maxLoaded = options.maxLoaded ?? 8;
  const maxLoadedBytes = options.maxLoadedBytes ?? 2 ** 30;
  const idleMs = options.idleMs ?? 3_600_000;
  const runTimeoutMs = options.runTimeoutMs ?? 60_000;
  const supervisor = createSupervisor(options.spawn, logger);
  const loader = createChainLoader(supervisor, clock, logger, options.loadTimeoutMs ?? 120_000);
  const sessions = new Map<string, Session>();
  let counter = 0;
  let closed = false;
  let loads = 0;
  let reports: Promise<readonly ProviderReport[]> | null = null;

  const isLoaded = (session: Session): boolean => session.generation === supervisor.generation();
  const loaded = (): Session[] => [...sessions.values()].filter(isLoaded);

  const release = async (session: Session): Promise<void> => {
    const held = isLoaded(session);
    session.generation = null;
    if (held) await loader.release(session.id);
  };

  /** Unloads the least recently used until one more model of `byteCount` fits. */
  const makeRoom = async (byteCount: number): Promise<void> => {
    const idle = loaded()
      .filter((session) => session.running === 0)
      .sort((a, b) => a.usedMs - b.usedMs);
    for (const session of idle) {
      const bytes = loaded().reduce((sum, other) => sum + other.byteCount, byteCount);
      if (loaded().length < maxLoaded && bytes <= maxLoadedBytes) return;
      await release(session);
    }
  };

  const whileLoading = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closed) throw resourceProblem('inference-closed', 'Inference is shut down.');
    loads++;
    try {
      return await work();
    } finally {
      loads--;
    }
  };

  const reload = async (session: Session): Promise<void> => {
    await makeRoom(session.byteCount);
    const chain = providerChain(session.provider, null);
    session.provider = (await loader.load(session.id, session.source, chain, session.threads)).provider;
    session.generation = supervisor.generation();
  };

  const ensureLoaded = async (session: Session): Promise<void> => {
    if (isLoaded(session)) return;
    session.loading ??= whileLoading(() => reload(session)).finally(() => {
      session.loading = null;
    });
    await session.loading;
  };

  const providers: InferenceClient['providers'] = ({ refresh = false } = {}) => {
    if (refresh || reports === null) {
      const current = whileLoading(loader.probe);
      reports = current;
      current.catch(() => {
        if (reports === current) reports = null;
      });
    }
    return reports;
  };

  const sweep = async (): Promise<void> => {
    const horizon = clock.monotonic() - idleMs;
    for (const session of loaded()) {
      if (session.running === 0 && session.usedMs <= horizon) await release(session);
    }
    if (loads === 0 && loaded().length === 0 && supervisor.running()) supervisor.stop('it was idle');
  };

  const timer = setInterval(() => void sweep().catch(() => {}), sweepEveryMs);
  timer.unref();

  return {
    load: async (source, { provider: choice = 'cpu', threads = 0 } = {}) => {
      const available =
        choice === 'auto' ? new Set((await providers()).filter((p) => p.available).map((p) => p.name)) : null;
      const byteCount = sizeOf(source);
      const id = `session-${++counter}`;
      return whileLoading(async () => {
        await makeRoom(byteCount);
        const { provider, reply, attempts } = await loader.load(id, source, providerChain(choice, available), threads);
        const generation = supervisor.generation();
        const usedMs = clock.monotonic();
        sessions.set(id, { id, source, threads, provider, byteCount, generation, loading: null, usedMs, running: 0 });
        return { sessionId: id, provider, attempts, inputs: reply.inputs, outputs: reply.outputs };
      });
    },
    run: async (sessionId, inputs, { outputs, timeoutMs = runTimeoutMs } = {}) => {
      const session = sessions.get(sessionId);
      if (session === undefined) throw notFound('session-unknown', 'This model was never loaded, or was unloaded.');
      session.running++;
      try {
        await ensureLoaded(session);
        session.usedMs = clock.monotonic();
        return await supervisor.call({ kind: 'run', sessionId, inputs, outputs: outputs ?? null }, timeoutMs);
      } finally {
        session.running--;
      }
    },
    unload: async (sessionId) => {
      const session = sessions.get(sessionId);
      sessions.delete(sessionId);
      if (session !== undefined) await release(session);
    },
    providers,
    sweep,
    stats: () => ({ known: sessions.size, loaded: loaded().length, restarts: supervisor.generation() }),
    close: () => {
      closed = true;
      clearInterval(timer);
      supervisor.close();
    },
  };
}

function sizeOf(source: ModelSource): number {
  if (source.kind === 'bytes') return source.bytes.byteLength;
  try {
    return statSync(source.path).size;
  } catch (cause) {
    throw notFound('model-file', 'The model file cannot be read.', { hint: 'Check that it still exists.', cause });
  }
}
