/**
 * Rates of a target by level. A training row gets the rate of the rows before it in a random order, after Prokhorenkova et
 * al. (2018), "CatBoost: unbiased boosting with categorical features", NeurIPS 31, so that it never sees its own target;
 * every other row gets the rate over all training rows. Both are drawn to the mean by `smoothing` rows of it.
 */
import type { StringColumn } from '../frame.ts';

export type TargetRates = {
  readonly levels: readonly string[];
  readonly values: readonly number[];
  readonly other: number;
  readonly missing: number;
  /** What a training row gets instead. */
  readonly ordered: ReadonlyMap<number, number>;
};

/** `order` holds the training rows in random order. O(rows + levels · log levels). */
export function targetRates(
  column: StringColumn,
  order: Int32Array,
  y: (row: number) => number,
  smoothing: number,
): TargetRates {
  const missingCode = column.levels.length;
  const codeOf = (row: number): number => {
    const code = column.codes[row];
    return code < 0 || column.levels[code] === '' ? missingCode : code;
  };
  let prior = 0;
  for (const row of order.slice().sort()) prior += y(row) / order.length;
  const sums = new Float64Array(missingCode + 1);
  const counts = new Float64Array(missingCode + 1);
  const rate = (code: number): number => Math.fround((sums[code] + smoothing * prior) / (counts[code] + smoothing));
  const ordered = new Map<number, number>();
  for (const row of order) {
    const code = codeOf(row);
    ordered.set(row, rate(code));
    sums[code] += y(row);
    counts[code]++;
  }
  const seen = column.levels
    .map((level, code) => ({ level, code }))
    .filter(({ level, code }) => level !== '' && counts[code] > 0)
    .sort((a, b) => (a.level < b.level ? -1 : 1));
  return {
    levels: seen.map(({ level }) => level),
    values: seen.map(({ code }) => rate(code)),
    other: Math.fround(prior),
    missing: rate(missingCode),
    ordered,
  };
}
