/**
 * Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl 2011, §4): finished trials are parted into the best
 * γ and the rest; per dimension each part becomes a density (a mixture of truncated normals around its trials and a
 * wide prior); candidates drawn from the good density are ranked by the ratio of the two. Dimensions are independent.
 * The proposal is a function of history, space, seed and index alone.
 */
import { createRng, deriveSeed, type Rng } from '../../base/rng.ts';
import type { Configuration, Dimension, SearchSpace } from './space.ts';

/** A finished trial; `loss` is lower for better trials and the same measure for all. */
export type TrialResult = { readonly configuration: Configuration; readonly loss: number };

const startupTrials = 6;
const candidateCount = 32;

/** The configuration to try as number `index`. Trials without a finite loss count among the bad ones. */
export function proposeNext(
  history: readonly TrialResult[],
  space: SearchSpace,
  seed: number,
  index: number,
): Configuration {
  const rng = createRng(deriveSeed(seed, `tpe-${index}`));
  if (history.length < startupTrials) return fill(space, (dimension) => drawPrior(dimension, rng));
  const rank = (trial: TrialResult): number => (Number.isFinite(trial.loss) ? trial.loss : Number.POSITIVE_INFINITY);
  const sorted = [...history].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
  const goodCount = Math.max(2, Math.min(25, Math.ceil(0.25 * Math.sqrt(sorted.length) + 0.1 * sorted.length)));
  const good = sorted.slice(0, goodCount);
  const bad = sorted.slice(goodCount);
  return fill(space, (dimension) => bestCandidate(dimension, good, bad, rng));
}

function fill(space: SearchSpace, draw: (dimension: Dimension) => number | boolean): Configuration {
  return Object.fromEntries(space.map((dimension) => [dimension.name, draw(dimension)]));
}

function bestCandidate(
  dimension: Dimension,
  good: readonly TrialResult[],
  bad: readonly TrialResult[],
  rng: Rng,
): number | boolean {
  if (dimension.kind === 'choice') {
    const [better, worse] = [choiceShares(dimension, good), choiceShares(dimension, bad)];
    let best = 0;
    let bestRatio = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < candidateCount; c++) {
      const at = drawIndex(better, rng);
      const ratio = better[at] / worse[at];
      if (ratio > bestRatio) [best, bestRatio] = [at, ratio];
    }
    return dimension.values[best];
  }
  const [better, worse] = [parzen(dimension, good), parzen(dimension, bad)];
  let best = 0.5;
  let bestRatio = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < candidateCount; c++) {
    const x = drawParzen(better, rng);
    const ratio = logDensity(better, x) - logDensity(worse, x);
    if (ratio > bestRatio) [best, bestRatio] = [x, ratio];
  }
  return fromUnit(dimension, best);
}

type NumberDimension = Dimension & { readonly kind: 'number' };

/** Position of a value in its range, 0…1, on the searched scale. */
function toUnit(dimension: NumberDimension, value: number): number {
  const scale = dimension.log ? Math.log : (x: number): number => x;
  const unit = (scale(value) - scale(dimension.low)) / (scale(dimension.high) - scale(dimension.low));
  return Math.max(0, Math.min(1, Number.isFinite(unit) ? unit : 0.5));
}

function fromUnit(dimension: NumberDimension, unit: number): number {
  const { low, high, log, integer } = dimension;
  const value = log ? Math.exp(Math.log(low) + unit * (Math.log(high) - Math.log(low))) : low + unit * (high - low);
  const kept = Math.max(low, Math.min(high, value));
  return integer ? Math.round(kept) : Number(kept.toPrecision(4));
}

function drawPrior(dimension: Dimension, rng: Rng): number | boolean {
  if (dimension.kind === 'choice') return dimension.values[rng.int(dimension.values.length)];
  return fromUnit(dimension, rng.next());
}

/** Centres and widths of a mixture on [0, 1]; the first is the prior, centred with width 1. */
type Mixture = { readonly centres: readonly number[]; readonly widths: readonly number[] };

function parzen(dimension: NumberDimension, trials: readonly TrialResult[]): Mixture {
  const centres = [0.5];
  for (const trial of trials) {
    const value = trial.configuration[dimension.name];
    if (typeof value === 'number') centres.push(toUnit(dimension, value));
  }
  const sorted = [...centres].sort((a, b) => a - b);
  const least = 1 / Math.min(100, sorted.length + 4);
  const widths = centres.map((centre, i) => {
    if (i === 0) return 1;
    const at = sorted.indexOf(centre);
    const left = centre - (at > 0 ? sorted[at - 1] : 0);
    const right = (at + 1 < sorted.length ? sorted[at + 1] : 1) - centre;
    return Math.max(least, Math.min(1, Math.max(left, right)));
  });
  return { centres, widths };
}

function drawParzen(mixture: Mixture, rng: Rng): number {
  for (;;) {
    const i = rng.int(mixture.centres.length);
    const x = mixture.centres[i] + mixture.widths[i] * rng.normal();
    if (x >= 0 && x <= 1) return x;
  }
}

/** Log density up to a constant, each normal cut to [0, 1]. */
function logDensity({ centres, widths }: Mixture, x: number): number {
  let total = 0;
  for (let i = 0; i < centres.length; i++) {
    const z = (x - centres[i]) / widths[i];
    const inside = normalCdf((1 - centres[i]) / widths[i]) - normalCdf(-centres[i] / widths[i]);
    total += Math.exp(-0.5 * z * z) / (widths[i] * inside);
  }
  return Math.log(total / centres.length);
}

/** Normal distribution function by the logistic approximation of Bowling et al. (2009); error below 2e-4. */
const normalCdf = (z: number): number => 1 / (1 + Math.exp(-(0.07056 * z ** 3 + 1.5976 * z)));

function choiceShares(dimension: Dimension & { readonly kind: 'choice' }, trials: readonly TrialResult[]): number[] {
  const counts = dimension.values.map(() => 1);
  for (const trial of trials) {
    const at = dimension.values.indexOf(trial.configuration[dimension.name]);
    if (at >= 0) counts[at]++;
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

function drawIndex(shares: readonly number[], rng: Rng): number {
  let rest = rng.next();
  for (let i = 0; i < shares.length - 1; i++) {
    rest -= shares[i];
    if (rest < 0) return i;
  }
  return shares.length - 1;
}
