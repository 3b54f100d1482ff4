import type { DuckDBValue } from '@duckdb/node-api';
import { invalidInput } from '../base/errors.ts';
import type { GridFilter } from '../contract/cleaning.ts';
import type { Cell } from '../contract/common.ts';
import { literal } from './duck.ts';
import { columnIndex, numberedRelation, textSql } from './relations.ts';
import type { Version, VersionColumn } from './types.ts';

/** What is asked of a page, and the SQL for it. */
export type PageRequest = {
  readonly offset: number;
  readonly limit: number;
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
  readonly filters: readonly GridFilter[];
  readonly search: string;
};

export type Page = { readonly rows: Cell[][]; readonly total: number };

/** SQL for a value of a column as it travels. */
export function cellSql(column: VersionColumn, index: number): string {
  if (column.type === 'integer' || column.type === 'number') return `c${index}`;
  return textSql(column, index);
}

/** A value as it travels: integers beyond 2^53 and infinities as text. */
export function cellOf(value: DuckDBValue): Cell {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.isNaN(value) ? null : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return null;
}

const comparisons = {
  equals: '=',
  'not-equals': '<>',
  less: '<',
  'at-most': '<=',
  greater: '>',
  'at-least': '>=',
} as const;

function comparand(column: VersionColumn, filter: GridFilter): string {
  const { value } = filter;
  const wrong = (kind: string): Error =>
    invalidInput('filter-value', `Column "${column.name}" is compared with ${kind}, not with "${String(value)}".`, {
      details: { column: column.name },
      hint: `Give ${kind}.`,
    });
  switch (column.type) {
    case 'integer':
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || Number.isNaN(number)) throw wrong('a number');
      return Number.isFinite(number) ? String(number) : `'${number > 0 ? 'inf' : '-inf'}'::DOUBLE`;
    }
    case 'date':
    case 'datetime': {
      const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      if (Number.isNaN(time)) throw wrong('a date such as 2024-12-31');
      return `TIMESTAMP ${literal(new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(String(value)) || !String(value).includes('T') ? time : Date.parse(`${String(value)}Z`)).toISOString().replace('T', ' ').slice(0, 23))}`;
    }
    default:
      if (value === null || value === undefined) throw wrong('a text');
      return literal(String(value));
  }
}

/** SQL that is true where a filter holds, over c0, c1 … */
export function filterSql(version: Pick<Version, 'columns'>, filter: GridFilter): string {
  const index = columnIndex(version, filter.column);
  const column = version.columns[index];
  if (filter.op === 'missing') return `c${index} IS NULL`;
  if (filter.op === 'present') return `c${index} IS NOT NULL`;
  const text = textSql(column, index);
  if (filter.op === 'contains') return `contains(lower(${text}), lower(${literal(String(filter.value ?? ''))}))`;
  const left = column.type === 'boolean' ? text : `c${index}`;
  const sql = `${left} ${comparisons[filter.op]} ${comparand(column, filter)}`;
  return filter.op === 'not-equals' ? `(${sql} OR c${index} IS NULL)` : sql;
}

/** What decides which rows there are and in which order. */
export type Question = Pick<PageRequest, 'sort' | 'filters' | 'search'>;

/** SQL for the condition of a question, with its WHERE; empty where every row is wanted. */
export function conditionSql(version: Version, { filters, search }: Question): string {
  const where = filters.map((filter) => filterSql(version, filter));
  if (search.trim() !== '') {
    const needle = literal(search.trim());
    where.push(
      `(${version.columns.map((column, i) => `contains(lower(${textSql(column, i)}), lower(${needle}))`).join(' OR ')})`,
    );
  }
  return where.length === 0 ? '' : ` WHERE ${where.map((clause) => `coalesce(${clause}, false)`).join(' AND ')}`;
}

/** SQL for some columns of the rows a question asks for, in its order. */
export function questionSql(workspaceDir: string, version: Version, question: Question, columns: string): string {
  const order = question.sort.map(
    ({ column, descending }) => `c${columnIndex(version, column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`,
  );
  const select = `SELECT ${columns} FROM ${numberedRelation(workspaceDir, version)}${conditionSql(version, question)}`;
  return `${select} ORDER BY ${[...order, '"row"'].join(', ')}`;
}
