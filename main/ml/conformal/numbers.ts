/**
 * Prediction intervals of a regression from predictions of rows the model had not learned from. Three shapes compete
 * (see `IntervalShape`): a constant width, one that follows the expected size of the miss, one that follows two
 * quantiles. Both adaptive shapes are fitted on the rows' misses and cross-fitted here, so that a row's score never
 * comes from a shape that saw it; the shape with the narrowest intervals at 90 % is kept, a constant one unless another
 * is at least 2 % narrower.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { FeatureKind } from '../trees/bins.ts';
import { dealFolds } from '../validation/deal.ts';
import type {
  FoldModels,
  GroupTables,
  IntervalCheck,
  IntervalShape,
  IntervalSource,
  NumberIntervals,
} from './interval-model.ts';
import { buildScoreTable, scoreBound } from './score-table.ts';
import {
  applyShape,
  fitQuantiles,
  fitSpread,
  meanWidth,
  type ShapeControl,
  type ShapeParts,
  scoreOf,
} from './shapes.ts';

export type NumberRows = {
  /** Predictions and truth of rows the model had not learned from. */
  readonly outputs: Float64Array;
  readonly labels: Float64Array;
  /** Their features, as the model sees them. */
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  /** Group of every row as index into `values`, −1 for none; null without a column to group by. */
  readonly groups: { readonly column: string; readonly values: readonly string[]; readonly of: Int32Array } | null;
  /** For CV+: the models of the folds, and the fold of every row; `outputs` then are its fold's. Absent: none. */
  readonly plus?: { readonly folds: readonly FoldPart[]; readonly of: Int32Array };
  readonly source: IntervalSource;
  readonly seed: number;
};

/** A fold's model as `FoldModels` holds it, before its rows are scored. */
export type FoldPart = Omit<FoldModels['folds'][number], 'table'>;

/** Below this an interval would be wider than it is useful. */
export const fewestIntervalRows = 50;
const adaptiveFromRows = 500;
const groupFromRows = 50;
const shapeFolds = 3;
const checkFolds = 5;
/** Levels that the card and the pages quote. */
export const checkedLevels: readonly number[] = [0.5, 0.8, 0.9, 0.95];
const judgedLevel = 0.9;
/** Share by which an adaptive shape must narrow the intervals. */
const worthwhile = 0.02;

/** Fits intervals; the rows must be at least `fewestIntervalRows`. A deadline leaves shapes out that it has no time for. */
export function fitNumberIntervals(rows: NumberRows, control: ShapeControl): NumberIntervals {
  const { outputs, labels } = rows;
  const count = labels.length;
  const constant: IntervalShape = { kind: 'constant' };
  const plain = applyShape(constant, rows.matrix, outputs);
  const judge = (parts: ShapeParts): Judged => {
    const scores = Float64Array.from(labels, (label, i) => scoreOf(parts, i, label));
    return { parts, scores, width: meanWidth(parts, scoreBound(buildScoreTable(scores), judgedLevel)) };
  };
  let chosen: Judged & { readonly shape: IntervalShape } = { shape: constant, ...judge(plain) };
  const most = chosen.width * (1 - worthwhile);
  const widths: string[] = [`one width for all rows ${short(chosen.width)}`];
  if (count >= adaptiveFromRows) {
    const folds = dealFolds(null, null, shapeFolds, createRng(deriveSeed(rows.seed, 'intervals')), count);
    for (const [name, make] of adaptiveShapes) {
      const parts = crossFit(rows, folds, make, control);
      if (parts === null) break;
      const judged = judge(parts);
      widths.push(`${name} ${short(judged.width)}`);
      if (!(judged.width < Math.min(chosen.width, most))) continue;
      const shape = make(rows, null, control);
      if (shape !== null) chosen = { shape, ...judged };
    }
  }
  const folds = dealFolds(null, null, checkFolds, createRng(deriveSeed(rows.seed, 'interval-check')), count);
  const where = places[rows.source];
  return {
    kind: 'number',
    source: rows.source,
    rows: count,
    shape: chosen.shape,
    table: buildScoreTable(chosen.scores),
    groups: groupTables(rows, chosen.scores),
    ...(rows.plus === undefined ? {} : { plus: foldTables(rows.plus, chosen.scores) }),
    least: labels.every((label) => label >= 0) ? 0 : null,
    checks: checkedLevels.map((level) => checkLevel(level, chosen, folds)),
    note: `From ${count} ${where}; mean width at 90 %: ${widths.join(', ')}.`,
  };
}

type Judged = { readonly parts: ShapeParts; readonly scores: Float64Array; readonly width: number };

const adaptiveShapes: readonly (readonly [string, MakeShape])[] = [
  ['by the expected miss', fitSpread],
  ['by quantiles', fitQuantiles],
];

const short = (value: number): string => String(Number(value.toPrecision(3)));

type MakeShape = typeof fitSpread;

/** Parts of every row from shapes fitted without its fold; null when time ran out. */
function crossFit(rows: NumberRows, folds: Int32Array, make: MakeShape, control: ShapeControl): ShapeParts | null {
  const count = rows.labels.length;
  const parts = { low: new Float64Array(count), high: new Float64Array(count), unit: new Float64Array(count) };
  for (let fold = 0; fold < shapeFolds; fold++) {
    const inside: number[] = [];
    const outside: number[] = [];
    for (let i = 0; i < count; i++) (folds[i] === fold ? inside : outside).push(i);
    const shape = control.deadline() ? null : make(rows, Int32Array.from(outside), control);
    if (shape === null) return null;
    const own = {
      rowCount: inside.length,
      columns: rows.matrix.columns.map((column) => Float32Array.from(inside, (row) => column[row])),
    };
    const outputs = Float64Array.from(inside, (row) => rows.outputs[row]);
    const applied = applyShape(shape, own, outputs);
    inside.forEach((row, i) => {
      parts.low[row] = applied.low[i];
      parts.high[row] = applied.high[i];
      parts.unit[row] = applied.unit[i];
    });
  }
  return parts;
}

const places: Readonly<Record<IntervalSource, string>> = {
  split: 'held-out predictions',
  cross: 'out-of-fold predictions',
  'cv+': 'out-of-fold predictions, around the fold models one by one (CV+)',
};

const foldTables = ({ folds, of }: NonNullable<NumberRows['plus']>, scores: Float64Array): FoldModels => ({
  folds: folds.map((fold, k) => ({ ...fold, table: buildScoreTable(scores.filter((_, row) => of[row] === k)) })),
});

function groupTables(rows: NumberRows, scores: Float64Array): GroupTables | null {
  if (rows.groups === null) return null;
  const { column, values, of } = rows.groups;
  const byGroup = values.map((): number[] => []);
  of.forEach((group, row) => {
    if (group >= 0) byGroup[group].push(scores[row]);
  });
  const entries = values.flatMap((value, g) =>
    byGroup[g].length < groupFromRows ? [] : [{ value, table: buildScoreTable(byGroup[g]) }],
  );
  return { column, entries };
}

/** Coverage on rows whose scores did not make the bound; the width at the bound of all rows. */
function checkLevel(level: number, { parts, scores }: Judged, folds: Int32Array): IntervalCheck {
  let inside = 0;
  for (let fold = 0; fold < checkFolds; fold++) {
    const bound = scoreBound(buildScoreTable(scores.filter((_, i) => folds[i] !== fold)), level);
    scores.forEach((score, i) => {
      if (folds[i] === fold && score <= bound) inside++;
    });
  }
  return {
    level,
    coverage: inside / scores.length,
    size: meanWidth(parts, scoreBound(buildScoreTable(scores), level)),
  };
}
