/** Mean deviances of positive predictions: Poisson, Tweedie and gamma, as scikit-learn defines them. */
import { type Evaluator, type MetricInput, meanOf, rowsOf } from './metric.ts';

/**
 * Deviance of one observation under variance mean^power; y = 0 is allowed below power 2. NaN for a negative y (and 0 at power 2), infinite for a mean that is not
 * positive.
 */
export function deviance(y: number, mean: number, power: number): number {
  if (!(y >= 0) || (power === 2 && y === 0)) return Number.NaN;
  if (!(mean > 0)) return Number.POSITIVE_INFINITY;
  if (power === 1) return 2 * ((y > 0 ? y * Math.log(y / mean) : 0) - (y - mean));
  if (power === 2) return 2 * (y / mean - 1 - Math.log(y / mean));
  const first = y > 0 ? y ** (2 - power) / ((1 - power) * (2 - power)) : 0;
  return 2 * (first - (y * mean ** (1 - power)) / (1 - power) + mean ** (2 - power) / (2 - power));
}

/** Mean deviance of the predictions; undefined (NaN) where a target is outside the range of the distribution. */
export const prepareDeviance =
  (power: number) =>
  (input: MetricInput): Evaluator => {
    const losses = new Float64Array(rowsOf(input));
    for (let i = 0; i < losses.length; i++) losses[i] = deviance(input.labels[i], input.predictions[i], power);
    return meanOf(losses);
  };
