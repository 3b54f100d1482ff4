/** Where things lie in a workspace folder. */
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { resourceProblem } from '../../base/errors.ts';

export type WorkspacePaths = {
  readonly folder: string;
  readonly store: string;
  readonly warehouse: string;
  /** Immutable Parquet by content hash. */
  readonly data: string;
  /** Packages by hash. */
  readonly models: string;
  /** Landed files by hash. */
  readonly raw: string;
  readonly backups: string;
  readonly logs: string;
  /** Private folders of running jobs. */
  readonly jobs: string;
  /** Files being sent to the host. */
  readonly uploads: string;
  /** Files jobs made for download. */
  readonly downloads: string;
};

/** Paths of the workspace in `folder`; nothing is made. */
export function workspacePaths(folder: string): WorkspacePaths {
  return {
    folder,
    store: join(folder, 'augury.db'),
    warehouse: join(folder, 'warehouse.duckdb'),
    data: join(folder, 'data'),
    models: join(folder, 'models'),
    raw: join(folder, 'raw'),
    backups: join(folder, 'backups'),
    logs: join(folder, 'logs'),
    jobs: join(folder, 'jobs'),
    uploads: join(folder, 'uploads'),
    downloads: join(folder, 'downloads'),
  };
}

/** Makes the folders. Throws resource when that is not allowed or the disk is full. */
export function createLayout(paths: WorkspacePaths): void {
  const { data, models, raw, backups, logs, jobs, uploads, downloads } = paths;
  try {
    for (const folder of [data, models, raw, backups, logs, jobs, uploads, downloads])
      mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw resourceProblem('workspace-read-only', 'The workspace folder cannot be written to.', {
      hint: 'Give your user write permission on the folder, or choose another one with --workspace.',
      cause: error,
    });
  }
}

/** Bytes of all files under a folder; what vanishes meanwhile counts as nothing. */
export function folderBytes(folder: string): number {
  let total = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    try {
      const { size, isFile } = describe(join(folder, name));
      if (isFile) total += size;
    } catch {
      // removed since it was listed
    }
  }
  return total;
}

function describe(path: string): { readonly size: number; readonly isFile: boolean } {
  const found = statSync(path);
  return { size: found.size, isFile: found.isFile() };
}
