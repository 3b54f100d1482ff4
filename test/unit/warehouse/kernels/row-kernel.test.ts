import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OrdinaryRows } from '../../../../main/warehouse/import/ordinary-rows.ts';
import { countLeads } from '../../../../main/warehouse/kernels/lead-count.ts';
import { isOrdinaryCut } from '../../../../main/warehouse/kernels/ordinary-cut.ts';
import { RowKernel } from '../../../../main/warehouse/kernels/row-kernel.ts';
import { type ColumnEvidence, cellSignature, EvidenceCounter } from '../../../../main/warehouse/readings/evidence.ts';
import { words } from '../../../../main/warehouse/readings/words.ts';
import { CsvRows } from '../../../../main/warehouse/stream/rows.ts';
import { type Position, scanRows, startPosition } from '../../../../main/warehouse/stream/scan.ts';
import type { CsvDialect } from '../../../../main/warehouse/types.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'augury-rows-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const comma: CsvDialect = {
  delimiter: ',',
  quote: '"',
  escape: 'doubled',
  header: false,
  preambleRecords: 0,
  width: 1,
};

const kernelOf = (dialect: CsvDialect): RowKernel => {
  const kernel = RowKernel.find(dialect, dialect.width);
  if (kernel === null) throw new Error('no WebAssembly here');
  return kernel;
};

/** Texts near the edges of what the classification tells apart. */
const digits = fc.stringMatching(/^\d{1,17}$/);
const cell = fc.oneof(
  digits,
  fc.stringMatching(/^-?\d{1,5}[.,]\d{0,5}$/),
  fc.stringMatching(/^0\d{0,5}(\.\d{1,4})?$/),
  fc.stringMatching(/^(19|20|00)\d\d-[01]\d-[0-3]\d$/),
  fc.stringMatching(/^(19|20)\d\d-[01]\d-[0-3]\d[ T][0-2]\d:[0-6]\d(:[0-6]\d)?$/),
  fc.stringMatching(/^(19|20)\d\d[01]\d[0-3]\d$/),
  fc.stringMatching(/^(9|1|4)\d{9}$/),
  fc.stringMatching(/^(9|1|4)\d{12}$/),
  fc.stringMatching(/^[A-Zk]{1,3} ?\d{1,4}[.)%-]?$/),
  fc.stringMatching(/^\d{0,2}[ -]?(Mar|May|march|Dez)[ -]?\d{1,4}$/),
  fc.stringMatching(/^[a-zA-Z]{1,6}[ .-]?\d{0,6}[mM.]?$/),
  fc.stringMatching(/^P?T?\d{0,2}[hHmMsS]\d{0,2}[sS]?$/),
  fc.stringMatching(/^[iI+-]?[iI]nf(inity)?$/),
  fc.constantFrom(...words.map(({ text }) => text)),
  fc.constantFrom(
    '',
    ' ',
    '  x',
    'x ',
    'Köln',
    '€ 5',
    '5 €',
    '½',
    '\u00a0',
    'x'.repeat(41),
    '9'.repeat(41),
    '12\u00a0345',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);

describe('B2 the row kernel classifies as the full classification does', () => {
  it('wherever it answers at all', () => {
    const kernel = kernelOf(comma);
    const text = kernel.text(1 << 12);
    let answered = 0;
    fc.assert(
      fc.property(cell, (value) => {
        const length = text.write(value, 0, 'utf8');
        const quick = kernel.signature(0, length);
        if (quick < 0) return;
        answered++;
        expect(quick, JSON.stringify(value)).toBe(cellSignature(text, 0, length));
      }),
      { numRuns: 20_000 },
    );
    expect(answered).toBeGreaterThan(5000);
  });

  it('of days at the end of a month, moments and groups of thousands', () => {
    const kernel = kernelOf(comma);
    const text = kernel.text(1 << 12);
    const values: string[] = [
      '1.234',
      '0.123',
      '1234.567',
      '-1.234',
      '946684799',
      '946684800',
      '4102444800',
      '007',
      '-0',
    ];
    for (const year of ['1899', '1900', '2000', '2023', '2024', '2100']) {
      for (let month = 0; month < 14; month++) {
        for (let day = 27; day < 33; day++) {
          const two = (value: number): string => String(value).padStart(2, '0');
          values.push(`${year}-${two(month)}-${two(day)}`, `${year}${two(month)}${two(day)}`);
        }
      }
    }
    for (const value of values) {
      const length = text.write(value, 0, 'utf8');
      const quick = kernel.signature(0, length);
      if (quick >= 0) expect(quick, value).toBe(cellSignature(text, 0, length));
    }
  });

  it('and counts what leads a UTF-8 sequence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const clean = text.toWellFormed();
        expect(countLeads(Buffer.from(clean))).toBe([...clean].filter((char) => char > '\u007f').length);
      }),
    );
  });
});

