import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { guarded } from '../../warehouse/failures.ts';
import { deliver, findStat, writeFully } from '../../warehouse/files.ts';
import { type Reject, rejectLine } from '../../warehouse/import/examine.ts';

/** Rows that could not be read, with line, reason and text, collected aside until the job ends. */
export type RejectsFile = {
  /** Bytes written so far; what a checkpoint records once they are synced. */
  readonly bytes: () => number;
  readonly append: (rejects: readonly Reject[]) => Promise<void>;
  /** Settles once everything appended before the call is on disk. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
};

const header = 'line,reason,text\n';

/** Opens the file at `path`, cut back to the `bytes` an earlier attempt recorded. */
export async function openRejects(path: string, bytes: number): Promise<RejectsFile> {
  const file = await open(path, (await findStat(path)) === null ? 'w+' : 'r+');
  await file.truncate(bytes);
  let length = bytes;
  let synced = bytes;
  return {
    bytes: () => length,
    append: (rejects) =>
      guarded('writing the rejected rows', async () => {
        if (rejects.length === 0) return;
        const text = Buffer.from(`${length === 0 ? header : ''}${rejects.map(rejectLine).join('')}`, 'utf8');
        await writeFully(file, text, length);
        length += text.length;
      }),
    sync: () =>
      guarded('writing the rejected rows', async () => {
        const written = length;
        if (written === synced) return;
        await file.sync();
        synced = written;
      }),
    close: () => file.close(),
  };
}

/** Puts a closed rejects file where it belongs; an empty one is removed, one that is gone was delivered before a kill. */
export async function deliverRejects(path: string, bytes: number, destination: string): Promise<void> {
  await guarded('writing the rejected rows', async () => {
    if (bytes === 0) {
      await rm(path, { force: true });
      return;
    }
    if ((await findStat(path)) === null) return;
    await mkdir(dirname(destination), { recursive: true });
    await deliver(path, destination);
  });
}
