/** Grown trees kept for walking rows again: the grower's own tables serve one tree at a time. */
import type { BinnedMatrix } from './bins.ts';
import type { GrownTree } from './grow.ts';

export type StoredTree = {
  readonly output: number;
  readonly round: number;
  readonly slotFeature: Int32Array;
  readonly slotTable: Uint8Array;
  readonly slotChild: Int32Array;
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
  for (let from = 0; from < rows.length; from += 512) {
    walkBlock(tree, values, binned, rows, from, Math.min(rows.length, from + 512), margins, outputs);
  }
}

function walkBlock(
  tree: StoredTree,
  values: Float64Array,
  { rowMajor, featureCount }: BinnedMatrix,
  rows: Int32Array,
  from: number,
  to: number,
  margins: Float64Array,
  outputs: number,
): void {
  const { slotFeature, slotTable, slotChild, output } = tree;
  for (let i = from; i < to; i++) {
    const at = rows[i] * featureCount;
    let slot = 0;
    while (slot >= 0) slot = slotChild[2 * slot + slotTable[slot * 256 + rowMajor[at + slotFeature[slot]]]];
    margins[rows[i] * outputs + output] += values[~slot];
  }
}
