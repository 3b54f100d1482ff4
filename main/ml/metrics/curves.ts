/** Curves for charts: plain JSON, at most 200 points each. Thinning keeps both ends and the points nearest to an even grid. */
import { argsort } from '../stats/argsort.ts';
import { mean } from '../stats/moments.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import type { MetricInput } from './metric.ts';
import { descendingGroups } from './ranking.ts';

const mostPoints = 200;

/** Indices 0…count−1 thinned to at most `most`, ends kept. */
export function thin(count: number, most = mostPoints): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

export type RocPoint = {
  readonly threshold: number;
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
};
export type PrPoint = { readonly threshold: number; readonly recall: number; readonly precision: number };
export type LiftPoint = { readonly share: number; readonly gain: number; readonly lift: number };

type Cut = { threshold: number; rows: number; positives: number };

/** Cumulative counts at every distinct score, highest first. */
function cuts(input: MetricInput): Cut[] {
  const { order, endsGroup } = descendingGroups(input.predictions);
  const found: Cut[] = [];
  let positives = 0;
  for (let i = 0; i < order.length; i++) {
    if (input.labels[order[i]] === 1) positives++;
    if (endsGroup[i] === 1) found.push({ threshold: input.predictions[order[i]], rows: i + 1, positives });
  }
  return found;
}

/** ROC curve of binary predictions from (0, 0) at threshold +∞ (given as 1) to (1, 1). */
export function rocCurve(input: MetricInput): RocPoint[] {
  const all = cuts(input);
  const total = all.at(-1) ?? { rows: 0, positives: 0 };
  const points: RocPoint[] = [{ threshold: 1, falsePositiveRate: 0, truePositiveRate: 0 }];
  for (const i of thin(all.length, mostPoints - 1)) {
    const { threshold, rows, positives } = all[i];
    points.push({
      threshold,
      falsePositiveRate: (rows - positives) / (total.rows - total.positives),
      truePositiveRate: positives / total.positives,
    });
  }
  return points;
}

/** Precision over recall of binary predictions, highest threshold first. */
export function prCurve(input: MetricInput): PrPoint[] {
  const all = cuts(input);
  const total = all.at(-1)?.positives ?? 0;
  return thin(all.length).map((i) => ({
    threshold: all[i].threshold,
    recall: all[i].positives / total,
    precision: all[i].positives / all[i].rows,
  }));
}

/** Share of positives found (gain) and its ratio to chance (lift) by share of rows acted on. */
export function liftCurve(input: MetricInput): LiftPoint[] {
  const all = cuts(input);
  const total = all.at(-1) ?? { rows: 0, positives: 0 };
  const points: LiftPoint[] = [{ share: 0, gain: 0, lift: all.length === 0 ? Number.NaN : liftOf(all[0], total) }];
  for (const i of thin(all.length, mostPoints - 1)) {
    points.push({
      share: all[i].rows / total.rows,
      gain: all[i].positives / total.positives,
      lift: liftOf(all[i], total),
    });
  }
  return points;
}

const liftOf = (cut: { rows: number; positives: number }, total: { rows: number; positives: number }): number =>
  cut.positives / cut.rows / (total.positives / total.rows);

export type HistogramBin = { readonly from: number; readonly to: number; readonly count: number };

export type ResidualSummary = {
  readonly histogram: readonly HistogramBin[];
  /** Residual (actual − predicted) at these probabilities. */
  readonly quantiles: readonly { readonly probability: number; readonly residual: number }[];
  readonly mean: number;
};

/** Residuals of a regression; the outermost half percent on each side is counted in the end bins. */
export function residualSummary(input: MetricInput, binCount = 40): ResidualSummary {
  const residuals = new Float64Array(input.labels.length);
  for (let i = 0; i < residuals.length; i++) residuals[i] = input.labels[i] - input.predictions[i];
  const sorted = sortedFinite(residuals);
  const low = quantileSorted(sorted, 0.005);
  const high = quantileSorted(sorted, 0.995);
  const width = high > low ? (high - low) / binCount : 1;
  const counts = new Float64Array(high > low ? binCount : 1);
  for (const residual of sorted) {
    counts[Math.max(0, Math.min(counts.length - 1, Math.floor((residual - low) / width)))]++;
  }
  return {
    histogram: Array.from(counts, (count, i) => ({ from: low + i * width, to: low + (i + 1) * width, count })),
    quantiles: [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99].map((probability) => ({
      probability,
      residual: quantileSorted(sorted, probability),
    })),
    mean: mean(sorted),
  };
}

export type PredictedActualBin = {
  readonly rows: number;
  readonly predicted: number;
  readonly actual: number;
  /** Quartiles of the actual values in the bin. */
  readonly low: number;
  readonly high: number;
};

/** Mean prediction against mean actual value in equal-count bins by prediction. */
export function predictedActual(input: MetricInput, binCount = 30): PredictedActualBin[] {
  const order = argsort(input.predictions);
  const bins: PredictedActualBin[] = [];
  const most = Math.min(binCount, order.length);
  for (let b = 0; b < most; b++) {
    const rows = order.subarray(Math.floor((b * order.length) / most), Math.floor(((b + 1) * order.length) / most));
    const actual = Float64Array.from(rows, (row) => input.labels[row]).sort();
    bins.push({
      rows: rows.length,
      predicted: mean(Float64Array.from(rows, (row) => input.predictions[row])),
      actual: mean(actual),
      low: quantileSorted(actual, 0.25),
      high: quantileSorted(actual, 0.75),
    });
  }
  return bins;
}
