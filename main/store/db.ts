/**
 * The handle to one workspace's SQLite store: prepared statements cached by their text, transactions, errors turned
 * into Augury's. Everything is synchronous, so statements must stay short; scans belong to the warehouse.
 */
import type Database from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import { toStoreError } from './sqlite-errors.ts';

export type SqlValue = string | number | bigint | null | Uint8Array;

type Statement = Database.Statement<SqlValue[], unknown>;

const maxCachedStatements = 600;

/** A row that was written: the table's name and the row's key. */
export type Change = { readonly table: string; readonly id: string };
export type ChangeListener = (changes: readonly Change[]) => void;

/** Sources of everything that would otherwise differ from run to run. */
export type DbSources = {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** 16 fresh bytes, unpredictable outside tests: per-subject salts of the hash chains. */
  readonly salt: () => Uint8Array;
};

/** One open store. The private fields make the type nominal: no other object passes for it. */
export class Db {
  readonly path: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly salt: () => Uint8Array;
  readonly #raw: Database.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #listeners = new Set<ChangeListener>();
  #touched: Change[] = [];

  constructor(raw: Database.Database, path: string, sources: DbSources) {
    this.#raw = raw;
    this.path = path;
    this.clock = sources.clock;
    this.ids = sources.ids;
    this.salt = sources.salt;
  }

  get isOpen(): boolean {
    return this.#raw.open;
  }

  get inTransaction(): boolean {
    return this.#raw.inTransaction;
  }

  /** Executes one writing statement. */
  run(sql: string, ...params: readonly SqlValue[]): { readonly changes: number; readonly lastRowid: number } {
    return this.#guard(() => {
      const done = this.#statement(sql).run(...params);
      return { changes: done.changes, lastRowid: Number(done.lastInsertRowid) };
    });
  }

  /** First row or null. */
  get<Row>(sql: string, ...params: readonly SqlValue[]): Row | null {
    return this.#guard(() => (this.#statement(sql).get(...params) as Row | undefined) ?? null);
  }

  all<Row>(sql: string, ...params: readonly SqlValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...params) as Row[]);
  }

  /** Like `run` for a text that will not come again, kept out of the statement cache. */
  runOnce(sql: string, ...params: readonly SqlValue[]): number {
    return this.#guard(() => this.#raw.prepare<SqlValue[]>(sql).run(...params).changes);
  }

  /** Streams rows; the store must not be written to while the iteration is open. */
  iterate<Row>(sql: string, ...params: readonly SqlValue[]): IterableIterator<Row> {
    return this.#guard(() => this.#raw.prepare<SqlValue[], Row>(sql).iterate(...params));
  }

  /** Notes that a row was written; listeners hear of it once the outermost transaction has committed. */
  touch(table: string, id: string): void {
    this.#touched.push({ table, id });
    if (!this.#raw.inTransaction) this.#announce();
  }

  /** Calls `listener` after each commit with the rows it wrote; returns the function that ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #announce(): void {
    if (this.#touched.length === 0) return;
    const changes = this.#touched;
    this.#touched = [];
    for (const listener of this.#listeners) listener(changes);
  }

  /** Several statements of our own text (schema, pragmas); never with users' values in it. */
  exec(sql: string): void {
    this.#guard(() => this.#raw.exec(sql));
  }

  /** A pragma's single value. */
  pragma(text: string): unknown {
    return this.#guard(() => this.#raw.pragma(text, { simple: true }));
  }

  /** Runs `fn` in an immediate transaction, or in a savepoint when one is open already; an error rolls it back. */
  transaction<T>(fn: () => T): T {
    const outermost = !this.#raw.inTransaction;
    let result: T;
    try {
      result = this.#guard(() => this.#raw.transaction(fn).immediate());
    } catch (error) {
      if (outermost) this.#touched = [];
      throw error;
    }
    if (outermost) this.#announce();
    return result;
  }

  /**
   * A transaction whose commit does not wait for the disk. In WAL mode nothing can be torn: after a power cut the store
   * holds a prefix of the commits; a killed process loses nothing. For progress, work counters and single predictions,
   * where a commit that waits would cost more than the work itself. Inside a transaction it is a plain savepoint.
   */
  relaxedTransaction<T>(fn: () => T): T {
    if (this.#raw.inTransaction) return this.transaction(fn);
    this.#raw.pragma('synchronous = NORMAL');
    try {
      return this.transaction(fn);
    } finally {
      this.#raw.pragma('synchronous = FULL');
    }
  }

  /** Writes the file anew, so that nothing of what was deleted is left in free pages or in the log. Outside transactions. */
  compact(): void {
    this.#guard(() => {
      this.#raw.pragma('wal_checkpoint(TRUNCATE)');
      this.#raw.exec('VACUUM');
      this.#raw.pragma('wal_checkpoint(TRUNCATE)');
    });
  }

  close(): void {
    this.#statements.clear();
    if (this.#raw.open) this.#raw.close();
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= maxCachedStatements) this.#statements.clear();
    const made: Statement = this.#raw.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #guard<T>(fn: () => T): T {
    try {
      return fn();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}
