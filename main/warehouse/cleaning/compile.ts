/**
 * A cleaning step as a SELECT over the table before it. A table is its columns c0, c1 … and "row", the row's number in the
 * version the cleaning began with. Steps are pure functions of the table: the same version and steps give the same bytes.
 */
import { invalidInput, notFound } from '../../base/errors.ts';
import type { CleaningStep } from '../../contract/cleaning.ts';
import type { DerivedColumn } from '../derive.ts';
import { literal } from '../duck.ts';
import { filterSql } from '../page.ts';
import type { ColumnType, ReadingCode } from '../types.ts';
import { convertSql, strayBlanks } from './convert.ts';
import { rezonedSql } from './zones.ts';

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

const readingOf: Readonly<Record<ColumnType, ReadingCode>> = {
  integer: 'integer',
  number: 'number-point',
  boolean: 'boolean',
  date: 'date-ymd',
  datetime: 'date-ymd',
  text: 'text',
};

const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number';

/** Name of the relation before a step, replaced when the steps are joined. */
export const previous = '$prev';

const same = (columns: readonly DerivedColumn[]): CompiledStep => ({
  columns,
  expressions: columns.map((_, i) => `c${i}`),
  clause: '',
  touched: [],
  columnsChanged: 0,
});

function place(columns: readonly DerivedColumn[], name: string): number {
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

/** A finite number as SQL. */
const number = (value: number): string => `(${String(value)}::DOUBLE)`;

function needNumeric(column: DerivedColumn, kind: string): void {
  if (isNumeric(column.type)) return;
  throw invalidInput('step-needs-number', `"${column.name}" is ${column.type}; ${kind} needs a number.`, {
    hint: 'Convert the column first.',
    details: { column: column.name },
  });
}

/** The column at `at` gets a new expression and perhaps a new type. */
function replaceAt(columns: readonly DerivedColumn[], at: number, expression: string, type?: ColumnType): CompiledStep {
  const before = columns[at];
  const retyped = type !== undefined && type !== before.type;
  const { words: _words, ...rest } = before;
  const after: DerivedColumn = retyped ? { ...rest, type, reading: readingOf[type] } : before;
  return {
    ...same(columns.map((column, i) => (i === at ? after : column))),
    expressions: columns.map((_, i) => (i === at ? expression : `c${i}`)),
    touched: [{ before: at, after: at }],
    columnsChanged: retyped ? 1 : 0,
  };
}

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
        step.columns.length === 0 ? columns.map((_, i) => i) : step.columns.map((name) => place(columns, name));
      const partition = keys.map((i) => `c${i}`).join(', ');
      return { ...same(columns), clause: ` QUALIFY row_number() OVER (PARTITION BY ${partition} ORDER BY "row") = 1` };
    }
    case 'drop-rows': {
      const version = { columns: columns.map((column) => ({ ...column, missing: 0 })) };
      const when = step.when.map((filter) => `coalesce(${filterSql(version, filter)}, false)`).join(' AND ');
      return { ...same(columns), clause: ` WHERE NOT (${when})` };
    }
    case 'set-missing': {
      const at = place(columns, step.column);
      return replaceAt(columns, at, `CASE WHEN ${isOneOf(columns[at], at, step.values)} THEN NULL ELSE c${at} END`);
    }
    case 'trim': {
      const places = step.columns.map((name) => place(columns, name)).filter((at) => columns[at].type === 'text');
      const clean = (at: number): string =>
        `nullif(trim(regexp_replace(nfc_normalize(c${at}), '${strayBlanks}+', ' ', 'g')), '')`;
      return {
        ...same(columns),
        expressions: columns.map((_, i) => (places.includes(i) ? clean(i) : `c${i}`)),
        touched: places.map((at) => ({ before: at, after: at })),
      };
    }
    case 'unify': {
      const at = place(columns, step.column);
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
      const at = place(columns, step.column);
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
      const at = place(columns, step.column);
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
      const kept = same(columns);
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
        ...same(kept.map((i) => columns[i])),
        expressions: kept.map((i) => `c${i}`),
        columnsChanged: columns.length - kept.length,
      };
    }
    case 'convert': {
      const at = place(columns, step.column);
      if (columns[at].type === step.type) return same(columns);
      return replaceAt(columns, at, convertSql(columns[at], at, step), step.type);
    }
    case 'time-zone': {
      const at = place(columns, step.column);
      if (columns[at].type !== 'datetime') {
        throw invalidInput('step-needs-time', `"${step.column}" is ${columns[at].type}; a time zone is of times.`, {
          hint: columns[at].type === 'text' ? 'Convert the column to datetime first.' : 'Choose a column with times.',
          details: { column: step.column },
        });
      }
      return replaceAt(columns, at, rezonedSql(`c${at}`, step.zone, step.to));
    }
    case 'fill':
      return fill(columns, step);
    case 'rename': {
      const at = columns.findIndex(({ name }) => name === step.column);
      const taken = columns.some(({ name }) => name === step.to);
      // Done already
      if ((at < 0 && taken) || step.column === step.to) return same(columns);
      if (taken) {
        throw invalidInput('step-name-taken', `There is a column "${step.to}" already.`, {
          hint: 'Choose another name.',
        });
      }
      const index = place(columns, step.column);
      return {
        ...same(columns.map((column, i) => (i === index ? { ...column, name: step.to } : column))),
        columnsChanged: 1,
      };
    }
    case 'scale': {
      const at = place(columns, step.column);
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

function fill(columns: readonly DerivedColumn[], step: Extract<CleaningStep, { kind: 'fill' }>): CompiledStep {
  const at = place(columns, step.column);
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
