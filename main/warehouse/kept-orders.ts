import { cancelled, toErrorData } from '../base/errors.ts';
import { canonicalJson } from '../base/json.ts';
import type { Logger } from '../base/logger.ts';
import type { Duck, Session } from './duck.ts';
import { storageFailure } from './failures.ts';
import { hashText } from './files.ts';
import { cellsOf, type Head, makeHead, makeOrder, type Ordered, type OrderLimits } from './make-order.ts';
import { type Question, questionSql } from './page.ts';
import type { Version } from './types.ts';
import type { ViewStore } from './view-store.ts';

/** Where an order can be read. */
export type Reached = {
  /** The table in which a row's place in the order is its rowid. */
  readonly table: string;
  /** Whether the table holds the columns, or only the numbers of the rows as "row". */
  readonly holds: 'rows' | 'numbers';
  readonly total: number;
};

const mostOrders = 6;
/** Cells of the versions whose orders are kept; about 8 bytes each on disk. */
const mostCells = 500_000_000;

/** An order that is there. */
type Made = {
  readonly total: number;
  /** The table to read from, and what it holds. */
  table: string;
  holds: Ordered['holds'];
  /** Whether the columns of an order of row numbers are on their way. */
  completing: boolean;
};

/** An order being made or kept, and who waits for it. */
type Entry = {
  readonly id: number;
  readonly version: string;
  readonly cells: number;
  readonly head: Promise<Head | null>;
  readonly made: Promise<Made>;
  readonly stop: () => void;
  /** Callers who wait for it and have not left. */
  waiting: number;
  /** Callers who wait for it or read from it. */
  users: number;
  done: boolean;
  dropped: boolean;
};

/**
 * Orders of rows that pages are cut from: a sort, filter or search is carried out once and kept in the disposable
 * database. Of a large version the first rows come first, which takes a pass without sorting the rest, then all rows with
 * all columns, so that any page is a range of a table. Of the largest the row numbers come before the columns, which
 * follow in the background. Each order is made on a session of its own, so that other pages go on meanwhile; it is
 * interrupted when all who waited for it are gone, and when another question about the same version is asked while nobody
 * waits. The last few are kept, as many as the cells on disk allow.
 */
export class KeptOrders {
  readonly #duck: Duck;
  readonly #session: Session;
  readonly #workspaceDir: string;
  readonly #store: ViewStore;
  readonly #logger: Logger;
  readonly #limits: OrderLimits;
  readonly #entries = new Map<string, Entry>();
  #count = 0;
  #background: Promise<void> = Promise.resolve();

  /** `session` drops what is not kept any more. */
  constructor(
    duck: Duck,
    session: Session,
    workspaceDir: string,
    store: ViewStore,
    logger: Logger,
    limits: OrderLimits,
  ) {
    this.#logger = logger;
    this.#limits = limits;
    this.#duck = duck;
    this.#session = session;
    this.#workspaceDir = workspaceDir;
    this.#store = store;
  }

