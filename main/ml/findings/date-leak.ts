/**
 * Finds dates that are known only after their row: a column that is later than another date in nearly every row, where the
 * time between the two gives the target away (a trip's length from pick-up and drop-off, "paid late" from invoice and
 * payment). Neither date does alone. A deadline is later too, but says little of what came of it, so it stays below the
 * limit that every single column is held to. Cost: O(dates² · rows log rows) on a sample.
 */
import type { RawColumn } from '../frame.ts';
import type { Task } from '../model-spec.ts';
import { leakLimits, singleColumnStrength } from './leak.ts';

/** Share of rows that must have the one not before the other, and truly after it. */
const notBefore = 0.99;
const after = 0.5;
const mostDates = 20;
const mostRows = 5000;
const leastRows = 50;

export type DateLeak = { readonly later: string; readonly earlier: string; readonly strength: number };

/** For each date that gives the target away, the date it does so with, and how well. `rows` are in random order. */
export function dateLeaks(
  columns: readonly RawColumn[],
  label: ArrayLike<number>,
  rows: Int32Array,
  task: Task,
  classCount: number,
): DateLeak[] {
  const used = rows.subarray(0, mostRows);
  const dates = columns.flatMap((column) => (column.type === 'timestamp' ? [column] : [])).slice(0, mostDates);
  const found: DateLeak[] = [];
  for (const later of dates) {
    let best: DateLeak | null = null;
    for (const earlier of dates) {
      if (earlier === later || !follows(earlier.values, later.values, used)) continue;
      const values = later.values.map((value, i) => value - earlier.values[i]);
      const between: RawColumn = { type: 'double', name: later.name, values };
      const strength = singleColumnStrength(between, label, used, task, classCount);
      if (strength >= leakLimits.warn && strength > (best?.strength ?? 0)) {
        best = { later: later.name, earlier: earlier.name, strength };
      }
    }
    if (best !== null) found.push(best);
  }
  return found;
}

/** Whether one date hardly ever comes before the other, and mostly after it. */
function follows(earlier: Float64Array, later: Float64Array, rows: Int32Array): boolean {
  let known = 0;
  let kept = 0;
  let strictly = 0;
  for (const row of rows) {
    const between = later[row] - earlier[row];
    if (Number.isNaN(between)) continue;
    known++;
    if (between >= 0) kept++;
    if (between > 0) strictly++;
  }
  return known >= leastRows && kept >= notBefore * known && strictly >= after * known;
}
