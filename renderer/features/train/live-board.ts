/**
 * The live view of a training job, folded from its metric points. Points arrive in order, may repeat a trial (running,
 * then done) and come from another process: each is checked before it is believed, and unknown series are passed over.
 */
import { isHigherBetter } from '../../lib/metrics.ts';

export type MetricPoint = Readonly<Record<string, unknown>>;

export type BoardRow = {
  readonly trial: number;
  readonly learner: string;
  readonly label: string;
  readonly score: { readonly value: number; readonly low: number | null; readonly high: number | null } | null;
  readonly fitSeconds: number | null;
  readonly state: 'running' | 'paused' | 'unfinished' | 'done' | 'stopped-early' | 'failed';
  /** Why it ended early or failed; empty otherwise. */
  readonly note: string;
};

/** The score of the best so far, corrected for having been picked among the trials. */
export type HonestPoint = {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly candidates: number;
};

export type LiveBoard = {
  readonly rows: ReadonlyMap<number, BoardRow>;
  /** Seconds into the search at which the last best score was found; 0 before the first. */
  readonly bestSeconds: number;
  readonly baseline: number | null;
  readonly honest: HonestPoint | null;
  /** The metric of the scores, where the points name it. */
  readonly metric: string | null;
  /** Validation loss by round: trial → fold → points in order of rounds. */
  readonly curves: ReadonlyMap<number, ReadonlyMap<number, readonly CurvePoint[]>>;
};

export type CurvePoint = { readonly round: number; readonly valid: number };

export const emptyBoard: LiveBoard = {
  rows: new Map(),
  bestSeconds: 0,
  baseline: null,
  honest: null,
  metric: null,
  curves: new Map(),
};

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const states: readonly BoardRow['state'][] = ['running', 'done', 'stopped-early', 'failed'];

function readRow(point: MetricPoint, trial: number): BoardRow {
  const nested = typeof point.score === 'object' && point.score !== null ? point.score : point;
  const fields: MetricPoint = nested === point ? point : { ...nested, score: Reflect.get(nested, 'value') };
  const value = numberOf(fields.score);
  return {
    trial,
    learner: textOf(point.learner),
    label: textOf(point.label),
    score: value === null ? null : { value, low: numberOf(fields.low), high: numberOf(fields.high) },
    fitSeconds: numberOf(point.fitSeconds),
    state: states.find((state) => state === point.state) ?? 'running',
    note: textOf(point.note),
  };
}

function readHonest(point: MetricPoint): HonestPoint | null {
  const value = numberOf(point.score);
  const candidates = numberOf(point.candidates);
  if (value === null || candidates === null) return null;
  return { value, low: numberOf(point.low), high: numberOf(point.high), candidates };
}

/** The board after more points; the old board is left as it is. Cost is proportional to the board, so hand over batches. */
export function foldPoints(board: LiveBoard, points: readonly MetricPoint[]): LiveBoard {
  if (points.length === 0) return board;
  const rows = new Map(board.rows);
  const curves = new Map(board.curves);
  let { baseline, metric, bestSeconds, honest } = board;
  for (const point of points) {
    metric = textOf(point.metric) || metric;
    const trial = numberOf(point.trial);
    if (point.series === 'leaderboard' && trial !== null) rows.set(trial, readRow(point, trial));
    if (point.series === 'baseline') baseline = numberOf(point.score) ?? baseline;
    if (point.series === 'honest') honest = readHonest(point) ?? honest;
    if (point.series === 'best') bestSeconds = numberOf(point.seconds) ?? bestSeconds;
    if (point.series === 'curve' && trial !== null) {
      const round = numberOf(point.round);
      const valid = numberOf(point.valid);
      const fold = numberOf(point.fold) ?? 0;
      if (round === null || valid === null) continue;
      const folds = new Map(curves.get(trial));
      curves.set(trial, folds.set(fold, [...(folds.get(fold) ?? []), { round, valid }]));
    }
  }
  return { rows, bestSeconds, baseline, honest, metric, curves };
}

