/** Rows led through a grown tree by their bins, in TypeScript; twin of assembly/training/walk.ts. */

/** A tree with at least one split: slot s reads feature[s]; table[s·256 + bin] is 1 for left; children are slots or ~leaf. */
export type SlotTree = {
  readonly slotFeature: Int32Array;
  readonly slotTable: Uint8Array;
  readonly slotChild: Int32Array;
};

/** Rows per call of the inner loop; small functions compile early. */
const callRows = 512;

/** Adds values[leaf] to the margin of each row; `bins` has `stride` bins a row. */
export function walkRows(
  tree: SlotTree,
  values: Float64Array,
  bins: Uint8Array,
  stride: number,
  rows: Int32Array,
  margins: Float64Array,
): void {
  for (let from = 0; from < rows.length; from += callRows) {
    const to = Math.min(rows.length, from + callRows);
    walkBlock(tree, values, bins, stride, rows, from, to, margins);
  }
}

function walkBlock(
  { slotFeature, slotTable, slotChild }: SlotTree,
  values: Float64Array,
  bins: Uint8Array,
  stride: number,
  rows: Int32Array,
  from: number,
  to: number,
  margins: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const at = rows[i] * stride;
    let slot = 0;
    while (slot >= 0) slot = slotChild[2 * slot + slotTable[slot * 256 + bins[at + slotFeature[slot]]]];
    margins[rows[i]] += values[~slot];
  }
}
