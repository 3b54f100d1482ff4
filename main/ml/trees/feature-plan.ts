/** Which features a tree may split on, and where each one's bins lie in the tree's histograms. */
import type { Rng } from '../../base/rng.ts';
import { type HistogramPlan, planHistogram } from '../kernels/histogram.ts';
import type { HistogramLayout } from './bundles.ts';

export type FeaturePlan = {
  readonly features: readonly number[];
  /** Per entry of `features`: first bin of its column in the histogram. */
  readonly offsets: Int32Array;
  readonly histogram: HistogramPlan;
};

/**
 * The plan for these features (ascending); a bundle is summed when any of its features is in it. `largest`: bins at most.
 */
export function planFeatures(layout: HistogramLayout, features: readonly number[], largest?: number): FeaturePlan {
  const columns = [...new Set(features.map((feature) => layout.columnOf[feature]))].sort((a, b) => a - b);
  const histogram = planHistogram(columns, layout.binCounts, largest);
  const offsets = Int32Array.from(features, (feature) => histogram.offsets[columns.indexOf(layout.columnOf[feature])]);
  return { features, offsets, histogram };
}

/**
 * The tree's own features: all, or a seeded draw of a share of them in ascending order. Its histograms are never larger
 * than those of all features, whose size the pool holds: features that are fuller than the rest could be laid out wider.
 */
export function drawFeaturePlan(layout: HistogramLayout, full: FeaturePlan, fraction: number, rng: Rng): FeaturePlan {
  const wanted = Math.max(1, Math.round(fraction * full.features.length));
  if (wanted >= full.features.length) return full;
  const order = [...full.features];
  for (let i = 0; i < wanted; i++) {
    const j = i + rng.int(order.length - i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return planFeatures(
    layout,
    order.slice(0, wanted).sort((a, b) => a - b),
    full.histogram.size,
  );
}

/** Selects a node's features (indexes into `features`) at the front of `sampled`, in ascending order; returns their number. */
export function drawNodeFeatures(
  features: readonly number[],
  allowed: Uint8Array | null,
  fraction: number,
  rng: Rng,
  sampled: Int32Array,
): number {
  let count = 0;
  for (let i = 0; i < features.length; i++) {
    if (allowed === null || allowed[features[i]] === 1) sampled[count++] = i;
  }
  if (fraction >= 1) return count;
  const wanted = Math.min(count, Math.max(1, Math.round(fraction * count)));
  for (let i = 0; i < wanted; i++) {
    const j = i + rng.int(count - i);
    const kept = sampled[i];
    sampled[i] = sampled[j];
    sampled[j] = kept;
  }
  sampled.subarray(0, wanted).sort();
  return wanted;
}
