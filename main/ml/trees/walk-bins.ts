/** Adds a just-grown tree to the margins of its output: by leaf ranges for its own rows, by walking bins for all others. */
import type { TrainingKernels } from '../kernels/training.ts';
import type { BinnedMatrix } from './bins.ts';
import type { GrownTree } from './grow.ts';
import type { TreeBuilder } from './tree-builder.ts';

/** Adds leaf values to the margins of the rows the tree was grown on. */
export function addLeafRanges(
  kernels: TrainingKernels,
  builder: TreeBuilder,
  tree: GrownTree,
  rows: Int32Array,
  margins: Float64Array,
): void {
  kernels.addLeafValues(rows, tree.leaves, leafValuesOf(builder, tree), margins);
}

function leafValuesOf(builder: TreeBuilder, tree: GrownTree): Float64Array {
  const values = new Float64Array(tree.leafCount);
  for (let i = 0; i < tree.leafCount; i++) values[i] = builder.value[tree.leaves[i].node];
  return values;
}

/** Adds leaf values to the margins of any other rows, found by their bins; the tree has a split. */
export function addByWalking(
  builder: TreeBuilder,
  tree: GrownTree,
  binned: BinnedMatrix,
  rows: Int32Array,
  margins: Float64Array,
): void {
  const { kernels, rowMajor, featureCount } = binned;
  kernels.walkRows(tree, leafValuesOf(builder, tree), rowMajor, featureCount, rows, margins);
}
