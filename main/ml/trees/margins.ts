/**
 * Margins of a training run lie output by output, those of output k from k · rowCount on: passes over one output then read
 * rows that follow one another. Outside of training they are row-major.
 */

/** The margins of one output. */
export function marginsOf(margins: Float64Array, output: number, outputs: number): Float64Array {
  const rowCount = margins.length / outputs;
  return margins.subarray(output * rowCount, (output + 1) * rowCount);
}

/** Sets all margins from row-major ones. */
export function spreadMargins(rowMajor: ArrayLike<number>, margins: Float64Array, outputs: number): void {
  for (let k = 0; k < outputs; k++) {
    const own = marginsOf(margins, k, outputs);
    for (let row = 0; row < own.length; row++) own[row] = rowMajor[row * outputs + k];
  }
}

/** Sets the margins of every row to the base scores. */
export function startMargins(base: Float64Array, margins: Float64Array): void {
  base.forEach((score, k) => {
    marginsOf(margins, k, base.length).fill(score);
  });
}

/** Margins of some rows in their order, row-major. */
export function gatherMargins(margins: Float64Array, rows: Int32Array, outputs: number): Float64Array {
  const out = new Float64Array(rows.length * outputs);
  for (let k = 0; k < outputs; k++) {
    const own = marginsOf(margins, k, outputs);
    for (let i = 0; i < rows.length; i++) out[i * outputs + k] = own[rows[i]];
  }
  return out;
}
