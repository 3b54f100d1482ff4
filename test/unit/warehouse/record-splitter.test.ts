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

describe('B1 long records', () => {
  const limits = { ordinaryBytes: 1 << 12, maxBytes: 1 << 15 };
  const { maxBytes } = limits;

  /** What a text is cut into, with bytes that arrive in pieces; a record is told by its length and its problem. */
  function cutIn(text: Buffer, size: number, width?: number): string[] {
    const cut = { delimiter: ',', quote: '"', escape: 'doubled', ...(width === undefined ? {} : { width }) };
    const splitter = new RecordSplitter(cut, limits);
    const seen: string[] = [];
    let at = 0;
    let line = 1;
    for (let end = Math.min(size, text.length); ; end = Math.min(end + size, text.length)) {
      const final = end === text.length;
      // A reader has room for a record and a piece
      while (at < end && splitter.split(text, at, end, final)) {
        if (!splitter.continued)
          seen.push(`line ${line}: ${splitter.problem} ${splitter.fieldCount}${splitter.open ? ' …' : ''}`);
        line += splitter.lines;
        at = splitter.next;
      }
      if (final) return seen;
    }
  }
  const filler = (length: number): string => 'x'.repeat(length);
  const sizes = (text: Buffer): number[] => [701, 4099, maxBytes + 5, text.length];

  it('are kept up to the limit and one rejected record beyond it, the same for any block size', () => {
    const longs: [string, string][] = [
      [`2,${filler(maxBytes - 2)}`, 'line 2: none 2'],
      [`2,${filler(maxBytes + 1)}`, 'line 2: too-long 0 …'],
      [`2,${filler(3 * maxBytes)}`, 'line 2: too-long 0 …'],
      [`2,"${filler(maxBytes - 4)}"`, 'line 2: none 2'],
      [`2,"${filler(maxBytes + 1)}"`, 'line 2: open-quote 0 …'],
      [`2,"${filler(3 * maxBytes)}`, 'line 2: open-quote 0 …'],
      [`2,"a" ${filler(3 * maxBytes)}`, 'line 2: text-after-quote 0 …'],
    ];
    for (const lineEnd of ['\n', '\r\n']) {
      for (const [long, told] of longs) {
        const text = Buffer.from(['a,b', long, '3,c', '4,"d"', ''].join(lineEnd));
        const expected = ['line 1: none 2', told, 'line 3: none 2', 'line 4: none 2'];
        for (const size of sizes(text)) expect(cutIn(text, size)).toEqual(expected);
      }
    }
  });

  it('at the limit are told alike, wherever a block ends', () => {
    for (let over = -3; over <= 5; over++) {
      for (const lineEnd of ['\n', '\r\n', '\r']) {
        const text = Buffer.from(`${filler(maxBytes + over)}${lineEnd}1,2${lineEnd}`);
        const whole = cutIn(text, text.length);
        for (let back = 0; back < 6; back++) expect(cutIn(text, maxBytes + back)).toEqual(whole);
      }
    }
  });

  it('may hold lines of prose, but not the rows that a stray quote swallowed', () => {
    const prose = Array.from({ length: 300 }, (_, i) => `Line ${i} of a letter, which, as letters do, goes on`).join(
      '\n',
    );
    const letter = Buffer.from(`a,b\n1,"${prose}"\n2,x\n`);
    const rows = Array.from({ length: 900 }, (_, i) => `${i},word ${i}`);
    const stray = Buffer.from(`a,b\n1,"${rows.join('\n')}\n7,x"\n8,y\n`);
    const wide = Buffer.from(`a,b\n1,"${prose}"\n2,x\n`.replace('goes on"', 'goes on",1,2'));
    for (const size of sizes(stray)) {
      expect(cutIn(letter, size, 2)).toEqual(['line 1: none 2', 'line 2: none 2', 'line 302: none 2']);
      const cut = cutIn(stray, size, 2);
      expect(cut.length).toBe(1 + 1 + 900 + 1);
      expect(cut.filter((told) => told.includes('open-quote'))).toEqual(['line 2: open-quote 0']);
      expect(cutIn(wide, size, 2)[1]).toBe('line 2: open-quote 0');
    }
  });
});
