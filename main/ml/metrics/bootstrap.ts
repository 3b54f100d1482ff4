/**
 * Percentile bootstrap (Efron & Tibshirani 1993, ch. 13) over rows. Each resample is a multinomial draw of n rows,
 * held as counts and handed to the prepared metric as weights: sorting and row losses happen once. Calibration error
 * grows under resampling itself, so its resamples are shifted back to the estimate before the interval is read.
 */
import { createRng } from '../../base/rng.ts';
import { percentileInterval } from '../stats/quantile.ts';
import type { Metric, MetricInput } from './metric.ts';

export type BootstrapOptions = {
  /** Default: 1000, fewer on long inputs (2e7 draws in all, at least 200). */
  readonly resamples?: number;
  readonly seed: number;
  /** Default 0.95. */
  readonly level?: number;
  /** Row weights multiplied into every resample. */
  readonly weights?: ArrayLike<number> | null;
};

export type Interval = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly resamples: number;
};

/** Fills `counts` with a multinomial draw of `counts.length` rows, times `weights` when given. */
export type Resampler = (counts: Float64Array) => void;

/** Draws resamples from one seeded stream. */
export function createResampler(seed: number, weights: ArrayLike<number> | null = null): Resampler {
  const rng = createRng(seed);
  return (counts) => {
    const rows = counts.length;
    counts.fill(0);
    for (let i = 0; i < rows; i++) counts[Math.floor(rng.next() * rows)]++;
    if (weights !== null) for (let i = 0; i < rows; i++) counts[i] *= weights[i];
  };
}

/** Resamples to draw for `rows` rows when the caller does not say. */
export const defaultResamples = (rows: number): number =>
  Math.max(200, Math.min(1000, Math.floor(2e7 / Math.max(1, rows))));

/** The metric with its bootstrap interval; same seed, same interval. */
export function bootstrapCi(metric: Metric, input: MetricInput, options: BootstrapOptions): Interval {
  return bootstrapCis([metric], input, options)[0];
}

/**
 * Several metrics of the same predictions over one set of resamples: what `bootstrapCi` gives for each, for little more
 * than the cost of one. With `enough`, drawing ends early (never before 50 resamples) once it says so.
 */
export function bootstrapCis(
  metrics: readonly Metric[],
  input: MetricInput,
  options: BootstrapOptions & { readonly enough?: () => boolean },
): Interval[] {
  const rows = input.labels.length;
  const level = options.level ?? 0.95;
  const wanted = options.resamples ?? defaultResamples(rows);
  const weights = options.weights ?? null;
  const evaluators = metrics.map((metric) => metric.prepare(input));
  const estimates = evaluators.map((evaluate) => evaluate(weights));
  const draw = createResampler(options.seed, weights);
  const counts = new Float64Array(rows);
  const samples = metrics.map(() => new Float64Array(wanted));
  let resamples = 0;
  while (resamples < wanted && (resamples < fewestResamples || !options.enough?.())) {
    draw(counts);
    for (let m = 0; m < metrics.length; m++) samples[m][resamples] = evaluators[m](counts);
    resamples++;
  }
  return metrics.map((metric, m) => {
    const value = estimates[m];
    const values = samples[m].subarray(0, resamples);
    if (metric.shiftedByResampling) recentre(values, value);
    const interval = percentileInterval(values, level);
    return { value, low: Math.min(interval.low, value), high: Math.max(interval.high, value), level, resamples };
  });
}

/** Below this an interval says nothing. */
const fewestResamples = 50;

function recentre(values: Float64Array, value: number): void {
  let total = 0;
  for (const sample of values) total += sample;
  const shift = value - total / values.length;
  for (let r = 0; r < values.length; r++) values[r] = Math.max(0, values[r] + shift);
}

export type PairedDifference = {
  /** Metric of a minus metric of b. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Share of resamples where a is better than b (the metric's direction counted, ties half). */
  readonly shareBetter: number;
  /** `a`, `b` when the interval excludes zero on that side, `equal` when it lies inside the band, else `unclear`. */
  readonly verdict: 'a' | 'b' | 'equal' | 'unclear';
};

/**
 * Difference of one metric between two sets of predictions for the same rows, with an interval from joint resamples.
 * `equalBand` is the largest difference that does not matter in practice (default 0: never "equal").
 */
export function pairedBootstrap(
  metric: Metric,
  a: MetricInput,
  b: MetricInput,
  options: BootstrapOptions & { readonly equalBand?: number },
): PairedDifference {
  const rows = a.labels.length;
  const level = options.level ?? 0.95;
  const resamples = options.resamples ?? defaultResamples(rows);
  const [first, second] = [metric.prepare(a), metric.prepare(b)];
  const weights = options.weights ?? null;
  const difference = first(weights) - second(weights);
  const draw = createResampler(options.seed, weights);
  const counts = new Float64Array(rows);
  const values = new Float64Array(resamples);
  const direction = metric.higherIsBetter ? 1 : -1;
  let better = 0;
  for (let r = 0; r < resamples; r++) {
    draw(counts);
    values[r] = first(counts) - second(counts);
    const gain = values[r] * direction;
    better += gain > 0 ? 1 : gain === 0 ? 0.5 : 0;
  }
  const { low, high } = percentileInterval(values, level);
  const band = options.equalBand ?? 0;
  let verdict: PairedDifference['verdict'] = 'unclear';
  if (low >= -band && high <= band && band > 0) verdict = 'equal';
  else if (low > 0 || high < 0) verdict = difference > 0 === metric.higherIsBetter ? 'a' : 'b';
  return { difference, low, high, level, shareBetter: better / resamples, verdict };
}
