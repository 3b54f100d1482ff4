import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem, notFound } from '../../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { guarded } from '../failures.ts';
import { findStat, placeByHash, writeFully } from '../files.ts';
import { openSourceFile } from '../source-file.ts';
import { Utf8Checker, type Utf8Evidence } from '../stream/utf8.ts';

/** Small enough that hashing one never holds up the thread for long. */
const blockBytes = 1 << 20;

export type LandedFile = {
  readonly sha256: string;
  readonly bytes: number;
  /** Relative to the workspace folder. */
  readonly file: string;
  /** UTF-8 evidence over the bytes as they lie on disk. */
  readonly utf8: Utf8Evidence;
};

/**
 * Lands a source: one pass that copies it into `raw/<sha256>`, hashes it and checks its encoding over all bytes. What is
 * imported afterwards is the copy, so a source that changes meanwhile cannot mix two states.
 */
export async function landFile(
  sourcePath: string,
  workspaceDir: string,
  scratchDir: string,
  stop: StopSignal,
  progress: (bytesDone: number, bytesTotal: number) => void,
): Promise<LandedFile> {
  const source = await findStat(sourcePath);
  if (source === null) throw notFound('file-not-found', 'There is no such file.', { hint: 'Check the path.' });
  return guarded('copying the source into the workspace', async () => {
    const temporary = join(scratchDir, 'raw.tmp');
    const hash = createHash('sha256');
    const checker = new Utf8Checker();
    const reader = await openSourceFile(sourcePath);
    const target = await open(temporary, 'w');
    let bytes = 0;
    try {
      // Two buffers take turns: one is written while the other is filled
      const buffers = [Buffer.allocUnsafe(blockBytes), Buffer.allocUnsafe(blockBytes)];
      let writing: Promise<void> = Promise.resolve();
      let synced: Promise<void> = Promise.resolve();
      let syncing = false;
      for (let turn = 0; ; turn++) {
        throwIfStopped(stop);
        const buffer = buffers[turn % 2];
        const { bytesRead } = await reader.read(buffer, 0, blockBytes, null);
        if (bytesRead === 0) break;
        const block = buffer.subarray(0, bytesRead);
        await writing;
        writing = writeFully(target, block);
        writing.catch(() => {});
        hash.update(block);
        checker.push(block);
        // The disk goes on while the rest is read, so that the last sync finds little left
        if (bytes > 0 && bytes % (32 * blockBytes) === 0 && !syncing) {
          syncing = true;
          const settle = (): void => {
            syncing = false;
          };
          synced = target.datasync().then(settle, settle);
        }
        bytes += bytesRead;
        progress(bytes, source.bytes);
      }
      await writing;
      await synced;
      const after = await findStat(sourcePath);
      if (after === null || after.bytes !== bytes || after.modifiedMs !== source.modifiedMs) {
        throw dataProblem('source-changed', 'The file changed while it was read: another program is writing to it.', {
          hint: 'Wait until it is written, or copy it, and import again.',
        });
      }
    } finally {
      await reader.close();
      await target.close();
    }
    const sha256 = hash.digest('hex');
    await placeByHash(temporary, join(workspaceDir, 'raw'), '', sha256);
    return { sha256, bytes, file: `raw/${sha256}`, utf8: checker.finish() };
  });
}
