import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { notFound } from '../../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { guarded } from '../failures.ts';
import { findStat, placeByHash, writeFully } from '../files.ts';
import { Utf8Checker, type Utf8Evidence } from '../stream/utf8.ts';

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
    const target = await open(temporary, 'w');
    let bytes = 0;
    try {
      for await (const block of createReadStream(sourcePath, { highWaterMark: 1 << 18 })) {
        throwIfStopped(stop);
        hash.update(block);
        checker.push(block);
        await writeFully(target, block);
        bytes += block.length;
        progress(bytes, source.bytes);
      }
    } finally {
      await target.close();
    }
    const sha256 = hash.digest('hex');
    await placeByHash(temporary, join(workspaceDir, 'raw'), '', sha256);
    return { sha256, bytes, file: `raw/${sha256}`, utf8: checker.finish() };
  });
}
