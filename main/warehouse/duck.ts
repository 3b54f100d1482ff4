import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { guarded } from './failures.ts';

/**
 * One DuckDB instance, locked down: no extension is installed or loaded by itself, files outside the folders given
 * cannot be read or written, settings cannot be changed afterwards. Statements of a session run one
 * at a time; long work gets a session of its own.
 */
export type DuckOptions = {
  /** Database file; null keeps it in memory. It is disposable: an old one is removed at start. */
  readonly file: string | null;
  /** Folder for spilled intermediate results. */
  readonly spillDir: string;
  /** Folders and files that statements may touch. */
  readonly folders: readonly string[];
  readonly files?: readonly string[];
  readonly memoryLimitMb: number;
  readonly threads: number;
};

/** Quotes an identifier. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** Quotes a text as an SQL literal; a NUL, which literals cannot hold, goes through chr(0). */
export function literal(text: string): string {
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? parts[0] : `(${parts.join(' || chr(0) || ')})`;
}

/**
 * The same rows in the same order as a SELECT of `width` columns, for a COPY whose bytes must not depend on threads: where
 * several write a Parquet file, DuckDB cuts its row groups where they happen to meet. A union with a source that cannot
 * number its batches (here an empty range) has one thread write; what the SELECT computes before still runs on all.
 */
export const steady = (select: string, width: number): string =>
  `SELECT * FROM (${select}) UNION ALL SELECT ${Array<string>(width).fill('NULL').join(', ')} FROM range(0)`;

/** Statements in order on one connection. */
export class Session {
  readonly #connection: DuckDBConnection;
  readonly #onClose: (session: Session) => void;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(connection: DuckDBConnection, onClose: (session: Session) => void) {
    this.#connection = connection;
    this.#onClose = onClose;
  }

  #next<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Runs one statement after those before it; rows as plain values (dates and 64-bit integers as DuckDB's own). */
  rows(sql: string): Promise<DuckDBValue[][]> {
    return this.#next(async () => (await this.#connection.runAndReadAll(sql)).getRows());
  }

  /** Runs one statement for its effect. */
  async run(sql: string): Promise<void> {
    await this.rows(sql);
  }

  /** Runs one statement and hands over its result chunk by chunk. */
  stream(sql: string, visit: (chunk: DuckDBDataChunk) => void): Promise<void> {
    return this.#next(async () => {
      const result = await this.#connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        visit(chunk);
      }
    });
  }

  /** Stops the statement that is running. */
  interrupt(): void {
    if (!this.#closed) this.#connection.interrupt();
  }

  /** Waits for what runs and closes the connection. */
  async close(): Promise<void> {
    await this.#last;
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.closeSync();
    this.#onClose(this);
  }
}

export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #sessions = new Set<Session>();

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  /** Opens the instance and locks it down. */
  static async open(options: DuckOptions): Promise<Duck> {
    return guarded('opening the data warehouse', async () => {
      await mkdir(options.spillDir, { recursive: true });
      if (options.file !== null) {
        for (const path of [options.file, `${options.file}.wal`]) await rm(path, { force: true });
      }
      const instance = await DuckDBInstance.create(options.file ?? ':memory:', {
        memory_limit: `${options.memoryLimitMb}MB`,
        threads: String(options.threads),
        temp_directory: options.spillDir,
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
        preserve_insertion_order: 'true',
      });
      const main = await instance.connect();
      const folders = options.folders.map((folder) => literal(join(folder, '/')));
      await main.run(`SET allowed_directories = [${folders.join(', ')}]`);
      if (options.files !== undefined) {
        await main.run(`SET allowed_paths = [${options.files.map(literal).join(', ')}]`);
      }
      await main.run(`SET GLOBAL TimeZone = 'UTC'`);
      await main.run('SET enable_external_access = false');
      await main.run('SET lock_configuration = true');
      main.closeSync();
      return new Duck(instance);
    });
  }

  /** A connection of its own, so that short reads do not wait for long ones; closed by its owner. */
  async session(): Promise<Session> {
    const session = new Session(await this.#instance.connect(), (closed) => this.#sessions.delete(closed));
    this.#sessions.add(session);
    return session;
  }

  /** A session for the time of `use`. */
  async withSession<T>(use: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.session();
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  /** Stops running statements and closes everything. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.interrupt();
    for (const session of [...this.#sessions]) await session.close();
    this.#instance.closeSync();
  }
}
