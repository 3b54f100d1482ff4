/** Where to cut a number into bins: at quantiles, at equal distances, or where the target changes most. */
import type { StepTarget } from './fit-steps.ts';

const distinct = (edges: readonly number[]): number[] => [...new Set(edges)].sort((a, b) => a - b);

/** Upper ends of `count` bins of about equal numbers of rows, without the last; fewer where values repeat. */
export function quantileEdges(values: Float64Array, count: number): number[] {
  if (values.length === 0) return [];
  const sorted = values.slice().sort();
  const last = sorted[sorted.length - 1];
  const edges = Array.from(
    { length: count - 1 },
    (_, i) => sorted[Math.max(0, Math.ceil(((i + 1) * sorted.length) / count) - 1)],
  );
  return distinct(edges).filter((edge) => edge < last);
}

/** Upper ends of `count` bins of equal width, without the last. */
export function equalEdges(values: Float64Array, count: number): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low < high)) return [];
  return distinct(Array.from({ length: count - 1 }, (_, i) => low + ((high - low) * (i + 1)) / count));
}

/**
 * Cuts of a regression tree on this column alone, best first (squared error, for classes of their shares), with at least
 * 2 % of the rows and 5 rows a bin.
 */
export function treeEdges(values: Float64Array, rows: Int32Array, target: StepTarget, count: number): number[] {
  const known = rows.filter((row) => Number.isFinite(values[row])).sort((a, b) => values[a] - values[b]);
  const least = Math.max(5, Math.floor(known.length * 0.02));
  const width = target.classCount > 2 ? target.classCount : 1;
  const y = (row: number, k: number): number => (width === 1 ? target.label[row] : target.label[row] === k ? 1 : 0);
  type Cut = { readonly from: number; readonly to: number; readonly at: number; readonly gain: number };
  const best = (from: number, to: number): Cut | null => {
    const total = new Float64Array(width);
    for (let i = from; i < to; i++) for (let k = 0; k < width; k++) total[k] += y(known[i], k);
    const left = new Float64Array(width);
    let found: Cut | null = null;
    const n = to - from;
    for (let i = from; i < to - 1; i++) {
      for (let k = 0; k < width; k++) left[k] += y(known[i], k);
      const size = i + 1 - from;
      if (size < least || n - size < least || values[known[i]] === values[known[i + 1]]) continue;
      let gain = 0;
      for (let k = 0; k < width; k++)
        gain += left[k] ** 2 / size + (total[k] - left[k]) ** 2 / (n - size) - total[k] ** 2 / n;
      if (gain > (found?.gain ?? 1e-12)) found = { from, to, at: i + 1, gain };
    }
    return found;
  };
  const open: Cut[] = [];
  const push = (cut: Cut | null): void => {
    if (cut !== null) open.push(cut);
  };
  push(best(0, known.length));
  const edges: number[] = [];
  while (edges.length < count - 1 && open.length > 0) {
    open.sort((a, b) => b.gain - a.gain);
    const cut = open.shift();
    if (cut === undefined) break;
    edges.push(values[known[cut.at - 1]]);
    push(best(cut.from, cut.at));
    push(best(cut.at, cut.to));
  }
  return distinct(edges);
}
