/**
 * Contributions in probability units. The margin runs in a straight line from its base to its value; each feature gets
 * the part of the change in probability that its share of the way causes (Aumann & Shapley 1974). For one output this is
 * the margin contributions times (p − p_base) / (margin − base); for softmax each output's contributions are weighted by
 * its mean derivative along the line. The result sums exactly to p − p_base but is no Shapley value of the probability:
 * it is to be shown as approximate.
 */
import { softmaxInto } from '../stats/links.ts';

export type ProbabilityContributions = {
  /** Always true: a rescaling of the exact margin contributions, not exact values of their own. */
  readonly approximate: true;
  readonly baseProbability: number;
  readonly probability: number;
  readonly values: Float64Array;
};

/** Margins closer than this are the same place; the slope there is taken from a small step instead. */
const flat = 1e-9;

/** Rescales the contributions to one margin (binary), given the calibrated probability as a function of the margin. */
export function rescaleToProbability(
  contributions: ArrayLike<number>,
  baseMargin: number,
  probabilityOf: (margin: number) => number,
): ProbabilityContributions {
  let way = 0;
  for (let f = 0; f < contributions.length; f++) way += contributions[f];
  const baseProbability = probabilityOf(baseMargin);
  const probability = probabilityOf(baseMargin + way);
  const slope =
    Math.abs(way) > flat
      ? (probability - baseProbability) / way
      : (probabilityOf(baseMargin + 1e-4) - probabilityOf(baseMargin - 1e-4)) / 2e-4;
  const values = Float64Array.from(contributions, (value) => value * slope);
  settle(values, probability - baseProbability);
  return { approximate: true, baseProbability, probability, values };
}

/**
 * Rescales the contributions to all softmax margins into changes of the probability of class `explained`.
 * `contributions[k]` are those of output k, all of equal length, after the
 * calibrator's scales and offsets.
 */
export function rescaleSoftmax(
  contributions: readonly ArrayLike<number>[],
  baseMargins: ArrayLike<number>,
  explained: number,
): ProbabilityContributions {
  const outputCount = contributions.length;
  const featureCount = contributions[0]?.length ?? 0;
  const way = contributions.map((values) => {
    let total = 0;
    for (let f = 0; f < featureCount; f++) total += values[f];
    return total;
  });
  const at = (t: number): Float64Array => {
    const row = Float64Array.from(way, (step, k) => baseMargins[k] + t * step);
    softmaxInto(row, 0, outputCount, row);
    return row;
  };
  const slopes = new Float64Array(outputCount);
  const steps = 64;
  for (let s = 0; s < steps; s++) {
    const p = at((s + 0.5) / steps);
    for (let k = 0; k < outputCount; k++) {
      slopes[k] += (p[explained] * ((k === explained ? 1 : 0) - p[k])) / steps;
    }
  }
  const values = new Float64Array(featureCount);
  for (let k = 0; k < outputCount; k++) {
    for (let f = 0; f < featureCount; f++) values[f] += slopes[k] * contributions[k][f];
  }
  const baseProbability = at(0)[explained];
  const probability = at(1)[explained];
  settle(values, probability - baseProbability);
  return { approximate: true, baseProbability, probability, values };
}

/** Gives what rounding or the numeric integral left over to the features in proportion to their size. */
function settle(values: Float64Array, wanted: number): void {
  let total = 0;
  let size = 0;
  for (const value of values) {
    total += value;
    size += Math.abs(value);
  }
  if (size === 0) return;
  const rest = wanted - total;
  for (let f = 0; f < values.length; f++) values[f] += (rest * Math.abs(values[f])) / size;
}
