import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { guarded } from './failures.ts';

/**
 * One DuckDB instance, locked down: no extension is installed or loaded by itself, files outside the folders given
 * cannot be read or written, settings cannot be changed afterwards. Statements run one at a time on one connection;
 * long reads get a connection of their own.
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

export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #main: DuckDBConnection;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(instance: DuckDBInstance, main: DuckDBConnection) {
    this.#instance = instance;
    this.#main = main;
  }

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
      await main.run(`SET TimeZone = 'UTC'`);
      await main.run(`SET enable_external_access = false`);
      await main.run(`SET lock_configuration = true`);
      return new Duck(instance, main);
    });
  }

  /** Runs one statement after those before it; rows as plain values (dates and 64-bit integers as DuckDB's own). */
  rows(sql: string, values: readonly DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    const result = this.#last.then(async () => (await this.#main.runAndReadAll(sql, [...values])).getRows());
    this.#last = result.catch(() => {});
    return result;
  }

  /** Runs one statement for its effect. */
  async run(sql: string, values: readonly DuckDBValue[] = []): Promise<void> {
    await this.rows(sql, values);
  }

  /** A connection of its own for a long read; closed when `use` settles. */
  async withConnection<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  }

  /** Stops the statement that is running on the main connection. */
  interrupt(): void {
    this.#main.interrupt();
  }

  async close(): Promise<void> {
    this.#main.interrupt();
    await this.#last;
    this.#main.closeSync();
    this.#instance.closeSync();
  }
}
