/**
 * Paired comparison of two models on the same rows: both are judged on each resample, so that what is hard for both cancels.
 * A band of practical equality (ROPE, Kruschke 2018) around zero says which differences matter; the shares of
 * resamples below, inside and above it are read as how likely each of the three is.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { percentileInterval } from '../stats/quantile.ts';
import { type BootstrapOptions, createResampler, defaultResamples } from './bootstrap.ts';
import type { Metric, MetricInput } from './metric.ts';
import { blockValue, dealBlocks, drawBlocks, drawCounts, gatherRows, newBlocks } from './resample-sums.ts';

export type PairedDifference = {
  /** Metric of a minus metric of b. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** Share of resamples where a is better than b (the metric's direction counted, ties half). */
  readonly shareBetter: number;
  /** Shares of resamples where a is better by more than the band, where the two are equal in practice, and where b is. */
  readonly shares: { readonly a: number; readonly equal: number; readonly b: number };
  /**
   * `equal` when the interval lies inside the band; else `a` or `b` when it excludes zero on that side; else `unclear`.
   */
  readonly verdict: 'a' | 'b' | 'equal' | 'unclear';
};

const everyRow = 16_384;

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
  const weights = options.weights ?? null;
  const [first, second] = [metric.prepare(a), metric.prepare(b)];
  const difference = first(weights) - second(weights);
  const { draw, resamples } = drawPairs(metric, a, b, options, difference, [first, second], rows);
  const band = options.equalBand ?? 0;
  const direction = metric.higherIsBetter ? 1 : -1;
  const values = new Float64Array(resamples);
  const counted = { better: 0, a: 0, equal: 0, b: 0 };
  for (let r = 0; r < resamples; r++) {
    values[r] = draw();
    const gain = values[r] * direction;
    counted.better += gain > 0 ? 1 : gain === 0 ? 0.5 : 0;
    if (Math.abs(gain) <= band) counted.equal++;
    else if (gain > 0) counted.a++;
    else counted.b++;
  }
  const { low, high } = percentileInterval(values, level);
  let verdict: PairedDifference['verdict'] = 'unclear';
  if (low >= -band && high <= band && band > 0) verdict = 'equal';
  else if (low > 0 || high < 0) verdict = difference > 0 === metric.higherIsBetter ? 'a' : 'b';
  return {
    difference,
    low,
    high,
    level,
    shareBetter: counted.better / resamples,
    shares: { a: counted.a / resamples, equal: counted.equal / resamples, b: counted.b / resamples },
    verdict,
  };
}

type Pair = readonly [ReturnType<Metric['prepare']>, ReturnType<Metric['prepare']>];

/** How a joint resample of both models is drawn: by sums or gathered rows where the input is long, else row by row. */
function drawPairs(
  metric: Metric,
  a: MetricInput,
  b: MetricInput,
  options: BootstrapOptions,
  difference: number,
  [first, second]: Pair,
  rows: number,
): { readonly draw: () => number; readonly resamples: number } {
  const { seed } = options;
  const weights = options.weights ?? null;
  const long = rows > everyRow && weights === null;
  const resamples = options.resamples ?? (long ? 1000 : defaultResamples(rows));
  if (long && first.sums?.kind === 'columns' && second.sums?.kind === 'columns') {
    const blocks = dealBlocks(rows, deriveSeed(seed, 'deal'));
    const [one, other] = [blockValue(first.sums, blocks), blockValue(second.sums, blocks)];
    const rng = createRng(deriveSeed(seed, 'blocks'));
    const counts = newBlocks();
    const draw = (): number => {
      drawBlocks(rng, counts);
      return one(counts) - other(counts);
    };
    return { draw, resamples };
  }
  if (long && a.classCount === 2) {
    const gathered = gatherRows([a, b]);
    const [one, other] = gathered.inputs.map((input) => metric.prepare(input));
    const shift = difference - (one(gathered.counts) - other(gathered.counts));
    const rng = createRng(deriveSeed(seed, 'scores'));
    const drawn = new Float64Array(gathered.counts.length);
    const draw = (): number => {
      drawCounts(rng, gathered.counts, drawn);
      return one(drawn) - other(drawn) + shift;
    };
    return { draw, resamples };
  }
  const resample = createResampler(seed, weights);
  const counts = new Float64Array(rows);
  const draw = (): number => {
    resample(counts);
    return first(counts) - second(counts);
  };
  return { draw, resamples: options.resamples ?? defaultResamples(rows) };
}
