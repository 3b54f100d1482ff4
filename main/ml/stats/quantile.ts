/** Quantiles of samples (Hyndman & Fan 1996, type 7: linear interpolation between order statistics). */

/** The p-quantile of ascending finite values; NaN for an empty sample or p outside [0, 1]. */
export function quantileSorted(sorted: ArrayLike<number>, p: number): number {
  const count = sorted.length;
  if (count === 0 || !(p >= 0 && p <= 1)) return Number.NaN;
  const position = (count - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, count - 1);
  const share = position - below;
  return share === 0 ? sorted[below] : sorted[below] * (1 - share) + sorted[above] * share;
}

/** Ascending copy of the finite values. */
export function sortedFinite(values: ArrayLike<number>): Float64Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) count++;
  const kept = new Float64Array(count);
  for (let i = 0, at = 0; i < values.length; i++) if (Number.isFinite(values[i])) kept[at++] = values[i];
  return kept.sort();
}

/** Two-sided interval of a sample of statistics at `level` (0.95 → 2.5 % and 97.5 %). */
export function percentileInterval(samples: ArrayLike<number>, level: number): { low: number; high: number } {
  const sorted = sortedFinite(samples);
  return { low: quantileSorted(sorted, (1 - level) / 2), high: quantileSorted(sorted, (1 + level) / 2) };
}
