/**
 * Passes over rows between two trees, in TypeScript. Sums of doubles are taken in blocks of fixed size and added in order,
 * the same in the compiled twin, so that they are one number for any number of threads.
 */
import { gradientUnit } from './histogram.ts';

const { fround } = Math;
const byte16 = 1 / 65_536;
/** Rows of a block of a sum. */
export const sumRowsBlock = 4096;
/** A leaf's sums are taken over blocks of row numbers of this size. */
export const leafRowsBlock = 16_384;
/** Rows per call of the inner loops; small functions compile early. */
const callRows = 1024;

/** A leaf's place in the array of rows. */
export type LeafRange = { readonly start: number; readonly count: number };

/** 32 well-mixed bits of (row, key). */
export function hashRow(row: number, key: number): number {
  let x = Math.imul(row ^ key, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  x ^= x >>> 15;
  return x;
}

/** Fills packed[row] for the given rows with integers rounded at random by a hash of (row, key); returns their exact sum. */
export function quantise(
  g: Float32Array,
  h: Float32Array,
  rows: Int32Array,
  gradientScale: number,
  hessianScale: number,
  key: number,
  packed: Float64Array,
): number {
  let sum = 0;
  for (let from = 0; from < rows.length; from += callRows) {
    const to = Math.min(rows.length, from + callRows);
    sum += quantiseBlock(g, h, rows, from, to, gradientScale, hessianScale, key, packed);
  }
  return sum;
}

function quantiseBlock(
  g: Float32Array,
  h: Float32Array,
  rows: Int32Array,
  from: number,
  to: number,
  gradientScale: number,
  hessianScale: number,
  key: number,
  packed: Float64Array,
): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const x = hashRow(row, key);
    const gq = Math.floor(fround(fround(g[row] * gradientScale) + fround((x & 0xffff) * byte16)));
    const hq = Math.floor(fround(fround(h[row] * hessianScale) + fround((x >>> 16) * byte16)));
    const p = gq * gradientUnit + hq;
    packed[row] = p;
    sum += p;
  }
  return sum;
}

/** Adds values[i] to the margins of the rows of leaf i. */
export function addLeafValues(
  rows: Int32Array,
  leaves: readonly LeafRange[],
  values: Float64Array,
  margins: Float64Array,
): void {
  for (let i = 0; i < values.length; i++) {
    const { start, count } = leaves[i];
    for (let from = start; from < start + count; from += callRows) {
      addRange(rows, from, Math.min(start + count, from + callRows), margins, values[i]);
    }
  }
}

function addRange(rows: Int32Array, from: number, to: number, margins: Float64Array, value: number): void {
  for (let i = from; i < to; i++) margins[rows[i]] += value;
}

/** Σg and Σh of each leaf, side by side in `out`: block by block of row numbers, which ascend within a leaf. */
export function sumLeaves(
  rows: Int32Array,
  leaves: readonly LeafRange[],
  leafCount: number,
  g: Float32Array,
  h: Float32Array,
  out: Float64Array,
): void {
  out.fill(0);
  for (let i = 0; i < leafCount; i++) {
    const { start, count } = leaves[i];
    for (let at = start; at < start + count; ) at = sumBlock(rows, at, start + count, g, h, out, 2 * i);
  }
}

/** Adds the rows of the block that rows[from] lies in; returns where the next begins. */
function sumBlock(
  rows: Int32Array,
  from: number,
  end: number,
  g: Float32Array,
  h: Float32Array,
  out: Float64Array,
  at: number,
): number {
  const limit = rows[from] - (rows[from] % leafRowsBlock) + leafRowsBlock;
  let gradient = 0;
  let hessian = 0;
  let i = from;
  for (; i < end && rows[i] < limit; i++) {
    const row = rows[i];
    gradient += g[row];
    hessian += h[row];
  }
  out[at] += gradient;
  out[at + 1] += hessian;
  return i;
}
