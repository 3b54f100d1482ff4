/** Intervals of shares and means, and p-values of their differences, where a formula does as well as resampling. */
import { normalQuantile } from '../stats/moments.ts';

export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

const z = normalQuantile(0.975);

/** A share with Wilson's 95 % interval (1927); null of nothing. */
export function shareOf(hits: number, count: number): Estimate | null {
  if (count === 0) return null;
  const rate = hits / count;
  const centre = (rate + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const half = (z / (1 + z ** 2 / count)) * Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2));
  return { value: rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Count, sum and sum of squares of a sample. */
export type Sums = { readonly count: number; readonly total: number; readonly squares: number };

const varianceOf = ({ count, total, squares }: Sums): number =>
  count < 2 ? Number.NaN : Math.max(0, squares - total ** 2 / count) / (count - 1);

/** A mean with the normal 95 % interval; null below two values. */
export function meanEstimate(sums: Sums): Estimate | null {
  if (sums.count < 2) return null;
  const value = sums.total / sums.count;
  const half = z * Math.sqrt(varianceOf(sums) / sums.count);
  return { value, low: value - half, high: value + half };
}

/** Probability that a standard normal exceeds x (Abramowitz & Stegun 26.2.17, error below 1e-7). */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

/** Welch's statistic for the difference of two means (a − b), normal for the sizes used here; NaN without variation. */
export const welch = (a: Sums, b: Sums): number =>
  (a.total / a.count - b.total / b.count) / Math.sqrt(varianceOf(a) / a.count + varianceOf(b) / b.count);

/** Two-sided p-value of a difference between two means or shares; 1 where nothing varies. */
export function differenceP(a: Sums, b: Sums): number {
  const statistic = welch(a, b);
  return Number.isNaN(statistic) ? 1 : Math.min(1, 2 * normalTail(Math.abs(statistic)));
}

/** Which p-values are discoveries at false-discovery rate `rate` (Benjamini & Hochberg 1995). */
export function discoveries(pValues: readonly number[], rate: number): boolean[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  let last = -1;
  order.forEach((i, place) => {
    if (pValues[i] <= (rate * (place + 1)) / pValues.length) last = place;
  });
  const found = pValues.map(() => false);
  for (let place = 0; place <= last; place++) found[order[place]] = true;
  return found;
}
