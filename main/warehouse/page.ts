import { join } from 'node:path';
import type { DuckDBValue } from '@duckdb/node-api';
import { cancelled, invalidInput } from '../base/errors.ts';
import { canonicalJson } from '../base/json.ts';
import type { GridFilter } from '../contract/cleaning.ts';
import type { Cell } from '../contract/common.ts';
import { type Duck, literal, type Session } from './duck.ts';
import { hashText } from './files.ts';
import { columnIndex, numberedRelation, partRelations, partStarts, textSql } from './relations.ts';
import type { Version, VersionColumn } from './types.ts';
import type { ViewStore } from './view-store.ts';

/**
 * Pages of a version. Unsorted and unfiltered pages read only the parts and row groups they lie in. A sort or filter is
 * carried out once and kept in the disposable database: for small versions with all columns, so that a page is a range of
 * a table; for large ones as row numbers, which takes a fraction of the time, and with all columns in the background as
 * soon as the first page is answered. The last few are kept. An order is made on a session of its own,
 * so that other pages go on meanwhile, and is interrupted when all who waited for it are gone.
 */
export type PageRequest = {
  readonly offset: number;
  readonly limit: number;
  readonly sort: readonly { readonly column: string; readonly descending: boolean }[];
  readonly filters: readonly GridFilter[];
  readonly search: string;
};

export type Page = { readonly rows: Cell[][]; readonly total: number };

const keptViews = 6;

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

function viewSql(workspaceDir: string, version: Version, request: PageRequest, columns: string): string {
  const where = request.filters.map((filter) => filterSql(version, filter));
  if (request.search.trim() !== '') {
    const needle = literal(request.search.trim());
    where.push(
      `(${version.columns.map((column, i) => `contains(lower(${textSql(column, i)}), lower(${needle}))`).join(' OR ')})`,
    );
  }
  const order = request.sort.map(
    ({ column, descending }) => `c${columnIndex(version, column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST`,
  );
  const condition =
    where.length === 0 ? '' : ` WHERE ${where.map((clause) => `coalesce(${clause}, false)`).join(' AND ')}`;
  return `SELECT ${columns} FROM ${numberedRelation(workspaceDir, version)}${condition} ORDER BY ${[...order, '"row"'].join(', ')}`;
}

type View = {
  readonly id: number;
  readonly total: number;
  /** Pages asked for so far. */
  pages: number;
  /** Whether the table rows_<id> with all columns is there. */
  complete: boolean;
};

/** A view being made or kept, and who waits for it. */
type Entry = { readonly made: Promise<View>; readonly stop: () => void; waiting: number; done: boolean };

/** Cells up to which an order is written with all its columns at once. */
const smallCells = 4_000_000;

/** Carries a sort or filter out as a table. */
async function makeView(
  session: Session,
  workspaceDir: string,
  version: Version,
  request: PageRequest,
  id: number,
  store: ViewStore,
): Promise<View> {
  const complete = version.rows * version.columns.length <= smallCells;
  const table = store.table(complete ? `rows_${id}` : `order_${id}`);
  const sql = viewSql(workspaceDir, version, request, complete ? '*' : '"row"');
  await session.run(`CREATE TABLE ${table} AS ${sql}`);
  const [[total]] = await session.rows(`SELECT count(*) FROM ${table}`);
  return { id, total: Number(total), pages: 0, complete };
}

/** Pages over one session; holds the materialised orders. */
export class Pager {
  readonly #duck: Duck;
  readonly #session: Session;
  readonly #workspaceDir: string;
  readonly #store: ViewStore;
  readonly #views = new Map<string, Entry>();
  #count = 0;
  #background: Promise<void> = Promise.resolve();

  constructor(duck: Duck, session: Session, workspaceDir: string, store: ViewStore) {
    this.#duck = duck;
    this.#session = session;
    this.#workspaceDir = workspaceDir;
    this.#store = store;
  }

