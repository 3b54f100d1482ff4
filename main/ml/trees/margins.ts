/** Small moves of row-major margins. */

/** Margins of some rows in their order, row-major. */
export function gatherMargins(margins: Float64Array, rows: Int32Array, outputs: number): Float64Array {
  const out = new Float64Array(rows.length * outputs);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < outputs; k++) out[i * outputs + k] = margins[rows[i] * outputs + k];
  }
  return out;
}
