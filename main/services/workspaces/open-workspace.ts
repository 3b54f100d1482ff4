/** Opens a workspace folder for this process: lock, folders, store, identity. Handles are per workspace; none is global. */
import { basename } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { IdSource } from '../../base/ids.ts';
import type { Db } from '../../store/db.ts';
import type { MigrationReport } from '../../store/migrate.ts';
import { openStore } from '../../store/open.ts';
import { acquireWorkspace, type WorkspaceOwner } from '../../store/workspace-lock.ts';
import { sweepTransfers } from '../system/transfers.ts';
import { identify, noQuota, type Quota, type WorkspaceIdentity } from './identity.ts';
import { createLayout, type WorkspacePaths, workspacePaths } from './layout.ts';

/** Downloads nobody fetched are kept this long. */
const transfersKeptMs = 7 * 86_400_000;

export type OpenWorkspaceOptions = {
  readonly folder: string;
  readonly version: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly salt?: () => Uint8Array;
  /** Name and quota of a workspace that is made by this opening. */
  readonly name?: string;
  readonly quota?: Quota;
};

export type OpenWorkspace = {
  readonly kind: 'owner';
  readonly identity: WorkspaceIdentity;
  readonly paths: WorkspacePaths;
  readonly db: Db;
  readonly migration: MigrationReport;
  /** Closes the store and gives the folder up; close everything that uses the store first. */
  readonly close: () => void;
};

export type HeldWorkspace = { readonly kind: 'held'; readonly owner: WorkspaceOwner };

/**
 * Opens or makes the workspace, or says which process has it open. Throws resource (read-only, full disk), data-problem (damaged
 * store), unsupported (newer store), conflict (owned by another version).
 */
export async function openWorkspace(options: OpenWorkspaceOptions): Promise<OpenWorkspace | HeldWorkspace> {
  const { folder, version, clock, ids, salt } = options;
  const lock = await acquireWorkspace(folder, { version, startedAt: clock.now() });
  if (lock.kind === 'held') return lock;
  let db: Db | null = null;
  try {
    const paths = workspacePaths(folder);
    createLayout(paths);
    sweepTransfers(paths.downloads, clock.now() - transfersKeptMs);
    const opened = openStore({
      path: paths.store,
      backupFolder: paths.backups,
      clock,
      ids,
      ...(salt === undefined ? {} : { salt }),
    });
    db = opened.db;
    const store = opened.db;
    const identity = identify(store, { name: options.name ?? basename(folder), quota: options.quota ?? noQuota });
    const close = (): void => {
      store.close();
      lock.release();
    };
    return { kind: 'owner', identity, paths, db: store, migration: opened.migration, close };
  } catch (error) {
    db?.close();
    lock.release();
    throw error;
  }
}
