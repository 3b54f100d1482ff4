/** Softmax loss in TypeScript, twin of assembly/training/gradients.ts: single precision, the same operations in order. */
import { fastExp } from './logistic.ts';
import { sumRowsBlock } from './row-passes.ts';

const { fround } = Math;
const leastHessian = fround(1e-16);
const blockRows = 512;

/** Probabilities of all classes of the given rows, row-major. */
export function softmaxProbabilities(
  margins: Float64Array,
  rows: Int32Array,
  classes: number,
  probabilities: Float32Array,
): void {
  for (let from = 0; from < rows.length; from += blockRows) {
    softmaxBlock(margins, rows, from, Math.min(rows.length, from + blockRows), classes, probabilities);
  }
}

function softmaxBlock(
  margins: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  classes: number,
  probabilities: Float32Array,
): void {
  for (let i = from; i < to; i++) {
    const at = rows[i] * classes;
    let most = fround(margins[at]);
    for (let k = 1; k < classes; k++) most = Math.max(most, fround(margins[at + k]));
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const e = fastExp(fround(fround(margins[at + k]) - most));
      probabilities[at + k] = e;
      sum = fround(sum + e);
    }
    for (let k = 0; k < classes; k++) probabilities[at + k] = fround(probabilities[at + k] / sum);
  }
}

/** Gradients of one class; hessians are multiplied by `factor`. Σ|g| and Σh into `sums`. */
export function classGradients(
  probabilities: Float32Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  shape: ClassShape,
): void {
  sums.fill(0);
  for (let from = 0; from < rows.length; from += sumRowsBlock) {
    classBlock(probabilities, label, weight, rows, from, Math.min(rows.length, from + sumRowsBlock), g, h, sums, shape);
  }
}

/** The class at hand among `classes`, and the factor on hessians. */
export type ClassShape = { readonly own: number; readonly classes: number; readonly factor: number };

function classBlock(
  probabilities: Float32Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  shape: ClassShape,
): void {
  const { own, classes } = shape;
  const factor = fround(shape.factor);
  let absolute = 0;
  let hessians = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = probabilities[row * classes + own];
    let first = label[row] === own ? fround(p - 1) : p;
    const plain = fround(fround(factor * p) * fround(1 - p));
    let second = Math.max(plain, leastHessian);
    if (weight !== null) {
      const w = fround(weight[row]);
      first = fround(first * w);
      second = fround(second * w);
    }
    g[row] = first;
    h[row] = second;
    absolute += Math.abs(first);
    hessians += second;
  }
  sums[0] += absolute;
  sums[1] += hessians;
}
