import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordSplitter } from '../../../main/warehouse/csv/record-splitter.ts';

type Row = readonly string[];

/** Splits a text fed in pieces of `size` bytes, as a stream would bring it. */
function split(
  text: string,
  size: number,
  dialect = { delimiter: ',', quote: '"', escape: 'doubled' } as const,
): { rows: Row[]; problems: string[]; lines: number } {
  const bytes = Buffer.from(text, 'utf8');
  const splitter = new RecordSplitter(dialect);
  const rows: Row[] = [];
  const problems: string[] = [];
  let at = 0;
  let lines = 0;
  for (let end = Math.min(size, bytes.length); ; end = Math.min(end + size, bytes.length)) {
    const final = end === bytes.length;
    while (at < end && splitter.split(bytes, at, end, final)) {
      if (splitter.problem === 'none')
        rows.push(Array.from({ length: splitter.fieldCount }, (_, i) => splitter.text(bytes, i)));
      else problems.push(splitter.problem);
      lines += splitter.lines;
      at = splitter.next;
    }
    if (final) return { rows, problems, lines };
  }
}

const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', '1'), maxLength: 6 });
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

describe('CSV records', () => {
  it('come back as written, however the bytes arrive', () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (rows, lineEnd, size, ended) => {
          const text = rows.map((row) => row.map(quoted).join(',')).join(lineEnd) + (ended ? lineEnd : '');
          const result = split(text, size);
          expect(result.problems).toEqual([]);
          expect(result.rows).toEqual(rows);
          const breaks = text.match(/\r\n|\r|\n/g)?.length ?? 0;
          expect(result.lines).toBe(breaks);
        },
      ),
      { numRuns: 600, seed: 8 },
    );
  });

  it('account for every byte of any text and give the same records for any block size', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '\\'), maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        (text, size) => {
          const whole = split(text, 1000);
          expect(split(text, size)).toEqual(whole);
        },
      ),
      { numRuns: 1500, seed: 9 },
    );
  });

  it('treats a quote inside a bare field as text', () => {
    expect(split('a,5" pipe,b\n', 100).rows).toEqual([['a', '5" pipe', 'b']]);
  });

  it('gives up only the first line of a record that cannot be right', () => {
    expect(split('a,b\n"x"y,1\nc,d\n', 100)).toMatchObject({
      rows: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      problems: ['text-after-quote'],
    });
    expect(split('a,b\n"x,1\nc,d\n', 100)).toMatchObject({
      rows: [
        ['a', 'b'],
        ['c', 'd'],
      ],
      problems: ['open-quote'],
    });
  });
});
