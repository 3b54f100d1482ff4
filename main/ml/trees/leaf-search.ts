/**
 * The best split of a leaf of a growing tree from its histogram: all columns in one scan by a kernel, or feature by feature
 * where constraints, draws or bundles ask for it.
 */
import { createRng, type Rng } from '../../base/rng.ts';
import { gradientUnit, type HistogramSource } from '../kernels/histogram.ts';
import { listKinds, listWidth, scanWidth } from '../kernels/scan-features.ts';
import type { BinMapper, BinnedMatrix } from './bins.ts';
import { scanNumericBounded } from './bounded-scan.ts';
import { type HistogramLayout, readBundled } from './bundles.ts';
import { createCategoryScratch, scanCategory } from './category-split.ts';
import { sideScore } from './constraints.ts';
import { drawNodeFeatures, type FeaturePlan } from './feature-plan.ts';
import type { GrowingLeaf } from './growing-leaf.ts';
import type { TreeParams } from './params.ts';
import { createScanLister, type PlanList } from './scan-lister.ts';
import {
  createContext,
  type SplitCandidate,
  type SplitContext,
  scanNumeric,
  takeCategories,
  takeNumeric,
} from './split.ts';

/** Levels per unit of gradient and hessian in a tree's histograms. */
export type TreeScales = { readonly gradientScale: number; readonly hessianScale: number };

export type LeafSearch = {
  /** Whether siblings can be searched in one pass. */
  readonly together: boolean;
  /** Penalties in the units of the tree at hand, and the sums of the leaf searched last. */
  readonly context: SplitContext;
  /** Goes on to a tree; `rng` gives its draws. */
  readonly begin: (plan: FeaturePlan, scales: TreeScales, rng: Rng) => void;
  /** Puts the best split into `leaf.split`; its gain is 0 where there is none. */
  readonly search: (leaf: GrowingLeaf) => void;
  /**
   * Fills the histogram of the smaller child, whose rows are the source's, makes the parent's (at the larger child) that of
   * the larger child, and searches both, in one pass over them.
   */
  readonly searchBoth: (source: HistogramSource, small: GrowingLeaf, large: GrowingLeaf, smallNeeded: boolean) => void;
};

/** A search over plans of up to `most` features. */
export function createLeafSearch(
  { kernels }: BinnedMatrix,
  layout: HistogramLayout,
  mapper: BinMapper,
  params: TreeParams,
  most: number,
): LeafSearch {
  const { monotone, interactions } = params;
  const together =
    monotone === null && interactions === null && !params.extraTrees && params.featureFractionByNode >= 1;
  const context = createContext(params);
  const siblingContext = createContext(params);
  const lister = createScanLister(layout, mapper, params, most, kernels);
  const scanOut = kernels.doubles(scanWidth * most);
  const siblingOut = kernels.doubles(scanWidth * most);
  const ownBins = new Float64Array(256);
  const categoryScratch = createCategoryScratch();
  const sampled = Int32Array.from({ length: most }, (_, i) => i);
  let plan: FeaturePlan;
  let rng: Rng = createRng(0);
  let scale = 0;
  let gainUnit = 0;

  /** Sets the leaf's sums and limits, and the score that a split must pass; returns the leaf's own score. */
  const aim = (leaf: GrowingLeaf, context: SplitContext): number => {
    const best = leaf.split;
    best.gain = 0;
    best.feature = -1;
    context.gradient = leaf.gradient;
    context.hessian = leaf.hessian;
    context.hessianPerRow = leaf.hessian / leaf.count;
    context.minHessian = Math.max(
      params.minChildWeight * scale,
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

  return {
    together,
    context,
    begin: (given, { gradientScale, hessianScale }, draws) => {
      plan = given;
      rng = draws;
      scale = hessianScale;
      gainUnit = gradientScale > 0 ? hessianScale / gradientScale ** 2 : 0;
      for (const each of [context, siblingContext]) {
        each.lambda = params.lambda * hessianScale;
        each.alpha = params.alpha * gradientScale;
        each.catSmooth = params.catSmooth * hessianScale;
        each.catL2 = params.catL2 * hessianScale;
      }
    },
    search: (leaf) => {
      const best = leaf.split;
      const hist = leaf.histogram;
      const parent = aim(leaf, context);
      if (hist === null) return;
      if (together) {
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
    },
    searchBoth: (source, small, large, smallNeeded) => {
      const [own, hist] = [small.histogram, large.histogram];
      if (own === null || hist === null) return;
      const list = lister.list(plan);
      const smallParent = aim(small, context);
      const largeParent = aim(large, siblingContext);
      const smallScan = { leaf: context, floor: small.split.score, out: scanOut };
      const largeScan = { leaf: siblingContext, floor: large.split.score, out: siblingOut };
      kernels.searchSiblings(source, hist, own, list, smallNeeded ? smallScan : null, largeScan);
      if (smallNeeded) {
        takeListed(own, list, scanOut, context, small.split);
        settle(small.split, smallParent);
      }
      takeListed(hist, list, siblingOut, siblingContext, large.split);
      settle(large.split, largeParent);
    },
  };
}