/**
 * The board of a job that does not run: its points still say "running" of the trials that the pause or the end cut short.
 * They wait for the job to go on, or were never finished.
 */
export function restBoard(board: LiveBoard, paused: boolean): LiveBoard {
  const state = paused ? 'paused' : 'unfinished';
  const rows = [...board.rows].map(([trial, row]): [number, BoardRow] => [
    trial,
    row.state === 'running' ? { ...row, state } : row,
  ]);
  return { ...board, rows: new Map(rows) };
}

const open: ReadonlySet<BoardRow['state']> = new Set(['running', 'paused', 'unfinished']);

/** Trials that came to an end, whatever end. */
export const endedCount = (board: LiveBoard): number =>
  [...board.rows.values()].filter((row) => !open.has(row.state)).length;

/** Leaderboard order: scored trials best first, then those still running or waiting, then those without a score. */
export function rankRows(board: LiveBoard, metric: string): readonly BoardRow[] {
  const sign = isHigherBetter(metric) ? -1 : 1;
  const group = (row: BoardRow) => (row.score !== null ? 0 : open.has(row.state) ? 1 : 2);
  return [...board.rows.values()].sort(
    (a, b) => group(a) - group(b) || sign * ((a.score?.value ?? 0) - (b.score?.value ?? 0)) || a.trial - b.trial,
  );
}

/** Differences within this share of the best score do not matter in practice. */
const equalShare = 0.002;

/** Trials that cannot be told from the best: their scores lie within the practically-equal band around it. */
export function tiedTrials(board: LiveBoard, metric: string): ReadonlySet<number> {
  const scored = rankRows(board, metric).filter((row) => row.score !== null);
  const best = scored[0]?.score?.value;
  if (best === undefined) return new Set();
  const band = Math.abs(best) * equalShare;
  const tied = scored.filter((row) => Math.abs((row.score?.value ?? Number.POSITIVE_INFINITY) - best) <= band);
  return new Set(tied.length < 2 ? [] : tied.map((row) => row.trial));
}

/** Learning curves worth drawing: of the best-ranked trials that have one, at most `limit`, best first. */
export function pickCurves(board: LiveBoard, metric: string, limit: number) {
  return rankRows(board, metric)
    .map((row) => ({
      trial: row.trial,
      label: row.label,
      points: averageFolds([...(board.curves.get(row.trial)?.values() ?? [])]),
    }))
    .filter((curve) => curve.points.length > 1)
    .slice(0, limit);
}

/**
 * Mean loss over folds. Folds report at rounds of their own, so each is read by linear interpolation at every reported
 * round that all folds have reached and none has yet to begin.
 */
export function averageFolds(folds: readonly (readonly CurvePoint[])[]): readonly CurvePoint[] {
  const used = folds.filter((points) => points.length > 0);
  if (used.length === 0) return [];
  const from = Math.max(...used.map((points) => points[0]?.round ?? 0));
  const to = Math.min(...used.map((points) => points.at(-1)?.round ?? 0));
  const rounds = [...new Set(used.flatMap((points) => points.map((point) => point.round)))]
    .filter((round) => round >= from && round <= to)
    .sort((a, b) => a - b);
  return rounds.map((round) => ({
    round,
    valid: used.reduce((sum, points) => sum + readAt(points, round), 0) / used.length,
  }));
}

function readAt(points: readonly CurvePoint[], round: number): number {
  const after = points.findIndex((point) => point.round >= round);
  const right = points[Math.max(0, after)];
  const left = points[Math.max(0, after - 1)];
  if (right === undefined || left === undefined) return Number.NaN;
  if (right.round === left.round) return right.valid;
  const share = (round - left.round) / (right.round - left.round);
  return left.valid + share * (right.valid - left.valid);
}

/** How far the best score is above (or below) the baseline, signed so that positive is better; null until both exist. */
export function measureGain(board: LiveBoard, metric: string): number | null {
  const best = rankRows(board, metric).find((row) => row.score !== null && row.learner !== 'baseline')?.score?.value;
  if (best === undefined || board.baseline === null) return null;
  return isHigherBetter(metric) ? best - board.baseline : board.baseline - best;
}
