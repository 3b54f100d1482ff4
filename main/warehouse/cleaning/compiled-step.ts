/** What a cleaning step is compiled to, and the parts that steps share. */
import { invalidInput, notFound } from '../../base/errors.ts';
import type { DerivedColumn } from '../derive.ts';
import { readingOfType } from '../readings/reading-of-type.ts';
import type { ColumnType } from '../types.ts';

/** A step ready to run: each new column as an expression over the old ones, and which rows stay. */
export type CompiledStep = {
  readonly columns: readonly DerivedColumn[];
  /** SQL of each new column over the relation before; `$prev` stands for that relation's name. */
  readonly expressions: readonly string[];
  /** WHERE or QUALIFY clause, '' when all rows stay. */
  readonly clause: string;
  /** Columns whose values may differ: place before and place after. */
  readonly touched: readonly { readonly before: number; readonly after: number }[];
  /** Columns added, removed, renamed or of another type. */
  readonly columnsChanged: number;
};

/** Whether a column of the type holds numbers. */
export const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';

/** Name of the relation before a step, replaced when the steps are joined. */
export const previous = '$prev';

/** The table as it was. */
export const unchanged = (columns: readonly DerivedColumn[]): CompiledStep => ({
  columns,
  expressions: columns.map((_, i) => `c${i}`),
  clause: '',
  touched: [],
  columnsChanged: 0,
});

/** The place of a column by its name. Throws not-found `column-not-found`. */
export function placeOf(columns: readonly DerivedColumn[], name: string): number {
  const index = columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  throw notFound('column-not-found', `There is no column "${name}".`, {
    hint: `Columns: ${columns
      .slice(0, 40)
      .map((column) => column.name)
      .join(', ')}.`,
    details: { column: name },
  });
}

/** Throws invalid-input `step-needs-number` for a column of another type; `kind` says what needs the number. */
export function needNumeric(column: DerivedColumn, kind: string): void {
  if (isNumeric(column.type)) return;
  throw invalidInput('step-needs-number', `"${column.name}" is ${column.type}; ${kind} needs a number.`, {
    hint: 'Convert the column first.',
    details: { column: column.name },
  });
}

/** The column at `at` gets a new expression and perhaps a new type. */
export function replaceAt(
  columns: readonly DerivedColumn[],
  at: number,
  expression: string,
  type?: ColumnType,
): CompiledStep {
  const before = columns[at];
  const retyped = type !== undefined && type !== before.type;
  const { words: _words, ...rest } = before;
  const after: DerivedColumn = retyped ? { ...rest, type, reading: readingOfType[type] } : before;
  return {
    ...unchanged(columns.map((column, i) => (i === at ? after : column))),
    expressions: columns.map((_, i) => (i === at ? expression : `c${i}`)),
    touched: [{ before: at, after: at }],
    columnsChanged: retyped ? 1 : 0,
  };
}
