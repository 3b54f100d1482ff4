/** One tree of a round: gradients of the drawn rows, quantised, grown, and its leaf values set. Rows of a round drawn. */

import type { Grower, GrownTree } from './grow.ts';
import { renewLeaves } from './leaf-values.ts';
import { orderLeafValues } from './monotone-values.ts';
import type { Objective, ObjectiveData } from './objective-types.ts';
import type { TreeParams } from './params.ts';
import { quantisationScale } from './quantise.ts';
import { addSize, drawBySize, drawUniform, finishSize, type RowDraw } from './row-sampling.ts';
import type { TrainInput } from './train-input.ts';
import { markBuilder, type TreeBuilder } from './tree-builder.ts';

export type FitterParts = {
  readonly input: TrainInput;
  readonly params: TreeParams;
  readonly objective: Objective;
  readonly grower: Grower;
  readonly weight: Float64Array | null;
  readonly builder: TreeBuilder;
  /** Leaf values to use instead of the objective's. */
  readonly leafValue?: Objective['leafValue'];
};

/**
 * Grows the tree of one output at the given margins into the builder; null when `poll` said to give up. A tree without a
 * split leaves the builder as it was.
 */
export type FitTree = (
  output: number,
  margins: Float64Array,
  draw: RowDraw,
  seed: number,
  poll: () => boolean,
) => GrownTree | null;

/** Buffers for all trees of a training run. */
export function createTreeFitter({
  input,
  params,
  objective,
  grower,
  weight,
  builder,
  leafValue,
}: FitterParts): FitTree {
  const { rowCount, kernels } = input.binned;
  const g = kernels.floats(rowCount);
  const h = kernels.floats(rowCount);
  const packed = kernels.doubles(rowCount);
  const sums = new Float64Array(2);
  const { monotone } = params;
  const own = leafValue ?? objective.leafValue;
  return (output, margins, { bag, amplify }, seed, poll) => {
    grower.rows.set(bag);
    const rows = grower.rows.subarray(0, bag.length);
    objective.gradients(output, margins, rows, g, h, sums);
    if (amplify !== null) applyFactor(bag, amplify, g, h, sums);
    const gradientScale = quantisationScale(sums[0], bag.length, mostLevels(params, objective, amplify, rows, g));
    const hessianScale = quantisationScale(sums[1], bag.length);
    const sum = kernels.quantise(g, h, rows, gradientScale, hessianScale, seed, packed);
    const before = markBuilder(builder);
    const tree = grower.grow(builder, bag.length, { packed, sum, gradientScale, hessianScale, seed }, poll);
    if (tree === null) return null;
    if (tree.leafCount === 1) {
      truncate(builder, before.nodes);
      return tree;
    }
    builder.root.push(tree.root);
    builder.output.push(output);
    const weights = amplify === null ? weight : weight === null ? amplify : product(bag, weight, amplify);
    renewLeaves(kernels, builder, tree, grower.rows, { g, h, weight: weights }, params, objective.stepUnit, {
      own:
        own === undefined
          ? null
          : (from, to, lambda) => own({ output, margins, rows: grower.rows, from, to, amplify, lambda }),
      most: objective.mostStep ?? Number.POSITIVE_INFINITY,
      order: monotone === null ? null : (values, costs) => orderLeafValues(tree, monotone, input.mapper, values, costs),
    });
    return tree;
  };
}

/** Levels per unit at which no gradient passes the levels asked for. */
function mostLevels(
  { gradientLevels }: TreeParams,
  { mostGradient }: Objective,
  amplify: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
): number {
  if (gradientLevels === 0) return Number.POSITIVE_INFINITY;
  if (mostGradient !== undefined && amplify === null) return gradientLevels / mostGradient;
  let most = 0;
  for (let i = 0; i < rows.length; i++) most = Math.max(most, Math.abs(g[rows[i]]));
  return gradientLevels / most;
}

/** Draws the rows of rounds; the size of gradients counts once the first trees have spread them. */
export function createRowDrawer(parts: {
  readonly params: TreeParams;
  readonly objective: Objective;
  readonly trainRows: Int32Array;
  readonly label: ObjectiveData['label'];
  readonly outputCount: number;
}): (round: number, seed: number, margins: Float64Array) => RowDraw {
  const { params, objective, trainRows, label, outputCount } = parts;
  if (params.sampling === 'uniform') return (_round, seed) => drawUniform(trainRows, params, label, seed);
  const size = new Float64Array(label.length);
  const g = new Float32Array(label.length);
  const h = new Float32Array(label.length);
  const sums = new Float64Array(2);
  const firstSampled = Math.ceil(1 / Math.min(1, params.learningRate));
  return (round, seed, margins) => {
    if (params.sampling === 'goss' && round <= firstSampled) {
      return { bag: trainRows, rest: new Int32Array(0), amplify: null };
    }
    objective.beginRound(margins, trainRows);
    size.fill(0);
    for (let output = 0; output < outputCount; output++) {
      objective.gradients(output, margins, trainRows, g, h, sums);
      addSize(params.sampling, trainRows, g, h, size);
    }
    finishSize(params.sampling, trainRows, size);
    return drawBySize(trainRows, params, size, seed);
  };
}

function applyFactor(
  rows: Int32Array,
  factor: Float64Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    g[row] *= factor[row];
    h[row] *= factor[row];
    sums[0] += Math.abs(g[row]);
    sums[1] += h[row];
  }
}

function product(rows: Int32Array, a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (const row of rows) out[row] = a[row] * b[row];
  return out;
}

function truncate(builder: TreeBuilder, nodes: number): void {
  for (const list of [
    builder.feature,
    builder.threshold,
    builder.left,
    builder.right,
    builder.missingLeft,
    builder.categoryOffset,
    builder.categoryWords,
    builder.value,
    builder.cover,
    builder.gain,
  ]) {
    list.length = nodes;
  }
}
