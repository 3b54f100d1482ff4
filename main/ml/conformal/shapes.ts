/**
 * Shapes of intervals (see `IntervalShape`): small boosted trees on the model's own features that learn how far the model
 * misses, or two quantiles of the target; and the one formula all shapes share, [low − q · unit, high + q · unit].
 */
import type { StopSignal } from '../../base/stop.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import type { ObjectiveSpec } from '../objective-spec.ts';
import { squaredError } from '../objective-spec.ts';
import { quantileSorted } from '../stats/quantile.ts';
import { applyBins, buildBins, type FeatureKind } from '../trees/bins.ts';
import { defaultTreeParams } from '../trees/params.ts';
import { predictTrees } from '../trees/predict.ts';
import { trainTrees } from '../trees/train.ts';
import type { IntervalShape } from './interval-model.ts';

/** Interval of row i at bound q: [low − q · unit, high + q · unit]. */
export type ShapeParts = {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly unit: Float64Array;
};

export type ShapeControl = { readonly stop: StopSignal; readonly deadline: () => boolean };

/** Rows a shape is fitted on. */
export type ShapeRows = {
  readonly outputs: Float64Array;
  readonly labels: Float64Array;
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  readonly seed: number;
};

/** The parts of every row of the matrix, which `outputs` are the predictions of. */
export const applyShape = (shape: IntervalShape, matrix: FeatureMatrix, outputs: Float64Array): ShapeParts =>
  applyShapes(shape, matrix, [outputs])[0];

/** As `applyShape` for several models' predictions of the same rows: the shape's trees are asked once. */
export function applyShapes(
  shape: IntervalShape,
  matrix: FeatureMatrix,
  models: readonly Float64Array[],
): readonly ShapeParts[] {
  const margins = shape.kind === 'constant' ? null : predictTrees(shape.trees, matrix);
  return models.map((outputs) => shapeParts(shape, margins, outputs));
}

function shapeParts(shape: IntervalShape, margins: Float64Array | null, outputs: Float64Array): ShapeParts {
  const count = outputs.length;
  const ones = (): Float64Array => new Float64Array(count).fill(1);
  if (shape.kind === 'constant' || margins === null) return { low: outputs, high: outputs, unit: ones() };
  if (shape.kind === 'spread') {
    return { low: outputs, high: outputs, unit: margins.map((width) => Math.max(shape.floor, width)) };
  }
  const low = new Float64Array(count);
  const high = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    low[i] = outputs[i] + Math.min(margins[2 * i], margins[2 * i + 1]);
    high[i] = outputs[i] + Math.max(margins[2 * i], margins[2 * i + 1]);
  }
  return { low, high, unit: ones() };
}

/** Score of a row with truth `label`: the bound q at which its interval just reaches the truth. */
export const scoreOf = ({ low, high, unit }: ShapeParts, i: number, label: number): number =>
  Math.max(low[i] - label, label - high[i]) / unit[i];

/** Mean width of the intervals at bound q. */
export function meanWidth({ low, high, unit }: ShapeParts, bound: number): number {
  let total = 0;
  for (let i = 0; i < low.length; i++) total += Math.max(0, high[i] - low[i] + 2 * bound * unit[i]);
  return total / low.length;
}

/** Misses beyond this share of the rows are cut to it: one wild row must not shape the others. */
const clippedAt = 0.99;
/** Least expected miss as a share of the mean miss. */
const floorShare = 0.1;

/** Trees for the expected size of the miss, from `rows` (null: all); null when time ran out. */
export function fitSpread(from: ShapeRows, rows: Int32Array | null, control: ShapeControl): IntervalShape | null {
  const misses = from.labels.map((label, i) => Math.abs(label - from.outputs[i]));
  const own = rows === null ? misses.slice() : Float64Array.from(rows, (row) => misses[row]);
  const top = quantileSorted(own.sort(), clippedAt);
  const target = misses.map((miss) => Math.min(miss, top));
  const trees = fitTrees(from, rows, target, squaredError, control);
  const mean = own.reduce((total, miss) => total + Math.min(miss, top), 0) / own.length;
  return trees === null || !(mean > 0) ? null : { kind: 'spread', trees, floor: floorShare * mean };
}

/** Trees for the 5 % and 95 % quantiles of the miss, sign and all; null when time ran out. */
export function fitQuantiles(from: ShapeRows, rows: Int32Array | null, control: ShapeControl): IntervalShape | null {
  const misses = from.labels.map((label, i) => label - from.outputs[i]);
  const trees = fitTrees(from, rows, misses, { kind: 'quantile', levels: [0.05, 0.95] }, control);
  return trees === null ? null : { kind: 'quantiles', trees };
}

function fitTrees(
  from: ShapeRows,
  rows: Int32Array | null,
  label: Float64Array,
  objective: ObjectiveSpec,
  control: ShapeControl,
): TreeEnsemble | null {
  const { matrix, kinds, seed } = from;
  const trainRows = rows ?? Int32Array.from({ length: label.length }, (_, i) => i);
  const mapper = buildBins(matrix, kinds, trainRows, { maxBins: 63 });
  const trained = trainTrees(
    {
      binned: applyBins(mapper, matrix),
      mapper,
      kinds,
      label,
      weight: null,
      trainRows,
      validRows: null,
      task: 'regression',
      outputCount: objective.kind === 'quantile' ? objective.levels.length : 1,
    },
    {
      ...defaultTreeParams,
      rounds: 60,
      leaves: 8,
      minDataInLeaf: Math.max(20, Math.round(trainRows.length / 200)),
      lambda: 1,
      featureFraction: 0.8,
      objective,
      seed,
    },
    { stop: control.stop, deadline: control.deadline, earlyStoppingRounds: null },
  );
  return control.deadline() ? null : trained.ensemble;
}
