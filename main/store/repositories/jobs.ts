/** Rows of the job queue, its events (state changes, metric points, log lines) and the durable work counters. */
import type { ErrorData } from '../../base/errors.ts';
import { asJson, type JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';
import {
  allRows,
  type Condition,
  equals,
  findRow,
  getRow,
  insertRow,
  listRows,
  type Page,
  type PageQuery,
  type Table,
  updateRow,
} from '../table.ts';

export type JobRowState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'interrupted';

export type JobRow = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: JobRowState;
  /** 0 interactive, 1 batch, 2 background: lower runs first. */
  readonly priority: number;
  readonly input: JsonValue;
  readonly result: JsonValue | null;
  readonly error: ErrorData | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly updatedAt: number;
  /** Runs so far; 0 while it never ran. */
  readonly attempt: number;
  /** Runs that ended with the death of the process. */
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
  /** Running time over all attempts. */
  readonly runSeconds: number;
  readonly estimateSeconds: number;
  readonly estimateMemoryBytes: number;
  readonly estimateDiskBytes: number;
  readonly estimateBasis: string;
  /** What the machine profile multiplied the handler's own estimate by. */
  readonly timeFactor: number;
  readonly memoryFactor: number;
  /** What the user asked of the job: to stop, or to finish now with what it has. */
  readonly request: 'cancel' | 'finish' | 'pause' | null;
  readonly datasetId: string | null;
  readonly modelId: string | null;
};

const table: Table<JobRow> = {
  name: 'jobs',
  key: 'id',
  noun: 'job',
  columns: {
    id: 'text',
    kind: 'text',
    title: 'text',
    state: 'text',
    priority: 'integer',
    input: 'json',
    result: 'json',
    error: 'json',
    createdAt: 'integer',
    startedAt: 'integer',
    finishedAt: 'integer',
    updatedAt: 'integer',
    attempt: 'integer',
    crashCount: 'integer',
    stage: 'text',
    fraction: 'real',
    message: 'text',
    rowsDone: 'integer',
    rowsTotal: 'integer',
    rowsPerSecond: 'real',
    etaSeconds: 'real',
    memoryBytes: 'integer',
    peakMemoryBytes: 'integer',
    checkpoint: 'json',
    workUnits: 'real',
    runSeconds: 'real',
    estimateSeconds: 'real',
    estimateMemoryBytes: 'integer',
    estimateDiskBytes: 'integer',
    estimateBasis: 'text',
    timeFactor: 'real',
    memoryFactor: 'real',
    request: 'text',
    datasetId: 'text',
    modelId: 'text',
  },
};

export const insertJob = (db: Db, row: JobRow): JobRow => insertRow(db, table, row);

export const getJob = (db: Db, id: string): JobRow => getRow(db, table, id);

export const findJob = (db: Db, id: string): JobRow | null => findRow(db, table, id);

export const updateJob = (db: Db, id: string, patch: Partial<Omit<JobRow, 'id'>>): void =>
  updateRow(db, table, id, patch);

export type JobQuery = PageQuery<JobRow> & {
  readonly states?: readonly JobRowState[];
  readonly kinds?: readonly string[];
  /** Only jobs that made or used this model. */
  readonly modelId?: string;
};

const anyOf = (column: string, values: readonly string[] | undefined): Condition | null =>
  values === undefined || values.length === 0
    ? null
    : { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };

/** Newest first unless sorted otherwise. */
export function listJobs(db: Db, query: JobQuery = {}): Page<JobRow> {
  const { states, kinds, modelId } = query;
  return listRows(db, table, [equals('model_id', modelId), anyOf('state', states), anyOf('kind', kinds)], query);
}

/** Adds finished work of an attempt, durably. */
export function addJobWork(db: Db, id: string, attempt: number, units: number): void {
  db.run(
    `INSERT INTO job_work (job_id, attempt, units) VALUES (?, ?, ?)
     ON CONFLICT (job_id, attempt) DO UPDATE SET units = units + excluded.units`,
    id,
    attempt,
    units,
  );
  db.run('UPDATE jobs SET work_units = work_units + ? WHERE id = ?', units, id);
}

/** Work units finished in each attempt, in order. */
export const listJobWork = (db: Db, id: string): readonly { readonly attempt: number; readonly units: number }[] =>
  db.all('SELECT attempt, units FROM job_work WHERE job_id = ? ORDER BY attempt', id);

export type JobEventKind = 'state' | 'metric' | 'log';

export type JobEventRow = {
  readonly seq: number;
  readonly at: number;
  readonly attempt: number;
  readonly kind: JobEventKind;
  readonly body: JsonValue;
};

export function appendJobEvent(db: Db, jobId: string, attempt: number, kind: JobEventKind, body: JsonValue): void {
  db.run(
    'INSERT INTO job_events (job_id, at, attempt, kind, body) VALUES (?, ?, ?, ?, ?)',
    jobId,
    db.clock.now(),
    attempt,
    kind,
    JSON.stringify(body),
  );
}

/** Events of one kind in order, from an index on. */
export function listJobEvents(
  db: Db,
  jobId: string,
  kind: JobEventKind,
  from = 0,
  limit = 5000,
): readonly JobEventRow[] {
  return db
    .all<Omit<JobEventRow, 'body'> & { body: string }>(
      `SELECT seq, at, attempt, kind, body FROM job_events WHERE job_id = ? AND kind = ? ORDER BY seq LIMIT ? OFFSET ?`,
      jobId,
      kind,
      limit,
      from,
    )
    .map((row) => ({ ...row, body: asJson(JSON.parse(row.body)) }));
}

/** Jobs in these states, as figures. */
export function countJobs(db: Db, states: readonly JobRowState[]): number {
  return listRows(db, table, [anyOf('state', states)], { limit: 1 }).total;
}

/** Jobs of a data set in these states. */
export const jobsOfDataset = (db: Db, datasetId: string, states: readonly JobRowState[]): readonly JobRow[] =>
  allRows((page) => listRows(db, table, [equals('dataset_id', datasetId), anyOf('state', states)], page));

/** Jobs that made or used a model, in these states. */
export const jobsOfModel = (db: Db, modelId: string, states: readonly JobRowState[]): readonly JobRow[] =>
  allRows((page) => listRows(db, table, [equals('model_id', modelId), anyOf('state', states)], page));

/** Removes a job with its events, for what its input, result or log says of values that are erased. */
export function deleteJob(db: Db, id: string): void {
  db.run('DELETE FROM jobs WHERE id = ?', id);
}

export const jobsInState = (db: Db, state: JobRowState): readonly JobRow[] =>
  allRows((page) => listRows(db, table, [equals('state', state)], { sort: { by: 'id', descending: false }, ...page }));
