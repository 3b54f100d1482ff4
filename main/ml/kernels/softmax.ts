/** Softmax loss in TypeScript, twin of assembly/training/gradients.ts: single precision, the same operations in order. */
import { fastExp } from './logistic.ts';
import { sumRowsBlock } from './row-passes.ts';

const { fround } = Math;
const leastHessian = fround(1e-16);
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
  const { length } = probabilities;
  const own = probabilities.subarray((length / shape.classes) * shape.own, (length / shape.classes) * (shape.own + 1));
  sums.fill(0);
  const lanes = new Float64Array(8);
  for (let from = 0; from < rows.length; from += sumRowsBlock) {
    lanes.fill(0);
    classBlock(own, label, weight, rows, from, Math.min(rows.length, from + sumRowsBlock), g, h, lanes, shape);
    sums[0] += lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
    sums[1] += lanes[4] + lanes[5] + (lanes[6] + lanes[7]);
  }
}

/** Every fourth row has sums of its own, as lanes do. */
function classBlock(
  probabilities: Float32Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
  lanes: Float64Array,
  { own, factor: given }: ClassShape,
): void {
  const factor = fround(given);
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = probabilities[row];
    let first = label[row] === own ? fround(p - 1) : p;
    let second = Math.max(fround(fround(factor * p) * fround(1 - p)), leastHessian);
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
