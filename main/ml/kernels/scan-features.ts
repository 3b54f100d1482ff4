/**
 * Best cut of a numeric feature of a leaf in TypeScript, twin of assembly/training/scan.ts: the highest score, and of
 * equals the lowest cut, missing rows to the right first. All sums are integers in quantised units.
 */
import { gradientUnit } from './histogram.ts';

const inverseUnit = 1 / gradientUnit;

/** Sums, penalties and the least hessian of a side of the leaf at hand. */
export type ScanLeaf = {
  readonly gradient: number;
  readonly hessian: number;
  readonly lambda: number;
  readonly alpha: number;
  readonly minHessian: number;
};

/** Those, and what scans of categories need besides: see SplitContext. */
export type ListLeaf = ScanLeaf & {
  readonly hessianPerRow: number;
  readonly catSmooth: number;
  readonly catRows: number;
  readonly catL2: number;
  readonly maxCatThreshold: number;
  readonly minDataPerGroup: number;
};

/** Numbers of each histogram column in the list of a scan: its first bin, its last (missing values'), its kind. */
export const listWidth = 3;
/** Kinds of listed columns: numbers, categories tried one by one, categories in order; those of other kind are not scanned. */
export const listKinds = { numeric: 0, oneByOne: 1, ordered: 2, other: 3 } as const;

/** The columns of a histogram, how many they are. */
export type ScanList = { readonly entries: Int32Array; readonly count: number };
/** A leaf to scan: scores must pass `floor`; results (scanWidth numbers a column) go to `out`. */
export type LeafScan = { readonly leaf: ListLeaf; readonly floor: number; readonly out: Float64Array };

/**
 * Numbers that a scan gives for each feature: score, bin (−1: no cut; 0 for categories), 1 for missing rows to the left,
 * packed left sum, and 256 bits of the categories to the left.
 */
export const scanWidth = 8;
/** Where those bits begin. */
export const scanBits = 4;

/** Score of the cut with the packed sum `left` to the left; 0 where a side is too light. */
function scoreCut(left: number, leaf: ScanLeaf): number {
  const g = Math.floor(left * inverseUnit);
  const h = left - g * gradientUnit;
  const other = leaf.hessian - h;
  if (!(h >= leaf.minHessian && other >= leaf.minHessian)) return 0;
  const a = Math.max(Math.abs(g) - leaf.alpha, 0);
  const c = Math.max(Math.abs(leaf.gradient - g) - leaf.alpha, 0);
  const here = h + leaf.lambda;
  const there = other + leaf.lambda;
  return (a * a * there + c * c * here) / (here * there);
}

/**
 * Scans one feature with its first bin at hist[offset], cuts from `from` to before `to`, and writes the best with a score
 * above `floor` ≥ 0 to out[at…at+4); without one the bin is −1.
 */
export function scanOne(
  hist: Float64Array,
  offset: number,
  missingBin: number,
  from: number,
  to: number,
  leaf: ScanLeaf,
  floor: number,
  out: Float64Array,
  at: number,
): void {
  const missing = hist[offset + missingBin];
  let sum = 0;
  for (let b = 0; b < from; b++) sum += hist[offset + b];
  let score = floor;
  let bin = -1;
  let side = 0;
  let leftSum = 0;
  for (let b = from; b < to; b++) {
    const p = hist[offset + b];
    // An empty bin's cut is the one before it
    if (p === 0 && to - from > 1) continue;
    sum += p;
    const plain = scoreCut(sum, leaf);
    if (plain > score) {
      score = plain;
      bin = b;
      side = 0;
      leftSum = sum;
    }
    if (missing === 0 || sum === 0) continue;
    const shifted = scoreCut(sum + missing, leaf);
    if (shifted > score) {
      score = shifted;
      bin = b;
      side = 1;
      leftSum = sum + missing;
    }
  }
  out[at] = score;
  out[at + 1] = bin;
  out[at + 2] = side;
  out[at + 3] = leftSum;
}