type Seen = {
  readonly chunks: {
    readonly position: Position;
    readonly rows: number;
    readonly longest: number;
    readonly lineEnds: number;
    readonly evidence: readonly ColumnEvidence[];
  }[];
  readonly others: {
    readonly line: number;
    readonly outcome: string;
    readonly reason: string;
    readonly text: string;
  }[];
};

/** Reads a file as the first pass does, by the kernel or record by record. */
async function read(
  path: string,
  dialect: CsvDialect,
  block: number,
  limit: { rows: number; bytes: number },
  bomBytes: number,
  withKernel: boolean,
): Promise<Seen> {
  const rows = new CsvRows(dialect, { recordsSeen: 0, checkUtf8: false });
  const make = (): EvidenceCounter[] => Array.from({ length: dialect.width }, () => new EvidenceCounter());
  let counters = make();
  const seen: Seen = { chunks: [], others: [] };
  let total = 0;
  let chunkRows = 0;
  let bytes = 0;
  let longest = 0;
  let lineEnds = 0;
  const full = (): boolean => chunkRows >= limit.rows || bytes >= limit.bytes;
  const plan = {
    format: { kind: 'csv', compression: 'none', encoding: 'utf-8', bom: false, lineEnd: null, csv: dialect },
    checkUtf8: false,
  } as const;
  const bulk = withKernel
    ? OrdinaryRows.find(plan, rows, {
        counters: () => counters,
        rowsBefore: () => total,
        room: () => ({ rows: limit.rows - chunkRows, bytes: limit.bytes - bytes }),
        count: (taken, length) => {
          total += taken.rows;
          chunkRows += taken.rows;
          bytes += length;
          longest = Math.max(longest, taken.longest);
          lineEnds |= taken.lineEnds;
          return full();
        },
      })
    : null;
  if (withKernel && bulk === null) throw new Error('the kernel was not taken');
  const visit = (line: number, buffer: Uint8Array): boolean => {
    bytes += rows.next - rows.start;
    if (rows.outcome === 'row') {
      total++;
      chunkRows++;
      longest = Math.max(longest, rows.end - rows.start);
      lineEnds |= rows.next - rows.end === 2 ? 2 : buffer[rows.end] === 10 || rows.next === rows.end ? 1 : 4;
      for (let i = 0; i < dialect.width; i++) counters[i].add(rows.cellBytes, rows.starts[i], rows.ends[i], total);
    } else {
      const text = Buffer.from(buffer.subarray(rows.start, rows.end)).toString('latin1');
      seen.others.push({ line, outcome: rows.outcome, reason: rows.outcome === 'rejected' ? rows.reason : '', text });
    }
    return full();
  };
  const source = { compression: 'none', encoding: 'utf-8', bomBytes, blockBytes: block } as const;
  for await (const step of scanRows(path, source, startPosition, rows, visit, bulk)) {
    if (!step.paused && !step.last) continue;
    bulk?.settle();
    seen.chunks.push({
      position: step.position,
      rows: chunkRows,
      longest,
      lineEnds,
      evidence: counters.map((counter) => counter.evidence()),
    });
    counters = make();
    chunkRows = 0;
    bytes = 0;
    longest = 0;
    lineEnds = 0;
  }
  return seen;
}

