/** Facts about finite numbers that steps are fitted to. */
import type { StringColumn } from '../frame.ts';
import { yeoJohnson } from './fitted-step.ts';
import type { GroupStatistic } from './steps.ts';

export const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function medianOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The most frequent value; of several the smallest. */
export function modeOf(values: Float64Array): number {
  const sorted = values.slice().sort();
  let best = Number.NaN;
  let most = 0;
  let run = 0;
  for (let i = 0; i < sorted.length; i++) {
    run = i > 0 && sorted[i] === sorted[i - 1] ? run + 1 : 1;
    if (run > most) {
      most = run;
      best = sorted[i];
    }
  }
  return best;
}

/** Standard deviation; 1 where there is none to divide by. */
export function spreadOf(values: Float64Array): number {
  if (values.length < 2) return 1;
  const mean = meanOf(values);
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return spread > 0 && Number.isFinite(spread) ? spread : 1;
}

/** λ of greatest normal likelihood in [−2, 4], by golden-section search on at most 20 000 values; 1 where it says nothing. */
export function bestYeoJohnson(all: Float64Array): number {
  const stride = Math.max(1, Math.ceil(all.length / 20_000));
  const values = all.filter((_, i) => i % stride === 0);
  if (values.length < 3) return 1;
  const bend = values.reduce((sum, x) => sum + Math.sign(x) * Math.log1p(Math.abs(x)), 0);
  const likelihood = (lambda: number): number => {
    const moved = values.map((x) => yeoJohnson(x, lambda));
    const mean = meanOf(moved);
    const variance = moved.reduce((sum, x) => sum + (x - mean) ** 2, 0) / moved.length;
    return -0.5 * values.length * Math.log(variance) + (lambda - 1) * bend;
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [-2, 4];
  let [a, b] = [high - golden * (high - low), low + golden * (high - low)];
  let [fa, fb] = [likelihood(a), likelihood(b)];
  for (let i = 0; i < 60 && high - low > 1e-6; i++) {
    if (fa > fb || Number.isNaN(fb)) {
      [high, b, fb] = [b, a, fa];
      a = high - golden * (high - low);
      fa = likelihood(a);
    } else {
      [low, a, fa] = [a, b, fb];
      b = low + golden * (high - low);
      fb = likelihood(b);
    }
  }
  const lambda = (low + high) / 2;
  return Number.isFinite(likelihood(lambda)) ? lambda : 1;
}

/** A filling for every group with a known value, rounded to float32, groups by text. */
export function groupFills(
  groups: StringColumn,
  values: Float64Array,
  rows: Int32Array,
  fillOf: (own: Float64Array) => number,
): { readonly levels: readonly string[]; readonly fills: readonly number[] } {
  const rowsOf = new Map<number, number[]>();
  for (const row of rows) {
    if (groups.codes[row] < 0 || !Number.isFinite(values[row])) continue;
    const own = rowsOf.get(groups.codes[row]) ?? [];
    own.push(values[row]);
    rowsOf.set(groups.codes[row], own);
  }
  const order = [...rowsOf.keys()]
    .filter((code) => groups.levels[code] !== '')
    .sort((a, b) => (groups.levels[a] < groups.levels[b] ? -1 : 1));
  return {
    levels: order.map((code) => groups.levels[code]),
    fills: order.map((code) => Math.fround(fillOf(Float64Array.from(rowsOf.get(code) ?? [])))),
  };
}

const statistics: Readonly<Record<GroupStatistic, (own: Float64Array) => number>> = {
  mean: meanOf,
  median: medianOf,
  min: (own) => own.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  max: (own) => own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  std: (own) => {
    const mean = meanOf(own);
    return Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length);
  },
  count: (own) => own.length,
};

/** A statistic of every group's known numbers among the rows; a group that has none, or is missing, gets that of all rows, and 0 as its count. */
export function groupStatistics(
  groups: StringColumn,
  values: Float64Array,
  rows: Int32Array,
  statistic: GroupStatistic,
): {
  readonly levels: readonly string[];
  readonly values: readonly number[];
  readonly other: number | null;
  readonly missing: number | null;
} {
  const of = statistics[statistic];
  const { levels, fills } = groupFills(groups, values, rows, of);
  const known = Float64Array.from(rows, (row) => values[row]).filter((value) => Number.isFinite(value));
  const rest = statistic === 'count' ? 0 : known.length === 0 ? null : Math.fround(of(known));
  return { levels, values: fills, other: rest, missing: rest };
}
