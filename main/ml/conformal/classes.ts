/**
 * Prediction sets of a classification (see `ClassIntervals`). With enough rows in every class the sets are calibrated
 * class by class, so that each class is found as often as promised and not only the frequent ones; else one table serves
 * all: least ambiguous sets, or adaptive ones where those are hardly larger.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { dealFolds } from '../validation/deal.ts';
import type { ClassIntervals, IntervalCheck, IntervalSource, ProbabilityBand } from './interval-model.ts';
import { checkedLevels } from './numbers.ts';
import { buildScoreTable, type ScoreTable, scoreBound } from './score-table.ts';

export type ClassRows = {
  /** Probabilities of rows the model had not learned from: row-major, one a class (binary: of both classes). */
  readonly probabilities: Float64Array;
  /** Class index of every row. */
  readonly labels: Float64Array;
  readonly classCount: number;
  readonly source: IntervalSource;
  readonly seed: number;
};

const classFromRows = 100;
const checkFolds = 5;

/** Level at which the two kinds of sets are compared. */
const judgedLevel = 0.9;
/** Adaptive sets may be this much larger than least ambiguous ones, for being fairer to hard rows. */
const largerAllowed = 1.1;

/** Cells (rows × classes) that sets are made of to compare and to check them; more rows would not change the figures. */
const mostCells = 2_000_000;

/** Every how many-th row is enough to compare and to check sets. */
const strideOf = ({ labels, classCount }: Pick<ClassRows, 'labels' | 'classCount'>): number =>
  Math.max(1, Math.ceil((labels.length * classCount) / mostCells));

/** Whether adaptive sets are about as small as least ambiguous ones: not where the model is sure of nearly every row. */
function adaptivePays(rows: ClassRows): boolean {
  const [lac, aps] = (['lac', 'aps'] as const).map((method) => {
    const table = buildScoreTable(Float64Array.from(rows.labels, (label, i) => scoreOfLabel(method, rows, i, label)));
    const tables: Tables = { method, table, classTables: null };
    const bounds = labelBounds(tables, judgedLevel);
    let labels = 0;
    for (let i = 0; i < rows.labels.length; i += strideOf(rows)) labels += labelSet(tables, bounds, rows, i).length;
    return labels;
  });
  return aps <= largerAllowed * lac;
}

type Tables = Pick<ClassIntervals, 'method' | 'table' | 'classTables'>;

/** Fits prediction sets; `band` is handed through. */
export function fitClassIntervals(rows: ClassRows, band: ProbabilityBand | null): ClassIntervals {
  const { labels, classCount } = rows;
  const count = labels.length;
  const perClass = new Float64Array(classCount);
  for (const label of labels) perClass[label]++;
  const byClass = perClass.every((found) => found >= classFromRows);
  const method = byClass || classCount === 2 || !adaptivePays(rows) ? 'lac' : 'aps';
  const scores = Float64Array.from(labels, (label, i) => scoreOfLabel(method, rows, i, label));
  const tables = (keep: (row: number) => boolean): Tables => ({
    method,
    table: buildScoreTable(scores.filter((_, i) => keep(i))),
    classTables: byClass
      ? Array.from({ length: classCount }, (_, k) =>
          buildScoreTable(scores.filter((_, i) => labels[i] === k && keep(i))),
        )
      : null,
  });
  const folds = dealFolds(labels, null, checkFolds, createRng(deriveSeed(rows.seed, 'interval-check')));
  const crossed = Array.from({ length: checkFolds }, (_, fold) => tables((i) => folds[i] !== fold));
  const where = rows.source === 'cross' ? 'out-of-fold predictions' : 'held-out predictions';
  return {
    kind: 'classes',
    source: rows.source,
    rows: count,
    ...tables(() => true),
    band,
    checks: checkedLevels.map((level) => checkSets(level, rows, folds, crossed)),
    note: byClass
      ? `From ${count} ${where}, calibrated class by class (least ambiguous sets).`
      : `From ${count} ${where}, one table for all classes (${method === 'lac' ? 'least ambiguous' : 'adaptive'} sets): the smallest class has ${perClass.reduce((a, b) => Math.min(a, b))} rows, fewer than the ${classFromRows} a table of its own needs.`,
  };
}

function scoreOfLabel(
  method: 'lac' | 'aps',
  rows: Pick<ClassRows, 'probabilities' | 'classCount'>,
  row: number,
  label: number,
): number {
  const { probabilities, classCount } = rows;
  const at = row * classCount;
  const own = probabilities[at + label];
  if (method === 'lac') return 1 - own;
  let total = 0;
  for (let k = 0; k < classCount; k++) if (probabilities[at + k] >= own) total += probabilities[at + k];
  return total;
}

/** Labels in the set of one row, likeliest first; `probabilities` are row-major with `classCount` a row. */
export function labelSet(
  tables: Tables,
  bounds: ArrayLike<number>,
  rows: Pick<ClassRows, 'probabilities' | 'classCount'>,
  row: number,
): number[] {
  const { probabilities, classCount } = rows;
  const at = row * classCount;
  const order = Array.from({ length: classCount }, (_, k) => k).sort(
    (a, b) => probabilities[at + b] - probabilities[at + a] || a - b,
  );
  const boundOf = (k: number): number => bounds[tables.classTables === null ? 0 : k] + 1e-12;
  if (tables.method === 'lac')
    return order.filter((k, place) => place === 0 || 1 - probabilities[at + k] <= boundOf(k));
  // Likeliest first, the score of a label is the running total at the end of its ties: no label costs a sum of its own
  const set: number[] = [];
  let total = 0;
  for (let place = 0; place < order.length; ) {
    let end = place;
    const own = probabilities[at + order[place]];
    while (end < order.length && probabilities[at + order[end]] === own) total += probabilities[at + order[end++]];
    for (; place < end; place++) if (place === 0 || total <= boundOf(order[place])) set.push(order[place]);
  }
  return set;
}

/** The bound of every class at `level`; one for all where there is one table. */
export const labelBounds = (tables: Tables, level: number): number[] =>
  (tables.classTables ?? [tables.table]).map((table: ScoreTable) => scoreBound(table, level));

/** Rows of the smallest table the sets rest on. */
export const smallestTable = (tables: Tables): number =>
  Math.min(...(tables.classTables ?? [tables.table]).map((table) => table.count));

function checkSets(level: number, rows: ClassRows, folds: Int32Array, crossed: readonly Tables[]): IntervalCheck {
  const bounds = crossed.map((tables) => labelBounds(tables, level));
  let inside = 0;
  let labels = 0;
  let judged = 0;
  for (let i = 0; i < rows.labels.length; i += strideOf(rows), judged++) {
    const set = labelSet(crossed[folds[i]], bounds[folds[i]], rows, i);
    labels += set.length;
    if (set.includes(rows.labels[i])) inside++;
  }
  return { level, coverage: inside / judged, size: labels / judged };
}
