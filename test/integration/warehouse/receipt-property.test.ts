import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(1);
});
afterAll(() => bench.close());

/**
 * A planted file: a table of known cells written in a random dialect, with ragged and malformed records put in at known
 * lines. The receipt must account for every record, and every cell must come back.
 */
const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  quote: fc.constantFrom('"', "'"),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  decimal: fc.constantFrom('.', ','),
  finalLineEnd: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'utf16le', 'latin1'),
  quoteAll: fc.boolean(),
});

const word = fc.stringMatching(/^[a-zà-ý][a-zà-ý ;,|"'\n]{0,8}[a-zà-ý]$/u);
const row = fc.record({
  text: word,
  amount: fc.option(fc.integer({ min: -99_999, max: 99_999 }), { nil: null, freq: 5 }),
  missingAs: fc.constantFrom('', 'NA', ' ', '?'),
  whole: fc.integer({ min: -1e9, max: 1e9 }),
  day: fc.integer({ min: 0, max: 20_000 }),
});
const fault = fc.constantFrom('short', 'long', 'none', 'none', 'none', 'none');

describe('B2 receipt counts equal a brute-force recount', () => {
  it('on planted files in generated dialects', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(dialect, fc.array(fc.tuple(row, fault), { minLength: 8, maxLength: 40 }), async (d, planted) => {
        const { delimiter, quote } = d;
        // The dialect must be possible to tell: a comma for decimals is quoted where it also delimits
        const cell = (value: string): string =>
          d.quoteAll || [delimiter, quote, '\n', '\r'].some((char) => value.includes(char))
            ? quote + value.replaceAll(quote, quote + quote) + quote
            : value;
        const texts = (r: (typeof planted)[number][0]): string[] => [
          r.text,
          r.amount === null ? r.missingAs : (r.amount / 100).toFixed(2).replace('.', d.decimal),
          String(r.whole),
          new Date(r.day * 86_400_000).toISOString().slice(0, 10).split('-').reverse().join('.'),
        ];
        const lines = [['label', 'amount', 'whole', 'day'].map(cell).join(delimiter)];
        const faults: number[] = [];
        let line = 2;
        for (const [r, f] of planted) {
          const cells = texts(r).map(cell);
          if (f === 'short') cells.pop();
          if (f === 'long') cells.push(cell('more'));
          if (f !== 'none') faults.push(line);
          lines.push(cells.join(delimiter));
          line += 1 + (cells.join('').match(/\n/g)?.length ?? 0);
        }
        const good = planted.filter(([, f]) => f === 'none').map(([r]) => r);
        fc.pre(good.length > planted.length / 2 && good.some(({ amount }) => amount !== null && amount % 100 !== 0));
        const text = lines.join(d.lineEnd) + (d.finalLineEnd ? d.lineEnd : '');
        const bytes =
          d.encoding === 'utf16le' ? Buffer.from(`\ufeff${text}`, 'utf16le') : Buffer.from(text, d.encoding);
        const { receipt, version } = await bench.importText(`planted-${run++}.csv`, bytes, {
          // Random letters speak no language: which code page they are in has to be said
          options: {
            delimiter,
            quote,
            header: true,
            ...(d.encoding === 'latin1' ? { encoding: 'latin1' as const } : {}),
          },
        });
        expect(receipt.rowsIn).toBe(planted.length);
        expect(receipt.rowsKept).toBe(good.length);
        expect(receipt.rowsRejected).toBe(faults.length);
        expect(receipt.rejects.map((reject) => reject.line)).toEqual(faults);
        expect(receipt.columns.map(({ type }) => type)).toEqual(['text', 'number', 'integer', 'date']);
        expect(receipt.columns[1].missing).toBe(good.filter(({ amount }) => amount === null).length);
        for (const { word: missing, count } of receipt.columns[1].missingWords) {
          expect(count).toBe(good.filter((r) => r.amount === null && r.missingAs === missing).length);
        }
        const { rows } = await bench.warehouse.page(version, {
          offset: 0,
          limit: 100,
          sort: [],
          filters: [],
          search: '',
        });
        expect(rows).toEqual(
          good.map((r) => [
            r.text,
            r.amount === null ? null : r.amount / 100,
            r.whole,
            new Date(r.day * 86_400_000).toISOString().slice(0, 10),
          ]),
        );
        const monthFirst = good.filter((r) => new Date(r.day * 86_400_000).getUTCDate() > 12).length;
        const same = good.filter(
          (r) => new Date(r.day * 86_400_000).getUTCDate() === new Date(r.day * 86_400_000).getUTCMonth() + 1,
        ).length;
        const days = receipt.columns[3];
        if (days.readingCode === 'date-dmy' && days.alternativeCode === 'date-mdy') {
          expect(days.hinderedBy).toBe(monthFirst);
          expect(days.changedValues).toBe(good.length - same);
        }
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('finds the dialect of the planted files without being told', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(dialect, fc.array(row, { minLength: 12, maxLength: 30 }), async (d, planted) => {
        fc.pre(d.delimiter !== ',' || d.decimal === '.');
        const clean = (value: string): string => value.replace(/[^a-zà-ý]/gu, '');
        const lines = planted.map((r, i) =>
          [`${clean(r.text)}x`, (r.whole / 100).toFixed(2).replace('.', d.decimal), String(r.whole), `w${i}`].join(
            d.delimiter,
          ),
        );
        const text = [['label', 'amount', 'whole', 'tag'].join(d.delimiter), ...lines].join(d.lineEnd);
        const { receipt } = await bench.importText(`sniffed-${run++}.csv`, Buffer.from(text, 'utf8'));
        expect(receipt.dialect.delimiter).toBe(d.delimiter);
        expect(receipt.dialect.header).toBe(true);
        expect(receipt.rowsKept).toBe(planted.length);
        expect(receipt.columns.map(({ name }) => name)).toEqual(['label', 'amount', 'whole', 'tag']);
        expect(receipt.columns[1].type).toBe('number');
      }),
      { numRuns: 60, seed: 12 },
    );
  });
});
