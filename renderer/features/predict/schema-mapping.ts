/**
 * The mapping of a file's columns onto the model's, as the batch page edits it. The host compares; the page only decides
 * which of the file's columns stands for which of the model's, and never guesses without showing it.
 */
import type { ColumnDiff } from '../../../main/contract/predictions.ts';

/** Column in the file → column of the model. */
export type ColumnMap = Readonly<Record<string, string>>;

export type MappingRow = {
  readonly column: string;
  readonly state: ColumnDiff['state'];
  readonly expected: ColumnDiff['expected'];
  readonly found: ColumnDiff['found'];
  readonly reason: string;
  /** The file's column that stands for this one by the map; null when it is found under its own name or not at all. */
  readonly mappedFrom: string | null;
  readonly suggestion: string | null;
  /** 0 needs a decision, 1 worth a look, 2 fine, 3 only in the file. */
  readonly urgency: 0 | 1 | 2 | 3;
};

const urgencyOf = (state: ColumnDiff['state']): MappingRow['urgency'] =>
  state === 'missing' ? 0 : state === 'retyped' || state === 'mapped' ? 1 : state === 'ok' ? 2 : 3;

/** The diff as a table, what needs a decision first. */
export function buildMappingRows(columns: readonly ColumnDiff[], map: ColumnMap): readonly MappingRow[] {
  const sourceOf = new Map(Object.entries(map).map(([from, to]) => [to, from]));
  return columns
    .map((diff) => ({
      column: diff.column,
      state: diff.state,
      expected: diff.expected,
      found: diff.found,
      reason: diff.reason,
      mappedFrom: sourceOf.get(diff.column) ?? null,
      suggestion: diff.suggestion,
      urgency: urgencyOf(diff.state),
    }))
    .sort((a, b) => a.urgency - b.urgency);
}

/** Columns of the file that can stand for a model column: those the model does not know, mapped ones included. */
export function listFreeColumns(columns: readonly ColumnDiff[], map: ColumnMap): readonly string[] {
  const extra = columns.filter((diff) => diff.state === 'extra').map((diff) => diff.column);
  return [...new Set([...extra, ...Object.keys(map)])].sort((a, b) => a.localeCompare(b));
}

/** The map after choosing which file column stands for a model column; null takes the choice back. One file column serves one model column. */
export function assignColumn(map: ColumnMap, modelColumn: string, fileColumn: string | null): ColumnMap {
  const rest = Object.fromEntries(
    Object.entries(map).filter(([from, to]) => to !== modelColumn && from !== fileColumn),
  );
  return fileColumn === null ? rest : { ...rest, [fileColumn]: modelColumn };
}

/** Counts for the sentence above the table. */
export function countStates(columns: readonly ColumnDiff[]): Readonly<Record<ColumnDiff['state'], number>> {
  const counts = { ok: 0, missing: 0, extra: 0, retyped: 0, mapped: 0 };
  for (const diff of columns) counts[diff.state] += 1;
  return counts;
}
