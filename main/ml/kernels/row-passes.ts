/**
 * Passes over rows between two trees, in TypeScript. Sums of doubles are taken in blocks of fixed size and added in order,
 * the same in the compiled twin, so that they are one number for any number of threads.
 */
import { gradientUnit } from './histogram.ts';

const byte16 = 1 / 65_536;
/** Rows of a block of a sum. */
export const sumRowsBlock = 4096;
/** Rows of a block of a leaf's sum. */
export const leafRowsBlock = 1024;

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
  g: Float64Array,
  h: Float64Array,
  rows: Int32Array,
  gradientScale: number,
  hessianScale: number,
  key: number,
  packed: Float64Array,
): number {
  let sum = 0;
  for (let from = 0; from < rows.length; from += leafRowsBlock) {
    const to = Math.min(rows.length, from + leafRowsBlock);
    sum += quantiseBlock(g, h, rows, from, to, gradientScale, hessianScale, key, packed);
  }
  return sum;
}

function quantiseBlock(
  g: Float64Array,
  h: Float64Array,
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
    const gq = Math.floor(g[row] * gradientScale + (x & 0xffff) * byte16);
    const hq = Math.floor(h[row] * hessianScale + (x >>> 16) * byte16);
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
  outputs: number,
  output: number,
): void {
  for (let i = 0; i < values.length; i++) {
    const { start, count } = leaves[i];
    for (let from = start; from < start + count; from += leafRowsBlock) {
      addRange(rows, from, Math.min(start + count, from + leafRowsBlock), margins, outputs, output, values[i]);
    }
  }
}

function addRange(
  rows: Int32Array,
  from: number,
  to: number,
  margins: Float64Array,
  outputs: number,
  output: number,
  value: number,
): void {
  for (let i = from; i < to; i++) margins[rows[i] * outputs + output] += value;
}

/** Σg and Σh of each leaf, side by side in `out`: blocks of 1 024 rows in order. */
export function sumLeaves(
  rows: Int32Array,
  leaves: readonly LeafRange[],
  leafCount: number,
  g: Float64Array,
  h: Float64Array,
  out: Float64Array,
): void {
  out.fill(0);
  for (let i = 0; i < leafCount; i++) {
    const { start, count } = leaves[i];
    for (let from = start; from < start + count; from += leafRowsBlock) {
      sumBlock(rows, from, Math.min(start + count, from + leafRowsBlock), g, h, out, 2 * i);
    }
  }
}

function sumBlock(
  rows: Int32Array,
  from: number,
  to: number,
  g: Float64Array,
  h: Float64Array,
  out: Float64Array,
  at: number,
): void {
  let gradient = 0;
  let hessian = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    gradient += g[row];
    hessian += h[row];
  }
  out[at] += gradient;
  out[at + 1] += hessian;
}
