/**
 * Best split of one leaf from its histogram. All sums are in quantised units (integers), and so are the penalties, which
 * the caller scales once a round; gains compare exactly alike whatever order the rows came in. Second-order gain:
 * G_L²/(H_L+λ) + G_R²/(H_R+λ) − G²/(H+λ), with G soft-thresholded by α.
 *
 * Numeric: one pass over the bins; both directions for missing rows are tried only where the leaf has any.
 * Ties keep the first feature and the lowest cut.
 */
import { gradientUnit } from '../kernels/histogram.ts';
import { scanBits, scanOne, scanWidth } from '../kernels/scan-features.ts';
import type { TreeParams } from './params.ts';

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

/** Sums of zero, limits of the parameters, no bounds. */
export const createContext = (params: TreeParams): SplitContext => ({
  gradient: 0,
  hessian: 0,
  lambda: 0,
  alpha: 0,
  minHessian: 0,
  hessianPerRow: 0,
  catSmooth: 0,
  catRows: params.catSmooth,
  catL2: 0,
  maxCatThreshold: params.maxCatThreshold,
  oneHotMax: params.oneHotMax,
  minDataPerGroup: params.minDataPerGroup,
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
});

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
  scanOne(hist, offset, missingBin, from, to, context, best.score, found, 0);
  takeNumeric(found, 0, feature, missing !== 0, context.hessian, best);
}

const found = new Float64Array(scanWidth);

/** Takes over what a scan found for a feature (see scanOne), if it found a better cut. */
export function takeNumeric(
  found: Float64Array,
  at: number,
  feature: number,
  hasMissing: boolean,
  hessian: number,
  best: SplitCandidate,
): void {
  if (found[at + 1] < 0 || !(found[at] > best.score)) return;
  keepNumeric(best, found[at], feature, found[at + 1], found[at + 2] === 1, found[at + 3]);
  // Rows missing at prediction time only follow the heavier side.
  if (!hasMissing) best.missingLeft = best.leftHessian * 2 > hessian;
}

/** Takes over what a scan found for the categories of a feature, if it found a better set. */
export function takeCategories(
  found: Float64Array,
  at: number,
  feature: number,
  sorted: boolean,
  best: SplitCandidate,
): void {
  if (found[at + 1] < 0 || !(found[at] > best.score)) return;
  best.score = found[at];
  best.feature = feature;
  best.category = true;
  best.missingLeft = found[at + 2] === 1;
  best.members.set(new Uint32Array(found.buffer, found.byteOffset + 8 * (at + scanBits), 8));
  best.leftGradient = Math.floor(found[at + 3] * inverseUnit);
  best.leftHessian = found[at + 3] - best.leftGradient * gradientUnit;
  best.sorted = sorted;
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
