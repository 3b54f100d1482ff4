import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findSealed } from './sealed-file.ts';

/**
 * Durable files: everything is written under a temporary name, synced, and renamed into place, so that a crash leaves
 * either the old state or the new one. Files in `data/` and `raw/` are named by the SHA-256 of their bytes.
 */

/** Bytes (of a sealed file, those of its text) and time of a file, or null when there is none. */
export async function findStat(path: string): Promise<{ readonly bytes: number; readonly modifiedMs: number } | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? { bytes: findSealed(path)?.bytes ?? found.size, modifiedMs: found.mtimeMs } : null;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes all bytes, at `position` or where the file stands: one system call may write fewer, as on a disk that fills up. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number | null = null): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(
      bytes,
      done,
      bytes.length - done,
      position === null ? null : position + done,
    );
    done += bytesWritten;
  }
}

/** Forces a file's bytes to the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Forces a folder's names to the disk; systems that cannot sync a folder order renames themselves. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** SHA-256 of an ordinary file as hex, read in small blocks. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(block);
  return hash.digest('hex');
}

/** SHA-256 of a text as hex. */
export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Writes text or bytes durably in one step. */
export async function writeDurably(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/**
 * Moves a finished temporary file into `folder` under its hash and the extension given ('.parquet'). The file may
 * exist there already: equal hashes are equal bytes. Returns name and hash.
 */
export async function placeByHash(
  temporary: string,
  folder: string,
  extension: string,
  knownHash?: string,
): Promise<{ readonly name: string; readonly sha256: string; readonly bytes: number }> {
  await syncFile(temporary);
  const sha256 = knownHash ?? (await hashFile(temporary));
  const bytes = (await stat(temporary)).size;
  const name = `${sha256}${extension}`;
  await mkdir(folder, { recursive: true });
  const existing = await findStat(join(folder, name));
  if (existing !== null && existing.bytes === bytes) await rm(temporary, { force: true });
  else await rename(temporary, join(folder, name));
  await syncFolder(folder);
  return { name, sha256, bytes };
}

/** Moves a finished file to where the user wants it, across file systems too; the old file there stays until the end. */
export async function deliver(finished: string, destination: string): Promise<void> {
  await syncFile(finished);
  try {
    await rename(finished, destination);
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EXDEV')) throw error;
    const beside = `${destination}.part`;
    try {
      await copyFile(finished, beside);
      await syncFile(beside);
      await rename(beside, destination);
    } finally {
      await rm(beside, { force: true });
    }
    await rm(finished, { force: true });
  }
  await syncFolder(dirname(destination));
}
