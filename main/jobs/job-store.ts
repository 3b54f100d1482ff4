/**
 * What the queue needs kept: the rows of jobs, their events and work counters. The store implements it; the queue knows no SQL.
 * All calls are synchronous and durable against the death of the process once they return.
 */
import type { ErrorData } from '../base/errors.ts';
import type { JobState, JsonValue } from './types.ts';

/** One job as stored. Times in milliseconds UTC, sizes in bytes. */
export type JobRecord = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: JobState;
  /** 0 interactive, 1 batch, 2 background. */
  readonly priority: number;
  readonly input: JsonValue;
  readonly result: JsonValue | null;
  readonly error: ErrorData | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly updatedAt: number;
  readonly attempt: number;
  /** Attempts that ended with the death of the process. */
  readonly crashCount: number;
  readonly stage: string;
  readonly fraction: number;
  readonly message: string;
  readonly rowsDone: number | null;
  readonly rowsTotal: number | null;
  readonly rowsPerSecond: number | null;
  readonly etaSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly peakMemoryBytes: number | null;
  readonly checkpoint: JsonValue | null;
  readonly workUnits: number;
  readonly runSeconds: number;
  readonly estimateSeconds: number;
  readonly estimateMemoryBytes: number;
  readonly estimateDiskBytes: number;
  readonly estimateBasis: string;
  readonly timeFactor: number;
  readonly memoryFactor: number;
  readonly request: 'cancel' | 'finish' | 'pause' | null;
  readonly datasetId: string | null;
  readonly modelId: string | null;
};

export type JobPatch = Partial<Omit<JobRecord, 'id'>>;

export type JobListQuery = {
  readonly offset?: number;
  readonly limit?: number;
  readonly states?: readonly JobState[];
  readonly kinds?: readonly string[];
  /** Only jobs that made or used this model. */
  readonly modelId?: string;
};

export type JobStore = {
  readonly newId: () => string;
  readonly now: () => number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  readonly insert: (record: JobRecord) => void;
  readonly find: (id: string) => JobRecord | null;
  /** Throws not-found. */
  readonly get: (id: string) => JobRecord;
  /** Newest first. */
  readonly list: (query: JobListQuery) => { readonly rows: readonly JobRecord[]; readonly total: number };
  /** Oldest first. */
  readonly inState: (state: JobState) => readonly JobRecord[];
  /** A change of state: the row and an event in one transaction. */
  readonly move: (id: string, state: JobState, attempt: number, patch: JobPatch) => void;
  /** Progress: the row alone, without waiting for the disk. */
  readonly update: (id: string, patch: JobPatch) => void;
  readonly addWork: (id: string, attempt: number, units: number) => void;
  readonly appendMetric: (id: string, attempt: number, point: JsonValue) => void;
  readonly appendLog: (id: string, attempt: number, line: string) => void;
  readonly listMetrics: (id: string, from: number) => readonly JsonValue[];
  readonly listLog: (id: string) => readonly { readonly at: number; readonly text: string }[];
  /** Small values that outlive jobs: the machine profile. */
  readonly findSetting: (key: string) => JsonValue | null;
  readonly setSetting: (key: string, value: JsonValue) => void;
};
