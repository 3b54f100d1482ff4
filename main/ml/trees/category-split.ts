/**
 * Splits on categories. A feature of few levels: one against the rest. Of many: order them by G / (H + smooth), which by
 * Fisher (1958) makes the best two-group partition a cut of that order, and scan from both ends, with extra L2, a limit on
 * the left set and a least group size against chasing noise, after Ke et al., LightGBM (2017).
 *
 * The bin of rare and unseen codes never goes left: a left set lists its members, so what it does not know goes right.
 * Missing is one more category. Cost: k log k for k categories present.
 */
import { gradientUnit } from '../kernels/histogram.ts';
import { sideScore } from './constraints.ts';
import type { SplitCandidate, SplitContext } from './split.ts';

const inverseUnit = 1 / gradientUnit;

/** Buffers for the categories present in a leaf. */
export type CategoryScratch = {
  readonly bins: Int32Array;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly keys: Float64Array;
};

export const createCategoryScratch = (): CategoryScratch => ({
  bins: new Int32Array(256),
  gradients: new Float64Array(256),
  hessians: new Float64Array(256),
  keys: new Float64Array(256),
});

/** Scans one category feature; `otherBin` = missingBin − 1 stays right. With `draw` ≥ 0 one random cut is tried. */
export function scanCategory(
  hist: Float64Array,
  offset: number,
  missingBin: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
  scratch: CategoryScratch,
  draw: number,
): void {
  let count = 0;
  for (let b = 0; b <= missingBin; b++) {
    const p = hist[offset + b];
    if (p === 0) continue;
    const g = Math.floor(p * inverseUnit);
    scratch.bins[count] = b;
    scratch.gradients[count] = g;
    scratch.hessians[count] = p - g * gradientUnit;
    count++;
  }
  if (count < 2) return;
  if (missingBin - 1 <= context.oneHotMax) scanOneHot(scratch, count, missingBin, feature, context, best, draw);
  else scanSorted(scratch, count, missingBin, feature, context, best, draw);
}

function scanOneHot(
  scratch: CategoryScratch,
  count: number,
  missingBin: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
  draw: number,
): void {
  const only = draw >= 0 ? Math.floor(draw * count) : -1;
  let found = -1;
  for (let i = 0; i < count; i++) {
    if (only >= 0 && i !== only) continue;
    const g = scratch.gradients[i];
    const h = scratch.hessians[i];
    if (h < context.minHessian || context.hessian - h < context.minHessian) continue;
    const value =
      sideScore(g, h, context.lambda, context) +
      sideScore(context.gradient - g, context.hessian - h, context.lambda, context);
    if (value > best.score) {
      best.score = value;
      found = i;
    }
  }
  if (found < 0) return;
  keepSet(scratch, found, found + 1, count, missingBin, feature, context, best);
  best.sorted = false;
}

function scanSorted(
  scratch: CategoryScratch,
  count: number,
  missingBin: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
  draw: number,
): void {
  const { hessian, gradient, minHessian, hessianPerRow } = context;
  const lambda = context.lambda + context.catL2;
  const used = keepFrequent(scratch, count, context.catRows * hessianPerRow);
  if (used < 1) return;
  for (let i = 0; i < used; i++) scratch.keys[i] = scratch.gradients[i] / (scratch.hessians[i] + context.catSmooth);
  sortByKey(scratch, used);
  const most = Math.min(context.maxCatThreshold, (used + 1) >> 1);
  const minGroup = context.minDataPerGroup * hessianPerRow;
  const only = draw >= 0 ? Math.floor(draw * most) : -1;
  let foundFrom = 0;
  let foundTo = 0;
  for (let direction = 0; direction < 2; direction++) {
    let g = 0;
    let h = 0;
    let group = 0;
    for (let taken = 0; taken < most; taken++) {
      const i = direction === 0 ? taken : used - 1 - taken;
      g += scratch.gradients[i];
      h += scratch.hessians[i];
      group += scratch.hessians[i];
      if (h < minHessian) continue;
      const rest = hessian - h;
      if (rest < minHessian || rest < minGroup || !(rest > 0)) break;
      if (group < minGroup) continue;
      group = 0;
      if (only >= 0 && taken !== only) continue;
      const value = sideScore(g, h, lambda, context) + sideScore(gradient - g, rest, lambda, context);
      if (value > best.score) {
        best.score = value;
        foundFrom = direction === 0 ? 0 : i;
        foundTo = direction === 0 ? taken + 1 : used;
      }
    }
  }
  if (foundTo === 0) return;
  keepSet(scratch, foundFrom, foundTo, count, missingBin, feature, context, best);
  best.sorted = true;
}

/** Moves categories with at least `least` hessian to the front, the others behind; returns how many are in front. */
function keepFrequent(scratch: CategoryScratch, count: number, least: number): number {
  const { bins, gradients, hessians } = scratch;
  let used = 0;
  for (let i = 0; i < count; i++) {
    if (!(hessians[i] >= least && hessians[i] > 0)) continue;
    const bin = bins[i];
    const g = gradients[i];
    const h = hessians[i];
    bins[i] = bins[used];
    gradients[i] = gradients[used];
    hessians[i] = hessians[used];
    bins[used] = bin;
    gradients[used] = g;
    hessians[used] = h;
    used++;
  }
  return used;
}

/** Shell sort by key, ties by bin: allocation-free, and k is at most 256. */
function sortByKey(scratch: CategoryScratch, count: number): void {
  const { bins, gradients, hessians, keys } = scratch;
  for (const gap of [57, 23, 10, 4, 1]) {
    for (let i = gap; i < count; i++) {
      const key = keys[i];
      const bin = bins[i];
      const g = gradients[i];
      const h = hessians[i];
      let j = i;
      for (; j >= gap && (keys[j - gap] > key || (keys[j - gap] === key && bins[j - gap] > bin)); j -= gap) {
        keys[j] = keys[j - gap];
        bins[j] = bins[j - gap];
        gradients[j] = gradients[j - gap];
        hessians[j] = hessians[j - gap];
      }
      keys[j] = key;
      bins[j] = bin;
      gradients[j] = g;
      hessians[j] = h;
    }
  }
}

/** Writes the set scratch.bins[from…to) as the left side, or its complement when the bin of unknown codes is in it. */
function keepSet(
  scratch: CategoryScratch,
  from: number,
  to: number,
  count: number,
  missingBin: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
): void {
  const otherBin = missingBin - 1;
  let g = 0;
  let h = 0;
  let hasOther = false;
  for (let i = from; i < to; i++) {
    g += scratch.gradients[i];
    h += scratch.hessians[i];
    if (scratch.bins[i] === otherBin) hasOther = true;
  }
  best.members.fill(0);
  for (let i = 0; i < count; i++) {
    const inside = i >= from && i < to;
    const bin = scratch.bins[i];
    if (inside !== hasOther) best.members[bin >> 5] |= 1 << (bin & 31);
  }
  best.missingLeft = ((best.members[missingBin >> 5] >>> (missingBin & 31)) & 1) === 1;
  best.members[missingBin >> 5] &= ~(1 << (missingBin & 31));
  best.feature = feature;
  best.category = true;
  best.leftGradient = hasOther ? context.gradient - g : g;
  best.leftHessian = hasOther ? context.hessian - h : h;
}
