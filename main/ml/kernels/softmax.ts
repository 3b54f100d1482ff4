/** Softmax loss in TypeScript, twin of assembly/training/gradients.ts: single precision, the same operations in order. */
import { fillGradients, type GradientKernel, leastHessian } from './gradient-sums.ts';
import { fastExp } from './logistic.ts';

const { fround } = Math;
const blockRows = 512;

/** Probabilities of all classes of the given rows, class by class as the margins: those of class k start at k · rowCount. */
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
  const rowCount = probabilities.length / classes;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    let most = fround(margins[row]);
    for (let k = 1; k < classes; k++) most = Math.max(most, fround(margins[k * rowCount + row]));
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const e = fastExp(fround(fround(margins[k * rowCount + row]) - most));
      probabilities[k * rowCount + row] = e;
      sum = fround(sum + e);
    }
    for (let k = 0; k < classes; k++) {
      probabilities[k * rowCount + row] = fround(probabilities[k * rowCount + row] / sum);
    }
  }
}

/** The class at hand among `classes`, and the factor on hessians. */
export type ClassShape = { readonly own: number; readonly classes: number; readonly factor: number };

/** Gradients of one class from the probabilities of all; hessians are multiplied by `factor`. */
export const classGradients: GradientKernel<Float32Array, [shape: ClassShape]> = (
  probabilities,
  label,
  weight,
  rows,
  g,
  h,
  sums,
  shape,
) => {
  const size = probabilities.length / shape.classes;
  const own = probabilities.subarray(size * shape.own, size * (shape.own + 1));
  fillGradients(weight, rows, g, h, sums, (from, to) => classBlock(own, label, rows, from, to, g, h, shape));
};

function classBlock(
  probabilities: Float32Array,
  label: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
  { own, factor: given }: ClassShape,
): void {
  const factor = fround(given);
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = probabilities[row];
    g[row] = label[row] === own ? fround(p - 1) : p;
    h[row] = Math.max(fround(fround(factor * p) * fround(1 - p)), leastHessian);
  }
}
