/**
 * Gradients of the logistic loss in TypeScript, twin of assembly/training/gradients.ts: single precision, the same
 * operations in the same order, so that both give the same bits. The exponential has a relative error below 3e-7.
 */
import { fillGradients, type GradientKernel, leastHessian } from './gradient-sums.ts';

const { fround, max, min } = Math;
const magic = 12_582_912;
const log2e = fround(Math.LOG2E);
const ln2Low = fround(-2.1219444e-4);
const [c6, c5, c4, c3] = [1.3888889e-3, 8.333333e-3, 4.1666668e-2, 0.16666667].map(fround);
/** 2ᵏ for k from −126 to 127. */
const powers = Float32Array.from({ length: 254 }, (_, i) => 2 ** (i - 126));

/** eˣ in single precision: 2ᵏ times a polynomial of degree 6; x is held within ±87. */
export function fastExp(given: number): number {
  const x = min(87, max(-87, given));
  const k = fround(fround(fround(x * log2e) + magic) - magic);
  const r = fround(fround(x - fround(k * 0.693359375)) - fround(k * ln2Low));
  let p = fround(fround(r * c6) + c5);
  p = fround(fround(p * r) + c4);
  p = fround(fround(p * r) + c3);
  p = fround(fround(p * r) + 0.5);
  p = fround(fround(p * r) + 1);
  p = fround(fround(p * r) + 1);
  return fround(p * powers[k + 126]);
}

/** Gradients of the logistic loss. */
export const logisticGradients: GradientKernel<Float64Array> = (margins, label, weight, rows, g, h, sums) =>
  fillGradients(weight, rows, g, h, sums, (from, to) => logisticBlock(margins, label, rows, from, to, g, h));

function logisticBlock(
  margins: Float64Array,
  label: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
): void {
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = fround(1 / fround(1 + fastExp(-fround(margins[row]))));
    g[row] = fround(p - fround(label[row]));
    h[row] = max(fround(p * fround(1 - p)), leastHessian);
  }
}
