/**
 * Features as a net reads them: which intervals a number is coded by and which row of the table a level has, found on the
 * training rows alone, and the values of rows under that plan.
 */
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { FeatureKind } from '../recipe/apply.ts';
import { quantileSorted } from '../stats/quantile.ts';
import type { NetCategory, NetNumber } from './net-model.ts';

export type NetPlan = {
  readonly numbers: readonly NetNumber[];
  readonly categories: readonly NetCategory[];
  readonly tableRows: number;
  /** Rows of the table that some training row uses; the others are kept at the mean of their column's. */
  readonly usedRows: Uint8Array;
};

/** Plans the codes from `rows`: numbers by quantiles, levels as they occur. Columns without a finite value are left out. */
export function planNet(
  matrix: FeatureMatrix,
  kinds: readonly FeatureKind[],
  rows: Int32Array,
  intervals: number,
  stop: StopSignal,
): NetPlan {
  const numbers: NetNumber[] = [];
  const categories: NetCategory[] = [];
  const used: number[] = [];
  kinds.forEach((kind, feature) => {
    throwIfStopped(stop);
    const column = matrix.columns[feature];
    if (kind.kind === 'numeric') {
      const number = planNumber(column, rows, feature, intervals);
      if (number !== null) numbers.push(number);
      return;
    }
    const start = used.length;
    // Levels in order, "other", missing
    const states = new Array<number>(kind.levelCount + 2).fill(0);
    for (let i = 0; i < rows.length; i++) {
      const code = column[rows[i]];
      states[Number.isNaN(code) ? kind.levelCount + 1 : Math.min(code, kind.levelCount)] = 1;
    }
    used.push(...states);
    categories.push({
      feature,
      rows: Int32Array.from({ length: kind.levelCount + 1 }, (_, code) => start + code),
      missingRow: start + kind.levelCount + 1,
    });
  });
  return { numbers, categories, tableRows: used.length, usedRows: Uint8Array.from(used) };
}

function planNumber(values: Float32Array, rows: Int32Array, feature: number, intervals: number): NetNumber | null {
  const finite = new Float32Array(rows.length);
  let size = 0;
  let marksMissing = false;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]];
    if (Number.isNaN(value)) marksMissing = true;
    else if (Number.isFinite(value)) finite[size++] = value;
  }
  if (size === 0) return null;
  const sorted = finite.subarray(0, size).sort();
  const [low, high] = [sorted[0], sorted[size - 1]];
  const impute = Math.fround(quantileSorted(sorted, 0.5));
  if (!(high - low > narrowest)) {
    // One value: only that it is missing can say something
    const beyond = Math.fround(low + Math.max(1, Math.abs(low) / 2));
    return marksMissing ? { feature, edges: Float32Array.of(low, beyond), impute, marksMissing } : null;
  }
  const least = (high - low) * narrowestShare;
  const edges = [low];
  for (let t = 1; t < intervals; t++) {
    const edge = Math.fround(quantileSorted(sorted, t / intervals));
    if (edge - edges[edges.length - 1] > least && high - edge > least) edges.push(edge);
  }
  edges.push(high);
  return { feature, edges: Float32Array.from(edges), impute, marksMissing };
}

/** Narrower intervals would give slopes that float32 cannot hold, or noise. */
const narrowest = 1e-30;
const narrowestShare = 1e-6;

/** A number as the net reads it: cut at its extremes; a missing one is its stand-in, or the lower end where it is marked. */
export function cutNumber({ edges, impute, marksMissing }: NetNumber, value: number): number {
  if (Number.isNaN(value)) return marksMissing ? edges[0] : impute;
  return value < edges[0] ? edges[0] : Math.min(value, edges[edges.length - 1]);
}

/** The row of the table of a category's code. */
export const tableRow = ({ rows, missingRow }: NetCategory, code: number): number =>
  Number.isNaN(code) ? missingRow : rows[Math.min(code, rows.length - 1)];

/** What `netInputs` declares, row-major, for some rows. */
export type EncodedRows = {
  readonly numbers: Float32Array;
  readonly missing: Float32Array;
  readonly codes: BigInt64Array;
};

export const createEncodedRows = (plan: Pick<NetPlan, 'numbers' | 'categories'>, rowCount: number): EncodedRows => ({
  numbers: new Float32Array(rowCount * plan.numbers.length),
  missing: new Float32Array(rowCount * plan.numbers.length),
  codes: new BigInt64Array(rowCount * plan.categories.length),
});

/** Fills `out` with `count` rows: row `rows[start + i]`, or row `start + i` where `rows` is null. */
export function encodeRows(
  { numbers, categories }: Pick<NetPlan, 'numbers' | 'categories'>,
  matrix: FeatureMatrix,
  rows: Int32Array | null,
  start: number,
  count: number,
  out: EncodedRows,
): void {
  numbers.forEach((number, n) => {
    const values = matrix.columns[number.feature];
    for (let i = 0; i < count; i++) {
      const value = values[rows === null ? start + i : rows[start + i]];
      out.numbers[i * numbers.length + n] = cutNumber(number, value);
      out.missing[i * numbers.length + n] = number.marksMissing && Number.isNaN(value) ? 1 : 0;
    }
  });
  categories.forEach((category, c) => {
    const values = matrix.columns[category.feature];
    for (let i = 0; i < count; i++) {
      const code = values[rows === null ? start + i : rows[start + i]];
      out.codes[i * categories.length + c] = BigInt(tableRow(category, code));
    }
  });
}
