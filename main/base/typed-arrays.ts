/** What typed arrays lack: rows of an array that holds several numbers a row, and several arrays as one. */

/** Kinds of arrays that are joined here. */
export type NumberArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

/** Some rows of a row-major array with `width` numbers a row, in the order given, row-major. A row may be given twice. */
export function pickRows(values: Float64Array, rows: ArrayLike<number>, width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < width; k++) out[i * width + k] = values[rows[i] * width + k];
  }
  return out;
}

/** The arrays one after the other, in a new array of the kind; empty without any. */
export function joinArrays<T extends NumberArray>(kind: new (length: number) => T, arrays: readonly T[]): T {
  const out = new kind(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
