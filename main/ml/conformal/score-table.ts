/**
 * Nonconformity scores of calibration rows as a table of order statistics. The level-L bound of split conformal
 * prediction is the ⌈(n + 1) · L⌉-th smallest score (Vovk, Gammerman & Shafer 2005; Lei et al. 2018, Theorem 2): a new
 * exchangeable row stays within it with probability at least L. Long samples keep some 700 of their order statistics,
 * densest at the top, with straight lines between them.
 */

export type ScoreTable = {
  /** Calibration rows behind the table. */
  readonly count: number;
  /** Ascending 1-based ranks of the kept scores; the first and the last are always there. */
  readonly ranks: readonly number[];
  readonly values: readonly number[];
};

const evenRanks = 500;
const topRanks = 200;

/** The table of the given scores; all must be finite. */
export function buildScoreTable(scores: ArrayLike<number>): ScoreTable {
  const sorted = Float64Array.from(scores).sort();
  const count = sorted.length;
  const ranks = new Set<number>();
  if (count <= evenRanks + topRanks) for (let rank = 1; rank <= count; rank++) ranks.add(rank);
  else {
    for (let i = 0; i < evenRanks; i++) ranks.add(1 + Math.round((i * (count - 1)) / (evenRanks - 1)));
    for (let i = 0; i < topRanks; i++) {
      ranks.add(count - Math.round(Math.expm1((i / (topRanks - 1)) * Math.log(0.2 * count))));
    }
  }
  const kept = [...ranks].sort((a, b) => a - b);
  return { count, ranks: kept, values: kept.map((rank) => sorted[rank - 1]) };
}

/** The bound that a new row's score keeps with probability `level` or more; +∞ where the rows are too few to say. */
export function scoreBound(table: ScoreTable, level: number): number {
  const { count, ranks, values } = table;
  // A level like 0.9 times 10 rows must not become rank 9.000000000000002
  const rank = Math.max(1, Math.ceil((count + 1) * level - 1e-9));
  if (rank > count) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = ranks.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ranks[middle] <= rank) low = middle;
    else high = middle;
  }
  if (ranks[high] <= rank) return values[high];
  const share = (rank - ranks[low]) / (ranks[high] - ranks[low]);
  return values[low] + share * (values[high] - values[low]);
}

/** How many scores are at most `bound`, read off the same straight lines. */
export function countWithin({ count, ranks, values }: ScoreTable, bound: number): number {
  if (!(bound >= values[0])) return 0;
  let low = 0;
  let high = ranks.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= bound) low = middle;
    else high = middle;
  }
  if (high === ranks.length) return count;
  const share = (bound - values[low]) / (values[high] - values[low]);
  return Math.floor(ranks[low] + share * (ranks[high] - ranks[low]) + 1e-9);
}

/** Fewest calibration rows with a finite bound at `level`: 9 for 0.9, 99 for 0.99. */
export const rowsForLevel = (level: number): number => Math.ceil(level / (1 - level) - 1e-9);
