/**
 * Best-first growth of one tree: the leaf whose split gains most is split next, until the leaf limit or no gain is left.
 * Of each split only the smaller child's histogram is built, the other is the parent minus it; both steps are exact in
 * integers, so the result does not depend on which child was built, nor on whether a histogram was evicted and rebuilt.
 *
 * All buffers live as long as the grower and serve every tree of a training run: small data is bound by overhead per
 * split, not by arithmetic.
 */
import { createRng } from '../../base/rng.ts';
import { gradientUnit, type HistogramSource } from '../kernels/histogram.ts';
import type { SlotTree } from '../kernels/walk-rows.ts';
import type { BinMapper, BinnedMatrix } from './bins.ts';
import { layOutHistograms } from './bundles.ts';
import { passConstraints } from './constraints.ts';
import { drawFeaturePlan, type FeaturePlan, planFeatures } from './feature-plan.ts';
import type { GrowingLeaf } from './growing-leaf.ts';
import { createHistogramPool } from './histogram-pool.ts';
import { createLeafSearch, type TreeScales } from './leaf-search.ts';
import type { TreeParams } from './params.ts';
import { createCandidate, type SplitCandidate } from './split.ts';
import { appendLeaf, splitNode, type TreeBuilder } from './tree-builder.ts';

/** What one tree is grown on. */
export type GrowInput = TreeScales & {
  readonly packed: Float64Array;
  /** Packed sum over the rows. */
  readonly sum: number;
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
  const maxLeaves = Math.max(1, Math.min(params.leaves, trainRows.length));
  const leaves: GrowingLeaf[] = [];
  const slotFeature = kernels.ints(maxLeaves);
  const slotTable = kernels.bytes(maxLeaves * 256);
  const slotChild = kernels.ints(maxLeaves * 2);
  const leafSlot = new Int32Array(maxLeaves); // where the parent's slotChild points at this leaf
  const pool = createHistogramPool(fullPlan.histogram.size, histogramBytes, kernels.doubles);
  const { monotone, interactions } = params;
  const searcher = createLeafSearch(binned, layout, mapper, params, features.length);
  let plan: FeaturePlan = fullPlan;
  let input: GrowInput = { packed: new Float64Array(0), sum: 0, gradientScale: 0, hessianScale: 0, seed: 0 };
  let leafCount = 0;

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
      passConstraints(leaf, right, split.feature, monotone, interactions, binned.featureCount, searcher.context);
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
    if (searcher.together && largeNeeded && parentHistogram !== null) {
      small.histogram = pool.take(leaves, leafCount);
      large.histogram = parentHistogram;
      searcher.searchBoth(sourceOf(small), small, large, smallNeeded);
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
    if (smallNeeded) searcher.search(small);
    // Only now: building may take the histogram of any leaf already searched.
    if (largeNeeded && large.histogram === null) build(large);
    if (largeNeeded) searcher.search(large);
    if (small.split.gain <= 0) release(small);
    if (large.split.gain <= 0) release(large);
  };

  const begin = (builder: TreeBuilder, count: number, given: GrowInput): GrowingLeaf => {
    input = given;
    const rng = createRng(given.seed);
    plan = drawFeaturePlan(layout, fullPlan, params.featureFraction, rng);
    searcher.begin(plan, given, rng);
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
    if (maxLeaves > 1 && given.gradientScale > 0 && given.hessianScale > 0 && splittable(root)) {
      build(root);
      searcher.search(root);
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
