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
  readonly state: 'running' | 'done' | 'stopped-early' | 'failed';
};

export type LiveBoard = {
  readonly rows: ReadonlyMap<number, BoardRow>;
  readonly best: readonly { readonly trial: number; readonly seconds: number; readonly score: number }[];
  readonly baseline: number | null;
  readonly curves: ReadonlyMap<number, readonly { readonly round: number; readonly valid: number }[]>;
};

export const emptyBoard: LiveBoard = { rows: new Map(), best: [], baseline: null, curves: new Map() };

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
  };
}

/** The board after more points; the old board is left as it is. Cost is proportional to the board, so hand over batches. */
export function foldPoints(board: LiveBoard, points: readonly MetricPoint[]): LiveBoard {
  if (points.length === 0) return board;
  const rows = new Map(board.rows);
  const curves = new Map(board.curves);
  const best = [...board.best];
  let baseline = board.baseline;
  for (const point of points) {
    const trial = numberOf(point.trial);
    if (point.series === 'leaderboard' && trial !== null) rows.set(trial, readRow(point, trial));
    if (point.series === 'baseline') baseline = numberOf(point.score) ?? baseline;
    if (point.series === 'best') {
      const seconds = numberOf(point.seconds);
      const score = numberOf(point.score);
      if (seconds !== null && score !== null) best.push({ trial: trial ?? -1, seconds, score });
    }
    if (point.series === 'curve' && trial !== null) {
      const round = numberOf(point.round);
      const valid = numberOf(point.valid);
      if (round !== null && valid !== null) curves.set(trial, [...(curves.get(trial) ?? []), { round, valid }]);
    }
  }
  return { rows, best, baseline, curves };
}

/** Leaderboard order: scored trials best first, then those still running, then those without a score. */
export function rankRows(board: LiveBoard, metric: string): readonly BoardRow[] {
  const sign = isHigherBetter(metric) ? -1 : 1;
  const group = (row: BoardRow) => (row.score !== null ? 0 : row.state === 'running' ? 1 : 2);
  return [...board.rows.values()].sort(
    (a, b) => group(a) - group(b) || sign * ((a.score?.value ?? 0) - (b.score?.value ?? 0)) || a.trial - b.trial,
  );
}

/** Best score so far as a step line: each point says from when on it held, the last one is carried to `nowSeconds`. */
export function buildBestSteps(
  board: LiveBoard,
  metric: string,
  nowSeconds: number,
): readonly { x: number; y: number }[] {
  const better = (a: number, b: number) => (isHigherBetter(metric) ? a > b : a < b);
  const steps: { x: number; y: number }[] = [];
  for (const point of [...board.best].sort((a, b) => a.seconds - b.seconds)) {
    const last = steps.at(-1);
    if (last === undefined || better(point.score, last.y)) steps.push({ x: point.seconds, y: point.score });
  }
  const last = steps.at(-1);
  if (last !== undefined && nowSeconds > last.x) steps.push({ x: nowSeconds, y: last.y });
  return steps;
}

/** Learning curves worth drawing: of the best-ranked trials that have one, at most `limit`, best first. */
export function pickCurves(board: LiveBoard, metric: string, limit: number) {
  return rankRows(board, metric)
    .filter((row) => (board.curves.get(row.trial)?.length ?? 0) > 1)
    .slice(0, limit)
    .map((row) => ({ trial: row.trial, label: row.label, points: board.curves.get(row.trial) ?? [] }));
}

/** How far the best score is above (or below) the baseline, signed so that positive is better; null until both exist. */
export function measureGain(board: LiveBoard, metric: string): number | null {
  const best = rankRows(board, metric).find((row) => row.score !== null && row.learner !== 'baseline')?.score?.value;
  if (best === undefined || board.baseline === null) return null;
  return isHigherBetter(metric) ? best - board.baseline : board.baseline - best;
}
