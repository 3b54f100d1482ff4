/** Opening what is imported, previewed or scored: an ordinary file, or one that lies sealed in the workspace. */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFully } from './files.ts';
import { createSealed, discardSealed, findSealed, type ReadAt } from './sealed-file.ts';

export type SourceFile = {
  readonly bytes: number;
  readonly isFile: boolean;
  readonly read: ReadAt;
  readonly close: () => Promise<void>;
};

/** Opens a source for reading. Throws what the system throws. */
export async function openSourceFile(path: string): Promise<SourceFile> {
  const sealed = findSealed(path);
  if (sealed !== null) {
    const { read, close } = await sealed.open();
    return { bytes: sealed.bytes, isFile: true, read, close };
  }
  const file = await open(path, 'r');
  try {
    const found = await file.stat();
    return {
      bytes: found.size,
      isFile: found.isFile(),
      read: (buffer, offset, length, position) => file.read(buffer, offset, length, position),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The bytes of a source from `start` (counted) up to `end` (not counted), in buffers that stay valid. */
export async function* sourceBlocks(
  path: string,
  { start = 0, end = Number.POSITIVE_INFINITY, blockBytes = 1 << 18 } = {},
): AsyncGenerator<Buffer> {
  const file = await openSourceFile(path);
  try {
    for (let at = start; at < end; ) {
      const block = Buffer.allocUnsafe(Math.min(blockBytes, end - at));
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** SHA-256 of a source's bytes as hex. */
export async function hashSourceFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await openSourceFile(path);
  // One buffer for all: a fresh one for each block would cost as much as the hash
  const block = Buffer.allocUnsafe(1 << 20);
  try {
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** All bytes of a source that is small enough to be held. */
export async function readSourceFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  for await (const block of sourceBlocks(path)) parts.push(block);
  return new Uint8Array(Buffer.concat(parts));
}

/** A path for those who must open the file themselves; close it as soon as they are done. */
type PlainFile = { readonly path: string; readonly close: () => Promise<void> };

/**
 * The file itself; of a sealed one a copy in clear beside it, which no other user may read and which goes when closed.
 * Only databases and Parquet need it: their libraries open files by name.
 */
export async function plainFile(path: string): Promise<PlainFile> {
  if (findSealed(path) === null) return { path, close: async () => {} };
  const folder = await mkdtemp(join(dirname(path), 'opened-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, basename(path));
    const target = await open(copy, 'wx', 0o600);
    try {
      for await (const block of sourceBlocks(path)) await writeFully(target, block);
    } finally {
      await target.close();
    }
    return { path: copy, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where text that is taken out of a container goes. */
export type TextSink = { readonly write: (bytes: Uint8Array) => Promise<void>; readonly close: () => Promise<void> };

/** Opens a new file to write one after the other; sealed, or as an ordinary file that a job finds again after a kill. */
export async function openTextSink(path: string, sealed: boolean): Promise<TextSink> {
  if (sealed) {
    discardSealed(path);
    const file = createSealed(path);
    return { write: async (bytes) => file.write(bytes), close: async () => {} };
  }
  const file = await open(path, 'w');
  return { write: (bytes) => writeFully(file, bytes), close: () => file.close() };
}

/** Moves a file that another library wrote in clear to where it lies sealed. */
export async function moveSealed(from: string, to: string): Promise<void> {
  const file = await openTextSink(to, true);
  for await (const block of sourceBlocks(from)) await file.write(block);
  await rm(from);
}
