/**
 * Histograms of the leaves of one growing tree, kept within a memory budget. When all are in use, the least promising leaf
 * gives its own up and has it rebuilt if it is ever split; sums are exact, so that changes nothing but time.
 */
import type { GrowingLeaf } from './growing-leaf.ts';

export type HistogramPool = {
  /** A histogram with any contents; may take it from one of `leaves`. */
  readonly take: (leaves: readonly GrowingLeaf[], leafCount: number) => Float64Array;
  readonly give: (histogram: Float64Array | null) => void;
};

/** A pool of histograms of `size` bins; at least four, whatever the budget. */
export function createHistogramPool(
  size: number,
  budgetBytes: number,
  make: (size: number) => Float64Array,
): HistogramPool {
  const free: Float64Array[] = [];
  const limit = Math.max(4, Math.floor(budgetBytes / (8 * Math.max(1, size))));
  let made = 0;
  return {
    take: (leaves, leafCount) => {
      const known = free.pop();
      if (known !== undefined) return known;
      if (made >= limit) {
        let worst: GrowingLeaf | null = null;
        for (let i = 0; i < leafCount; i++) {
          const leaf = leaves[i];
          if (leaf.histogram !== null && (worst === null || leaf.split.gain < worst.split.gain)) worst = leaf;
        }
        const evicted = worst?.histogram;
        if (worst && evicted) {
          worst.histogram = null;
          return evicted;
        }
      }
      made++;
      return make(size);
    },
    give: (histogram) => {
      if (histogram !== null) free.push(histogram);
    },
  };
}
