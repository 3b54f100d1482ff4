/** How far two explanations of the same row agree. */
import { argsort } from '../stats/argsort.ts';

export type Agreement = {
  /** Spearman's rank correlation of the sizes over the columns either of them gives weight; 1 when neither gives any. */
  readonly rankCorrelation: number;
  /** Columns that are among the `top` strongest of both, as a share of `top`. */
  readonly topShared: number;
  /** Share of the strongest columns of either whose sign is the same in both. */
  readonly sameSign: number;
  readonly top: number;
};

/** Compares two vectors of contributions over the same columns. */
export function compareContributions(a: ArrayLike<number>, b: ArrayLike<number>, most = 5): Agreement {
  const active: number[] = [];
  for (let c = 0; c < a.length; c++) if (Math.abs(a[c]) > 0 || Math.abs(b[c]) > 0) active.push(c);
  const top = Math.min(most, active.length);
  if (top === 0) return { rankCorrelation: 1, topShared: 1, sameSign: 1, top: 0 };
  const topA = strongest(a, top);
  const topB = strongest(b, top);
  const shared = topA.filter((c) => topB.includes(c)).length;
  const either = [...new Set([...topA, ...topB])];
  const agreeing = either.filter((c) => Math.sign(a[c]) === Math.sign(b[c])).length;
  return {
    rankCorrelation: spearman(
      active.map((c) => Math.abs(a[c])),
      active.map((c) => Math.abs(b[c])),
    ),
    topShared: shared / top,
    sameSign: agreeing / either.length,
    top,
  };
}

/** Indices of the `count` largest sizes, strongest first; ties by index. */
export const strongest = (values: ArrayLike<number>, count: number): number[] =>
  Array.from({ length: values.length }, (_, c) => c)
    .sort((x, y) => Math.abs(values[y]) - Math.abs(values[x]) || x - y)
    .slice(0, count);

/** Rank correlation with mid-ranks for ties; 1 for constant or single values on both sides, 0 for one side only. */
export function spearman(a: readonly number[], b: readonly number[]): number {
  const x = midRanks(a);
  const y = midRanks(b);
  const mean = (a.length - 1) / 2;
  let cross = 0;
  let squareX = 0;
  let squareY = 0;
  for (let i = 0; i < x.length; i++) {
    cross += (x[i] - mean) * (y[i] - mean);
    squareX += (x[i] - mean) ** 2;
    squareY += (y[i] - mean) ** 2;
  }
  if (squareX === 0 && squareY === 0) return 1;
  return squareX === 0 || squareY === 0 ? 0 : cross / Math.sqrt(squareX * squareY);
}

function midRanks(values: readonly number[]): Float64Array {
  const order = argsort(values);
  const out = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) out[order[i]] = (from + to - 1) / 2;
    from = to;
  }
  return out;
}
