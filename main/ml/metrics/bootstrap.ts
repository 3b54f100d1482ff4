/**
 * Percentile bootstrap (Efron & Tibshirani 1993, ch. 13) over rows. Up to 16 384 rows each resample is a multinomial draw of
 * n rows, held as counts and handed to the prepared metric as weights: sorting and row losses happen once. Longer inputs
 * are resampled by sums, see `resample-sums.ts`: a thousand resamples of a million rows take seconds. Calibration error
 * grows under resampling itself, so its resamples are shifted back to the estimate before the interval is read.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { percentileInterval } from '../stats/quantile.ts';
import type { Evaluator, Metric, MetricInput } from './metric.ts';
import {
  blockValue,
  cellDraw,
  type Draw,
  dealBlocks,
  drawBlocks,
  drawCounts,
  gatherRows,
  newBlocks,
  shiftOf,
} from './resample-sums.ts';

export type BootstrapOptions = {
  /** Default: 1000. */
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

/** Rows up to which every resample visits every row. */
const everyRow = 16_384;

/** Resamples to draw row by row for `rows` rows when the caller does not say. */
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
  const weights = options.weights ?? null;
  const evaluators = metrics.map((metric) => metric.prepare(input));
  const estimates = evaluators.map((evaluate) => evaluate(weights));
  const long = rows > everyRow && weights === null;
  const wanted = options.resamples ?? (long ? 1000 : defaultResamples(rows));
  const draw = long
    ? drawBySums(metrics, evaluators, estimates, input, options.seed, wanted)
    : drawByRows(evaluators, rows, options.seed, weights);
  const samples = metrics.map(() => new Float64Array(wanted));
  const row = new Float64Array(metrics.length);
  let resamples = 0;
  while (resamples < wanted && (resamples < fewestResamples || !options.enough?.())) {
    draw(row, resamples);
    for (let m = 0; m < metrics.length; m++) samples[m][resamples] = row[m];
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

/** Writes the value of every metric on resample r; NaN where a metric draws no further ones. */
type DrawAll = (values: Float64Array, r: number) => void;

function drawByRows(
  evaluators: readonly Evaluator[],
  rows: number,
  seed: number,
  weights: ArrayLike<number> | null,
): DrawAll {
  const resample = createResampler(seed, weights);
  const counts = new Float64Array(rows);
  return (values) => {
    resample(counts);
    for (let m = 0; m < evaluators.length; m++) values[m] = evaluators[m](counts);
  };
}

/** Rows visited by metrics that cannot be gathered (AUC of several classes, medians): fewer resamples for them. */
const visitedRows = 1e8;

function drawBySums(
  metrics: readonly Metric[],
  evaluators: readonly Evaluator[],
  estimates: readonly number[],
  input: MetricInput,
  seed: number,
  wanted: number,
): DrawAll {
  const rows = input.labels.length;
  const of = (name: string) => createRng(deriveSeed(seed, name));
  const blockRng = of('blocks');
  const counts = newBlocks();
  const blocks = dealBlocks(rows, deriveSeed(seed, 'deal'));
  let gathered: ReturnType<typeof gatherRows> | null = null;
  const drawn: { rng: ReturnType<typeof of>; counts: Float64Array; weights: Float64Array }[] = [];
  const slowResample = createResampler(deriveSeed(seed, 'rows'));
  const slowCounts = new Float64Array(rows);
  const slow: boolean[] = [];
  const makers = metrics.map((metric, m): Draw => {
    const { sums } = evaluators[m];
    if (sums?.kind === 'columns') {
      const value = blockValue(sums, blocks);
      return () => value(counts);
    }
    if (sums?.kind === 'cells') return cellDraw(sums, of(`cells ${metric.name}`));
    if (input.classCount === 2) {
      gathered ??= gatherRows([input]);
      if (drawn.length === 0)
        drawn.push({ rng: of('scores'), counts: gathered.counts, weights: new Float64Array(gathered.counts.length) });
      const evaluate = metric.prepare(gathered.inputs[0]);
      const shift = shiftOf(estimates[m], evaluate, gathered.counts);
      return () => evaluate(drawn[0].weights) + shift;
    }
    slow[m] = true;
    return () => evaluators[m](slowCounts);
  });
  const slowWanted = Math.min(wanted, Math.max(fewestResamples, Math.floor(visitedRows / rows)));
  return (values, r) => {
    drawBlocks(blockRng, counts);
    for (const each of drawn) drawCounts(each.rng, each.counts, each.weights);
    if (slow.includes(true) && r < slowWanted) slowResample(slowCounts);
    for (let m = 0; m < makers.length; m++) {
      values[m] = slow[m] === true && r >= slowWanted ? Number.NaN : makers[m]();
    }
  };
}

function recentre(values: Float64Array, value: number): void {
  let total = 0;
  for (const sample of values) total += sample;
  const shift = value - total / values.length;
  for (let r = 0; r < values.length; r++) values[r] = Math.max(0, values[r] + shift);
}
