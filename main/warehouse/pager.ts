import { join } from 'node:path';
import type { Logger } from '../base/logger.ts';
import type { Cell } from '../contract/common.ts';
import { type Duck, literal, type Session } from './duck.ts';
import { KeptOrders } from './kept-orders.ts';
import { usualLimits } from './make-order.ts';
import { cellOf, cellSql, type Page, type PageRequest } from './page.ts';
import { partRelations, partStarts } from './relations.ts';
import type { Version } from './types.ts';
import type { ViewStore } from './view-store.ts';

/**
 * Pages of a version. Unsorted and unfiltered pages read only the parts and row groups they lie in; all others are ranges
 * of a kept order.
 */
export class Pager {
  readonly #session: Session;
  readonly #workspaceDir: string;
  readonly #orders: KeptOrders;

  constructor(
    duck: Duck,
    session: Session,
    workspaceDir: string,
    store: ViewStore,
    logger: Logger,
    limits = usualLimits,
  ) {
    this.#session = session;
    this.#workspaceDir = workspaceDir;
    this.#orders = new KeptOrders(duck, session, workspaceDir, store, logger, limits);
  }

  /** Forgets every order with all its rows on disk; pages that are asked for meanwhile are made anew or cancelled. */
  forget(): Promise<void> {
    return this.#orders.forget();
  }

  /** Rows of a version. Errors: cancelled, resource; invalid-input and not-found where the question does not fit. */
  async page(version: Version, request: PageRequest, signal?: AbortSignal): Promise<Page> {
    const cells = version.columns.map(cellSql).join(', ');
    const { limit, sort, filters, search } = request;
    const from = Math.max(0, request.offset);
    if (sort.length === 0 && filters.length === 0 && search.trim() === '') {
      const to = Math.min(version.rows, from + limit);
      const rows: Cell[][] = [];
      for (const relation of partRelations(this.#workspaceDir, version, from, to)) {
        for (const row of await this.#session.rows(`SELECT ${cells} FROM ${relation}`)) rows.push(row.map(cellOf));
      }
      return { rows, total: version.rows };
    }
    return this.#orders.read(version, { sort, filters, search }, from + limit, signal, async (order) => {
      const { table, holds, total } = order;
      const range = `FROM ${table} WHERE rowid >= ${from} AND rowid < ${from + limit} ORDER BY rowid`;
      if (holds === 'rows') {
        const rows = await this.#session.rows(`SELECT ${cells} ${range}`);
        return { rows: rows.map((row) => row.map(cellOf)), total };
      }
      const numbers = (await this.#session.rows(`SELECT "row" ${range}`)).map(([row]) => Number(row));
      return { rows: await this.#fetch(version, cells, numbers), total };
    });
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
}
