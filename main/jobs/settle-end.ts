/** What the store keeps of a run that has ended, and what the machine profile learns from it. */
import type { AttemptEnd } from './attempt.ts';
import type { JobRecord, JobStore } from './job-store.ts';
import { learnFrom } from './machine-profile.ts';
import type { JobHandler, JobProgress, JsonValue } from './types.ts';

type EndedRun = {
  /** The row as it is now. */
  readonly record: JobRecord;
  readonly end: AttemptEnd;
  readonly progress: JobProgress;
};

/** Moves the row to its end; an interrupted one keeps its checkpoint. Throws what the store throws. */
export function storeEnd(store: JobStore, { record, end, progress }: EndedRun): void {
  const done = end.state !== 'interrupted';
  store.move(record.id, end.state, record.attempt, {
    ...progress,
    fraction: end.state === 'succeeded' ? 1 : progress.fraction,
    etaSeconds: null,
    result: end.result,
    error: end.error,
    finishedAt: done ? store.now() : null,
    memoryBytes: null,
    peakMemoryBytes: end.peakMemoryBytes,
    runSeconds: record.runSeconds + end.seconds,
    datasetId: idIn(end.result, 'datasetId') ?? record.datasetId,
    modelId: idIn(end.result, 'modelId') ?? record.modelId,
    ...(done ? { checkpoint: null } : {}),
  });
}

/** A run that says something about others of its kind: whole, in one go, and not ended early by a person. */
export const isTypical = (record: JobRecord, end: AttemptEnd): boolean =>
  end.state === 'succeeded' && record.attempt === 1 && record.request === null;

/** Teaches the machine profile. `shared`: other jobs ran beside it, so that its memory says nothing. */
export function learnFromEnd(
  store: JobStore,
  handler: JobHandler,
  record: JobRecord,
  end: AttemptEnd,
  { shared }: { readonly shared: boolean },
): void {
  learnFrom(store, handler.kind, {
    estimate: { seconds: record.estimateSeconds, memoryBytes: record.estimateMemoryBytes },
    timeFactor: record.timeFactor,
    memoryFactor: record.memoryFactor,
    actualSeconds: handler.hasTimeBudget?.(record.input) ? null : end.seconds,
    actualMemoryBytes: shared ? null : end.grownMemoryBytes,
  });
}

/** A text property of a result, e.g. the id of what the job made. */
function idIn(result: JsonValue | null, key: 'datasetId' | 'modelId'): string | null {
  if (result === null || typeof result !== 'object' || Array.isArray(result)) return null;
  const found = Object.entries(result).find(([name]) => name === key)?.[1];
  return typeof found === 'string' ? found : null;
}
