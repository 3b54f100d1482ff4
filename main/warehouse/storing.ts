import { Duck, type Session } from './duck.ts';

/** Fewer than the threads that wait for files and statements, so that neither waits for the other. */
const mostSessions = 3;
const roomySessionMb = 256;

/**
 * The instance that writes imported rows. Its statements run on one thread each, several at a time: where several threads
 * write one Parquet file, DuckDB cuts its row groups where they happen to meet, and equal rows would not give equal
 * bytes. Opened at first use.
 */
export class Storing {
  readonly #dir: string;
  readonly #spillDir: string;
  readonly #memoryLimitMb: number;
  readonly #count: number;
  #opening: Promise<Duck> | null = null;

  constructor(
    options: { readonly dir: string; readonly memoryLimitMb: number; readonly threads: number },
    spillDir: string,
  ) {
    this.#dir = options.dir;
    this.#spillDir = spillDir;
    this.#memoryLimitMb = Math.max(roomySessionMb, Math.floor(options.memoryLimitMb / 2));
    this.#count = Math.max(
      1,
      Math.min(mostSessions, options.threads, Math.floor(this.#memoryLimitMb / roomySessionMb)),
    );
  }

  /** Sessions for the time of `use`, as many as write at a time. */
  async withSessions<T>(use: (sessions: readonly Session[]) => Promise<T>): Promise<T> {
    this.#opening ??= Duck.open({
      file: null,
      spillDir: this.#spillDir,
      folders: [this.#dir],
      memoryLimitMb: this.#memoryLimitMb,
      threads: 1,
    });
    const duck = await this.#opening;
    const sessions: Session[] = [];
    try {
      while (sessions.length < this.#count) sessions.push(await duck.session());
      return await use(sessions);
    } finally {
      for (const session of sessions) await session.close();
    }
  }

  /** Stops what runs and closes the instance. */
  async close(): Promise<void> {
    if (this.#opening === null) return;
    const duck = await this.#opening.catch(() => null);
    await duck?.close();
  }
}
