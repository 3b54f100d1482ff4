/** Grown trees kept for walking rows again: the grower's own tables serve one tree at a time. */
import type { SlotTree } from '../kernels/walk-rows.ts';
import type { BinnedMatrix } from './bins.ts';
import type { GrownTree } from './grow.ts';
import { marginsOf } from './margins.ts';

export type StoredTree = SlotTree & {
  readonly output: number;
  readonly round: number;
  /** Node of each leaf in the builder. */
  readonly leafNode: Int32Array;
};

/** Copies what walking needs of a tree with at least one split. */
export function storeTree(tree: GrownTree, output: number, round: number): StoredTree {
  const slots = tree.leafCount - 1;
  return {
    output,
    round,
    slotFeature: tree.slotFeature.slice(0, slots),
    slotTable: tree.slotTable.slice(0, slots * 256),
    slotChild: tree.slotChild.slice(0, 2 * slots),
    leafNode: Int32Array.from({ length: tree.leafCount }, (_, i) => tree.leaves[i].node),
  };
}

/** Adds `sign` × leaf value (by builder node) to the margins of rows. */
export function addStoredTree(
  tree: StoredTree,
  value: readonly number[],
  sign: number,
  binned: BinnedMatrix,
  rows: Int32Array,
  margins: Float64Array,
  outputs: number,
): void {
  const values = Float64Array.from(tree.leafNode, (node) => sign * value[node]);
  const { kernels, rowMajor, featureCount } = binned;
  kernels.walkRows(tree, values, rowMajor, featureCount, rows, marginsOf(margins, tree.output, outputs));
}
