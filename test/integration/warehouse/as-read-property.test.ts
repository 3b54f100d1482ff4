import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|', '||', '::', '~'),
  quote: fc.constantFrom('"', "'"),
  end: fc.constantFrom('\n', '\r\n', '\r'),
  bom: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'utf16le'),
  quoteAll: fc.boolean(),
  final: fc.boolean(),
});
const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'é', 'ł', ' ', '"', "'", ',', ';', '|', '\n', '-'),
  minLength: 1,
  maxLength: 6,
});
const row = fc.tuple(
  fc.nat(9999),
  word,
  fc.double({ min: -99, max: 99, noNaN: true }).map((x) => x.toFixed(2)),
  word,
);

describe('B2 nothing is altered', () => {
  it('as-read export gives back every cell of files in random dialects', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(dialect, fc.array(row, { minLength: 4, maxLength: 12 }), async (form, rows) => {
        const cell = (text: string): string => {
          const special = [...form.delimiter, form.quote, '\n', '\r', ' '].some((mark) => text.includes(mark));
          return special || form.quoteAll
            ? form.quote + text.replaceAll(form.quote, form.quote + form.quote) + form.quote
            : text;
        };
        const cells = rows.map(([n, a, x, b]) => [String(n), a, x, b]);
        const lines = [['id', 'first', 'amount', 'last'], ...cells].map((record) =>
          record.map(cell).join(form.delimiter),
        );
        const text = lines.join(form.end) + (form.final ? form.end : '');
        const mark = form.bom || form.encoding === 'utf16le' ? '\ufeff' : '';
        const bytes = Buffer.from(mark + text, form.encoding as BufferEncoding);
        run++;
        const options = { delimiter: form.delimiter, quote: form.quote, header: true, comment: '' };
        const { version, receipt } = await bench.importText(`as-read-${run}.csv`, bytes, { options });
        expect(receipt.rowsIn).toBe(receipt.rowsKept + receipt.rowsRejected);
        expect(receipt.rowsRejected).toBe(0);
        const destination = join(bench.dir, `as-read-${run}.jsonl`);
        const scratchDir = join(bench.dir, 'jobs', `as-read-${run}`);
        await bench.warehouse.exportVersion({ version, destination, format: 'jsonl', scratchDir, asRead: true });
        const found = readFileSync(destination, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => Object.values(JSON.parse(line) as Record<string, string>));
        expect(found).toEqual(cells);
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it('stores chunks taken as they stand with the same values as chunks written anew', async () => {
    for (const end of ['\n', '\r\n']) {
      const lines = Array.from(
        { length: 300 },
        (_, i) => `${i},"a ""${i}"", b",${i / 4},2024-01-${String(1 + (i % 28)).padStart(2, '0')},"x\ny"`,
      );
      const clean = await bench.importText('clean.csv', `n,t,x,d,u${end}${lines.join(end)}${end}`);
      const odd = await bench.importText('odd.csv', `n,t,x,d,u${end}${lines.join(end)}${end}1,2${end}`);
      expect(odd.version.rows).toBe(300);
      expect(clean.version.parts.map(({ sha256 }) => sha256)).toEqual(odd.version.parts.map(({ sha256 }) => sha256));
    }
  });
});
