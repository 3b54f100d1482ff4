/**
 * Best-first growth of one tree: the leaf whose split gains most is split next, until the leaf limit or no gain is left.
 * Of each split only the smaller child's histogram is built, the other is the parent minus it; both steps are exact in
 * integers, so the result does not depend on which child was built, nor on whether a histogram was evicted and rebuilt.
 *
 * All buffers live as long as the grower and serve every tree of a training run: small data is bound by overhead per
 * split, not by arithmetic.
 */
import { createRng, type Rng } from '../../base/rng.ts';
import { gradientUnit, type HistogramSource } from '../kernels/histogram.ts';
import { listKinds, listWidth, scanWidth } from '../kernels/scan-features.ts';
import type { SlotTree } from '../kernels/walk-rows.ts';
import type { BinMapper, BinnedMatrix } from './bins.ts';
import { scanNumericBounded } from './bounded-scan.ts';
import { layOutHistograms, readBundled } from './bundles.ts';
import { createCategoryScratch, scanCategory } from './category-split.ts';
import { passConstraints, sideScore } from './constraints.ts';
import { drawFeaturePlan, drawNodeFeatures, type FeaturePlan, planFeatures } from './feature-plan.ts';
import type { GrowingLeaf } from './growing-leaf.ts';
import { createHistogramPool } from './histogram-pool.ts';
import type { TreeParams } from './params.ts';
import { createScanLister, type PlanList } from './scan-lister.ts';
import {
  createCandidate,
  createContext,
  type SplitCandidate,
  type SplitContext,
  scanNumeric,
  takeCategories,
  takeNumeric,
} from './split.ts';
import { appendLeaf, splitNode, type TreeBuilder } from './tree-builder.ts';

/** What one tree is grown on. */
export type GrowInput = {
  readonly packed: Float64Array;
  /** Packed sum over the rows. */
  readonly sum: number;
  readonly gradientScale: number;
  readonly hessianScale: number;
  /** Seed of the feature and threshold draws of this tree. */
  readonly seed: number;
};

/** The finished tree: its leaves and, for walking rows through bins, its inner nodes. */
export type GrownTree = SlotTree & {
  readonly root: number;
  readonly leafCount: number;
  readonly leaves: readonly GrowingLeaf[];
};

export type Grower = {
  /** Rows to grow on; the caller fills the first `count` before `grow`, which reorders them. */
  readonly rows: Int32Array;
  /** Grows a tree into `builder`; null when `poll` said to give up in the middle. */
  readonly grow: (builder: TreeBuilder, count: number, input: GrowInput, poll: () => boolean) => GrownTree | null;
};

/** Small tables are quick to sum again, and their memory stays with them: histograms get a few times their size. */
const histogramBudget = ({ rowCount, featureCount }: BinnedMatrix): number =>
  Math.min(192, Math.max(32, (4 * rowCount * featureCount) / 2 ** 20)) * 2 ** 20;

