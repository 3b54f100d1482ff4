/** Files that only this process can read: any writes, any ranges; what was touched is refused. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findStat } from '../../../main/warehouse/files.ts';
import { createSealed, discardSealed, findSealed } from '../../../main/warehouse/sealed-file.ts';
import {
  hashSourceFile,
  openSourceFile,
  plainFile,
  readSourceFile,
  sourceBlocks,
} from '../../../main/warehouse/source-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'augury-sealed-'));
});
afterEach(() => discardSealed(folder));

/** Bytes that differ from block to block. */
const bytesOf = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 11)) % 251));

describe('B7 sealed files', () => {
  it('give back what was written, in whatever pieces, at any range', async () => {
    let n = 0;
    const size = 200_000;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: size }),
        fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(size), fc.nat(size)), { minLength: 1, maxLength: 5 }),
        async (length, pieces, ranges) => {
          const expected = bytesOf(length);
          const path = join(folder, `f${n++}`);
          const file = createSealed(path);
          for (let at = 0, i = 0; at < length; i++) {
            const piece = expected.subarray(at, at + pieces[i % pieces.length]);
            file.write(piece, at);
            // A reply that was lost: the same bytes again, begun in the middle
            file.write(piece.subarray(piece.length >> 1), at + (piece.length >> 1));
            at += piece.length;
          }
          expect(Buffer.compare(Buffer.from(await readSourceFile(path)), expected)).toBe(0);
          const open = await openSourceFile(path);
          expect(open).toMatchObject({ bytes: length, isFile: true });
          for (const [from, count] of ranges) {
            const buffer = Buffer.alloc(count);
            const { bytesRead } = await open.read(buffer, 0, count, from);
            expect(Buffer.compare(buffer.subarray(0, bytesRead), expected.subarray(from, from + count))).toBe(0);
          }
          await open.close();
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  it('hold nothing of the text on the disk, for no other user to read, and are ordinary files to who looks', async () => {
    const path = join(folder, 'people.csv');
    const text = 'who,email\n'.repeat(20_000);
    createSealed(path).write(Buffer.from(text));
    expect(readFileSync(path, 'latin1')).not.toMatch(/who|email/);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o077).toBe(0);
    expect(await findStat(path)).toMatchObject({ bytes: text.length });
    const plain = join(folder, 'plain.csv');
    writeFileSync(plain, text);
    expect(await hashSourceFile(path)).toBe(await hashSourceFile(plain));
    const opened = await plainFile(path);
    expect(readFileSync(opened.path, 'utf8')).toBe(text);
    await opened.close();
    expect(await findStat(opened.path)).toBeNull();
    expect((await plainFile(plain)).path).toBe(plain);
  });

  it('refuse blocks that were changed, moved or cut off', async () => {
    const path = join(folder, 'a');
    createSealed(path).write(bytesOf(150_000));
    const lying = readFileSync(path);
    const stored = 65_536 + 28;
    const damages: Buffer[] = [
      Buffer.concat([lying.subarray(0, 500), Buffer.from([lying[500] ^ 1]), lying.subarray(501)]),
      Buffer.concat([lying.subarray(stored, 2 * stored), lying.subarray(0, stored), lying.subarray(2 * stored)]),
      lying.subarray(0, lying.length - 10),
      Buffer.alloc(0),
    ];
    for (const damaged of damages) {
      writeFileSync(path, damaged);
      await expect(readSourceFile(path)).rejects.toMatchObject({ family: 'data-problem', code: 'upload-damaged' });
    }
  });

  it('are forgotten with their folder', async () => {
    const path = join(folder, 'a');
    createSealed(path).write(Buffer.from('secret'));
    discardSealed(folder);
    expect(findSealed(path)).toBeNull();
    await expect(readSourceFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    rmSync(folder, { recursive: true, force: true });
  });

  it('are read in the order asked for when two reads run at once', async () => {
    const path = join(folder, 'a');
    const expected = bytesOf(300_000);
    createSealed(path).write(expected);
    const [first, second] = await Promise.all(
      [0, 100_000].map(async (start) => {
        const blocks: Buffer[] = [];
        for await (const block of sourceBlocks(path, { start, end: start + 90_000 })) blocks.push(block);
        return Buffer.concat(blocks);
      }),
    );
    expect(Buffer.compare(first, expected.subarray(0, 90_000))).toBe(0);
    expect(Buffer.compare(second, expected.subarray(100_000, 190_000))).toBe(0);
  });
});
