/** Intervals and sets of new rows at a level, from what a model keeps; refusals with the number of rows they would take. */
import { unsupported } from '../../base/errors.ts';
import type { FeatureMatrix, Frame } from '../frame.ts';
import type { Task } from '../model-spec.ts';
import { labelBounds, labelSet, smallestTable } from './classes.ts';
import { type FoldHost, foldOutputs, plusEnds } from './cv-plus.ts';
import type { ClassIntervals, FoldModels, IntervalModel, NumberIntervals } from './interval-model.ts';
import { rowsForLevel, scoreBound } from './score-table.ts';
import { applyShape, applyShapes } from './shapes.ts';

/** Low and high ends of every row (numbers), or the labels of every row's set, likeliest first (classes). */
export type RowIntervals =
  | { readonly kind: 'number'; readonly low: Float64Array; readonly high: Float64Array }
  | { readonly kind: 'classes'; readonly sets: readonly (readonly number[])[] };

/** Why a model cannot give intervals at `level`, in one sentence; null when it can. */
export function intervalRefusal(model: IntervalModel | null | undefined, level: number): string | null {
  if (model === null || model === undefined) return 'This model was made without intervals.';
  if (model.kind === 'refused') return model.reason;
  const rows = model.kind === 'number' ? model.table.count : smallestTable(model);
  const needed = rowsForLevel(level);
  if (rows >= needed) return null;
  return `Intervals at ${percent(level)} need at least ${needed} rows${model.kind === 'classes' && model.classTables !== null ? ' of every class' : ''} that the model had not learned from; there are ${rows}.`;
}

const percent = (level: number): string => `${Number((100 * level).toFixed(2))} %`;

/** Throws unsupported `no-interval` where `intervalRefusal` has a reason. */
export function checkIntervals(model: IntervalModel | null | undefined, level: number): void {
  const reason = intervalRefusal(model, level);
  if (reason === null) return;
  throw unsupported('no-interval', reason, {
    hint:
      model?.kind === 'number' || model?.kind === 'classes'
        ? 'Ask for a lower level, or train on more rows.'
        : 'Train the model again on enough rows, or leave the interval out.',
  });
}

/**
 * Intervals of rows; throws as `checkIntervals`. `outputs` are the model's predictions of the rows of the frame, `host` the model:
 * its members matter to CV+ intervals alone.
 */
export function rowIntervals(
  model: IntervalModel | null | undefined,
  rows: {
    readonly frame: Frame;
    readonly matrix: FeatureMatrix;
    readonly outputs: Float64Array;
    readonly task: Task;
    readonly classCount: number;
    readonly host?: FoldHost;
  },
  level: number,
): RowIntervals {
  checkIntervals(model, level);
  if (model?.kind === 'classes') return classSets(model, rows.outputs, rows.task, rows.classCount, level);
  if (model?.kind !== 'number') throw unsupported('no-interval', 'This model was made without intervals.');
  if (model.plus !== undefined && rows.host !== undefined)
    return plusIntervals(model, model.plus, rows.host, rows, level);
  return numberIntervals(model, rows.frame, rows.matrix, rows.outputs, level);
}

function numberIntervals(
  model: NumberIntervals,
  frame: Frame,
  matrix: FeatureMatrix,
  outputs: Float64Array,
  level: number,
): RowIntervals {
  const parts = applyShape(model.shape, matrix, outputs);
  const boundOf = groupBounds(model, frame, level);
  const low = new Float64Array(outputs.length);
  const high = new Float64Array(outputs.length);
  for (let i = 0; i < outputs.length; i++) {
    const reach = boundOf(i) * parts.unit[i];
    low[i] = parts.low[i] - reach;
    high[i] = parts.high[i] + reach;
  }
  return settled(model, outputs, low, high);
}

function plusIntervals(
  model: NumberIntervals,
  plus: FoldModels,
  host: FoldHost,
  { matrix, outputs }: { readonly matrix: FeatureMatrix; readonly outputs: Float64Array },
  level: number,
): RowIntervals {
  const parts = applyShapes(model.shape, matrix, foldOutputs(host, plus, matrix));
  const tables = plus.folds.map(({ table }) => table);
  const { low, high } = plusEnds(parts, tables, outputs.length, level);
  return settled(model, outputs, low, high);
}

/** The prediction itself always lies inside, and nothing below what the target can be. */
function settled(model: NumberIntervals, outputs: Float64Array, low: Float64Array, high: Float64Array): RowIntervals {
  const least = model.least ?? Number.NEGATIVE_INFINITY;
  for (let i = 0; i < outputs.length; i++) {
    low[i] = Math.max(least, Math.min(outputs[i], low[i]));
    high[i] = Math.max(outputs[i], high[i]);
    if (low[i] > high[i]) low[i] = high[i];
  }
  return { kind: 'number', low, high };
}

/** Bound of each row: that of its group where the group has a table that reaches the level, else that of all rows. */
function groupBounds(model: NumberIntervals, frame: Frame, level: number): (row: number) => number {
  const pooled = scoreBound(model.table, level);
  const { groups } = model;
  const column = groups === null ? undefined : frame.columns.find(({ name }) => name === groups.column);
  if (groups === null || column === undefined) return () => pooled;
  const bounds = new Map(
    groups.entries
      .map(({ value, table }) => [value, scoreBound(table, level)] as const)
      .filter(([, bound]) => Number.isFinite(bound)),
  );
  if (column.type === 'string') {
    const byCode = column.levels.map((text) => bounds.get(text) ?? pooled);
    return (row) => (column.codes[row] < 0 ? pooled : byCode[column.codes[row]]);
  }
  return (row) => bounds.get(String(column.values[row])) ?? pooled;
}

function classSets(
  model: ClassIntervals,
  outputs: Float64Array,
  task: Task,
  classCount: number,
  level: number,
): RowIntervals {
  const probabilities = task === 'binary' ? bothClasses(outputs) : outputs;
  const bounds = labelBounds(model, level);
  const rows = { probabilities, classCount };
  const count = probabilities.length / classCount;
  return { kind: 'classes', sets: Array.from({ length: count }, (_, row) => labelSet(model, bounds, rows, row)) };
}

/** Probabilities of the negative and the positive class, row-major, from those of the positive one. */
export function bothClasses(positive: ArrayLike<number>): Float64Array {
  const out = new Float64Array(2 * positive.length);
  for (let i = 0; i < positive.length; i++) {
    out[2 * i] = 1 - positive[i];
    out[2 * i + 1] = positive[i];
  }
  return out;
}
