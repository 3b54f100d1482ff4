/**
 * Random forests (Breiman 2001) and extremely randomised trees (Geurts, Ernst & Wehenkel 2006) from the boosting parts:
 * every tree is grown from the base score, on rows drawn with replacement (counted, not copied), without shrinkage, and
 * the margins of the trees are averaged. For squared error a leaf is the mean of its rows; for classification it is the
 * log-odds of its smoothed class shares, see `forestLeaf` of the objectives and ADR 0032. A deadline shortens the forest.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { createTreeFitter } from './fit-tree.ts';
import type { Grower } from './grow.ts';
import { gatherMargins, startMargins } from './margins.ts';
import type { Objective } from './objective-types.ts';
import type { TreeParams } from './params.ts';
import { drawBootstrap, drawUniform } from './row-sampling.ts';
import { addStoredTree, type StoredTree, storeTree } from './stored-tree.ts';
import type { TrainControl, TrainResult } from './train.ts';
import type { TrainInput } from './train-input.ts';
import { createTreeBuilder, markBuilder, packTrees } from './tree-builder.ts';

export type ForestParts = {
  readonly input: TrainInput;
  readonly params: TreeParams;
  readonly control: TrainControl;
  readonly objective: Objective;
  readonly grower: Grower;
  readonly weight: Float64Array | null;
  readonly trainRows: Int32Array;
};

/** Grows `params.rounds` trees (one a class for several classes) and averages them. */
export function trainForest({
  input,
  params,
  control,
  objective,
  grower,
  weight,
  trainRows,
}: ForestParts): TrainResult {
  const { binned, outputCount, validRows, label } = input;
  const builder = createTreeBuilder();
  const grownParams = { ...params, learningRate: 1 };
  const { kernels } = binned;
  const start = kernels.doubles(binned.rowCount * outputCount);
  startMargins(objective.base, start);
  const sums = kernels.doubles(start.length);
  const margins = kernels.doubles(start.length);
  margins.set(start);
  // Only the user's λ counts: what category splits add on top steers the search, not the mean of a leaf.
  const leafValue = objective.forestLeaf ?? objective.leafValue;
  const fitTree = createTreeFitter({
    input,
    params: grownParams,
    objective,
    grower,
    weight,
    builder,
    ...(leafValue === undefined ? {} : { leafValue: (leaf) => leafValue({ ...leaf, lambda: params.lambda }) }),
  });
  const poll = (): boolean => {
    throwIfStopped(control.stop);
    return control.deadline?.() === true;
  };
  const trees: StoredTree[] = [];
  const valid: number[] = [];
  let mark = markBuilder(builder);
  let done = 0;
  objective.beginRound(start, trainRows);
  rounds: for (let round = 1; round <= params.rounds; round++) {
    if (poll()) break;
    const seed = deriveSeed(params.seed, `tree ${round}`);
    const rng = createRng(deriveSeed(seed, 'bootstrap'));
    const draw = params.bootstrap
      ? drawBootstrap(trainRows, binned.rowCount, rng.int)
      : drawUniform(trainRows, params, label, seed);
    for (let output = 0; output < outputCount; output++) {
      const tree = fitTree(output, start, draw, deriveSeed(seed, `output ${output}`), poll);
      if (tree === null) break rounds;
      if (tree.leafCount > 1) trees.push(storeTree(tree, output, round));
    }
    done = round;
    mark = markBuilder(builder);
    if (validRows === null || validRows.length === 0) continue;
    for (let i = trees.length - 1; i >= 0 && trees[i].round === round; i--) {
      addStoredTree(trees[i], builder.value, 1, binned, validRows, sums, outputCount);
    }
    for (let k = 0; k < outputCount; k++) {
      for (const row of validRows) {
        const at = k * binned.rowCount + row;
        margins[at] = start[at] + sums[at] / round;
      }
    }
    const loss = objective.loss(margins, validRows);
    valid.push(loss);
    control.onRound?.(round, null, loss);
  }
  for (let node = 0; node < mark.nodes; node++)
    builder.value[node] = Math.fround(builder.value[node] / Math.max(1, done));
  let validMargins: Float64Array | null = null;
  if (validRows !== null) {
    margins.set(start);
    for (const tree of trees) {
      if (tree.round <= done) addStoredTree(tree, builder.value, 1, binned, validRows, margins, outputCount);
    }
    validMargins = gatherMargins(margins, validRows, outputCount);
  }
  const ensemble = packTrees(builder, objective.base, mark);
  return {
    ensemble,
    grown: ensemble,
    bestRound: done,
    rounds: done,
    history: { train: [], valid },
    validMargins,
  };
}
