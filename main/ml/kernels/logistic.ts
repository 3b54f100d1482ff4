/**
 * Gradients of the logistic loss in TypeScript, twin of assembly/training/gradients.ts: single precision, the same
 * operations in the same order, so that both give the same bits. The exponential has a relative error below 3e-7.
 */
import { sumRowsBlock } from './row-passes.ts';

const { fround, max, min } = Math;
const leastHessian = fround(1e-16);
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

/** Fills g and h of the given rows; Σ|g| and Σh into `sums`. */
export function logisticGradients(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
): void {
  sums.fill(0);
  const lanes = new Float64Array(8);
  for (let from = 0; from < rows.length; from += sumRowsBlock) {
    lanes.fill(0);
    logisticBlock(margins, label, weight, rows, from, Math.min(rows.length, from + sumRowsBlock), g, h, lanes);
    sums[0] += lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
    sums[1] += lanes[4] + lanes[5] + (lanes[6] + lanes[7]);
  }
}

/** Every fourth row has sums of its own, as lanes do. */
function logisticBlock(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
  lanes: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = fround(1 / fround(1 + fastExp(-fround(margins[row]))));
    let first = fround(p - fround(label[row]));
    const plain = fround(p * fround(1 - p));
    let second = max(plain, leastHessian);
    if (weight !== null) {
      const w = fround(weight[row]);
      first = fround(first * w);
      second = fround(second * w);
    }
    g[row] = first;
    h[row] = second;
    const lane = (i - from) & 3;
    lanes[lane] += Math.abs(first);
    lanes[4 + lane] += second;
  }
}
