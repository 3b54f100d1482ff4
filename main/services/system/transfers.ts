/** Files on their way to the host (uploads, in chunks) and files that jobs made for download. */
import { closeSync, mkdirSync, openAsBlob, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { invalidInput, notFound, resourceProblem } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { JsonValue } from '../../base/json.ts';
import type { ResourceProbe } from '../../jobs/resource-probe.ts';
import { toStoreError } from '../../store/sqlite-errors.ts';

/** What a client should send at a time. */
export const chunkBytes = 4 * 1024 * 1024;
const reserveBytes = 64 * 1024 * 1024;

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

export type Uploads = {
  /** Opens an upload. Throws resource when the disk has no room for it. */
  readonly begin: (name: string, bytes: number) => { readonly uploadId: string; readonly chunkBytes: number };
  /** Writes bytes at an offset (again is harmless); returns the size so far. Throws not-found, invalid-input. */
  readonly append: (uploadId: string, offset: number, data: Blob) => Promise<number>;
  /** Path and name of what was sent. Throws not-found. */
  readonly get: (uploadId: string) => { readonly path: string; readonly name: string };
  readonly remove: (uploadId: string) => void;
};

const idPattern = /^(up|job)_[0-9a-z]+$/;

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

/**
 * Removes what was sent or pasted by clients of a process that is gone and is in no job's hands: nobody will ask for it, and
 * it may be in clear what was to be masked. A job's hands are its input, which names the file or the upload.
 */
export function sweepUnclaimed(root: string, inputs: readonly JsonValue[]): void {
  const claimed = inputs.map((input) => JSON.stringify(input));
  for (const name of readdirSync(root)) {
    const id = name.replace(/\..*$/, '');
    if (!claimed.some((input) => input.includes(id))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** Uploads under `root`, a folder each. */
export function createUploads(root: string, ids: IdSource, probe: ResourceProbe): Uploads {
  const get = (uploadId: string) => {
    const path = onlyFile(folderOf(root, uploadId));
    if (path === null) {
      throw notFound('upload-not-found', `There is no upload "${uploadId}" here.`, { hint: 'Send the file again.' });
    }
    return { path, name: basename(path) };
  };
  return {
    begin: (name, bytes) => {
      if (bytes + reserveBytes > probe.freeDiskBytes()) {
        throw resourceProblem('disk-full', `There is no room on the disk for a file of ${bytes} bytes.`, {
          hint: 'Free some space, or give the path of the file instead of sending it.',
        });
      }
      const uploadId = ids.next('up');
      try {
        const folder = folderOf(root, uploadId);
        mkdirSync(folder, { recursive: true });
        closeSync(openSync(join(folder, safeFileName(name)), 'wx'));
      } catch (error) {
        throw toStoreError(error);
      }
      return { uploadId, chunkBytes };
    },
    append: async (uploadId, offset, data) => {
      const { path } = get(uploadId);
      const bytes = new Uint8Array(await data.arrayBuffer());
      const { size } = statSync(path);
      if (offset > size) {
        throw invalidInput('upload-gap', `The upload has ${size} bytes; offset ${offset} would leave a gap.`, {
          hint: `Go on at offset ${size}.`,
        });
      }
      try {
        const file = openSync(path, 'r+');
        try {
          writeSync(file, bytes, 0, bytes.length, offset);
        } finally {
          closeSync(file);
        }
      } catch (error) {
        throw toStoreError(error);
      }
      return Math.max(size, offset + bytes.length);
    },
    get,
    remove: (uploadId) => rmSync(folderOf(root, uploadId), { recursive: true, force: true }),
  };
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
