/**
 * What clients send or paste, while it waits to be imported, scored or read as a model. It lies sealed in the workspace (see
 * sealed-file.ts) and goes when it was used, when its import is cancelled, when nobody asked for it for long, and when the
 * workspace is closed; what a process left that is gone cannot be read by anybody and is removed at the next opening.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { invalidInput, notFound, resourceProblem } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import type { JsonValue } from '../../base/json.ts';
import type { ResourceProbe } from '../../jobs/resource-probe.ts';
import { toStoreError } from '../../store/sqlite-errors.ts';
import { createSealed, discardSealed, type SealedFile } from '../../warehouse/sealed-file.ts';
import { safeFileName } from './transfers.ts';

/** What a client should send at a time. */
const chunkBytes = 4 * 1024 * 1024;
const reserveBytes = 64 * 1024 * 1024;
/** How long something waits that nobody asks for. */
export const uploadKeptMs = 12 * 3_600_000;

export type Upload = { readonly uploadId: string; readonly path: string; readonly name: string };

export type Uploads = {
  /** Opens an upload. Throws resource when the disk has no room for it. */
  readonly begin: (name: string, bytes: number) => { readonly uploadId: string; readonly chunkBytes: number };
  /** Writes bytes at an offset (again is harmless); returns the size so far. Throws not-found, invalid-input. */
  readonly append: (uploadId: string, offset: number, data: Blob) => Promise<number>;
  /** Keeps a text that was pasted. Throws resource. */
  readonly hold: (name: string, text: string) => Upload;
  /** What was sent; its file is sealed. Throws not-found. */
  readonly get: (uploadId: string) => Upload;
  readonly has: (uploadId: string) => boolean;
  readonly remove: (uploadId: string) => void;
  /** Removes what nobody asked for since `uploadKeptMs` and is in no job's hands: a job's input names its upload. */
  readonly removeIdle: (inputs: readonly JsonValue[]) => void;
  /** Removes everything. */
  readonly close: () => void;
};

/** Removes what a process that is gone left under `root`: its keys are gone too. */
export function sweepUploads(root: string): void {
  for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true, force: true });
}

/** Uploads under `root`, a folder each. */
export function createUploads(root: string, ids: IdSource, probe: ResourceProbe, clock: Clock): Uploads {
  const waiting = new Map<string, { readonly file: SealedFile; usedMs: number }>();
  const find = (uploadId: string) => {
    const found = waiting.get(uploadId);
    if (found === undefined) {
      throw notFound('upload-not-found', `There is no upload "${uploadId}" here.`, {
        hint: 'Send the file again: what was sent waits only while the program runs, and not for long.',
      });
    }
    found.usedMs = clock.monotonic();
    return found.file;
  };
  const begin = (name: string, bytes: number): { readonly uploadId: string; readonly file: SealedFile } => {
    if (bytes + reserveBytes > probe.freeDiskBytes()) {
      throw resourceProblem('disk-full', `There is no room on the disk for a file of ${bytes} bytes.`, {
        hint: 'Free some space, or give the path of the file instead of sending it.',
      });
    }
    const uploadId = ids.next('up');
    try {
      mkdirSync(join(root, uploadId), { recursive: true });
      const file = createSealed(join(root, uploadId, safeFileName(name)));
      waiting.set(uploadId, { file, usedMs: clock.monotonic() });
      return { uploadId, file };
    } catch (error) {
      throw toStoreError(error);
    }
  };
  const write = (file: SealedFile, bytes: Uint8Array, offset: number): void => {
    try {
      file.write(bytes, offset);
    } catch (error) {
      throw toStoreError(error);
    }
  };
  const get = (uploadId: string): Upload => {
    const { path } = find(uploadId);
    return { uploadId, path, name: basename(path) };
  };
  const remove = (uploadId: string): void => {
    const found = waiting.get(uploadId);
    waiting.delete(uploadId);
    if (found !== undefined) discardSealed(dirname(found.file.path));
  };
  return {
    begin: (name, bytes) => ({ uploadId: begin(name, bytes).uploadId, chunkBytes }),
    append: async (uploadId, offset, data) => {
      const bytes = new Uint8Array(await data.arrayBuffer());
      const file = find(uploadId);
      if (offset > file.bytes) {
        throw invalidInput('upload-gap', `The upload has ${file.bytes} bytes; offset ${offset} would leave a gap.`, {
          hint: `Go on at offset ${file.bytes}.`,
        });
      }
      write(file, bytes, offset);
      return file.bytes;
    },
    hold: (name, text) => {
      const bytes = Buffer.from(text, 'utf8');
      const { uploadId, file } = begin(name, bytes.length);
      try {
        write(file, bytes, 0);
      } catch (error) {
        remove(uploadId);
        throw error;
      }
      return get(uploadId);
    },
    get,
    has: (uploadId) => waiting.has(uploadId),
    remove,
    removeIdle: (inputs) => {
      const claimed = inputs.map((input) => JSON.stringify(input));
      const before = clock.monotonic() - uploadKeptMs;
      for (const [uploadId, { usedMs }] of [...waiting])
        if (usedMs < before && !claimed.some((input) => input.includes(uploadId))) remove(uploadId);
    },
    close: () => {
      for (const uploadId of [...waiting.keys()]) remove(uploadId);
    },
  };
}
