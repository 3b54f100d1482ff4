/**
 * Gradients of the logistic loss in TypeScript, twin of assembly/training/gradients.ts: the same operations in the same
 * order, so that both give the same bits. The exponential is 2ᵏ times a polynomial, with a relative error below 1e-14.
 */
import { sumRowsBlock } from './row-passes.ts';

const leastHessian = 1e-16;
const magic = 6_755_399_441_055_744;
/** 2ᵏ for k from −1 022 to 1 023. */
const powers = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022));

/** eˣ; x is held within ±708. */
export function fastExp(given: number): number {
  const x = given > 708 ? 708 : given < -708 ? -708 : given;
  const k = x * 1.4426950408889634 + magic - magic;
  const r = x - k * 0.6931471803691238 - k * 1.9082149292705877e-10;
  let p = r * 2.505210838544172e-8 + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 1.984126984126984e-4;
  p = p * r + 1.388888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 0.16666666666666666;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * powers[k + 1022];
}

/** Fills g and h of the given rows; Σ|g| and Σh into `sums`. */
export function logisticGradients(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float64Array,
  h: Float64Array,
  sums: Float64Array,
): void {
  sums.fill(0);
  for (let from = 0; from < rows.length; from += sumRowsBlock) {
    logisticBlock(margins, label, weight, rows, from, Math.min(rows.length, from + sumRowsBlock), g, h, sums);
  }
}

/** Rows at even and at odd places have sums of their own, added at the end, as two lanes do. */
function logisticBlock(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float64Array,
  h: Float64Array,
  sums: Float64Array,
): void {
  let absolute = 0;
  let hessians = 0;
  let otherAbsolute = 0;
  let otherHessians = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = 1 / (1 + fastExp(-margins[row]));
    const w = weight === null ? 1 : weight[row];
    const first = (p - label[row]) * w;
    const plain = p * (1 - p);
    const second = (plain > leastHessian ? plain : leastHessian) * w;
    g[row] = first;
    h[row] = second;
    if (((i - from) & 1) === 0) {
      absolute += first < 0 ? -first : first;
      hessians += second;
    } else {
      otherAbsolute += first < 0 ? -first : first;
      otherHessians += second;
    }
  }
  sums[0] += absolute + otherAbsolute;
  sums[1] += hessians + otherHessians;
}
