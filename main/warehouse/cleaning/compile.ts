/**
 * A cleaning step as a SELECT over the table before it. A table is its columns c0, c1 … and "row", the row's number in the
 * version the cleaning began with. Steps are pure functions of the table: the same version and steps give the same bytes.
 */
import { invalidInput } from '../../base/errors.ts';
import type { CleaningStep } from '../../contract/cleaning.ts';
import type { DerivedColumn } from '../derive.ts';
import { literal } from '../duck.ts';
import { filterSql } from '../page.ts';
import { type CompiledStep, isNumeric, needNumeric, placeOf, replaceAt, unchanged } from './compiled-step.ts';
import { convertSql, strayBlanks } from './convert.ts';
import { compileFill } from './fill.ts';
import { rezonedSql } from './zones.ts';

/** A finite number as SQL. */
const number = (value: number): string => `(${String(value)}::DOUBLE)`;

/** Whether `c<at>` is one of the given values, written as text. */
function isOneOf(column: DerivedColumn, at: number, values: readonly string[]): string {
  const name = `c${at}`;
  if (isNumeric(column.type)) {
    const numbers = values.map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
    const bad = values[numbers.findIndex((value) => Number.isNaN(value))];
    if (bad !== undefined) {
      throw invalidInput('step-value', `"${bad}" is not a number, as "${column.name}" holds.`, {
        hint: 'Give numbers, or Infinity and -Infinity.',
        details: { column: column.name },
      });
    }
    const written = numbers.map((value) =>
      Number.isFinite(value) ? number(value) : `'${value > 0 ? 'inf' : '-inf'}'::DOUBLE`,
    );
    return `coalesce(CAST(${name} AS DOUBLE) IN (${written.join(', ')}), false)`;
  }
  if (column.type === 'date' || column.type === 'datetime') {
    return `coalesce(CAST(${name} AS TIMESTAMP) IN (${values.map((value) => `TRY_CAST(${literal(value)} AS TIMESTAMP)`).join(', ')}), false)`;
  }
  const shown = column.type === 'boolean' ? `CAST(${name} AS VARCHAR)` : name;
  return `coalesce(${shown} IN (${values.map(literal).join(', ')}), false)`;
}

const outside = (at: number, low: number | null, high: number | null): string =>
  [...(low === null ? [] : [`c${at} < ${number(low)}`]), ...(high === null ? [] : [`c${at} > ${number(high)}`])].join(
    ' OR ',
  );

function needLimits(low: number | null, high: number | null): void {
  if (low !== null || high !== null) return;
  throw invalidInput('step-limits', 'A limit is needed.', { hint: 'Give the lowest value, the highest, or both.' });
}

