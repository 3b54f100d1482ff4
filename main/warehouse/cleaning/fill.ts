import { invalidInput } from '../../base/errors.ts';
import type { CleaningStep } from '../../contract/cleaning.ts';
import type { DerivedColumn } from '../derive.ts';
import { literal } from '../duck.ts';
import { type CompiledStep, isNumeric, needNumeric, placeOf, previous, replaceAt } from './compiled-step.ts';

/** Fills the missing cells of a column. Throws invalid-input for a value that the column's type cannot hold. */
export function compileFill(
  columns: readonly DerivedColumn[],
  step: Extract<CleaningStep, { kind: 'fill' }>,
): CompiledStep {
  const at = placeOf(columns, step.column);
  const column = columns[at];
  const name = `c${at}`;
  switch (step.with) {
    case 'previous':
      return replaceAt(
        columns,
        at,
        `coalesce(${name}, last_value(${name} IGNORE NULLS) OVER (ORDER BY "row" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))`,
      );
    case 'most-frequent':
      return replaceAt(
        columns,
        at,
        `coalesce(${name}, (SELECT ${name} FROM ${previous} WHERE ${name} IS NOT NULL GROUP BY ${name} ORDER BY count(*) DESC, ${name} LIMIT 1))`,
      );
    case 'median':
    case 'mean': {
      needNumeric(column, `a ${step.with}`);
      const value = `(SELECT ${step.with === 'mean' ? 'avg' : 'median'}(CAST(${name} AS DOUBLE)) FROM ${previous} WHERE isfinite(CAST(${name} AS DOUBLE)))`;
      return replaceAt(
        columns,
        at,
        `coalesce(${name}, ${column.type === 'integer' ? `CAST(round(${value}) AS BIGINT)` : value})`,
      );
    }
    case 'value': {
      const text = step.value ?? '';
      if (column.type === 'text') return replaceAt(columns, at, `coalesce(${name}, nullif(${literal(text)}, ''))`);
      if (isNumeric(column.type)) {
        const wanted = Number(text);
        if (
          text.trim() === '' ||
          !Number.isFinite(wanted) ||
          (column.type === 'integer' && !Number.isInteger(wanted))
        ) {
          throw invalidInput('step-value', `"${text}" is not a value for "${column.name}" (${column.type}).`, {
            hint: 'Give a number.',
            details: { column: column.name },
          });
        }
        return replaceAt(
          columns,
          at,
          `coalesce(${name}, CAST(${literal(text)} AS ${column.type === 'integer' ? 'BIGINT' : 'DOUBLE'}))`,
        );
      }
      if (column.type === 'boolean') {
        const [no, yes] = column.words ?? ['false', 'true'];
        if (text !== no && text !== yes) {
          throw invalidInput('step-value', `"${text}" is neither "${no}" nor "${yes}".`, {
            details: { column: column.name },
          });
        }
        return replaceAt(columns, at, `coalesce(${name}, ${text === yes})`);
      }
      const time = Date.parse(text);
      if (Number.isNaN(time)) {
        throw invalidInput('step-value', `"${text}" is not a date for "${column.name}".`, {
          hint: 'Write 2024-12-31.',
        });
      }
      const target = column.type === 'date' ? 'DATE' : 'TIMESTAMP';
      return replaceAt(
        columns,
        at,
        `coalesce(${name}, CAST(${literal(text.replace('T', ' ').replace(/Z$/, ''))} AS ${target}))`,
      );
    }
  }
}
