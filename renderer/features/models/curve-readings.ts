/** Numbers read off the curves of the Quality tab, for their one-sentence readings. */
import type { Quality } from '../../../main/contract/models.ts';

type Point = { readonly x: number; readonly y: number };

/** The curve's height at `x` by linear interpolation; null outside its range. Points need no order. */
export function readAtX(points: readonly Point[], x: number): number | null {
  const sorted = [...points].sort((a, b) => a.x - b.x);
  const right = sorted.findIndex((point) => point.x >= x);
  const after = sorted[right];
  const before = sorted[right - 1] ?? after;
  if (after === undefined || before === undefined || (right === 0 && after.x > x)) return null;
  if (after.x === before.x) return after.y;
  return before.y + ((x - before.x) / (after.x - before.x)) * (after.y - before.y);
}

/** Share of positive rows: from the confusion matrix, whose second class is the positive one, or from the reliability bins. */
export function findPositiveShare(quality: Pick<Quality, 'confusion' | 'reliability'>): number | null {
  const { confusion, reliability } = quality;
  if (confusion !== null && confusion.counts.length === 2) {
    const totals = confusion.counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    const rows = totals.reduce((sum, count) => sum + count, 0);
    return rows === 0 ? null : (totals[1] ?? 0) / rows;
  }
  const rows = reliability.reduce((sum, bin) => sum + bin.count, 0);
  return rows === 0 ? null : reliability.reduce((sum, bin) => sum + bin.y * bin.count, 0) / rows;
}

type Bin = { readonly from: number; readonly to: number; readonly count: number };

/** The size within which half of the residuals lie, from their histogram; null when it is empty. */
export function readHalfWidth(bins: readonly Bin[]): number | null {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (total === 0) return null;
  const sizes = bins
    .map((bin) => ({ size: Math.abs((bin.from + bin.to) / 2), count: bin.count }))
    .sort((a, b) => a.size - b.size);
  let seen = 0;
  for (const { size, count } of sizes) {
    seen += count;
    if (seen >= total / 2) return size;
  }
  return null;
}

/** Where the mean actual value is furthest from the prediction, outside its own interval; null when nowhere. */
export function findWorstGap(
  points: readonly (Point & { readonly low: number; readonly high: number })[],
): Point | null {
  let worst: Point | null = null;
  for (const point of points) {
    const covered = point.low <= point.x && point.x <= point.high;
    if (!covered && (worst === null || Math.abs(point.y - point.x) > Math.abs(worst.y - worst.x))) worst = point;
  }
  return worst;
}

/** How a segment's score stands against that of all rows: only an interval apart from it says something. */
export function rateSegment(
  segment: { readonly value: number; readonly low: number | null; readonly high: number | null },
  overall: number,
  higherIsBetter: boolean,
): 'worse' | 'better' | 'same' {
  if (segment.low === null || segment.high === null || (segment.low <= overall && overall <= segment.high))
    return 'same';
  return segment.value > overall === higherIsBetter ? 'better' : 'worse';
}