/** A grower over `features` (the ones worth splitting on), for trees on any subset of `trainRows`; `histogramBytes` bounds what is kept. */
export function createGrower(
  binned: BinnedMatrix,
  mapper: BinMapper,
  features: readonly number[],
  params: TreeParams,
  trainRows: Int32Array,
  histogramBytes = histogramBudget(binned),
): Grower {
  const { kernels } = binned;
  const layout = layOutHistograms(binned, mapper, features, trainRows);
  const fullPlan = planFeatures(layout, features);
  const rows = kernels.ints(trainRows.length);
  const scratch = kernels.ints(trainRows.length);
  const ownBins = new Float64Array(256);
  const categoryScratch = createCategoryScratch();
  const maxLeaves = Math.max(1, Math.min(params.leaves, trainRows.length));
  const leaves: GrowingLeaf[] = [];
  const slotFeature = kernels.ints(maxLeaves);
  const slotTable = kernels.bytes(maxLeaves * 256);
  const slotChild = kernels.ints(maxLeaves * 2);
  const leafSlot = new Int32Array(maxLeaves); // where the parent's slotChild points at this leaf
  const pool = createHistogramPool(fullPlan.histogram.size, histogramBytes, kernels.doubles);
  const context = createContext(params);
  const siblingContext = createContext(params);
  const { monotone, interactions } = params;
  const scansTogether =
    monotone === null && interactions === null && !params.extraTrees && params.featureFractionByNode >= 1;
  const lister = createScanLister(layout, mapper, params, features.length, kernels);
  const scanOut = kernels.doubles(scanWidth * features.length);
  const siblingOut = kernels.doubles(scanWidth * features.length);
  let plan: FeaturePlan = fullPlan;
  let rng: Rng = createRng(0);
  let input: GrowInput = { packed: new Float64Array(0), sum: 0, gradientScale: 0, hessianScale: 0, seed: 0 };
  let leafCount = 0;
  let gainUnit = 0;
  const sampled = Int32Array.from({ length: features.length }, (_, i) => i);

  const release = (leaf: GrowingLeaf): void => {
    pool.give(leaf.histogram);
    leaf.histogram = null;
  };

  const sourceOf = (leaf: GrowingLeaf): HistogramSource => ({
    plan: plan.histogram,
    bins: layout.rowMajor,
    stride: layout.stride,
    packed: input.packed,
    rows,
    start: leaf.start,
    end: leaf.start + leaf.count,
  });

  const build = (leaf: GrowingLeaf): void => {
    leaf.histogram = pool.take(leaves, leafCount);
    kernels.buildHistogram(sourceOf(leaf), leaf.histogram);
  };

  const splittable = (leaf: GrowingLeaf): boolean =>
    plan.features.length > 0 &&
    leaf.count >= 2 * Math.max(1, params.minDataInLeaf) &&
    (params.maxDepth === 0 || leaf.depth < params.maxDepth) &&
    leaf.hessian >= 2 * params.minChildWeight * input.hessianScale;

  /** Sets the leaf's sums and limits, and the score that a split must pass; returns the leaf's own score. */
  const aim = (leaf: GrowingLeaf, context: SplitContext): number => {
    const best = leaf.split;
    best.gain = 0;
    best.feature = -1;
    context.gradient = leaf.gradient;
    context.hessian = leaf.hessian;
    context.hessianPerRow = leaf.hessian / leaf.count;
    context.minHessian = Math.max(
      params.minChildWeight * input.hessianScale,
      params.minDataInLeaf * context.hessianPerRow * (1 - 1e-9),
      1,
    );
    context.low = leaf.low;
    context.high = leaf.high;
    const parent = sideScore(leaf.gradient, leaf.hessian, context.lambda, context);
    const least = parent + params.minGain / gainUnit;
    // What rounding gradients to integers alone would gain: a leaf without anything to learn must stay whole.
    const noise = (4 / context.hessianPerRow) * (1 + (leaf.gradient / leaf.hessian) ** 2);
    best.score = least + Math.max(1e-12 * Math.abs(parent), noise);
    return parent;
  };

  const settle = (best: SplitCandidate, parent: number): void => {
    if (best.feature >= 0) best.gain = (best.score - parent) * gainUnit;
  };

  const search = (leaf: GrowingLeaf): void => {
    const best = leaf.split;
    const hist = leaf.histogram;
    const parent = aim(leaf, context);
    if (hist === null) return;
    if (scansTogether) {
      const list = lister.list(plan);
      kernels.scanFeatures(hist, list, { leaf: context, floor: best.score, out: scanOut });
      takeListed(hist, list, scanOut, context, best);
    } else {
      const count = drawNodeFeatures(plan.features, leaf.allowed, params.featureFractionByNode, rng, sampled);
      for (let i = 0; i < count; i++) {
        const j = sampled[i];
        scanFeature(plan.features[j], hist, plan.offsets[j], context, best);
      }
    }
    settle(best, parent);
  };

  /** Builds the smaller child's histogram, makes the parent's the sibling's, and searches both, in one pass over them. */
  const searchBoth = (small: GrowingLeaf, large: GrowingLeaf, smallNeeded: boolean, hist: Float64Array): void => {
    const list = lister.list(plan);
    const own = pool.take(leaves, leafCount);
    small.histogram = own;
    large.histogram = hist;
    const smallParent = aim(small, context);
    const largeParent = aim(large, siblingContext);
    const smallScan = { leaf: context, floor: small.split.score, out: scanOut };
    const largeScan = { leaf: siblingContext, floor: large.split.score, out: siblingOut };
    kernels.searchSiblings(sourceOf(small), hist, own, list, smallNeeded ? smallScan : null, largeScan);
    if (smallNeeded) {
      takeListed(own, list, scanOut, context, small.split);
      settle(small.split, smallParent);
    }
    takeListed(hist, list, siblingOut, siblingContext, large.split);
    settle(large.split, largeParent);
  };

  /** The best of what a scan of the list found and of the bundled features, all in order. */
  const takeListed = (
    hist: Float64Array,
    { entries, places }: PlanList,
    out: Float64Array,
    context: SplitContext,
    best: SplitCandidate,
  ): void => {
    for (let j = 0; j < plan.features.length; j++) {
      const feature = plan.features[j];
      const kind = entries[listWidth * places[j] + 2];
      const at = scanWidth * places[j];
      if (kind === listKinds.other) scanFeature(feature, hist, plan.offsets[j], context, best);
      else if (kind !== listKinds.numeric) takeCategories(out, at, feature, kind === listKinds.ordered, best);
      else {
        const missing = hist[plan.offsets[j] + mapper.features[feature].missingBin];
        takeNumeric(out, at, feature, missing !== 0, context.hessian, best);
      }
    }
  };

  const scanFeature = (
    feature: number,
    leafHist: Float64Array,
    leafOffset: number,
    context: SplitContext,
    best: SplitCandidate,
  ): void => {
    const bins = mapper.features[feature];
    const draw = params.extraTrees ? rng.next() : -1;
    let hist = leafHist;
    let offset = leafOffset;
    if (layout.shift[feature] >= 0) {
      const total = context.gradient * gradientUnit + context.hessian;
      readBundled(layout, feature, bins.missingBin + 1, leafHist, leafOffset, total, ownBins);
      hist = ownBins;
      offset = 0;
    }
    if (bins.kind === 'numeric' && monotone !== null) {
      scanNumericBounded(hist, offset, bins.missingBin, feature, context, best, draw, monotone[feature]);
    } else if (bins.kind === 'numeric') scanNumeric(hist, offset, bins.missingBin, feature, context, best, draw);
    else scanCategory(hist, offset, bins.missingBin, feature, context, best, categoryScratch, draw);
  };

  const newLeaf = (index: number): GrowingLeaf => {
    const known = leaves[index];
    if (known !== undefined) return known;
    const leaf: GrowingLeaf = {
      node: -1,
      parent: -1,
      start: 0,
      count: 0,
      depth: 0,
      gradient: 0,
      hessian: 0,
      histogram: null,
      extraL2: 0,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      path: [],
      allowed: null,
      split: createCandidate(),
    };
    leaves.push(leaf);
    return leaf;
  };

  const fillTable = (slot: number, split: SplitCandidate): void => {
    const from = slot * 256;
    const { missingBin } = mapper.features[split.feature];
    for (let b = 0; b < missingBin; b++) {
      slotTable[from + b] = split.category ? (split.members[b >> 5] >>> (b & 31)) & 1 : b <= split.bin ? 1 : 0;
    }
    slotTable[from + missingBin] = split.missingLeft ? 1 : 0;
  };

  const splitLeaf = (builder: TreeBuilder, index: number): void => {
    const leaf = leaves[index];
    const { split } = leaf;
    const slot = leafCount - 1;
    slotFeature[slot] = split.feature;
    fillTable(slot, split);
    const table = slotTable.subarray(slot * 256, slot * 256 + 256);
    const end = leaf.start + leaf.count;
    const leftCount = kernels.partitionRows(rows, leaf.start, end, binned.columns[split.feature], table, scratch);
    const rightIndex = leafCount++;
    const right = newLeaf(rightIndex);
    const leftNode = splitNode(builder, leaf.node, split, mapper);
    right.parent = leaf.node;
    right.node = leftNode + 1;
    right.start = leaf.start + leftCount;
    right.count = leaf.count - leftCount;
    right.depth = leaf.depth + 1;
    right.gradient = leaf.gradient - split.leftGradient;
    right.hessian = leaf.hessian - split.leftHessian;
    right.extraL2 = split.sorted ? params.catL2 : 0;
    right.histogram = null;
    leaf.parent = leaf.node;
    leaf.node = leftNode;
    leaf.count = leftCount;
    leaf.depth = right.depth;
    leaf.gradient = split.leftGradient;
    leaf.hessian = split.leftHessian;
    leaf.extraL2 = right.extraL2;
    if (monotone !== null || interactions !== null) {
      passConstraints(leaf, right, split.feature, monotone, interactions, binned.featureCount, context);
    }
    if (slot > 0) slotChild[leafSlot[index]] = slot;
    slotChild[2 * slot] = ~rightIndex;
    slotChild[2 * slot + 1] = ~index;
    leafSlot[rightIndex] = 2 * slot;
    leafSlot[index] = 2 * slot + 1;
    right.split.gain = 0;
    split.gain = 0;
    if (leafCount >= maxLeaves) release(leaf);
    else searchChildren(leaf, right);
  };

  const searchChildren = (left: GrowingLeaf, right: GrowingLeaf): void => {
    const small = left.count <= right.count ? left : right;
    const large = small === left ? right : left;
    const parentHistogram = left.histogram;
    left.histogram = null;
    const smallNeeded = splittable(small);
    const largeNeeded = splittable(large);
    if (scansTogether && largeNeeded && parentHistogram !== null) {
      searchBoth(small, large, smallNeeded, parentHistogram);
      if (small.split.gain <= 0) release(small);
      if (large.split.gain <= 0) release(large);
      return;
    }
    if (smallNeeded || (largeNeeded && parentHistogram !== null)) build(small);
    if (largeNeeded && parentHistogram !== null && small.histogram !== null) {
      kernels.subtractHistogram(parentHistogram, small.histogram, plan.histogram.size);
      large.histogram = parentHistogram;
    } else {
      pool.give(parentHistogram);
    }
    if (smallNeeded) search(small);
    // Only now: building may take the histogram of any leaf already searched.
    if (largeNeeded && large.histogram === null) build(large);
    if (largeNeeded) search(large);
    if (small.split.gain <= 0) release(small);
    if (large.split.gain <= 0) release(large);
  };

  const begin = (builder: TreeBuilder, count: number, given: GrowInput): GrowingLeaf => {
    input = given;
    rng = createRng(given.seed);
    plan = drawFeaturePlan(layout, fullPlan, params.featureFraction, rng);
    for (const each of [context, siblingContext]) {
      each.lambda = params.lambda * given.hessianScale;
      each.alpha = params.alpha * given.gradientScale;
      each.catSmooth = params.catSmooth * given.hessianScale;
      each.catL2 = params.catL2 * given.hessianScale;
    }
    gainUnit = given.gradientScale > 0 ? given.hessianScale / given.gradientScale ** 2 : 0;
    for (let i = 0; i < leafCount; i++) release(leaves[i]);
    leafCount = 1;
    const root = newLeaf(0);
    root.node = appendLeaf(builder);
    root.parent = -1;
    root.start = 0;
    root.count = count;
    root.depth = 0;
    root.gradient = Math.floor(given.sum / gradientUnit);
    root.hessian = given.sum - root.gradient * gradientUnit;
    root.extraL2 = 0;
    root.low = Number.NEGATIVE_INFINITY;
    root.high = Number.POSITIVE_INFINITY;
    root.path = [];
    root.allowed = null;
    root.split.gain = 0;
    return root;
  };

  const grow = (builder: TreeBuilder, count: number, given: GrowInput, poll: () => boolean): GrownTree | null => {
    const root = begin(builder, count, given);
    const rootNode = root.node;
    if (maxLeaves > 1 && gainUnit > 0 && splittable(root)) {
      build(root);
      search(root);
    }
    while (leafCount < maxLeaves) {
      if (poll()) return null;
      let best = 0;
      for (let i = 1; i < leafCount; i++) if (leaves[i].split.gain > leaves[best].split.gain) best = i;
      if (!(leaves[best].split.gain > 0)) break;
      splitLeaf(builder, best);
    }
    return { root: rootNode, leafCount, leaves, slotFeature, slotTable, slotChild };
  };

  return { rows, grow };
}
