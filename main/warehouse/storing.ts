import { rm } from 'node:fs/promises';
import { freemem } from 'node:os';
import { AuguryError } from '../base/errors.ts';
import { Duck, type Session } from './duck.ts';

/** Fewer than the threads that wait for files and statements, so that neither waits for the other. */
const mostSessions = 3;
const roomySessionMb = 256;
/** For tables so wide that one row group of them does not fit the memory of the others. */
const wideSessionMb = 2560;

/** Whether so much memory is free, twice: what is written lies outside DuckDB's count too. */
const isRoom = (megabytes: number): boolean => freemem() > 2 * megabytes * 2 ** 20;

/**
 * The instance that writes imported rows. Its statements run on one thread each, several at a time: where several threads
 * write one Parquet file, DuckDB cuts its row groups where they happen to meet, and equal rows would not give equal
 * bytes. Opened at first use, and anew after an import that failed, whose spilled rows go with it.
 */
export class Storing {
  readonly #dir: string;
  readonly #spillDir: string;
  readonly #memoryLimitMb: number;
  readonly #count: number;
  #opening: Promise<Duck> | null = null;
  #users = 0;
  #failed = false;
  /** The end of the instance that was open before, which has the same folder. */
  #cleared: Promise<void> = Promise.resolve();

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

  /**
   * Sessions for the time of `use`, as many as write at a time. Where memory was not enough it is used once more, with one
   * session and room for very wide tables, if the machine has it.
   */
  async withSessions<T>(use: (sessions: readonly Session[]) => Promise<T>): Promise<T> {
    this.#users++;
    try {
      await this.#cleared;
      return await this.#withRoom(use);
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      this.#users--;
      if (this.#failed && this.#users === 0) {
        this.#failed = false;
        this.#cleared = this.close();
        await this.#cleared;
      }
    }
  }

  async #withRoom<T>(use: (sessions: readonly Session[]) => Promise<T>): Promise<T> {
    this.#opening ??= this.#open(this.#memoryLimitMb);
    try {
      return await this.#using(await this.#opening, this.#count, use);
    } catch (error) {
      if (!(error instanceof AuguryError && error.code === 'memory') || !isRoom(wideSessionMb)) throw error;
    }
    const wide = await this.#open(wideSessionMb);
    try {
      return await this.#using(wide, 1, use);
    } finally {
      await wide.close();
    }
  }

  #open(memoryLimitMb: number): Promise<Duck> {
    return Duck.open({ file: null, spillDir: this.#spillDir, folders: [this.#dir], memoryLimitMb, threads: 1 });
  }

  async #using<T>(duck: Duck, count: number, use: (sessions: readonly Session[]) => Promise<T>): Promise<T> {
    const sessions: Session[] = [];
    try {
      while (sessions.length < count) sessions.push(await duck.session());
      return await use(sessions);
    } finally {
      for (const session of sessions) await session.close();
    }
  }

  /** Stops what runs, closes the instance and removes what it spilled. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    const duck = await opening?.catch(() => null);
    await duck?.close();
    await rm(this.#spillDir, { recursive: true, force: true });
  }
}
