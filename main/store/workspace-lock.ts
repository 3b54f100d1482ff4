/**
 * One workspace, one owner. Ownership is an exclusive lock that the operating system holds for the process on the file
 * `workspace.lock` (taken through SQLite, which does it alike on every system). The kernel gives it up when the process dies, however
 * it dies, so there is no stale lock and no reused process id to mistake for the owner. `owner.json` beside it says who owns, for
 * messages; it is never what decides. Nothing else in this process may open the lock file: on some systems closing any
 * handle to a file drops the process's locks on it.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AuguryError, conflict } from '../base/errors.ts';
import { toStoreError } from './sqlite-errors.ts';

/** The lock's name in the workspace folder; never to be opened, hashed or copied while the workspace is owned. */
export const lockFileName = 'workspace.lock';
const ownerFileName = 'owner.json';

export type WorkspaceOwner = { readonly pid: number; readonly version: string; readonly startedAt: number };

export type Acquired =
  | { readonly kind: 'owner'; readonly owner: WorkspaceOwner; readonly release: () => void }
  /** Another live process owns it: attach to that one. */
  | { readonly kind: 'held'; readonly owner: WorkspaceOwner };

/** What `owner.json` says, or null; after a crash it may name a process that is gone. */
export function findOwner(folder: string): WorkspaceOwner | null {
  try {
    const found: unknown = JSON.parse(readFileSync(join(folder, ownerFileName), 'utf8'));
    if (typeof found !== 'object' || found === null) return null;
    const { pid, version, startedAt } = found as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof version !== 'string' || typeof startedAt !== 'number') return null;
    return { pid, version, startedAt };
  } catch {
    return null;
  }
}

function writeOwner(folder: string, owner: WorkspaceOwner): void {
  const temporary = join(folder, `${ownerFileName}.${owner.pid}`);
  try {
    writeFileSync(temporary, JSON.stringify(owner), { mode: 0o600 });
    renameSync(temporary, join(folder, ownerFileName));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Takes the lock and returns its connection, or null when another process has it. */
function takeLock(folder: string): Database.Database | null {
  const lock = new Database(join(folder, lockFileName), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const failure = toStoreError(error);
    if (failure instanceof AuguryError && failure.code === 'store-busy') return null;
    throw failure;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The owner writes its name just after it takes the lock and removes it just before it leaves. */
const patienceMs = 1000;
const stepMs = 20;

/**
 * Takes the workspace folder (made when absent) for this process, or says who has it. Throws conflict
 * (other-version) when the owner is another version, resource when the folder cannot be written to.
 */
export async function acquireWorkspace(
  folder: string,
  self: { readonly version: string; readonly startedAt: number; readonly pid?: number },
): Promise<Acquired> {
  const owner: WorkspaceOwner = { pid: self.pid ?? process.pid, version: self.version, startedAt: self.startedAt };
  for (let waitedMs = 0; ; waitedMs += stepMs) {
    let lock: Database.Database | null;
    try {
      mkdirSync(folder, { recursive: true });
      lock = takeLock(folder);
      if (lock !== null) writeOwner(folder, owner);
    } catch (error) {
      throw toStoreError(error);
    }
    if (lock !== null) {
      const held = lock;
      return {
        kind: 'owner',
        owner,
        release: () => {
          if (!held.open) return;
          rmSync(join(folder, ownerFileName), { force: true });
          held.exec('ROLLBACK');
          held.close();
        },
      };
    }
    const other = findOwner(folder);
    if (other !== null && other.version !== self.version) {
      throw conflict(
        'other-version',
        `Augury ${other.version} (process ${other.pid}) has this workspace open; this is Augury ${self.version}.`,
        {
          hint: 'Close the other Augury, or use the same version for both.',
          details: { pid: other.pid, version: other.version },
        },
      );
    }
    if (other !== null) return { kind: 'held', owner: other };
    if (waitedMs >= patienceMs) {
      throw conflict('workspace-busy', 'Another program holds this workspace and does not say who it is.', {
        hint: 'Close other windows and commands of Augury that use it, then try again.',
      });
    }
    await pause(stepMs);
  }
}
