/** Files that jobs made for download, and names that are safe for files from outside. */
import { mkdirSync, openAsBlob, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { notFound } from '../../base/errors.ts';

/** A name that is a single path segment on every system, whatever was sent. */
export function safeFileName(name: string): string {
  const plain = basename(name.replaceAll('\\', '/'));
  const safe = [...plain].map((c) => ((c.codePointAt(0) ?? 0) < 32 || '<>:"|?*'.includes(c) ? '_' : c)).join('');
  const trimmed = safe.replace(/[. ]+$/, '');
  return trimmed === '' ? 'file' : trimmed;
}

/** The single file in `folder`, or null. */
function onlyFile(folder: string): string | null {
  try {
    const name = readdirSync(folder)[0];
    return name === undefined ? null : join(folder, name);
  } catch {
    return null;
  }
}

const idPattern = /^job_[0-9a-z]+$/;

function folderOf(root: string, id: string): string {
  if (!idPattern.test(id)) throw notFound('transfer-not-found', `There is no transfer "${id}" here.`);
  return join(root, id);
}

/** Removes transfers under `root` that were last written before a time. */
export function sweepTransfers(root: string, beforeMs: number): void {
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    if (statSync(folder).mtimeMs < beforeMs) rmSync(folder, { recursive: true, force: true });
  }
}

export type Downloads = {
  /** Where a job writes the file it offers under this name; its folder exists. */
  readonly pathFor: (jobId: string, name: string) => string;
  /** The file of a job. Throws not-found. */
  readonly open: (jobId: string) => Promise<Blob>;
};

/** Downloads under `root`, a folder a job. */
export function createDownloads(root: string): Downloads {
  return {
    pathFor: (jobId, name) => {
      const folder = folderOf(root, jobId);
      mkdirSync(folder, { recursive: true });
      return join(folder, safeFileName(name));
    },
    open: async (jobId) => {
      const path = onlyFile(folderOf(root, jobId));
      if (path === null) throw notFound('download-not-found', 'This job has no file to download.');
      return new File([await openAsBlob(path)], basename(path));
    },
  };
}