const dialects = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  quote: fc.constantFrom('"', "'", null),
  width: fc.integer({ min: 1, max: 4 }),
  header: fc.boolean(),
  preambleRecords: fc.integer({ min: 0, max: 2 }),
});
const piece = fc.oneof(
  { weight: 6, arbitrary: cell },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"',
      "'",
      '""',
      '"a"',
      "'b, c'",
      '"x\ny"',
      '"x\r\ny"',
      '"""q"""',
      '\0',
      '\ufeff',
      '€𐍈',
      'x\ry',
    ),
  },
);
const lineEnd = fc.oneof(
  { weight: 6, arbitrary: fc.constant('\n') },
  { weight: 3, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\r', '\n\n', '', ' \n') },
);

describe('B1 rows taken by the kernel', () => {
  it('are those cut one by one: counts, examples, rejects, lines and pauses, wherever a block ends', async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        dialects,
        fc.array(fc.tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.boolean(), lineEnd), { maxLength: 25 }),
        fc.integer({ min: 1, max: 90 }),
        fc.record({ rows: fc.integer({ min: 1, max: 12 }), bytes: fc.integer({ min: 20, max: 400 }) }),
        fc.boolean(),
        fc.boolean(),
        async (shape, records, block, limit, bom, footer) => {
          const lines = records.map(([cells, fitting, end]) => {
            // Most records have the width of the table
            const fitted = fitting ? Array.from({ length: shape.width }, (_, i) => cells[i % cells.length]) : cells;
            return fitted.join(shape.delimiter) + end;
          });
          const text = Buffer.from(lines.join(''), 'utf8');
          const ends = lines.slice(0, Math.ceil(lines.length * 0.7)).join('');
          const path = join(dir, `${number++ % 8}.csv`);
          writeFileSync(path, bom ? Buffer.concat([Buffer.from('\ufeff'), text]) : text);
          const dialect: CsvDialect = {
            ...shape,
            escape: 'doubled',
            ...(footer && ends !== '' ? { dataEnd: Buffer.byteLength(ends) } : {}),
          };
          const bomBytes = bom ? 3 : 0;
          const plain = await read(path, dialect, block, limit, bomBytes, false);
          const taken = await read(path, dialect, block, limit, bomBytes, true);
          expect(taken).toEqual(plain);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('are those cut one by one in a long text with more signatures than the kernel has room for', async () => {
    const lines: string[] = [];
    for (let i = 0; i < 30_000; i++) {
      const amount = `${i % 31}${[' %', ' €', ' USD', ' kr', ' zł', ',5', '.25', '.125', "'000", ' 000,5', '-', ' s', 'h', ':30', ':30:15 pm', '/2/2024', '.2.24 10:00', ' May 2024'][i % 18]}`;
      lines.push(`${i},${amount},${words[i % words.length].text},"q ""${i % 7}"""${i % 1000 === 7 ? ',too,many' : ''}`);
    }
    const path = join(dir, 'long.csv');
    writeFileSync(path, `${lines.join('\r\n')}\r\n`);
    const dialect = { ...comma, width: 4 };
    const limit = { rows: 11_000, bytes: 1 << 24 };
    const plain = await read(path, dialect, 1 << 16, limit, 0, false);
    expect(plain.chunks.length).toBeGreaterThan(2);
    expect(await read(path, dialect, 1 << 16, limit, 0, true)).toEqual(plain);
  });

  it('are left to the splitter where the dialect is not the common one', () => {
    for (const strange of [
      { delimiter: '||' },
      { delimiter: '§' },
      { escape: 'backslash' },
      { blanks: true },
      { fixed: [0, 4] },
      { comment: '#' },
      { quote: ',' },
    ] as const) {
      expect(isOrdinaryCut({ ...comma, ...strange })).toBe(false);
    }
    expect(isOrdinaryCut({ ...comma, quote: null, escape: 'backslash' })).toBe(true);
  });
});
