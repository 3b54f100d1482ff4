/**
 * Rows that a model already learned from, or that belong with such rows, and on which it must therefore not be judged: rows
 * equal to an earlier one in the columns the model reads (the same rule that keeps equal rows in one fold), rows of a group
 * that occurred before, and rows that are not later than the latest before.
 */
import { joinArrays } from '../../base/typed-arrays.ts';
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import { duplicateGroups } from './duplicates.ts';

export type KnownBy = {
  /** Columns the model reads. */
  readonly inputs: readonly string[];
  /** Column of groups that must not part; null: none. */
  readonly group: string | null;
  /** Column of time where models are judged on what is later; null: none. */
  readonly time: string | null;
};

/** 1 for every row of `frame` that is known from the earlier frames. O(rows × columns). */
export function knownRows(frame: Frame, earlier: readonly Frame[], by: KnownBy): Uint8Array {
  const known = new Uint8Array(frame.rowCount);
  for (const past of earlier) {
    markEqual(known, frame, past, by.inputs);
    if (by.group !== null) markEqual(known, frame, past, [by.group]);
    if (by.time !== null) markNotLater(known, findColumn(frame, by.time), findColumn(past, by.time));
  }
  return known;
}

/** Columns that one of the two lacks, or holds in another type, cannot tell rows apart and are passed over. */
function markEqual(known: Uint8Array, frame: Frame, past: Frame, names: readonly string[]): void {
  const columns = names.flatMap((name): RawColumn[] => {
    const [before, now] = [findColumn(past, name), findColumn(frame, name)];
    const joined = before === null || now === null ? null : joinColumns(before, now);
    return joined === null ? [] : [joined];
  });
  if (columns.length === 0) return;
  // Earlier rows come first, so a row is known when its group began among them
  const groups = duplicateGroups({ rowCount: past.rowCount + frame.rowCount, columns });
  let begun = 0;
  for (let i = 0; i < past.rowCount; i++) begun = Math.max(begun, groups[i] + 1);
  for (let i = 0; i < frame.rowCount; i++) if (groups[past.rowCount + i] < begun) known[i] = 1;
}

function joinColumns(first: RawColumn, next: RawColumn): RawColumn | null {
  if (first.type === 'string') {
    if (next.type !== 'string') return null;
    const start = first.levels.length;
    const moved = next.codes.map((code) => (code < 0 ? -1 : start + code));
    const codes = joinArrays(Int32Array, [first.codes, moved]);
    // A text may stand twice among the levels: groups compare texts, not codes
    return { type: 'string', name: next.name, codes, levels: [...first.levels, ...next.levels] };
  }
  if (next.type !== first.type) return null;
  return { ...next, values: joinArrays(Float64Array, [first.values, next.values]) };
}

function markNotLater(known: Uint8Array, column: RawColumn | null, past: RawColumn | null): void {
  if (column === null || past === null || column.type === 'string' || past.type === 'string') return;
  let latest = Number.NEGATIVE_INFINITY;
  // Missing times compare as neither
  for (const value of past.values) if (value > latest) latest = value;
  for (let i = 0; i < known.length; i++) if (!(column.values[i] > latest)) known[i] = 1;
}
