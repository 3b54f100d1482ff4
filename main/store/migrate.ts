/** Brings a store to the newest schema: refused when it is newer than this build, backed up before it is changed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { isoTime } from '../base/clock.ts';
import { unsupported } from '../base/errors.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';

/** The schema version this build writes. */
export const newestVersion: number = migrations.at(-1)?.version ?? 0;

const versionOf = (raw: Database.Database): number => Number(raw.pragma('user_version', { simple: true }));

export type MigrationReport = { readonly from: number; readonly to: number; readonly backupFile: string | null };

/**
 * Applies the missing steps in one transaction. An existing store is copied to `backupFolder` first (null: in memory, no
 * copy). Throws `unsupported` (store-newer) when the store was written by a later build.
 */
export function migrate(
  raw: Database.Database,
  backupFolder: string | null,
  nowMs: number,
  steps: readonly Migration[] = migrations,
): MigrationReport {
  const from = versionOf(raw);
  const newest = steps.at(-1)?.version ?? 0;
  if (from > newest) {
    throw unsupported(
      'store-newer',
      `This workspace was written by a newer Augury (store version ${from}; this one reads up to ${newest}).`,
      { hint: 'Install the newest Augury, or open a copy made by this version from the folder backups/.' },
    );
  }
  const missing = steps.filter((step) => step.version > from);
  if (missing.length === 0) return { from, to: from, backupFile: null };
  let backupFile: string | null = null;
  if (from > 0 && backupFolder !== null) {
    mkdirSync(backupFolder, { recursive: true });
    const stamp = isoTime(nowMs).replace(/[:.]/g, '-');
    backupFile = join(backupFolder, `augury-before-v${newest}-${stamp}.db`);
    raw.prepare('VACUUM INTO ?').run(backupFile);
  }
  raw
    .transaction(() => {
      for (const step of missing) raw.exec(step.sql);
      // Row images are lists of all columns, so they do not outlive a change of the schema.
      if (from > 0) raw.exec('DELETE FROM undo_events');
      raw.pragma(`user_version = ${newest}`);
    })
    .immediate();
  return { from, to: newest, backupFile };
}
