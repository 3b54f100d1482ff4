import type { MetricInput } from '../metrics/metric.ts';

const epsilon = 2 ** -52;

/** Loss of every row: −ln of the probability given to the truth, or the absolute error of a number. */
export function rowLosses({ predictions, labels, classCount }: MetricInput): Float64Array {
  return Float64Array.from({ length: labels.length }, (_, i) => {
    if (classCount === 0) return Math.abs(predictions[i] - labels[i]);
    const p =
      classCount > 2 ? predictions[i * classCount + labels[i]] : labels[i] === 1 ? predictions[i] : 1 - predictions[i];
    return -Math.log(Math.max(epsilon, p));
  });
}
