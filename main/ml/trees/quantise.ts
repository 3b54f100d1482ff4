/**
 * Gradients as small integers in one float64 (see kernels/histogram.ts). Each round picks scales so that the sums of all
 * rows just fit; values round up or down at random with the right mean, by a hash of (row, key), hence independent of
 * the order and of the number of workers. After Shi et al., Quantized Training of GBDT (2022).
 */
import { resourceProblem } from '../../base/errors.ts';
import { gradientUnit } from '../kernels/histogram.ts';

const blockRows = 1024;
const byte16 = 1 / 65_536;

/** Rows that the integer range still serves with useful resolution. */
export const maxTrainRows = 2 ** 25;

/** Throws resource when `rowCount` is beyond what quantised sums can hold. */
export function assertQuantisable(rowCount: number): void {
  if (rowCount <= maxTrainRows) return;
  throw resourceProblem('tree-rows', `${rowCount} training rows pass the learner's limit of ${maxTrainRows}.`, {
    hint: 'Train on a sample of the rows.',
  });
}

/** Levels per unit such that Σ|q| stays below 2²⁶ even when every row rounds up. */
export const quantisationScale = (sum: number, rowCount: number): number =>
  sum > 0 ? (gradientUnit - 2 - rowCount) / sum : 0;

/** Fills packed[row] for the given rows; returns the exact packed sum. */
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
  for (let i = 0; i < rows.length; i += blockRows) {
    sum += block(g, h, rows, i, Math.min(rows.length, i + blockRows), gradientScale, hessianScale, key, packed);
  }
  return sum;
}

function block(
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

/** 32 well-mixed bits of (row, key). */
export function hashRow(row: number, key: number): number {
  let x = Math.imul(row ^ key, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  x ^= x >>> 15;
  return x;
}
