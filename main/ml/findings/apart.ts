/** Rows that ought not to stand on both sides of a split: equal ones across a user's split, and rows about one thing. */
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import { columnFacts, nameHintsId } from './columns.ts';
import type { TrainingFinding } from './inspect.ts';
import { splitOverlaps } from './quality/split-overlap.ts';

export type ApartInput = {
  readonly frame: Frame;
  readonly target: string;
  /** Column of the user's own split; null: folds are dealt. */
  readonly split: RawColumn | null;
  /** Column whose rows are kept together already. */
  readonly group: string | null;
};

/** Findings about what a split tears apart; nothing is left out for them. O(rows · columns) with a split. */
export function apartFindings({ frame, target, split, group }: ApartInput): TrainingFinding[] {
  if (split !== null) {
    return splitOverlaps(frame, split).map(({ kind, column, rows, of }) => ({
      kind,
      column,
      severity: 'warn',
      count: rows.length,
      message:
        kind === 'split-overlap'
          ? `${rows.length} of ${of} rows outside training are equal to rows inside it: their answers are known.`
          : `${rows.length} of ${of} rows outside training have a "${column}" that training has too.`,
      excluded: false,
    }));
  }
  if (group !== null) return [];
  return frame.columns.flatMap(({ name }): TrainingFinding[] => {
    const column = name === target || !nameHintsId(name) ? null : findColumn(frame, name);
    if (column === null || column.type === 'timestamp') return [];
    const { rowCount, missing, distinct } = columnFacts(column);
    const known = rowCount - missing;
    // Few values are kinds of things; as many as rows name the rows.
    if (distinct < Math.max(10, 0.02 * known) || distinct > 0.7 * known) return [];
    return [
      {
        kind: 'group-overlap',
        column: name,
        severity: 'warn',
        count: distinct,
        message: `"${name}" names ${distinct} things with several rows each: dealt one by one, rows of one thing stand on both sides of a split. Keep them together with it as the group (--group ${name}).`,
        excluded: false,
      },
    ];
  });
}
