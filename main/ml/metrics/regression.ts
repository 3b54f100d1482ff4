/** Errors of numeric predictions, as scikit-learn defines them. */
import { type Evaluator, type MetricInput, meanOf, rowsOf } from './metric.ts';

const errors = (input: MetricInput, loss: (predicted: number, actual: number) => number): Float64Array => {
  const losses = new Float64Array(rowsOf(input));
  for (let i = 0; i < losses.length; i++) losses[i] = loss(input.predictions[i], input.labels[i]);
  return losses;
};

/** Root of the mean squared error, in units of the target. */
export const prepareRmse = (input: MetricInput): Evaluator =>
  meanOf(
    errors(input, (p, y) => (p - y) ** 2),
    Math.sqrt,
  );

/** Mean absolute error, in units of the target. */
export const prepareMae = (input: MetricInput): Evaluator => meanOf(errors(input, (p, y) => Math.abs(p - y)));

/** Mean absolute error relative to |actual|; actual zeros count against 2^−52, so one of them makes it huge. */
export const prepareMape = (input: MetricInput): Evaluator =>
  meanOf(errors(input, (p, y) => Math.abs(p - y) / Math.max(Math.abs(y), 2 ** -52)));

/** Pinball loss, the mean over the input's quantiles; without any, of the median (half the absolute error). */
export function preparePinball(input: MetricInput): Evaluator {
  const { levels, values } = input.quantiles ?? { levels: [0.5], values: input.predictions };
  const losses = new Float64Array(rowsOf(input));
  losses.forEach((_, row) => {
    levels.forEach((level, k) => {
      const error = input.labels[row] - values[row * levels.length + k];
      losses[row] += (error >= 0 ? level * error : (level - 1) * error) / levels.length;
    });
  });
  return meanOf(losses);
}

/** Share of variance explained; 1 for perfect and 0 for other predictions of a constant target. */
export function prepareR2(input: MetricInput): Evaluator {
  const squared = errors(input, (p, y) => (p - y) ** 2);
  const labels = input.labels;
  return (weights) => {
    let mass = 0;
    let centre = 0;
    for (let i = 0; i < squared.length; i++) {
      const weight = weights === null ? 1 : weights[i];
      if (weight === 0) continue;
      mass += weight;
      centre += ((labels[i] - centre) * weight) / mass;
    }
    let residual = 0;
    let total = 0;
    for (let i = 0; i < squared.length; i++) {
      const weight = weights === null ? 1 : weights[i];
      residual += weight * squared[i];
      total += weight * (labels[i] - centre) ** 2;
    }
    if (mass === 0) return Number.NaN;
    return total === 0 ? (residual === 0 ? 1 : 0) : 1 - residual / total;
  };
}
