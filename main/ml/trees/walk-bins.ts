/** Adds a just-grown tree to the margins: by leaf ranges for its own rows, by walking bins for all others. */
import type { TrainingKernels } from '../kernels/training.ts';
import type { BinnedMatrix } from './bins.ts';
import type { GrownTree } from './grow.ts';
import type { TreeBuilder } from './tree-builder.ts';

const blockRows = 512;

/** Adds leaf values to the margins of the rows the tree was grown on. */
export function addLeafRanges(
  kernels: TrainingKernels,
  builder: TreeBuilder,
  tree: GrownTree,
  rows: Int32Array,
  margins: Float64Array,
  outputs: number,
  output: number,
): void {
  kernels.addLeafValues(rows, tree.leaves, leafValuesOf(builder, tree), margins, outputs, output);
}

function leafValuesOf(builder: TreeBuilder, tree: GrownTree): Float64Array {
  const values = new Float64Array(tree.leafCount);
  for (let i = 0; i < tree.leafCount; i++) values[i] = builder.value[tree.leaves[i].node];
  return values;
}

/** Adds leaf values to the margins of any other rows, found by their bins. */
export function addByWalking(
  builder: TreeBuilder,
  tree: GrownTree,
  binned: BinnedMatrix,
  rows: Int32Array,
  margins: Float64Array,
  outputs: number,
  output: number,
): void {
  const values = leafValuesOf(builder, tree);
  for (let from = 0; from < rows.length; from += blockRows) {
    const to = Math.min(rows.length, from + blockRows);
    walkBlock(tree, values, binned.rowMajor, binned.featureCount, rows, from, to, margins, outputs, output);
  }
}

function walkBlock(
  tree: GrownTree,
  values: Float64Array,
  bins: Uint8Array,
  stride: number,
  rows: Int32Array,
  from: number,
  to: number,
  margins: Float64Array,
  outputs: number,
  output: number,
): void {
  const { slotFeature, slotTable, slotChild } = tree;
  const first = values.length > 1 ? 0 : -1;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const at = Math.imul(row, stride);
    let slot = first;
    while (slot >= 0) slot = slotChild[2 * slot + slotTable[slot * 256 + bins[at + slotFeature[slot]]]];
    margins[row * outputs + output] += values[~slot];
  }
}
