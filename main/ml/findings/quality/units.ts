/**
 * Changes of unit: a stretch of rows, or a group of values, that is another's times a known factor. A stretch is the one
 * interval of rows whose mean logarithm differs most (one pass over all starts by cumulative sums on blocks); it is reported
 * when the ratio of medians is a factor within its error and both parts have the same shape once it is divided out. A
 * group is cut off by a gap between logarithms.
 */
import { type RawFinding, short } from './types.ts';

/** Factors between units people mix up, with their names. */
export const unitFactors: readonly { readonly factor: number; readonly name: string }[] = [
  { factor: 10, name: 'tenfold' },
  { factor: 100, name: 'hundredfold, such as cents or percent' },
  { factor: 1000, name: 'thousandfold, such as grams for kilograms' },
  { factor: 1e6, name: 'millionfold' },
  { factor: 2.20462, name: 'pounds for kilograms' },
  { factor: 2.54, name: 'centimetres for inches' },
  { factor: 3.28084, name: 'feet for metres' },
  { factor: 1.609344, name: 'kilometres for miles' },
  { factor: 60, name: 'minutes for hours or seconds for minutes' },
  { factor: 3600, name: 'seconds for hours' },
  { factor: 24, name: 'hours for days' },
  { factor: 28.3495, name: 'grams for ounces' },
  { factor: 3.78541, name: 'litres for gallons' },
  { factor: 0.3048 * 100, name: 'centimetres for feet' },
];

const blockCount = 200;

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
};

const spread = (values: readonly number[], centre: number): number =>
  1.4826 * median(values.map((value) => Math.abs(value - centre)));

/** The nearest factor, or its inverse, within `tolerance` of a ratio given as logarithm. */
function factorNear(logRatio: number, tolerance: number): { readonly factor: number; readonly name: string } | null {
  const found = unitFactors.find(({ factor }) => Math.abs(Math.abs(logRatio) - Math.log(factor)) < tolerance);
  return found ?? null;
}

function ks(a: readonly number[], b: readonly number[]): number {
  const x = [...a].sort((p, q) => p - q);
  const y = [...b].sort((p, q) => p - q);
  let i = 0;
  let j = 0;
  let most = 0;
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i], y[j]);
    while (i < x.length && x[i] <= value) i++;
    while (j < y.length && y[j] <= value) j++;
    most = Math.max(most, Math.abs(i / x.length - j / y.length));
  }
  return most * Math.sqrt((x.length * y.length) / (x.length + y.length));
}

/** Unit changes of a column whose rows are in order; `step` is the distance of rows in the table. */
export function unitFindings(name: string, values: Float64Array, step: number): RawFinding[] {
  const at: number[] = [];
  const logs: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] > 0 && Number.isFinite(values[i])) {
      at.push(i);
      logs.push(Math.log(values[i]));
    }
  }
  if (logs.length < 100 || logs.length < 0.8 * values.length) return [];
  const group = separateGroup(logs);
  const stretch = shiftedStretch(logs);
  // A stretch in which nearly all values of a separate group lie says more than the group alone
  if (stretch !== null) {
    const from = at[stretch.from] * step;
    const to = stretch.to >= at.length ? values.length * step : at[stretch.to] * step;
    return [
      unitFinding(name, stretch, `in rows ${from + 1} to ${to}`, { kind: 'rows', from, to }, { rows: { from, to } }),
    ];
  }
  if (group === null) return [];
  const limit = Number(Math.exp(group.cut).toPrecision(3));
  const isHigh = group.logRatio > 0;
  const rows = { kind: 'outside', column: name, low: isHigh ? null : limit, high: isHigh ? limit : null } as const;
  return [
    unitFinding(
      name,
      group,
      `${isHigh ? 'above' : 'below'} ${short(limit)}`,
      rows,
      isHigh ? { above: limit } : { below: limit },
    ),
  ];
}

function unitFinding(
  name: string,
  found: { readonly logRatio: number; readonly factor: number; readonly name: string },
  where: string,
  rows: NonNullable<RawFinding['rows']>,
  limits: Record<string, unknown>,
): RawFinding {
  const up = found.logRatio > 0;
  const factor = up ? 1 / found.factor : found.factor;
  return {
    kind: 'unit-jump',
    column: name,
    severity: 'warn',
    message: `{count} ${where} are ${up ? '' : 'smaller by '}${short(found.factor)} times ${up ? 'as large as ' : 'than '}the others: another unit (${found.name})?`,
    rows,
    count: null,
    examples: [],
    fix: {
      text: `Multiply them by ${short(factor)}`,
      steps: [{ kind: 'scale', column: name, factor, above: null, below: null, rows: null, ...limits }],
    },
  };
}

type Change = { readonly logRatio: number; readonly factor: number; readonly name: string };

/** The smaller of two groups of values apart by a factor. */
function separateGroup(logs: readonly number[]): (Change & { readonly cut: number }) | null {
  const sorted = [...logs].sort((a, b) => a - b);
  const n = sorted.length;
  const least = Math.max(5, Math.floor(n * 0.005));
  let best = 0;
  let place = -1;
  for (let i = least; i <= n - least; i++) {
    const gap = sorted[i] - sorted[i - 1];
    if (gap > best) {
      best = gap;
      place = i;
    }
  }
  if (place < 0) return null;
  const low = sorted.slice(0, place);
  const high = sorted.slice(place);
  const minor = low.length < high.length ? low : high;
  const major = minor === low ? high : low;
  if (minor.length > 0.45 * n) return null;
  const [a, b] = [median(minor), median(major)];
  const logRatio = a - b;
  // The gap must be wide beside the usual distances at that height, and most of the way
  const inner = spread(major, b);
  if (best < 0.25 * Math.abs(logRatio) || best < 0.2 || inner > 0.8) return null;
  const error = (2.5 * 1.2533 * spread(major, b)) / Math.sqrt(minor.length) + 0.02;
  const factor = factorNear(logRatio, Math.min(0.25, error));
  if (factor === null) return null;
  const ratio = spread(minor, a) / Math.max(1e-9, inner);
  if (ratio < 0.4 || ratio > 2.5) return null;
  return { logRatio, ...factor, cut: (sorted[place] + sorted[place - 1]) / 2 };
}

