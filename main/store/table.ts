/** Maps rows of a table to plain objects and back: camelCase properties, JSON columns parsed, booleans as 0/1. */
import { invalidInput, notFound } from '../base/errors.ts';
import type { Db, SqlValue } from './db.ts';

export type ColumnKind = 'text' | 'integer' | 'real' | 'boolean' | 'json';

/** A table's name, its key property and the kind of each property; column names are the properties in snake_case. */
export type Table<Row extends object> = {
  readonly name: string;
  readonly key: keyof Row & string;
  /** What one row is called in messages, e.g. "dataset". */
  readonly noun: string;
  readonly columns: { readonly [Key in keyof Row]-?: ColumnKind };
};

/** A page of a list: offset and limit in rows, sorted by a column of the table. */
export type PageQuery<Row> = {
  readonly offset?: number;
  readonly limit?: number;
  readonly sort?: { readonly by: keyof Row & string; readonly descending: boolean } | null;
};

export type Page<Row> = { readonly rows: readonly Row[]; readonly total: number };

/** One condition of a list, with its values; conditions are joined by AND. */
export type Condition = { readonly sql: string; readonly values: readonly SqlValue[] };

const maxPage = 1000;

/** snake_case of a camelCase property. */
export const columnName = (property: string): string => property.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function toSql(kind: ColumnKind, value: unknown): SqlValue {
  if (value === null || value === undefined) return null;
  if (kind === 'json') return JSON.stringify(value);
  if (kind === 'boolean') return value === true ? 1 : 0;
  // SQLite has no NaN: a figure that does not exist is NULL.
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  return value as SqlValue;
}

const entriesOf = <Row extends object>(table: Table<Row>): [string, ColumnKind][] =>
  Object.entries<ColumnKind>(table.columns);

/** Rebuilds the object from a raw SQLite row. */
export function fromSql<Row extends object>(table: Table<Row>, raw: Record<string, unknown>): Row {
  const out: Record<string, unknown> = {};
  for (const [property, kind] of entriesOf(table)) {
    const value = raw[columnName(property)] ?? null;
    if (value === null) out[property] = null;
    else if (kind === 'json') out[property] = JSON.parse(String(value));
    else if (kind === 'boolean') out[property] = value === 1;
    else out[property] = value;
  }
  return out as Row;
}

export function insertRow<Row extends object>(db: Db, table: Table<Row>, row: Row): Row {
  const columns = entriesOf(table);
  const sql = `INSERT INTO ${table.name} (${columns.map(([p]) => columnName(p)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  const values = row as Record<string, unknown>;
  db.run(sql, ...columns.map(([property, kind]) => toSql(kind, values[property])));
  db.touch(table.name, String(values[table.key]));
  return row;
}

/** The row with this key, or null. */
export function findRow<Row extends object>(db: Db, table: Table<Row>, key: SqlValue): Row | null {
  const raw = db.get<Record<string, unknown>>(`SELECT * FROM ${table.name} WHERE ${columnName(table.key)} = ?`, key);
  return raw === null ? null : fromSql(table, raw);
}

/** The row with this key; throws not-found with the noun and the key. */
export function getRow<Row extends object>(db: Db, table: Table<Row>, key: string): Row {
  const row = findRow(db, table, key);
  if (row === null)
    throw notFound(`${table.noun.replaceAll(' ', '-')}-not-found`, `There is no ${table.noun} "${key}" here.`);
  return row;
}

/** Changes the given properties (undefined ones are left); throws not-found when there is no such row. */
export function updateRow<Row extends object>(
  db: Db,
  table: Table<Row>,
  key: string,
  patch: Partial<NoInfer<Row>>,
): void {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  const kinds: Record<string, ColumnKind> = table.columns;
  const sql = `UPDATE ${table.name} SET ${given.map(([p]) => `${columnName(p)} = ?`).join(', ')} WHERE ${columnName(table.key)} = ?`;
  const done = db.run(sql, ...given.map(([property, value]) => toSql(kinds[property] ?? 'text', value)), key);
  if (done.changes === 0) getRow(db, table, key);
  db.touch(table.name, key);
}

const clampLimit = (limit: number | undefined): number => Math.max(1, Math.min(maxPage, Math.floor(limit ?? 100)));

/** A page of rows under conditions; ties are broken by the key, so pages never overlap. */
export function listRows<Row extends object>(
  db: Db,
  table: Table<Row>,
  conditions: readonly (Condition | null)[],
  page: PageQuery<Row>,
): Page<Row> {
  const used = conditions.filter((condition) => condition !== null);
  const where = used.length === 0 ? '' : ` WHERE ${used.map((condition) => `(${condition.sql})`).join(' AND ')}`;
  const values = used.flatMap((condition) => condition.values);
  const sort = page.sort ?? { by: table.key, descending: true };
  if (!Object.hasOwn(table.columns, sort.by)) {
    throw invalidInput('unknown-sort', `Lists of ${table.noun}s cannot be sorted by "${sort.by}".`);
  }
  const direction = sort.descending ? 'DESC' : 'ASC';
  const order = `ORDER BY ${columnName(sort.by)} ${direction}, ${columnName(table.key)} ${direction}`;
  const sql = `SELECT * FROM ${table.name}${where} ${order} LIMIT ? OFFSET ?`;
  const offset = Math.max(0, Math.floor(page.offset ?? 0));
  const raw = db.all<Record<string, unknown>>(sql, ...values, clampLimit(page.limit), offset);
  const counted = db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table.name}${where}`, ...values);
  return { rows: raw.map((row) => fromSql(table, row)), total: counted?.n ?? 0 };
}

/** Every row of a paged list, in its order. */
export function allRows<Row>(
  list: (page: { readonly offset: number; readonly limit: number }) => Page<Row>,
  pageSize = maxPage,
): readonly Row[] {
  const all: Row[] = [];
  for (;;) {
    const { rows, total } = list({ offset: all.length, limit: pageSize });
    all.push(...rows);
    if (rows.length === 0 || all.length >= total) return all;
  }
}

/** `column = value`, or no condition when the value is undefined. */
export const equals = (column: string, value: SqlValue | undefined): Condition | null =>
  value === undefined
    ? null
    : value === null
      ? { sql: `${column} IS NULL`, values: [] }
      : { sql: `${column} = ?`, values: [value] };

/** Case-insensitive "contains" over columns, or no condition for an empty text. */
export function contains(columns: readonly string[], text: string | undefined): Condition | null {
  if (text === undefined || text.trim() === '') return null;
  const pattern = `%${text.trim().replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
  return { sql: columns.map((c) => `${c} LIKE ? ESCAPE '\\'`).join(' OR '), values: columns.map(() => pattern) };
}
