/**
 * Best split of one leaf from its histogram. All sums are in quantised units (integers), and so are the penalties, which
 * the caller scales once a round; gains compare exactly alike whatever order the rows came in. Second-order gain:
 * G_L²/(H_L+λ) + G_R²/(H_R+λ) − G²/(H+λ), with G soft-thresholded by α.
 *
 * Numeric: one pass over the bins, comparing a/b + c/d with the best so far by products instead of quotients; both directions for missing rows are tried only where the leaf has any.
 * Ties keep the first feature and the lowest cut.
 */
import { gradientUnit } from '../kernels/histogram.ts';

const inverseUnit = 1 / gradientUnit;

/** Sums and penalties of the leaf at hand, in quantised units. */
export type SplitContext = {
  gradient: number;
  hessian: number;
  lambda: number;
  alpha: number;
  /** Least hessian on each side: from minChildWeight and minDataInLeaf. */
  minHessian: number;
  /** Hessian per row, for limits that count rows. */
  hessianPerRow: number;
  catSmooth: number;
  /** Rows a category needs to be sorted. */
  catRows: number;
  catL2: number;
  maxCatThreshold: number;
  oneHotMax: number;
  minDataPerGroup: number;
  /** Bounds of a child's step under monotone constraints, infinite without. */
  low: number;
  high: number;
};

/** The best split so far of one leaf; `score` is the children's gain sum, before the parent's is taken off. */
export type SplitCandidate = {
  score: number;
  gain: number;
  feature: number;
  category: boolean;
  /** Numeric: values in bins ≤ `bin` go left. */
  bin: number;
  missingLeft: boolean;
  /** Category: bins going left, a bitset. */
  readonly members: Uint32Array;
  leftGradient: number;
  leftHessian: number;
  /** A sorted category split, whose children's values carry the extra L2 penalty. */
  sorted: boolean;
};

export const createCandidate = (): SplitCandidate => ({
  score: 0,
  gain: 0,
  feature: -1,
  category: false,
  bin: 0,
  missingLeft: false,
  members: new Uint32Array(8),
  leftGradient: 0,
  leftHessian: 0,
  sorted: false,
});

/** G²/(H+λ) with the L1 threshold. */
export function leafScore(gradient: number, hessian: number, lambda: number, alpha: number): number {
  const g = shrink(gradient, alpha);
  return (g * g) / (hessian + lambda);
}

/** |g| less the L1 threshold, at least 0; g itself without a threshold, as only its square counts. */
function shrink(g: number, alpha: number): number {
  if (alpha === 0) return g;
  const size = g < 0 ? -g : g;
  return size > alpha ? size - alpha : 0;
}

/**
 * Scans one numeric feature whose bins start at hist[offset], `missingBin` last; updates `best` where a split scores
 * higher. With `draw` (in [0, 1)) only the one cut it selects between the leaf's extreme bins is tried.
 */
export function scanNumeric(
  hist: Float64Array,
  offset: number,
  missingBin: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
  draw: number,
): void {
  const missing = hist[offset + missingBin];
  let from = 0;
  let to = missing === 0 ? missingBin - 1 : missingBin;
  if (draw >= 0) {
    let first = 0;
    let last = missingBin - 1;
    while (first < last && hist[offset + first] === 0) first++;
    while (last > first && hist[offset + last] === 0) last--;
    if (last > first) {
      from = first + Math.floor(draw * (last - first));
      to = from + 1;
    } else {
      from = last;
    }
  }
  if (missing !== 0) scanWithMissing(hist, offset, from, to, missing, feature, context, best);
  else scanPlain(hist, offset, from, to, feature, context, best);
}

function scanPlain(
  hist: Float64Array,
  offset: number,
  from: number,
  to: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
): void {
  const { gradient, hessian, lambda, alpha, minHessian } = context;
  let sum = 0;
  for (let b = 0; b < from; b++) sum += hist[offset + b];
  let score = best.score;
  let bestBin = -1;
  let bestSum = 0;
  for (let b = from; b < to; b++) {
    const p = hist[offset + b];
    if (p === 0 && to - from > 1) continue;
    sum += p;
    const g = Math.floor(sum * inverseUnit);
    const h = sum - g * gradientUnit;
    if (h < minHessian) continue;
    if (hessian - h < minHessian) break;
    const left = h + lambda;
    const right = hessian - h + lambda;
    const a = shrink(g, alpha);
    const c = shrink(gradient - g, alpha);
    const value = a * a * right + c * c * left;
    if (value > score * (left * right)) {
      score = value / (left * right);
      bestBin = b;
      bestSum = sum;
    }
  }
  if (bestBin >= 0) {
    keepNumeric(best, score, feature, bestBin, false, bestSum);
    // Rows missing at prediction time follow the heavier side.
    best.missingLeft = best.leftHessian * 2 > hessian;
  }
}

function scanWithMissing(
  hist: Float64Array,
  offset: number,
  from: number,
  to: number,
  missing: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
): void {
  const { gradient, hessian, lambda, alpha, minHessian } = context;
  let sum = 0;
  for (let b = 0; b < from; b++) sum += hist[offset + b];
  let score = best.score;
  let bestBin = -1;
  let bestSum = 0;
  let bestLeft = false;
  for (let b = from; b < to; b++) {
    const p = hist[offset + b];
    if (p === 0 && to - from > 1) continue;
    sum += p;
    for (let side = 0; side < 2; side++) {
      const left = side === 0 ? sum : sum + missing;
      const g = Math.floor(left * inverseUnit);
      const h = left - g * gradientUnit;
      if (h < minHessian || hessian - h < minHessian) continue;
      const here = h + lambda;
      const there = hessian - h + lambda;
      const a = shrink(g, alpha);
      const c = shrink(gradient - g, alpha);
      const value = a * a * there + c * c * here;
      if (value > score * (here * there)) {
        score = value / (here * there);
        bestBin = b;
        bestSum = left;
        bestLeft = side === 1;
      }
    }
  }
  if (bestBin >= 0) keepNumeric(best, score, feature, bestBin, bestLeft, bestSum);
}

function keepNumeric(
  best: SplitCandidate,
  score: number,
  feature: number,
  bin: number,
  missingLeft: boolean,
  left: number,
): void {
  best.score = score;
  best.feature = feature;
  best.category = false;
  best.bin = bin;
  best.missingLeft = missingLeft;
  best.leftGradient = Math.floor(left * inverseUnit);
  best.leftHessian = left - best.leftGradient * gradientUnit;
  best.sorted = false;
}
