import { canonicalJson } from '../base/json.ts';
import type { JobRecord, JobStore } from './job-store.ts';
import type { KindProfile } from './machine-profile.ts';
import { priorities } from './snapshot.ts';
import type { JobEstimate, JobKind, JobPriority, JsonValue } from './types.ts';

/** What is asked of the queue. */
export type JobRequest = {
  readonly kind: JobKind;
  /** What a person reads in the list, e.g. "Import churn.csv". */
  readonly title: string;
  readonly input: JsonValue;
  readonly priority?: JobPriority;
  readonly datasetId?: string | null;
  readonly modelId?: string | null;
  /** Go on with an interrupted job of the same kind and input, if there is one, instead of starting anew. */
  readonly resume?: boolean;
};

/** The newest interrupted job that does exactly what is asked for, or null. */
export function findInterrupted(store: JobStore, request: JobRequest): JobRecord | null {
  const wanted = canonicalJson(request.input);
  const same = store
    .inState('interrupted')
    .filter((job) => job.kind === request.kind && canonicalJson(job.input) === wanted);
  return same.at(-1) ?? null;
}

/** The row of a job that has not run yet. */
export function newRecord(
  store: JobStore,
  request: JobRequest,
  estimate: JobEstimate,
  profile: Pick<KindProfile, 'timeFactor' | 'memoryFactor'>,
): JobRecord {
  const now = store.now();
  return {
    id: store.newId(),
    kind: request.kind,
    title: request.title,
    state: 'queued',
    priority: priorities.indexOf(request.priority ?? 'batch'),
    input: request.input,
    result: null,
    error: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    updatedAt: now,
    attempt: 0,
    crashCount: 0,
    stage: '',
    fraction: 0,
    message: '',
    rowsDone: null,
    rowsTotal: null,
    rowsPerSecond: null,
    etaSeconds: null,
    memoryBytes: null,
    peakMemoryBytes: null,
    checkpoint: null,
    workUnits: 0,
    runSeconds: 0,
    estimateSeconds: estimate.seconds,
    estimateMemoryBytes: Math.ceil(estimate.memoryBytes),
    estimateDiskBytes: Math.ceil(estimate.diskBytes),
    estimateBasis: estimate.basis,
    timeFactor: profile.timeFactor,
    memoryFactor: profile.memoryFactor,
    request: null,
    datasetId: request.datasetId ?? null,
    modelId: request.modelId ?? null,
  };
}
