/**
 * How far the values of a column moved between two samples: the population stability index over ten bins that hold equal
 * shares of the first sample (levels, for texts), and for numbers the Kolmogorov–Smirnov distance. Missing values are a bin
 * of their own in the index. O(n log n).
 */
import type { RawColumn } from '../../ml/frame.ts';

/** Index and distance; the distance is null for texts. */
export type Shift = { readonly psi: number; readonly ks: number | null; readonly words: string };

const binCount = 10;
/** Levels told apart; the rest counts as one. */
const mostLevels = 50;

/** Half a row in each empty bin keeps the index finite. */
function stability(before: readonly number[], after: readonly number[]): number {
  const total = (counts: readonly number[]): number => counts.reduce((sum, n) => sum + Math.max(n, 0.5), 0);
  const [allBefore, allAfter] = [total(before), total(after)];
  let psi = 0;
  for (let i = 0; i < before.length; i++) {
    if (before[i] === 0 && after[i] === 0) continue;
    const p = Math.max(before[i], 0.5) / allBefore;
    const q = Math.max(after[i], 0.5) / allAfter;
    psi += (q - p) * Math.log(q / p);
  }
  return psi;
}

const sortedKnown = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value)).sort();

/** Largest distance between the two distribution functions. */
export function ksDistance(a: Float64Array, b: Float64Array): number {
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i], b[j]);
    while (i < a.length && a[i] <= value) i++;
    while (j < b.length && b[j] <= value) j++;
    most = Math.max(most, Math.abs(i / a.length - j / b.length));
  }
  return a.length === 0 || b.length === 0 ? Number.NaN : most;
}

function countsIn(sorted: Float64Array, edges: readonly number[], missing: number): number[] {
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (const value of sorted) {
    let bin = 0;
    while (bin < edges.length && value > edges[bin]) bin++;
    counts[bin]++;
  }
  counts[edges.length + 1] = missing;
  return counts;
}

const degree = (psi: number): string => {
  if (psi < 0.1) return 'hardly moved';
  return psi < 0.25 ? 'moved' : 'moved a lot';
};

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** The shift from one sample of a column to another of the same kind. */
export function shiftOf(before: RawColumn, after: RawColumn): Shift | null {
  if (before.type === 'string' || after.type === 'string') {
    return before.type === 'string' && after.type === 'string' ? levelShift(before, after) : null;
  }
  const [a, b] = [sortedKnown(before.values), sortedKnown(after.values)];
  if (a.length === 0 || b.length === 0) {
    return a.length === b.length
      ? null
      : {
          psi: stability([a.length, before.values.length - a.length], [b.length, after.values.length - b.length]),
          ks: null,
          words: a.length === 0 ? 'was empty before' : 'is empty now',
        };
  }
  const edges: number[] = [];
  for (let k = 1; k < binCount; k++) {
    const edge = a[Math.floor((k * a.length) / binCount)];
    if (edges.at(-1) !== edge) edges.push(edge);
  }
  const psi = stability(
    countsIn(a, edges, before.values.length - a.length),
    countsIn(b, edges, after.values.length - b.length),
  );
  const ks = ksDistance(a, b);
  const [was, is] = [a[a.length >> 1], b[b.length >> 1]];
  const time = before.type === 'timestamp';
  const write = (value: number): string => (time ? new Date(value / 1000).toISOString().slice(0, 10) : short(value));
  const median = was === is ? 'the median stays' : `the median goes from ${write(was)} to ${write(is)}`;
  return { psi, ks, words: `${degree(psi)}; ${median}` };
}

type Text = Extract<RawColumn, { type: 'string' }>;

function levelCounts(column: Text): Map<string, number> {
  const counts = new Map<string, number>();
  for (const code of column.codes) {
    const level = code < 0 ? '' : column.levels[code];
    counts.set(level, (counts.get(level) ?? 0) + 1);
  }
  return counts;
}

function levelShift(before: Text, after: Text): Shift {
  const [a, b] = [levelCounts(before), levelCounts(after)];
  const levels = [...a]
    .sort((x, y) => y[1] - x[1])
    .slice(0, mostLevels)
    .map(([level]) => level);
  const shown = new Set(levels);
  const rest = (counts: Map<string, number>): number =>
    [...counts].reduce((sum, [level, n]) => sum + (shown.has(level) ? 0 : n), 0);
  const psi = stability(
    [...levels.map((level) => a.get(level) ?? 0), rest(a)],
    [...levels.map((level) => b.get(level) ?? 0), rest(b)],
  );
  const fresh = [...b.keys()].filter((level) => level !== '' && !a.has(level));
  const gone = [...a.keys()].filter((level) => level !== '' && !b.has(level));
  const told = (what: string, names: readonly string[]): string[] =>
    names.length === 0 || names.length > mostLevels
      ? []
      : [`${what} "${names.slice(0, 3).join('", "')}"${names.length > 3 ? ` and ${names.length - 3} more` : ''}`];
  return { psi, ks: null, words: [degree(psi), ...told('new:', fresh), ...told('gone:', gone)].join('; ') };
}