  /** Throws every order away with all its rows on disk; those being made are interrupted. */
  async forget(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of entries) if (!entry.done) entry.stop();
    await Promise.allSettled(entries.map(({ made }) => made));
    await this.#background;
    await this.#store.renew();
  }

  /** Calls `use` with a table from which the rows before place `to` of an order can be read, as soon as there is one. */
  async read<T>(
    version: Version,
    question: Question,
    to: number,
    signal: AbortSignal | undefined,
    use: (reached: Reached) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw cancelled();
    const key = hashText(canonicalJson({ version: version.hash, ...question, search: question.search.trim() }));
    const entry = this.#entries.get(key) ?? this.#begin(key, version, question);
    // The last one asked for stands last
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    this.#dropOldest();
    try {
      return await use(await this.#reach(key, entry, version, question, to, signal));
    } finally {
      entry.users--;
      if (entry.dropped) this.#drop(entry);
    }
  }

  async #reach(
    key: string,
    entry: Entry,
    version: Version,
    question: Question,
    to: number,
    signal: AbortSignal | undefined,
  ): Promise<Reached> {
    const head = await this.#waiting(key, entry, entry.head, signal);
    if (head !== null && (to <= head.rows || head.rows === head.total))
      return { table: this.#table('head', entry.id), holds: 'rows', total: head.total };
    const made = await this.#waiting(key, entry, entry.made, signal);
    if (made.holds === 'numbers') this.#completeLater(version, question, entry.id, made);
    return { table: made.table, holds: made.holds, total: made.total };
  }

  #table(kind: 'head' | 'order' | 'rows', id: number): string {
    return this.#store.table(`${kind}_${id}`);
  }

  async #waiting<T>(key: string, entry: Entry, promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal?.aborted) throw cancelled();
    entry.waiting++;
    const leave = (): void => {
      entry.waiting--;
      if (entry.waiting > 0 || entry.done) return;
      this.#abandon(key, entry);
    };
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await promise;
    } finally {
      signal?.removeEventListener('abort', leave);
      if (!signal?.aborted) entry.waiting--;
    }
  }

  /** Stops an order; who asks for the same again does not meet the interrupted one. */
  #abandon(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    entry.stop();
    this.#drop(entry);
  }

  /** Starts making an order; others of the same version that nobody waits for are not gone on with. */
  #begin(key: string, version: Version, question: Question): Entry {
    for (const [other, entry] of [...this.#entries]) {
      if (entry.version === version.hash && !entry.done && entry.waiting === 0) this.#abandon(other, entry);
    }
    this.#count++;
    const id = this.#count;
    const head = Promise.withResolvers<Head | null>();
    let session: Session | null = null;
    let stopped = false;
    const made = this.#duck.withSession(async (own): Promise<Made> => {
      session = own;
      try {
        if (stopped) throw cancelled();
        const firstRows = this.#table('head', id);
        const first = await makeHead(own, this.#workspaceDir, version, question, firstRows, this.#limits);
        head.resolve(first);
        if (stopped) throw cancelled();
        if (first !== null && first.rows === first.total)
          return { table: firstRows, holds: 'rows', total: first.total, completing: false };
        const table = this.#table('order', id);
        const order = await makeOrder(own, this.#workspaceDir, version, question, first, table, this.#limits);
        return { ...order, table, completing: false };
      } catch (error) {
        throw stopped ? cancelled() : error;
      } finally {
        session = null;
      }
    });
    const entry: Entry = {
      id,
      version: version.hash,
      cells: cellsOf(version),
      head: head.promise,
      made,
      waiting: 0,
      users: 0,
      done: false,
      dropped: false,
      stop: () => {
        stopped = true;
        session?.interrupt();
      },
    };
    head.promise.catch(() => {});
    made.then(
      () => {
        entry.done = true;
      },
      (error: unknown) => {
        entry.done = true;
        head.reject(error);
        if (this.#entries.get(key) === entry) this.#abandon(key, entry);
      },
    );
    return entry;
  }

  /** Writes the columns of an order in the background; where that fails, pages go on by row numbers. */
  #completeLater(version: Version, question: Question, id: number, made: Made): void {
    if (made.completing) return;
    made.completing = true;
    const table = this.#table('rows', id);
    const sql = questionSql(this.#workspaceDir, version, question, '*');
    this.#background = this.#background
      .then(() => this.#duck.withSession((session) => session.run(`CREATE TABLE ${table} AS ${sql}`)))
      .then(() => {
        made.table = table;
        made.holds = 'rows';
      })
      .catch((error: unknown) => this.#tell('the columns of a kept order were not written', error));
  }

  /** Removes the tables of an order once nothing is written into them and nobody reads them. */
  #drop(entry: Entry): void {
    entry.dropped = true;
    if (entry.users > 0) return;
    const remove = async (): Promise<void> => {
      await this.#background;
      for (const kind of ['head', 'order', 'rows'] as const)
        await this.#session.run(`DROP TABLE IF EXISTS ${this.#table(kind, entry.id)}`);
    };
    entry.made
      .then(remove, remove)
      .catch((error: unknown) => this.#tell('the tables of a kept order were not removed', error));
  }

  /** For failures in the background, which nobody waits for. The code alone: a message of DuckDB may quote values. */
  #tell(what: string, error: unknown): void {
    this.#logger.warn(what, { reason: toErrorData(storageFailure(error, 'keeping an order of rows')).code });
  }

  #dropOldest(): void {
    let cells = [...this.#entries.values()].reduce((sum, entry) => sum + entry.cells, 0);
    while (this.#entries.size > 1 && (this.#entries.size > mostOrders || cells > mostCells)) {
      const [key, oldest] = this.#entries.entries().next().value ?? [];
      if (key === undefined || oldest === undefined) return;
      this.#entries.delete(key);
      cells -= oldest.cells;
      this.#drop(oldest);
    }
  }
}
