/** Multiclass log loss with the diagonal of the Hessian scaled by K/(K−1), as in Friedman's K-class boosting. */
import {
  blockRows,
  forestPrior,
  leastHessian,
  type Objective,
  type ObjectiveData,
  weightOf,
} from './objective-types.ts';

/** The softmax objective; base scores are the logarithms of the weighted class shares. */
export function softmax({ label, weight, trainRows, outputCount }: ObjectiveData): Objective {
  const totals = new Float64Array(outputCount);
  let all = 0;
  for (const row of trainRows) {
    totals[label[row]] += weightOf(weight, row);
    all += weightOf(weight, row);
  }
  const probabilities = new Float64Array(label.length * outputCount);
  const factor = outputCount > 1 ? outputCount / (outputCount - 1) : 1;
  const shares = totals.map((total) => Math.min(1, Math.max(1e-6, all > 0 ? total / all : 1 / outputCount)));
  return {
    base: shares.map(Math.log),
    stepUnit: 1,
    beginRound: (margins, rows) => {
      for (let i = 0; i < rows.length; i += blockRows) {
        softmaxBlock(margins, probabilities, outputCount, rows, i, Math.min(rows.length, i + blockRows));
      }
    },
    gradients: (output, _, rows, g, h, sums) => {
      sums.fill(0);
      const shape = { output, outputs: outputCount, factor };
      for (let i = 0; i < rows.length; i += blockRows) {
        gradientBlock(shape, probabilities, label, weight, rows, i, Math.min(rows.length, i + blockRows), g, h, sums);
      }
    },
    forestLeaf: ({ output, rows, from, to, amplify, lambda }) => {
      let own = 0;
      let mass = 0;
      for (let i = from; i < to; i++) {
        const w = weightOf(weight, rows[i]) * weightOf(amplify, rows[i]);
        if (label[rows[i]] === output) own += w;
        mass += w;
      }
      const prior = forestPrior + lambda;
      return Math.log((own + prior * shares[output]) / (mass + prior) / shares[output]);
    },
    loss: (margins, rows) => {
      let sum = 0;
      let weights = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const at = row * outputCount;
        let most = margins[at];
        for (let k = 1; k < outputCount; k++) most = Math.max(most, margins[at + k]);
        let total = 0;
        for (let k = 0; k < outputCount; k++) total += Math.exp(margins[at + k] - most);
        const w = weightOf(weight, row);
        sum += w * (Math.log(total) + most - margins[at + label[row]]);
        weights += w;
      }
      return sum / weights;
    },
  };
}

function gradientBlock(
  { output, outputs, factor }: { readonly output: number; readonly outputs: number; readonly factor: number },
  probabilities: Float64Array,
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
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = probabilities[row * outputs + output];
    const w = weight === null ? 1 : weight[row];
    const first = (label[row] === output ? p - 1 : p) * w;
    const second = Math.max(factor * p * (1 - p), leastHessian) * w;
    g[row] = first;
    h[row] = second;
    absolute += first < 0 ? -first : first;
    hessians += second;
  }
  sums[0] += absolute;
  sums[1] += hessians;
}

function softmaxBlock(
  margins: Float64Array,
  out: Float64Array,
  outputs: number,
  rows: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const at = rows[i] * outputs;
    let most = margins[at];
    for (let k = 1; k < outputs; k++) if (margins[at + k] > most) most = margins[at + k];
    let total = 0;
    for (let k = 0; k < outputs; k++) {
      const e = Math.exp(margins[at + k] - most);
      out[at + k] = e;
      total += e;
    }
    for (let k = 0; k < outputs; k++) out[at + k] /= total;
  }
}
