/** Columns that nearly repeat another: equal in nearly every row, or one a fixed multiple of the other. */
import type { Frame, RawColumn } from '../../frame.ts';
import type { RawFinding } from './types.ts';

const equalShare = 0.98;
const probeRows = 400;
/** After so many rows a pair that hardly ever agrees is given up: it cannot reach the share any more. */
const earlyRows = 30;
const hopeless = 0.3;
/** Nearly all pairs of columns are given up after so few ratios: of a multiple, two of them are alike. */
const firstRatios = 6;
/** With more columns only pairs that agree in the rows of a signature are looked at, and multiples are not. */
const mostPaired = 1500;
const signatures = 8;
const signatureRows = 16;

/** The share of rows in which two columns of the same type agree, missing with missing; texts by their levels. */
function agreement(a: RawColumn, b: RawColumn, rows: number, step: number): number {
  let same = 0;
  let seen = 0;
  if (a.type === 'string' && b.type === 'string') {
    for (let i = 0; i < rows; i += step) {
      seen++;
      const [x, y] = [a.codes[i], b.codes[i]];
      if ((x < 0 && y < 0) || (x >= 0 && y >= 0 && a.levels[x] === b.levels[y])) same++;
      if (seen === earlyRows && same < hopeless * seen) break;
    }
  } else if (a.type !== 'string' && b.type !== 'string') {
    for (let i = 0; i < rows; i += step) {
      seen++;
      if (Object.is(a.values[i], b.values[i]) || a.values[i] === b.values[i]) same++;
      if (seen === earlyRows && same < hopeless * seen) break;
    }
  }
  return seen === 0 ? 0 : same / seen;
}

/** The factor b = f·a in nearly all rows, or null. */
function multiple(a: RawColumn, b: RawColumn, rows: number, step: number): number | null {
  if (a.type !== 'double' || b.type !== 'double') return null;
  const ratios: number[] = [];
  let broken = 0;
  for (let i = 0; i < rows; i += step) {
    const [x, y] = [a.values[i], b.values[i]];
    if (Number.isNaN(x) && Number.isNaN(y)) continue;
    if (x === 0 && y === 0) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0) broken++;
    else ratios.push(y / x);
    if (ratios.length === firstRatios && !anyAlike(ratios)) return null;
    if (ratios.length === earlyRows && scattered(ratios)) return null;
  }
  if (ratios.length < 20 || broken > 0.02 * (ratios.length + broken)) return null;
  const sorted = [...ratios].sort((p, q) => p - q);
  const middle = sorted[sorted.length >> 1];
  if (middle === 0) return null;
  const off = ratios.filter((ratio) => Math.abs(ratio - middle) > 5e-3 * Math.abs(middle)).length;
  return off <= 0.02 * ratios.length ? middle : null;
}

/** Whether any two ratios are as alike as those of a multiple. */
function anyAlike(ratios: readonly number[]): boolean {
  for (let i = 1; i < ratios.length; i++) {
    for (let j = 0; j < i; j++) if (Math.abs(ratios[i] - ratios[j]) <= 1e-2 * Math.abs(ratios[i])) return true;
  }
  return false;
}

/** Whether most ratios lie away from their median: no factor can come of them. */
function scattered(ratios: readonly number[]): boolean {
  const middle = [...ratios].sort((p, q) => p - q)[ratios.length >> 1];
  return ratios.filter((ratio) => Math.abs(ratio - middle) > 5e-3 * Math.abs(middle)).length > hopeless * ratios.length;
}

const varies = (column: RawColumn): boolean => {
  if (column.type === 'string') return column.codes.some((code) => code !== column.codes[0]);
  const first = column.values.find((value) => !Number.isNaN(value));
  return first !== undefined && column.values.some((value) => !Number.isNaN(value) && value !== first);
};

/** Places of the columns after each that share one of its signatures: its values in a few rows, spread differently each time. */
function likelyCopies(columns: readonly RawColumn[], rowCount: number): readonly (readonly number[])[] {
  const likely = columns.map(() => new Set<number>());
  for (let k = 0; k < signatures; k++) {
    const first = new Map<string, number>();
    columns.forEach((column, at) => {
      let key: string = column.type;
      for (let r = 0; r < signatureRows; r++) {
        const row = ((r * signatures + k) * 7919) % rowCount;
        key += `|${column.type === 'string' ? (column.levels[column.codes[row]] ?? '') : column.values[row]}`;
      }
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, at);
      else likely[earlier].add(at);
    });
  }
  return likely.map((places) => [...places].sort((a, b) => a - b));
}

/** Findings of columns that repeat an earlier one. O(columns² · few rows) and a full look at the likely pairs. */
export function copyFindings(frame: Frame): RawFinding[] {
  const found: RawFinding[] = [];
  const columns = frame.columns.filter(varies);
  const step = Math.max(1, Math.floor(frame.rowCount / probeRows));
  const dropped = new Set<string>();
  if (frame.rowCount < 20) return found;
  const likely = columns.length > mostPaired ? likelyCopies(columns, frame.rowCount) : null;
  const every = columns.map((_, at) => at);
  for (let i = 0; i < columns.length; i++) {
    for (const j of likely?.[i] ?? every.slice(i + 1)) {
      const [a, b] = [columns[i], columns[j]];
      if (a.type !== b.type || dropped.has(a.name) || dropped.has(b.name)) continue;
      const alike = agreement(a, b, frame.rowCount, step);
      const isCopy = alike >= 0.95 && agreement(a, b, frame.rowCount, 1) >= equalShare && distinctEnough(a);
      const factor =
        isCopy || alike > 0.5 || likely !== null
          ? null
          : multiple(a, b, frame.rowCount, step) === null
            ? null
            : multiple(a, b, frame.rowCount, 1);
      if (!isCopy && factor === null) continue;
      dropped.add(b.name);
      found.push({
        kind: 'duplicate-column',
        column: b.name,
        severity: 'warn',
        message: isCopy
          ? `Nearly the same as "${a.name}" in every row{differ}.`
          : `Always "${a.name}" times ${Number((factor ?? 1).toPrecision(4))}: the same in another unit.`,
        rows: isCopy ? { kind: 'differ', columns: [a.name, b.name] } : null,
        count: isCopy ? null : frame.rowCount,
        examples: [],
        fix: { text: `Leave "${b.name}" out`, steps: [{ kind: 'drop-columns', columns: [b.name] }] },
      });
    }
  }
  return found;
}

/** Two yes/no columns may agree by nature; a column whose rarest share is tiny agrees with any like it. */
function distinctEnough(column: RawColumn): boolean {
  const counts = new Map<number, number>();
  const values = column.type === 'string' ? column.codes : column.values;
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > 20) return true;
  }
  const most = Math.max(...counts.values());
  return most < 0.9 * values.length;
}
