/** Rows, or groups of rows, on both sides of a split the user made: what is learned on one side is known on the other. */
import type { Frame, RawColumn } from '../../frame.ts';
import { duplicateGroups } from '../../validation/duplicates.ts';
import { columnFacts, nameHintsId } from '../columns.ts';

export type Overlap = {
  readonly kind: 'split-overlap' | 'group-overlap';
  readonly column: string | null;
  /** Rows of the smaller side that are on the other side too. */
  readonly rows: readonly number[];
  /** Rows of the smaller side. */
  readonly of: number;
};

const sideOf = (column: RawColumn, row: number): number | string =>
  column.type === 'string' ? column.codes[row] : column.values[row];

/** Overlaps of the largest side of `split` with the others. */
export function splitOverlaps(frame: Frame, split: RawColumn): Overlap[] {
  const counts = new Map<number | string, number>();
  for (let i = 0; i < frame.rowCount; i++) counts.set(sideOf(split, i), (counts.get(sideOf(split, i)) ?? 0) + 1);
  if (counts.size < 2) return [];
  const largest = [...counts].reduce((top, entry) => (entry[1] > top[1] ? entry : top))[0];
  const of = frame.rowCount - (counts.get(largest) ?? 0);
  const columns = frame.columns.filter((column) => column.name !== split.name);
  const shared = (groups: Int32Array): number[] => {
    const trained = new Set<number>();
    for (let i = 0; i < frame.rowCount; i++) if (sideOf(split, i) === largest) trained.add(groups[i]);
    const rows: number[] = [];
    for (let i = 0; i < frame.rowCount; i++) if (sideOf(split, i) !== largest && trained.has(groups[i])) rows.push(i);
    return rows;
  };
  const found: Overlap[] = [];
  const equal = shared(duplicateGroups(frame, columns));
  if (equal.length > 0) found.push({ kind: 'split-overlap', column: null, rows: equal, of });
  for (const column of columns) {
    if (!nameHintsId(column.name)) continue;
    const facts = columnFacts(column);
    const known = facts.rowCount - facts.missing;
    if (facts.distinct > 0.9 * known || facts.distinct < 10) continue;
    const rows = shared(duplicateGroups(frame, [column]));
    if (rows.length > 0.1 * of) found.push({ kind: 'group-overlap', column: column.name, rows, of });
  }
  return found;
}
