import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const mebibyte = 1 << 20;
const long = 'x'.repeat(2.5 * mebibyte);
const tooLong = 'the line is longer than 64 MiB, which no record is';
const never = 'a quote is opened and never closed';

describe('B1 a line of many megabytes', () => {
  it.each([
    ['with many fields', '2,'.repeat(2_000_000), '2000001 fields where 2 are expected'],
    ['with too many fields', '2,'.repeat(2_200_000), 'the record has more than 2 million fields'],
    ['with a quote that never closes', `2,"${long}`, never],
    ['with text after a quote', `2,"a" ${long}`, 'text after a closing quote'],
  ])('is one rejected row, and the others are kept (%s)', async (name, line, reason) => {
    const text = `a,b\n1,x\n${line}\n3,y\n4,z,too many\n5,w\n`;
    for (const [file, content] of [
      [`${name}.csv`, text],
      [`${name}.csv.gz`, gzipSync(text)],
      [`${name}.crlf.csv`, text.replaceAll('\n', '\r\n')],
    ] as const) {
      const { version, receipt } = await bench.importText(file, content);
      expect(receipt).toMatchObject({ rowsIn: 5, rowsKept: 3, rowsRejected: 2 });
      expect(receipt.rejects.map(({ line: at, reason: why }) => [at, why])).toEqual([
        [3, reason],
        [5, '3 fields where 2 are expected'],
      ]);
      const rejects = readFileSync(join(bench.dir, version.rejected.file ?? ''), 'utf8');
      expect(rejects.length).toBeLessThan(70_000);
      expect(rejects).toContain('…');
    }
  });

  it('is one rejected row where it is longer than any record', async () => {
    const longest = Buffer.alloc(65 * mebibyte, 'x');
    for (const [name, before, after] of [
      ['longest.csv', 'a,b\n1,x\n2,', '\n3,y\n4,z,too many\n5,w\n'],
      ['longest.jsonl', '{"a":1}\n{"a":2}\n{"a":"', '"}\n{"a":3}\n{"a":}\n{"a":4}'],
    ] as const) {
      const { receipt } = await bench.importText(
        name,
        Buffer.concat([Buffer.from(before), longest, Buffer.from(after)]),
      );
      expect(receipt.rejects.map(({ line, reason }) => [line, reason])[0]).toEqual([3, tooLong]);
      expect(receipt).toMatchObject({ rowsIn: receipt.rowsKept + 2, rowsRejected: 2 });
    }
  });

  it('is a row where it is a record: a long text, bare or quoted, or over many lines', async () => {
    const letter = Array.from({ length: 200_000 }, (_, i) => `Line ${i}${', and'.repeat(i % 4)} "so on"`).join('\n');
    const texts = [long + long, `${long}, ${long}`, letter];
    const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const csv = ['id,text', ...texts.map((text, i) => `${i},${quoted(text)}`), '3,short', '4,a,b', ''].join('\n');
    const jsonl = texts.map((text, id) => JSON.stringify({ id, text }));
    for (const [name, content, kept, rejected] of [
      ['letters.csv', csv, 4, 1],
      ['letters.csv.gz', gzipSync(csv, { level: 1 }), 4, 1],
      ['letters.jsonl', `${jsonl.join('\n')}\n{"id":3}\n{"id":\n`, 4, 1],
    ] as const) {
      const { version, receipt } = await bench.importText(name, content);
      expect(receipt).toMatchObject({ rowsIn: kept + rejected, rowsKept: kept, rowsRejected: rejected });
      const frame = await bench.warehouse.readFrame(version, { columns: ['text'] });
      const [column] = frame.columns;
      if (column?.type !== 'string') throw new Error('the column is text');
      expect([...column.codes].slice(0, 3).map((code, i) => column.levels[code] === texts[i])).toEqual([
        true,
        true,
        true,
      ]);
    }
  });

  it('is told with its line, the byte it begins at and what to do when nothing else is there', async () => {
    await expect(bench.importText('only.csv', `a,b\n1,${long.repeat(26)}`)).rejects.toMatchObject({
      code: 'all-rejected',
      message: expect.stringMatching(
        /only\.csv.*Line 2, which begins at byte 4 of the text: the line is longer than 64 MiB/s,
      ),
      hint: expect.stringContaining('line ends are missing'),
    });
  });

  it('is refused before anything is copied when it is the first', async () => {
    for (const [name, content] of [
      ['endless.csv', long],
      ['endless.csv.gz', gzipSync(long)],
      ['quote.csv', `"${long}`],
    ] as const) {
      await expect(bench.importText(name, content)).rejects.toMatchObject({
        code: 'endless-line',
        message: expect.stringContaining(
          `${name}: Line 1, which begins at byte 0 of the text, does not end within 2 MiB`,
        ),
        hint: expect.stringContaining('line ends are missing'),
      });
    }
  });

  it('goes on where it stopped after a kill beside it, and ends with the same bytes', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i % 7}`);
    rows.splice(10_000, 0, `9,"a" ${long}`);
    rows.splice(20_000, 0, `9,"${long}`);
    const sourcePath = bench.file('kill.csv', `a,b\n${rows.join('\n')}\n`);
    const request = { sourcePath, chunk: { rows: 3000, bytes: 1 << 20 } };
    const expected = await bench.warehouse.runImport(request, bench.hooks());
    expect(expected.receipt).toMatchObject({ rowsKept: 30_000, rowsRejected: 2 });
    for (const point of [3, 5, 8]) {
      const hooks = bench.hooks();
      let seen = 0;
      const dying = {
        ...hooks,
        writeCheckpoint: (value: Parameters<typeof hooks.writeCheckpoint>[0]) => {
          hooks.writeCheckpoint(value);
          if (++seen === point) throw new Error('killed');
        },
      };
      await expect(bench.warehouse.runImport(request, dying)).rejects.toThrow('killed');
      expect((await bench.warehouse.runImport(request, hooks)).version.hash).toBe(expected.version.hash);
    }
  });
});