/** Compiles one step for a table with these columns. Errors: not-found for a column, invalid-input for what a type cannot do. */
export function compileStep(columns: readonly DerivedColumn[], step: CleaningStep): CompiledStep {
  switch (step.kind) {
    case 'drop-duplicates': {
      const keys =
        step.columns.length === 0 ? columns.map((_, i) => i) : step.columns.map((name) => placeOf(columns, name));
      const partition = keys.map((i) => `c${i}`).join(', ');
      return {
        ...unchanged(columns),
        clause: ` QUALIFY row_number() OVER (PARTITION BY ${partition} ORDER BY "row") = 1`,
      };
    }
    case 'drop-rows': {
      const version = { columns: columns.map((column) => ({ ...column, missing: 0 })) };
      const when = step.when.map((filter) => `coalesce(${filterSql(version, filter)}, false)`).join(' AND ');
      return { ...unchanged(columns), clause: ` WHERE NOT (${when})` };
    }
    case 'set-missing': {
      const at = placeOf(columns, step.column);
      return replaceAt(columns, at, `CASE WHEN ${isOneOf(columns[at], at, step.values)} THEN NULL ELSE c${at} END`);
    }
    case 'trim': {
      const places = step.columns.map((name) => placeOf(columns, name)).filter((at) => columns[at].type === 'text');
      const clean = (at: number): string =>
        `nullif(trim(regexp_replace(nfc_normalize(c${at}), '${strayBlanks}+', ' ', 'g')), '')`;
      return {
        ...unchanged(columns),
        expressions: columns.map((_, i) => (places.includes(i) ? clean(i) : `c${i}`)),
        touched: places.map((at) => ({ before: at, after: at })),
      };
    }
    case 'unify': {
      const at = placeOf(columns, step.column);
      if (columns[at].type !== 'text') {
        throw invalidInput('step-needs-text', `"${step.column}" is ${columns[at].type}; spellings are of texts.`, {
          details: { column: step.column },
        });
      }
      // A chain a→b, b→c ends at c at once, so that the step done twice changes nothing more
      const target = new Map(step.mapping.map(({ from, to }) => [from, to]));
      const last = (text: string): string => {
        const seen = new Set<string>();
        let now = text;
        while (target.has(now) && !seen.has(now)) {
          seen.add(now);
          now = target.get(now) ?? now;
        }
        return now;
      };
      const cases = [...target.keys()].map((from) => `WHEN ${literal(from)} THEN ${literal(last(from))}`).join(' ');
      return replaceAt(columns, at, `nullif(CASE c${at} ${cases} ELSE c${at} END, '')`);
    }
    case 'cap': {
      const at = placeOf(columns, step.column);
      needNumeric(columns[at], 'a limit');
      needLimits(step.low, step.high);
      const low = step.low === null ? '' : `WHEN c${at} < ${number(step.low)} THEN ${number(step.low)} `;
      const high = step.high === null ? '' : `WHEN c${at} > ${number(step.high)} THEN ${number(step.high)} `;
      const whole = columns[at].type === 'integer';
      return replaceAt(
        columns,
        at,
        whole
          ? `CASE ${low.replace(/THEN (.*) $/, 'THEN CAST(ceil($1) AS BIGINT) ')}${high.replace(/THEN (.*) $/, 'THEN CAST(floor($1) AS BIGINT) ')}ELSE c${at} END`
          : `CASE ${low}${high}ELSE c${at} END`,
      );
    }
    case 'flag': {
      const at = placeOf(columns, step.column);
      needNumeric(columns[at], 'a limit');
      needLimits(step.low, step.high);
      const expression = `coalesce(${outside(at, step.low, step.high)}, false)`;
      const column: DerivedColumn = { name: step.name, sourceName: step.name, type: 'boolean', reading: 'boolean' };
      const known = columns.findIndex(({ name }) => name === step.name);
      if (known >= 0) {
        if (columns[known].type === 'boolean') return replaceAt(columns, known, expression);
        throw invalidInput('step-name-taken', `There is a column "${step.name}" already.`, {
          hint: 'Choose another name.',
        });
      }
      const kept = unchanged(columns);
      return {
        ...kept,
        columns: [...columns, column],
        expressions: [...kept.expressions, expression],
        columnsChanged: 1,
      };
    }
    case 'drop-columns': {
      const out = new Set(step.columns);
      const kept = columns.flatMap((column, i) => (out.has(column.name) ? [] : [i]));
      if (kept.length === 0) {
        throw invalidInput('step-no-columns', 'No column would be left.', { hint: 'Keep at least one.' });
      }
      return {
        ...unchanged(kept.map((i) => columns[i])),
        expressions: kept.map((i) => `c${i}`),
        columnsChanged: columns.length - kept.length,
      };
    }
    case 'convert': {
      const at = placeOf(columns, step.column);
      if (columns[at].type === step.type) return unchanged(columns);
      return replaceAt(columns, at, convertSql(columns[at], at, step), step.type);
    }
    case 'time-zone': {
      const at = placeOf(columns, step.column);
      if (columns[at].type !== 'datetime') {
        throw invalidInput('step-needs-time', `"${step.column}" is ${columns[at].type}; a time zone is of times.`, {
          hint: columns[at].type === 'text' ? 'Convert the column to datetime first.' : 'Choose a column with times.',
          details: { column: step.column },
        });
      }
      return replaceAt(columns, at, rezonedSql(`c${at}`, step.zone, step.to));
    }
    case 'fill':
      return compileFill(columns, step);
    case 'rename': {
      const at = columns.findIndex(({ name }) => name === step.column);
      const taken = columns.some(({ name }) => name === step.to);
      // Done already
      if ((at < 0 && taken) || step.column === step.to) return unchanged(columns);
      if (taken) {
        throw invalidInput('step-name-taken', `There is a column "${step.to}" already.`, {
          hint: 'Choose another name.',
        });
      }
      const index = placeOf(columns, step.column);
      return {
        ...unchanged(columns.map((column, i) => (i === index ? { ...column, name: step.to } : column))),
        columnsChanged: 1,
      };
    }
    case 'scale': {
      const at = placeOf(columns, step.column);
      needNumeric(columns[at], 'a change of unit');
      const conditions = [
        ...(step.above === null ? [] : [`c${at} > ${number(step.above)}`]),
        ...(step.below === null ? [] : [`c${at} < ${number(step.below)}`]),
        ...(step.rows === null ? [] : [`"row" >= ${step.rows.from} AND "row" < ${step.rows.to}`]),
      ];
      const scaled = `CAST(c${at} AS DOUBLE) * ${number(step.factor)}`;
      return replaceAt(
        columns,
        at,
        conditions.length === 0
          ? scaled
          : `CASE WHEN ${conditions.join(' AND ')} THEN ${scaled} ELSE CAST(c${at} AS DOUBLE) END`,
        'number',
      );
    }
  }
}
