/**
 * Opens the SQLite store of a workspace. WAL with synchronous FULL: a commit that returned survives a power cut, which the
 * order "file first, manifest row second" relies on. The cipher build of the driver is used from the first version on.
 */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import { Db } from './db.ts';
import { type MigrationReport, migrate } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { toStoreError } from './sqlite-errors.ts';
import { installUndoCapture } from './undo-capture.ts';

export type OpenStoreOptions = {
  /** The file (its folder must exist), or ':memory:' for a store that lives as long as its handle. */
  readonly path: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Salts of the hash chains; fresh random bytes unless given (tests, byte-equal runs). */
  readonly salt?: () => Uint8Array;
  /** Where the copy before a migration goes; the folder backups/ beside the file unless given. */
  readonly backupFolder?: string;
  /** Schema steps; all known ones unless given (tests of upgrades). */
  readonly steps?: readonly Migration[];
};

const inMemory = ':memory:';

function checkWritable(path: string): void {
  accessSync(dirname(path), constants.W_OK);
  if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
}

/**
 * Opens, checks and migrates the store. Throws: resource (read-only folder, full disk), data-problem (damaged file),
 * unsupported (written by a newer build), conflict (another program holds it). A failed opening changes nothing.
 */
export function openStore(options: OpenStoreOptions): { readonly db: Db; readonly migration: MigrationReport } {
  const { path, clock, ids } = options;
  let raw: Database.Database | null = null;
  try {
    if (path !== inMemory) checkWritable(path);
    raw = new Database(path, { timeout: 5000 });
    raw.pragma('journal_mode = WAL');
    raw.pragma('synchronous = FULL');
    raw.pragma('foreign_keys = ON');
    raw.pragma('recursive_triggers = ON');
    raw.pragma('temp_store = MEMORY');
    raw.pragma('cache_size = -16000');
    raw.pragma('trusted_schema = OFF');
    const backups = path === inMemory ? null : (options.backupFolder ?? join(dirname(path), 'backups'));
    const migration = migrate(raw, backups, clock.now(), options.steps);
    installUndoCapture(raw);
    const salt = options.salt ?? ((): Uint8Array => randomBytes(16));
    return { db: new Db(raw, path, { clock, ids, salt }), migration };
  } catch (error) {
    raw?.close();
    throw toStoreError(error);
  }
}
