/** Training runs and their trials. */
import type { JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';
import {
  equals,
  fromSql,
  getRow,
  insertRow,
  listRows,
  type Page,
  type PageQuery,
  type Table,
  updateRow,
} from '../table.ts';

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'cancelled';

export type RunRow = {
  readonly id: string;
  readonly jobId: string | null;
  readonly datasetVersionId: string | null;
  readonly task: string;
  readonly target: string;
  readonly metric: string;
  readonly seed: number;
  readonly status: RunStatus;
  /** Options as resolved: validation, budget, learners, exclusions. */
  readonly params: JsonValue;
  readonly trialCount: number;
  readonly score: JsonValue | null;
  readonly baseline: JsonValue | null;
  readonly report: JsonValue | null;
  readonly codeHash: string | null;
  readonly dataHash: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly knownAt: number;
};

export type TrialRow = {
  readonly runId: string;
  /** 0, 1, 2 … in the order of the search. */
  readonly number: number;
  readonly learner: string;
  readonly params: JsonValue;
  readonly status: 'running' | 'done' | 'stopped-early' | 'failed';
  readonly score: number | null;
  readonly scoreLow: number | null;
  readonly scoreHigh: number | null;
  readonly foldScores: readonly (number | null)[];
  readonly detail: JsonValue | null;
  readonly fitSeconds: number;
  readonly at: number;
};

const runs: Table<RunRow> = {
  name: 'runs',
  key: 'id',
  noun: 'training run',
  columns: {
    id: 'text',
    jobId: 'text',
    datasetVersionId: 'text',
    task: 'text',
    target: 'text',
    metric: 'text',
    seed: 'integer',
    status: 'text',
    params: 'json',
    trialCount: 'integer',
    score: 'json',
    baseline: 'json',
    report: 'json',
    codeHash: 'text',
    dataHash: 'text',
    startedAt: 'integer',
    finishedAt: 'integer',
    knownAt: 'integer',
  },
};

const trials: Table<TrialRow> = {
  name: 'trials',
  key: 'number',
  noun: 'trial',
  columns: {
    runId: 'text',
    number: 'integer',
    learner: 'text',
    params: 'json',
    status: 'text',
    score: 'real',
    scoreLow: 'real',
    scoreHigh: 'real',
    foldScores: 'json',
    detail: 'json',
    fitSeconds: 'real',
    at: 'integer',
  },
};

/** Adds a run in status running. */
export function insertRun(
  db: Db,
  run: Pick<RunRow, 'jobId' | 'datasetVersionId' | 'task' | 'target' | 'metric' | 'seed' | 'params'> & {
    readonly id?: string;
    readonly codeHash?: string | null;
    readonly dataHash?: string | null;
  },
): RunRow {
  const now = db.clock.now();
  return insertRow(db, runs, {
    ...run,
    id: run.id ?? db.ids.next('run'),
    codeHash: run.codeHash ?? null,
    dataHash: run.dataHash ?? null,
    status: 'running',
    trialCount: 0,
    score: null,
    baseline: null,
    report: null,
    startedAt: now,
    finishedAt: null,
    knownAt: now,
  });
}

export const getRun = (db: Db, id: string): RunRow => getRow(db, runs, id);

/** The newest run a job started, or null; a resumed job finds its run again this way. */
export const findRunByJob = (db: Db, jobId: string): RunRow | null =>
  listRows(db, runs, [equals('job_id', jobId)], { limit: 1 }).rows[0] ?? null;

/** Closes a run with its outcome. */
export function finishRun(
  db: Db,
  id: string,
  outcome: { readonly status: Exclude<RunStatus, 'running'> } & Partial<
    Pick<RunRow, 'score' | 'baseline' | 'report' | 'trialCount' | 'codeHash' | 'dataHash'>
  >,
): void {
  updateRow(db, runs, id, { ...outcome, finishedAt: db.clock.now() });
}

export function listRuns(
  db: Db,
  query: PageQuery<RunRow> & { readonly jobId?: string; readonly datasetVersionId?: string } = {},
): Page<RunRow> {
  return listRows(
    db,
    runs,
    [equals('job_id', query.jobId), equals('dataset_version_id', query.datasetVersionId)],
    query,
  );
}

/** Inserts or replaces the trial with this number, so that a resumed run may record it again. */
export function saveTrial(db: Db, trial: Omit<TrialRow, 'at'>): void {
  db.transaction(() => {
    db.run('DELETE FROM trials WHERE run_id = ? AND number = ?', trial.runId, trial.number);
    insertRow(db, trials, { ...trial, at: db.clock.now() });
  });
}

/** All trials of a run in order. */
export function listTrials(db: Db, runId: string): readonly TrialRow[] {
  return db
    .all<Record<string, unknown>>('SELECT * FROM trials WHERE run_id = ? ORDER BY number', runId)
    .map((raw) => fromSql(trials, raw));
}
