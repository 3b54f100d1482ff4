/**
 * Whether an explanation holds next door: numbers and dates of the row are moved by up to 5 % of their column's middle range
 * (10th to 90th percentile), texts and whole numbers stay where so small a step does not reach, and the contributions are
 * computed again (after Alvarez-Melis & Jaakkola 2018).
 */
import { createRng } from '../../base/rng.ts';
import type { Frame, RawColumn } from '../frame.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { compareContributions } from './agreement.ts';
import { stackRows } from './rows.ts';

export type Stability = {
  /** 1 − mean of Σ|change of a contribution| / Σ|contribution|, not below 0. */
  readonly kept: number;
  /** Share of the neighbours whose three strongest columns are the same three. */
  readonly topKept: number;
  readonly neighbours: number;
};

const jitter = 0.05;

/** `count` rows around the row, reproducible for a seed. */
export function nearbyRows(recipe: FittedRecipe, row: Frame, background: Frame, count: number, seed: number): Frame {
  const rng = createRng(seed);
  const own = stackRows(recipe, [row]);
  const known = stackRows(recipe, [background]);
  const columns = own.columns.map((column, c): RawColumn => {
    if (column.type === 'string') return { ...column, codes: new Int32Array(count).fill(column.codes[0]) };
    const other = known.columns[c];
    const sorted = other.type === 'string' ? new Float64Array(0) : sortedFinite(other.values);
    const range = sorted.length === 0 ? 0 : quantileSorted(sorted, 0.9) - quantileSorted(sorted, 0.1);
    const whole = recipe.inputs[c].logicalType === 'integer' || column.type === 'timestamp';
    const values = Float64Array.from({ length: count }, () => {
      const moved = column.values[0] + (2 * rng.next() - 1) * jitter * range;
      return whole ? Math.round(moved) : moved;
    });
    return { ...column, values };
  });
  return { rowCount: count, columns };
}

/** `nearby`: contributions of the neighbours, row-major over the same columns as `values`. */
export function measureStability(values: ArrayLike<number>, nearby: Float64Array): Stability {
  const width = values.length;
  const neighbours = width === 0 ? 0 : nearby.length / width;
  let size = 0;
  for (let c = 0; c < width; c++) size += Math.abs(values[c]);
  if (neighbours === 0 || size === 0) return { kept: 1, topKept: 1, neighbours };
  let changed = 0;
  let same = 0;
  for (let row = 0; row < neighbours; row++) {
    const other = nearby.subarray(row * width, (row + 1) * width);
    for (let c = 0; c < width; c++) changed += Math.abs(values[c] - other[c]) / size / neighbours;
    if (compareContributions(values, other, 3).topShared === 1) same++;
  }
  return { kept: Math.max(0, 1 - changed), topKept: same / neighbours, neighbours };
}
