/** Errors of numeric predictions, as scikit-learn defines them. */
import { argsort } from '../stats/argsort.ts';
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

/** Rows whose true value is zero: they have no relative error, and MAPE leaves them out. */
export function rowsWithoutRatio(labels: ArrayLike<number>): number {
  let rows = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 0) rows++;
  return rows;
}

/** Mean absolute error relative to |actual| over the rows whose actual value is not zero; NaN without any. */
export const prepareMape = (input: MetricInput): Evaluator =>
  meanOf(
    errors(input, (p, y) => (y === 0 ? 0 : Math.abs(p - y) / Math.abs(y))),
    undefined,
    errors(input, (_, y) => (y === 0 ? 0 : 1)),
  );

/** Root of the mean squared error of ln(1 + value); NaN where a target or prediction is at or below −1. */
export const prepareRmsle = (input: MetricInput): Evaluator =>
  meanOf(
    errors(input, (p, y) => (p > -1 && y > -1 ? (Math.log1p(p) - Math.log1p(y)) ** 2 : Number.NaN)),
    Math.sqrt,
  );

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
  let shift = 0;
  for (let i = 0; i < squared.length; i++) shift += labels[i] / squared.length;
  const ones = new Float64Array(squared.length).fill(1);
  const away = Float64Array.from(labels, (label) => label - shift);
  const columns = [squared, ones, away, away.map((value) => value * value)];
  const finish = ([residual, mass, sum, squares]: Float64Array): number => 1 - residual / (squares - sum ** 2 / mass);
  const evaluate = (weights: ArrayLike<number> | null): number => {
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
  return Object.assign(evaluate, { sums: { kind: 'columns', columns, finish } as const });
}

/**
 * Share of the absolute error explained (D²): 1 − the model's absolute error by that of the best constant, the
 * (weighted) median.
 */
export function prepareD2(input: MetricInput): Evaluator {
  const absolute = errors(input, (p, y) => Math.abs(p - y));
  const { labels } = input;
  const order = argsort(labels);
  const middleOf = (weights: ArrayLike<number> | null): number => weightedMiddle(order, labels, weights);
  const evaluate = (weights: ArrayLike<number> | null): number => {
    const middle = middleOf(weights);
    let own = 0;
    let constant = 0;
    for (let i = 0; i < absolute.length; i++) {
      const weight = weights === null ? 1 : weights[i];
      own += weight * absolute[i];
      constant += weight * Math.abs(labels[i] - middle);
    }
    if (Number.isNaN(middle)) return Number.NaN;
    return constant === 0 ? (own === 0 ? 1 : 0) : 1 - own / constant;
  };
  // The median minimises what it divides by, so keeping it fixed while resampling changes nothing of first order
  const middle = middleOf(null);
  const columns = [absolute, Float64Array.from(labels, (label) => Math.abs(label - middle))];
  const finish = ([own, constant]: Float64Array): number => 1 - own / constant;
  return Object.assign(evaluate, { sums: { kind: 'columns', columns, finish } as const });
}

/** A minimiser of the weighted absolute error: any value between the two middle ones costs the same. NaN of no weight. */
function weightedMiddle(order: Uint32Array, labels: ArrayLike<number>, weights: ArrayLike<number> | null): number {
  let mass = 0;
  for (let i = 0; i < order.length; i++) mass += weights === null ? 1 : weights[i];
  let below = 0;
  for (let i = 0; i < order.length && mass > 0; i++) {
    below += weights === null ? 1 : weights[order[i]];
    if (2 * below >= mass) return labels[order[i]];
  }
  return Number.NaN;
}
