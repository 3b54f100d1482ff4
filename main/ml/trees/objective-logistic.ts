/** Binary log loss: g = p − y, h = p(1 − p). */
import { plainKernels } from '../kernels/training-plain.ts';
import {
  blockRows,
  forestPrior,
  mostLogOddsStep,
  type Objective,
  type ObjectiveData,
  weightOf,
} from './objective-types.ts';

/** The logistic objective; the base is the weighted log-odds, kept within ±13.8. */
export function logistic({ label, weight, trainRows, kernels = plainKernels }: ObjectiveData): Objective {
  let positive = 0;
  let total = 0;
  let mostGradient = 0;
  for (const row of trainRows) {
    positive += label[row] * weightOf(weight, row);
    total += weightOf(weight, row);
    mostGradient = Math.max(mostGradient, weightOf(weight, row));
  }
  const rate = Math.min(1 - 1e-6, Math.max(1e-6, total > 0 ? positive / total : 0.5));
  const base = Math.log(rate / (1 - rate));
  return {
    base: Float64Array.of(base),
    stepUnit: 1,
    mostStep: mostLogOddsStep,
    mostGradient,
    beginRound: () => {},
    gradients: (_, margins, rows, g, h, sums) => kernels.logisticGradients(margins, label, weight, rows, g, h, sums),
    forestLeaf: ({ rows, from, to, amplify, lambda }) => {
      let ones = 0;
      let mass = 0;
      for (let i = from; i < to; i++) {
        const w = weightOf(weight, rows[i]) * weightOf(amplify, rows[i]);
        ones += w * label[rows[i]];
        mass += w;
      }
      const prior = forestPrior + lambda;
      return Math.log((ones + prior * rate) / (mass - ones + prior * (1 - rate))) - base;
    },
    loss: (margins, rows) => {
      let sum = 0;
      let weights = 0;
      for (let i = 0; i < rows.length; i += blockRows) {
        const to = Math.min(rows.length, i + blockRows);
        sum +=
          weight === null ? plainLoss(margins, label, rows, i, to) : weightedLoss(margins, label, weight, rows, i, to);
        for (let j = i; j < to; j++) weights += weightOf(weight, rows[j]);
      }
      return sum / weights;
    },
  };
}

/** Σ ln(1 + e^−s) over signed margins s, as one logarithm of a product: 512 factors in (1, 2] cannot overflow. */
function plainLoss(margins: Float64Array, label: Float64Array, rows: Int32Array, from: number, to: number): number {
  let sum = 0;
  let product = 1;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const signed = label[row] > 0.5 ? margins[row] : -margins[row];
    product *= 1 + Math.exp(signed > 0 ? -signed : signed);
    if (signed < 0) sum -= signed;
  }
  return sum + Math.log(product);
}

function weightedLoss(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const signed = label[row] > 0.5 ? margins[row] : -margins[row];
    sum += weight[row] * (Math.log1p(Math.exp(signed > 0 ? -signed : signed)) - Math.min(0, signed));
  }
  return sum;
}
