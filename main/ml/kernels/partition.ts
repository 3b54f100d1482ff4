/**
 * Stable partition of a leaf's rows by a 256-entry table over bins: 1 goes left. Branch-free: every row is written to both
 * sides and only one write index advances, so random splits cost no mispredicted jumps.
 */
const blockRows = 1024;

/** Reorders rows[start…end) so that left rows come first, both sides in their old order; returns the left count. */
export function partitionRows(
  rows: Int32Array,
  start: number,
  end: number,
  column: Uint8Array,
  goesLeft: Uint8Array,
  scratch: Int32Array,
): number {
  let left = start;
  for (let from = start; from < end; from += blockRows) {
    left = partitionBlock(rows, from, Math.min(end, from + blockRows), column, goesLeft, scratch, left, from - left);
  }
  rows.set(scratch.subarray(0, end - left), left);
  return left - start;
}

function partitionBlock(
  rows: Int32Array,
  from: number,
  to: number,
  column: Uint8Array,
  goesLeft: Uint8Array,
  scratch: Int32Array,
  leftAt: number,
  rightAt: number,
): number {
  let left = leftAt;
  let right = rightAt;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const step = goesLeft[column[row]];
    rows[left] = row;
    scratch[right] = row;
    left += step;
    right += 1 - step;
  }
  return left;
}
