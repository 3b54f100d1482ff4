import type { StopSignal } from '../base/stop.ts';

/** What a job does; one handler a kind, registered in compose(). */
export type JobKind =
  | 'import'
  | 'profile'
  | 'train'
  | 'score'
  | 'evaluate'
  | 'explain'
  | 'export'
  | 'query'
  | 'clean'
  | 'mask'
  | 'features'
  | 'import-model';

/** Forward only: queued → running → succeeded | failed | cancelled | interrupted; interrupted → running again (resume). */
export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export type JobPriority = 'interactive' | 'batch' | 'background';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a job will need, estimated before it starts. */
export type JobEstimate = {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  /** How the figures came about, in one plain sentence. */
  readonly basis: string;
};

/** One point of a live curve or leaderboard, e.g. {series: 'leaderboard', …}; kept in order, at most a few thousand. */
export type MetricPoint = { readonly series: string; readonly [key: string]: JsonValue };

export type JobProgress = {
  /** Name of the current stage, from the handler's list. */
  readonly stage: string;
  /** 0…1 over the whole job (weighted stages). */
  readonly fraction: number;
  readonly message: string;
  readonly rowsDone: number | null;
  readonly rowsTotal: number | null;
  readonly rowsPerSecond: number | null;
  readonly etaSeconds: number | null;
};

/** What a running handler is given. All calls are cheap; progress is throttled by the queue. */
export type JobContext = {
  readonly jobId: string;
  readonly workspaceId: string;
  /** Polled by loops; up when the user cancelled or the host shuts down. `abort` is the same for APIs that take one. */
  readonly stop: StopSignal;
  readonly abort: AbortSignal;
  /** Up when the user asked to end the search now and keep the best so far; the job then succeeds. */
  readonly finish: StopSignal;
  /** Private folder of the job; survives a crash, removed when the job ends in succeeded, failed or cancelled. */
  readonly scratchDir: string;
  /** 1 for the first run, +1 for every resume. */
  readonly attempt: number;
  /** Running time of earlier attempts; time spent paused or waiting is not in it. */
  readonly ranSeconds: number;
  /** Durable checkpoint (SQLite, synchronous): what a resumed run needs to skip finished work. Null in a first run. */
  readonly readCheckpoint: () => JsonValue | null;
  readonly writeCheckpoint: (value: JsonValue) => void;
  /** Counts finished work units durably over all attempts (rows, folds, chunks); resume tests read them. */
  readonly countWork: (units: number) => void;
  readonly report: (progress: Partial<JobProgress> & { readonly fraction: number }) => void;
  readonly metric: (point: MetricPoint) => void;
  readonly log: (line: string) => void;
};

/**
 * A kind of job. `run` must be restartable from its checkpoint after kill -9 at any point and must then end with the
 * same bytes. Input and result are plain JSON; they are stored.
 */
export type JobHandler<Input extends JsonValue = JsonValue, Result extends JsonValue = JsonValue> = {
  readonly kind: JobKind;
  readonly estimate: (input: Input) => Promise<JobEstimate>;
  /**
   * True when the input itself says how long the job takes (a time budget): such an estimate is not corrected by what
   * earlier jobs took, and the job teaches nothing about time. Absent: never.
   */
  readonly hasTimeBudget?: (input: Input) => boolean;
  readonly run: (input: Input, context: JobContext) => Promise<Result>;
  /** Called when such a job was cancelled, also one that never ran. Absent: nothing of the job lies outside its folder. */
  readonly onCancelled?: (input: Input) => void;
};