/** A stretch of rows at another level, at least 2 % and at most 50 % of them. */
function shiftedStretch(logs: readonly number[]): (Change & { readonly from: number; readonly to: number }) | null {
  const n = logs.length;
  const centre = median(logs);
  const width = spread(logs, centre) || 1e-9;
  const clipped = logs.map((value) => Math.max(-8, Math.min(8, (value - centre) / width)));
  const blocks = Math.min(blockCount, Math.floor(n / 5));
  const edge = (b: number): number => Math.floor((b * n) / blocks);
  const cumulative = new Float64Array(blocks + 1);
  for (let b = 0; b < blocks; b++) {
    let sum = 0;
    for (let i = edge(b); i < edge(b + 1); i++) sum += clipped[i];
    cumulative[b + 1] = cumulative[b] + sum;
  }
  let best = 0;
  let from = 0;
  let to = 0;
  for (let s = 0; s < blocks; s++) {
    for (let e = s + 2; e <= blocks; e++) {
      const rows = edge(e) - edge(s);
      if (rows < Math.max(20, 0.02 * n) || rows > 0.5 * n) continue;
      const inside = (cumulative[e] - cumulative[s]) / rows;
      const outside = (cumulative[blocks] - cumulative[e] + cumulative[s]) / (n - rows);
      const score = Math.abs(inside - outside) * Math.sqrt((rows * (n - rows)) / n);
      if (score > best) {
        best = score;
        from = edge(s);
        to = edge(e);
      }
    }
  }
  if (to === 0) return null;
  [from, to] = refine(logs, from, to, Math.ceil(n / blocks) + 1);
  const inside = logs.slice(from, to);
  const outside = [...logs.slice(0, from), ...logs.slice(to)];
  const [a, b] = [median(inside), median(outside)];
  const logRatio = a - b;
  const noise = Math.max(spread(inside, a), spread(outside, b));
  const error = 1.2533 * noise * Math.sqrt(1 / inside.length + 1 / outside.length);
  if (Math.abs(logRatio) < 8 * error || Math.abs(logRatio) < 0.4) return null;
  const factor = factorNear(logRatio, 3 * error + 0.01);
  if (factor === null || 3 * error + 0.01 > 0.15) return null;
  const moved = inside.map((value) => value - Math.sign(logRatio) * Math.log(factor.factor));
  if (ks(moved, outside) > 1.9) return null;
  if (!isSharp(logs, from, to, logRatio)) return null;
  // A few rows outside at the same level would make it a mixture, which the gap between groups tells
  return { logRatio, ...factor, from, to };
}

/** Whether the level jumps at each end of the stretch, rather than drifting there over many rows. */
function isSharp(logs: readonly number[], from: number, to: number, logRatio: number): boolean {
  const reach = Math.max(15, Math.floor(logs.length * 0.015));
  const step = (inside: readonly number[], outside: readonly number[]): boolean => {
    const jump = median(inside) - median(outside);
    return Math.abs(jump - logRatio) < 0.35 * Math.abs(logRatio);
  };
  const length = Math.min(reach, to - from);
  const starts = from < 15 || step(logs.slice(from, from + length), logs.slice(Math.max(0, from - reach), from));
  const ends = logs.length - to < 15 || step(logs.slice(to - length, to), logs.slice(to, to + reach));
  return starts && ends;
}

/** Moves the ends of a stretch to where the squared error is least. */
function refine(logs: readonly number[], from: number, to: number, reach: number): [number, number] {
  const inside = median(logs.slice(from, to));
  const outside = median([...logs.slice(0, from), ...logs.slice(to)]);
  const closer = (value: number): number => Math.abs(value - outside) - Math.abs(value - inside);
  const bestEnd = (start: number, forward: boolean): number => {
    let best = start;
    let gain = 0;
    let top = 0;
    for (let i = start; forward ? i < Math.min(logs.length, start + reach) : i < start; i++) {
      gain += closer(logs[i]);
      if (gain > top) {
        top = gain;
        best = i + 1;
      }
    }
    return best;
  };
  const back = (end: number, least: number): number => {
    let best = end;
    let gain = 0;
    let top = 0;
    for (let i = end - 1; i >= Math.max(least, end - reach); i--) {
      gain -= closer(logs[i]);
      if (gain > top) {
        top = gain;
        best = i;
      }
    }
    return best;
  };
  const grownTo = bestEnd(to, true);
  const newTo = grownTo > to ? grownTo : back(to, from + 1);
  let newFrom = from;
  let gain = 0;
  let top = 0;
  for (let i = from - 1; i >= Math.max(0, from - reach); i--) {
    gain += closer(logs[i]);
    if (gain > top) {
      top = gain;
      newFrom = i;
    }
  }
  if (newFrom === from) {
    gain = 0;
    top = 0;
    for (let i = from; i < Math.min(newTo - 1, from + reach); i++) {
      gain -= closer(logs[i]);
      if (gain > top) {
        top = gain;
        newFrom = i + 1;
      }
    }
  }
  return [newFrom, newTo];
}
