/** Multiclass log loss with the diagonal of the Hessian scaled by K/(K−1), as in Friedman's K-class boosting. */
import { plainKernels } from '../kernels/training-plain.ts';
import { forestPrior, mostLogOddsStep, type Objective, type ObjectiveData, weightOf } from './objective-types.ts';

/** The softmax objective; base scores are the logarithms of the weighted class shares. */
export function softmax({ label, weight, trainRows, outputCount, kernels = plainKernels }: ObjectiveData): Objective {
  const totals = new Float64Array(outputCount);
  let all = 0;
  let mostGradient = 0;
  for (const row of trainRows) {
    totals[label[row]] += weightOf(weight, row);
    all += weightOf(weight, row);
    mostGradient = Math.max(mostGradient, weightOf(weight, row));
  }
  const rowCount = label.length;
  const probabilities = kernels.floats(label.length * outputCount);
  const factor = outputCount > 1 ? outputCount / (outputCount - 1) : 1;
  const shares = totals.map((total) => Math.min(1, Math.max(1e-6, all > 0 ? total / all : 1 / outputCount)));
  return {
    base: shares.map(Math.log),
    stepUnit: 1,
    mostStep: mostLogOddsStep,
    mostGradient,
    beginRound: (margins, rows) => kernels.softmaxProbabilities(margins, rows, outputCount, probabilities),
    gradients: (own, _, rows, g, h, sums) =>
      kernels.classGradients(probabilities, label, weight, rows, g, h, sums, { own, classes: outputCount, factor }),
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
        let most = margins[row];
        for (let k = 1; k < outputCount; k++) most = Math.max(most, margins[k * rowCount + row]);
        let total = 0;
        for (let k = 0; k < outputCount; k++) total += Math.exp(margins[k * rowCount + row] - most);
        const w = weightOf(weight, row);
        sum += w * (Math.log(total) + most - margins[label[row] * rowCount + row]);
        weights += w;
      }
      return sum / weights;
    },
  };
}