  /** Forgets every order with all its rows on disk; pages that are asked for meanwhile are made anew or cancelled. */
  async forget(): Promise<void> {
    const entries = [...this.#views.values()];
    this.#views.clear();
    for (const entry of entries) if (!entry.done) entry.stop();
    await Promise.allSettled(entries.map(({ made }) => made));
    await this.#background;
    await this.#store.renew();
  }

  async page(version: Version, request: PageRequest, signal?: AbortSignal): Promise<Page> {
    const cells = version.columns.map(cellSql).join(', ');
    const from = Math.max(0, request.offset);
    const plain = request.sort.length === 0 && request.filters.length === 0 && request.search.trim() === '';
    if (plain) {
      const to = Math.min(version.rows, from + request.limit);
      const rows: Cell[][] = [];
      for (const relation of partRelations(this.#workspaceDir, version, from, to)) {
        for (const row of await this.#session.rows(`SELECT ${cells} FROM ${relation}`)) rows.push(row.map(cellOf));
      }
      return { rows, total: version.rows };
    }
    const view = await this.#view(version, request, signal);
    view.pages++;
    const range = `WHERE rowid >= ${from} AND rowid < ${from + request.limit} ORDER BY rowid`;
    if (view.complete) {
      const rows = await this.#session.rows(`SELECT ${cells} FROM ${this.#store.table(`rows_${view.id}`)} ${range}`);
      return { rows: rows.map((row) => row.map(cellOf)), total: view.total };
    }
    const numbers = (
      await this.#session.rows(`SELECT "row" FROM ${this.#store.table(`order_${view.id}`)} ${range}`)
    ).map(([row]) => Number(row));
    const rows = await this.#fetch(version, cells, numbers);
    if (view.pages === 1) this.#completeLater(version, request, view);
    return { rows, total: view.total };
  }

  /** Rows by number, in the order given, part by part. */
  async #fetch(version: Version, cells: string, numbers: readonly number[]): Promise<Cell[][]> {
    const starts = partStarts(version);
    const byPart = new Map<number, number[]>();
    for (const number of numbers) {
      const part = starts.findLastIndex((start) => start <= number);
      const wanted = byPart.get(part);
      if (wanted === undefined) byPart.set(part, [number]);
      else wanted.push(number);
    }
    const found = new Map<number, Cell[]>();
    for (const [part, wanted] of byPart) {
      const path = literal(join(this.#workspaceDir, version.parts[part].file));
      const inside = wanted.map((number) => number - starts[part]).join(', ');
      const rows = await this.#session.rows(
        `SELECT file_row_number, ${cells} FROM read_parquet(${path}) WHERE file_row_number IN (${inside})`,
      );
      for (const [number, ...row] of rows) found.set(starts[part] + Number(number), row.map(cellOf));
    }
    return numbers.map((number) => found.get(number) ?? []);
  }

  async #view(
    version: Version,
    { sort, filters, search }: PageRequest,
    signal: AbortSignal | undefined,
  ): Promise<View> {
    if (signal?.aborted) throw cancelled();
    const key = hashText(canonicalJson({ version: version.hash, sort, filters, search: search.trim() }));
    let entry = this.#views.get(key);
    if (entry === undefined) {
      entry = this.#begin(key, version, { sort, filters, search, offset: 0, limit: 0 });
    } else this.#views.delete(key);
    this.#views.set(key, entry);
    this.#dropOldest();
    const wanted = entry;
    wanted.waiting++;
    const leave = (): void => {
      wanted.waiting--;
      if (wanted.waiting > 0 || wanted.done) return;
      // Who asks for the same again must not meet the interrupted one
      if (this.#views.get(key) === wanted) this.#views.delete(key);
      wanted.stop();
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await wanted.made;
    } finally {
      signal?.removeEventListener('abort', leave);
      if (!signal?.aborted) wanted.waiting--;
    }
  }

  /** Starts making a view. */
  #begin(key: string, version: Version, request: PageRequest): Entry {
    this.#count++;
    const id = this.#count;
    let session: Session | null = null;
    let stopped = false;
    const made = this.#duck.withSession(async (own) => {
      session = own;
      if (stopped) throw cancelled();
      try {
        return await makeView(own, this.#workspaceDir, version, request, id, this.#store);
      } catch (error) {
        throw stopped ? cancelled() : error;
      } finally {
        session = null;
      }
    });
    const entry: Entry = {
      made,
      waiting: 0,
      done: false,
      stop: () => {
        stopped = true;
        session?.interrupt();
      },
    };
    made.then(
      () => {
        entry.done = true;
      },
      () => {
        entry.done = true;
        if (this.#views.get(key) === entry) this.#views.delete(key);
      },
    );
    return entry;
  }

  /** Writes the rows of a view in the background; where that fails, pages go on by row numbers. */
  #completeLater(version: Version, request: PageRequest, view: View): void {
    const sql = viewSql(this.#workspaceDir, version, request, '*');
    this.#background = this.#background
      .then(() =>
        this.#duck.withSession((session) =>
          session.run(`CREATE TABLE ${this.#store.table(`rows_${view.id}`)} AS ${sql}`),
        ),
      )
      .then(() => {
        view.complete = true;
      })
      .catch(() => {});
  }

  #dropOldest(): void {
    while (this.#views.size > keptViews) {
      const [key, oldest] = this.#views.entries().next().value ?? [];
      if (key === undefined) return;
      this.#views.delete(key);
      oldest?.made
        .then(async ({ id }) => {
          await this.#background;
          for (const table of [`order_${id}`, `rows_${id}`])
            await this.#session.run(`DROP TABLE IF EXISTS ${this.#store.table(table)}`);
        })
        .catch(() => {});
    }
  }
}
