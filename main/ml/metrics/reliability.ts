/**
 * Calibration error over equal-mass bins. Rows are ordered by predicted probability and cut where the cumulative weight
 * passes a multiple of total / bins; equal predictions never part, so the result does not depend on row order.
 * Several classes are judged by the probability of the predicted class (top-label calibration).
 */
import { argsort } from '../stats/argsort.ts';
import { normalQuantile } from '../stats/moments.ts';
import { argmaxAt, type Evaluator, type MetricInput, rowsOf } from './metric.ts';

/** One bin: weight, mean predicted probability, observed rate with a Wilson interval. */
export type ReliabilityBin = {
  readonly weight: number;
  readonly predicted: number;
  readonly observed: number;
  readonly low: number;
  readonly high: number;
};

type Bin = { mass: number; predicted: number; hits: number; squares: number };

/** Scores and 0/1 outcomes of the judged event: the positive class, or "the predicted class is right". */
function judged(input: MetricInput): { scores: Float64Array; hits: Uint8Array } {
  const rows = rowsOf(input);
  const scores = new Float64Array(rows);
  const hits = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    if (input.classCount <= 2) {
      scores[i] = input.predictions[i];
      hits[i] = input.labels[i] === 1 ? 1 : 0;
    } else {
      const k = argmaxAt(input.predictions, i * input.classCount, input.classCount);
      scores[i] = input.predictions[i * input.classCount + k];
      hits[i] = input.labels[i] === k ? 1 : 0;
    }
  }
  return { scores, hits };
}

function binner(input: MetricInput, binCount: number): (weights: ArrayLike<number> | null) => Bin[] {
  const { scores, hits } = judged(input);
  const order = argsort(scores);
  return (weights) => {
    let total = 0;
    for (let i = 0; i < order.length; i++) total += weights === null ? 1 : weights[i];
    const bins: Bin[] = [];
    let bin: Bin = { mass: 0, predicted: 0, hits: 0, squares: 0 };
    let done = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      const weight = weights === null ? 1 : weights[row];
      bin.mass += weight;
      bin.predicted += weight * scores[row];
      bin.squares += weight * scores[row] ** 2;
      bin.hits += weight * hits[row];
      done += weight;
      const last = i + 1 === order.length;
      const full = done * binCount >= total * (bins.length + 1) - 1e-9 * total;
      if (!last && (!full || scores[order[i + 1]] === scores[row])) continue;
      if (bin.mass > 0) bins.push(bin);
      bin = { mass: 0, predicted: 0, hits: 0, squares: 0 };
    }
    return bins;
  };
}

/** Evaluator of the expected calibration error over `binCount` equal-mass bins. */
export function prepareEce(binCount: number): (input: MetricInput) => Evaluator {
  return (input) => {
    const bins = binner(input, binCount);
    return (weights) => {
      let gap = 0;
      let mass = 0;
      for (const bin of bins(weights)) {
        gap += Math.abs(bin.predicted - bin.hits);
        mass += bin.mass;
      }
      return mass === 0 ? Number.NaN : gap / mass;
    };
  };
}

/** Reliability curve; the interval of each bin is Wilson's (1927) at `level`. */
export function reliability(input: MetricInput, binCount = 10, level = 0.95): ReliabilityBin[] {
  const z = normalQuantile((1 + level) / 2);
  return binner(
    input,
    binCount,
  )(null).map(({ mass, predicted, hits }) => {
    const rate = hits / mass;
    const centre = (rate + z ** 2 / (2 * mass)) / (1 + z ** 2 / mass);
    const half = (z / (1 + z ** 2 / mass)) * Math.sqrt((rate * (1 - rate)) / mass + z ** 2 / (4 * mass ** 2));
    return {
      weight: mass,
      predicted: predicted / mass,
      observed: rate,
      low: Math.max(0, centre - half),
      high: Math.min(1, centre + half),
    };
  });
}

/**
 * Murphy's (1973) split of the Brier score over the same bins, exact through the within-bin term:
 * brier = reliability − resolution + uncertainty + withinBin.
 */
export type BrierSplit = {
  readonly brier: number;
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
  readonly withinBin: number;
};

/** Splits the Brier score of binary predictions (top-label ones for several classes). */
export function brierSplit(input: MetricInput, binCount = 10): BrierSplit {
  const { scores, hits } = judged(input);
  const bins = binner(input, binCount)(null);
  const rows = scores.length;
  let brier = 0;
  let positives = 0;
  for (let i = 0; i < rows; i++) {
    brier += (scores[i] - hits[i]) ** 2 / rows;
    positives += hits[i];
  }
  const base = positives / rows;
  let calibration = 0;
  let resolution = 0;
  for (const bin of bins) {
    const rate = bin.hits / bin.mass;
    calibration += (bin.mass / rows) * (bin.predicted / bin.mass - rate) ** 2;
    resolution += (bin.mass / rows) * (rate - base) ** 2;
  }
  const uncertainty = base * (1 - base);
  return {
    brier,
    reliability: calibration,
    resolution,
    uncertainty,
    withinBin: brier - (calibration - resolution + uncertainty),
  };
}
