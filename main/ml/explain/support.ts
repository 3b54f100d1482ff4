/**
 * How near a row lies to rows the model has seen: Gower's distance (1971) to the nearest background row — the mean over the
 * model's columns of |difference| / range for numbers (range from the 1st to the 99th percentile, at most 2), and 0 or 1
 * for texts and gaps — read against the distances the background rows have to their own nearest.
 */
import type { Frame } from '../frame.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { sameCell, sampleRows, stackRows, takeRows, usedInputs } from './rows.ts';

export type Support = {
  readonly distance: number;
  /** Median distance of background rows to their nearest. */
  readonly typical: number;
  /** Share of background rows that lie farther from their nearest than this row: 0 means it is the farthest. */
  readonly fartherShare: number;
};

const comparedRows = 300;
/** Beyond one range a number counts as outside; farther away adds up to one more. */
const farthest = 2;

type SupportOf = (rows: Frame) => Support[];

const prepared = new WeakMap<Frame, { readonly recipe: FittedRecipe; readonly support: SupportOf }>();

/** Supports of rows over one background; prepared once a background, O(rows² × columns), and kept as long as it lives. */
export function createSupport(recipe: FittedRecipe, background: Frame): SupportOf {
  const known = prepared.get(background);
  if (known?.recipe === recipe) return known.support;
  const support = prepareSupport(recipe, background);
  prepared.set(background, { recipe, support });
  return support;
}

function prepareSupport(recipe: FittedRecipe, background: Frame): SupportOf {
  const drawn = takeRows(stackRows(recipe, [background]), sampleRows(background.rowCount, comparedRows, 2));
  const used = usedInputs(recipe);
  const ranges = drawn.columns.map((column) => {
    if (column.type === 'string') return 1;
    const sorted = sortedFinite(column.values);
    if (sorted.length === 0) return 1;
    return quantileSorted(sorted, 0.99) - quantileSorted(sorted, 0.01) || sorted[sorted.length - 1] - sorted[0] || 1;
  });
  const distance = (pool: Frame, a: number, b: number): number => {
    let sum = 0;
    for (const c of used) {
      const column = pool.columns[c];
      if (column.type === 'string') sum += sameCell(column, a, b) ? 0 : 1;
      else {
        const gap = Math.abs(column.values[a] - column.values[b]) / ranges[c];
        sum += sameCell(column, a, b) ? 0 : Number.isNaN(gap) ? 1 : Math.min(farthest, gap);
      }
    }
    return used.length === 0 ? 0 : sum / used.length;
  };
  const nearest = (pool: Frame, row: number, from: number): number => {
    let best = Number.POSITIVE_INFINITY;
    for (let other = from; other < pool.rowCount; other++) {
      if (other !== row) best = Math.min(best, distance(pool, row, other));
    }
    return Number.isFinite(best) ? best : 0;
  };
  const own = Float64Array.from({ length: drawn.rowCount }, (_, row) => nearest(drawn, row, 0)).sort();
  const typical = own.length === 0 ? 0 : quantileSorted(own, 0.5);
  return (rows) => {
    const pool = stackRows(recipe, [rows, drawn]);
    return Array.from({ length: rows.rowCount }, (_, row) => {
      const found = nearest(pool, row, rows.rowCount);
      const farther = own.filter((value) => value > found).length;
      return { distance: found, typical, fartherShare: own.length === 0 ? 0 : farther / own.length };
    });
  };
}
