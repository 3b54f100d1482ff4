import { appendFileSync, copyFileSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import type { ImportRequest } from '../../../main/warehouse/import/run-import.ts';
import type { ImportOutcome } from '../../../main/warehouse/import/version.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/formats/${name}`, import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const bring = (name: string, request: Partial<ImportRequest> = {}): Promise<ImportOutcome> =>
  bench.warehouse.runImport({ ...request, sourcePath: fixture(name) }, bench.hooks());

const rowsOf = async ({ version }: ImportOutcome): Promise<unknown[][]> => {
  const page = await bench.warehouse.page(version, { offset: 0, limit: 100, sort: [], filters: [], search: '' });
  return page.rows.map((row) => [...row]);
};
const types = ({ version }: ImportOutcome) => Object.fromEntries(version.columns.map(({ name, type }) => [name, type]));

describe('B1 Excel workbooks', () => {
  it('reads dates, times, booleans, errors and the kept results of formulas, and accounts for all of them', async () => {
    const done = await bring('sales.xlsx');
    expect(types(done)).toMatchObject({
      day: 'date',
      at: 'datetime',
      clock: 'number',
      amount: 'number',
      share: 'number',
      paid: 'boolean',
      double: 'number',
      note: 'text',
    });
    const rows = await rowsOf(done);
    expect(rows).toHaveLength(12);
    expect(rows[0][0]).toContain('2024-01-28');
    expect(rows[0][3]).toBeCloseTo(0.3, 12);
    expect(rows[4][3]).toBeNull();
    expect(rows[0][7]).toBeCloseTo(0.6, 12);
    expect(rows[0][8]).toBe('line one\nline two, "quoted"');
    expect(done.receipt.dialect).toMatchObject({
      format: 'xlsx',
      part: { kind: 'sheet', name: 'Sales 2024', range: null },
    });
    expect(done.receipt.rowsIn).toBe(12);
    const notes = done.receipt.notes.join('\n');
    expect(notes).toContain('13 cells are formulas');
    expect(notes).toContain('#DIV/0!');
    expect(notes).toContain('3 sheets, 1 of them hidden');
    expect(done.receipt.columns[3].missingWords).toEqual([{ word: '#DIV/0!', count: 1 }]);
  });

  it('keeps numbers that were typed as text, with the number as second reading', async () => {
    const done = await bring('sales.xlsx');
    expect(types(done).code).toBe('text');
    expect(done.receipt.columns[5].alternative).not.toBeNull();
    expect(types(await bring('sales.xlsx', { readings: { code: 'integer' } })).code).toBe('integer');
  });

  it('reads the sheet and the range asked for, and says what there is when it is not there', async () => {
    expect(await rowsOf(await bring('sales.xlsx', { options: { sheet: 'Targets' } }))).toEqual([
      ['north', 10],
      ['south', 20],
      ['east', 30],
    ]);
    expect(await rowsOf(await bring('sales.xlsx', { options: { sheet: '2', range: 'A1:B3' } }))).toHaveLength(2);
    await expect(bring('sales.xlsx', { options: { sheet: 'Nope' } })).rejects.toMatchObject({
      code: 'unknown-sheet',
      hint: expect.stringContaining('"Targets"'),
    });
    await expect(bring('sales.xlsx', { options: { range: 'B' } })).rejects.toMatchObject({ code: 'bad-range' });
  });

  it('joins names over merged header cells and leaves out titles', async () => {
    const done = await bring('report.xlsx', { options: { range: 'B1:F34' } });
    expect(done.version.columns.map(({ name }) => name)).toEqual([
      'store',
      '2023 units',
      '2023 price',
      '2024 units',
      '2024 price',
    ]);
    expect(done.version.rows).toBe(30);
    expect(done.receipt.notes.join('\n')).toContain('merged');
  });

  it('says that formulas have no kept result', async () => {
    const done = await bring('report.xlsx');
    expect(done.receipt.notes.join('\n')).toContain('no kept result');
  });

  it('reads dates of the 1904 system', async () => {
    const rows = await rowsOf(await bring('mac-1904.xlsx'));
    expect(rows.map(([day]) => String(day).slice(0, 10))).toEqual(['2020-02-27', '2020-02-28', '2020-02-29']);
  });

  it('reads what pandas writes', async () => {
    expect(types(await bring('pandas.xlsx'))).toEqual({
      id: 'integer',
      name: 'text',
      when: expect.stringMatching(/date/),
    });
  });

  it('lists the sheets in the preview', async () => {
    const preview = await bench.warehouse.sniff(fixture('sales.xlsx'), { sheet: '2' });
    expect(preview.parts?.map(({ name, hidden }) => [name, hidden])).toEqual([
      ['Sales 2024', false],
      ['Targets', false],
      ['Secret', true],
    ]);
    expect(preview.columns.map(({ name }) => name)).toEqual(['region', 'target']);
  });

  it('writes the kept rows again as they were read', async () => {
    const done = await bring('sales.xlsx', { options: { sheet: 'Targets' } });
    const target = join(bench.dir, 'as-read.csv');
    const { scratchDir } = bench.hooks();
    await bench.warehouse.exportVersion({
      version: done.version,
      destination: target,
      format: 'csv',
      scratchDir,
      asRead: true,
    });
    expect(readFileSync(target, 'utf8').trim().split(/\r?\n/)).toEqual([
      'region,target',
      'north,10',
      'south,20',
      'east,30',
    ]);
  });

  it('refuses old and protected workbooks with what to do', async () => {
    const ole = Buffer.alloc(2048);
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(ole);
    ole.writeUInt16LE(9, 30);
    await expect(bench.importText('old.xls', ole)).rejects.toMatchObject({ code: 'old-workbook' });
    Buffer.from('EncryptedPackage', 'utf16le').copy(ole, 512);
    await expect(bench.importText('locked.xlsx', ole)).rejects.toMatchObject({ code: 'workbook-encrypted' });
    await expect(
      bench.importText('cut.xlsx', readFileSync(fixture('sales.xlsx')).subarray(0, 3000)),
    ).rejects.toMatchObject({ code: 'broken-zip' });
  });
});

describe('B1 JSON documents', () => {
  it('flattens objects to columns and keeps lists as text', async () => {
    const done = await bring('array.json');
    expect(done.version.columns.map(({ name }) => name)).toEqual(['id', 'user.name', 'user.geo.lat', 'tags', 'v']);
    expect((await rowsOf(done))[1]).toEqual([1, 'u1', 0.5, expect.stringContaining('"a"'), '1']);
    expect(types(done).v).toBe('text');
    expect(done.receipt.dialect.format).toBe('json');
  });

  it('takes the longest list, or the one asked for', async () => {
    const done = await bring('nested.json');
    expect(done.version.rows).toBe(6);
    expect(done.receipt.dialect.part).toEqual({ kind: 'records', name: 'data.items', range: null });
    expect((await bring('nested.json', { options: { records: 'meta.links' } })).version.columns[0].name).toBe('href');
    await expect(bring('nested.json', { options: { records: 'x' } })).rejects.toMatchObject({
      code: 'unknown-records',
    });
  });

  it('reads JSON lines with objects inside, compressed arrays and arrays on one line', async () => {
    const lines = await bench.importText('l.jsonl', '{"a":{"b":1,"c":{}},"d":2}\n{"a":{"b":3},"d":4}\n');
    expect(lines.version.columns.map(({ name }) => name)).toEqual(['a.b', 'd']);
    const text = JSON.stringify(Array.from({ length: 3000 }, (_, i) => ({ i, t: 'x "[{,\\' })));
    const packed = await bench.importText('a.json.gz', gzipSync(text));
    expect(packed.version.rows).toBe(3000);
    expect((await rowsOf(packed))[7]).toEqual([7, 'x "[{,\\']);
  });

  it('refuses cut documents, documents without a list, and unbounded keys', async () => {
    const text = JSON.stringify([{ a: 1 }, { a: 2 }, { a: 3 }]);
    await expect(bench.importText('cut.json', text.slice(0, -5))).rejects.toMatchObject({ code: 'truncated-json' });
    await expect(bench.importText('n.json', '[1, 2, 3]')).rejects.toMatchObject({ code: 'no-records' });
    await expect(bench.importText('deep.json', `[${'['.repeat(5000)}`)).rejects.toMatchObject({
      code: 'json-too-deep',
    });
    const wide = JSON.stringify([Object.fromEntries(Array.from({ length: 10_100 }, (_, i) => [`k${i}`, i]))]);
    await expect(bench.importText('wide.json', wide)).rejects.toMatchObject({ code: 'too-many-keys' });
  });
});

describe('B1 database files', () => {
  it('reads the largest table of an SQLite file and counts mixed and binary cells', async () => {
    const done = await bring('shop.sqlite');
    expect(done.version.rows).toBe(40);
    expect(types(done)).toMatchObject({ id: 'integer', day: 'date', amount: 'number', zip: 'text', mixed: 'text' });
    const notes = done.receipt.notes.join('\n');
    expect(notes).toContain('mixes 20 numbers and 20 texts');
    expect(notes).toContain('1 cells hold binary data');
    expect(done.receipt.dialect).toMatchObject({ format: 'sqlite', part: { kind: 'table', name: 'orders' } });
  });

  it('reads the table or view asked for, rows without values among them', async () => {
    expect(await rowsOf(await bring('shop.sqlite', { options: { relation: 'stores' } }))).toEqual([
      ['north'],
      [null],
      ['south'],
    ]);
    expect((await bring('shop.sqlite', { options: { relation: 'big' } })).version.rows).toBe(19);
    await expect(bring('shop.sqlite', { options: { relation: 'nope' } })).rejects.toMatchObject({
      code: 'unknown-table',
    });
  });

  it('refuses an SQLite file whose last writes lie beside it, and damaged ones', async () => {
    const path = bench.file('busy.sqlite', readFileSync(fixture('shop.sqlite')));
    writeFileSync(`${path}-wal`, 'x');
    await expect(bench.warehouse.runImport({ sourcePath: path }, bench.hooks())).rejects.toMatchObject({
      code: 'database-in-use',
    });
    const bytes = readFileSync(fixture('shop.sqlite'));
    bytes.fill(0xff, 4096);
    await expect(bench.importText('bad.sqlite', bytes)).rejects.toMatchObject({ code: 'broken-sqlite' });
  });

  it('reads DuckDB files with their types', async () => {
    const done = await bring('shop.duckdb');
    expect(done.version.rows).toBe(50);
    expect(types(done)).toEqual({
      id: 'integer',
      day: 'date',
      amount: 'number',
      zip: 'text',
      even: 'boolean',
      pair: 'text',
    });
    expect((await bring('shop.duckdb', { options: { relation: 'small' } })).version.rows).toBe(1);
    const bytes = readFileSync(fixture('shop.duckdb'));
    await expect(bench.importText('cut.duckdb', bytes.subarray(0, 5000))).rejects.toMatchObject({
      code: 'broken-duckdb',
    });
  });
});

describe('B1 archives', () => {
  it('reads the one table in a zip archive, and the first of several', async () => {
    const done = await bring('one-table.zip');
    expect(await rowsOf(done)).toEqual([
      [1, 2.5],
      [3, 4.5],
    ]);
    expect(done.receipt.dialect).toMatchObject({ format: 'csv', compression: 'zip', part: { kind: 'file' } });
    expect((await bring('two-tables.zip')).receipt.notes[0]).toContain('The archive holds 2 files; read is "a.csv"');
  });

  it('refuses bombs before they unpack', async () => {
    const bomb = gzipSync(Buffer.alloc(80 << 20, 'a,b\n'), { level: 9 });
    await expect(bench.importText('bomb.csv.gz', bomb)).rejects.toMatchObject({ code: 'gzip-bomb' });
    const zip = new ZipFile();
    zip.addBuffer(Buffer.alloc(100 << 20, 'a\n'), 'table.csv', { compressionLevel: 9 });
    zip.end();
    await expect(bench.importText('bomb.zip', await buffer(zip.outputStream))).rejects.toMatchObject({
      code: 'zip-bomb',
    });
  });

  it('refuses a cut gzip file with what was read, and reads its whole lines when asked', async () => {
    const text = `n,v\n${Array.from({ length: 50_000 }, (_, i) => `${i},${(i * 7919) % 1009}`).join('\n')}\n`;
    const packed = gzipSync(text);
    const cut = packed.subarray(0, packed.length >> 1);
    await expect(bench.importText('cut.csv.gz', cut)).rejects.toMatchObject({
      code: 'broken-gzip',
      message: expect.stringMatching(/cut off after \d+ bytes of text, \d+ whole lines/),
    });
    const done = await bench.importText('cut.csv.gz', cut, { options: { acceptCut: true } });
    expect(done.version.rows).toBeGreaterThan(10_000);
    expect(done.version.rows).toBeLessThan(50_000);
    const rows = await bench.warehouse.page(done.version, {
      offset: done.version.rows - 1,
      limit: 1,
      sort: [],
      filters: [],
      search: '',
    });
    const [n, v] = rows.rows[0];
    expect(v).toBe((Number(n) * 7919) % 1009);
    expect(done.receipt.notes.join('\n')).toContain('whole lines');
  });

  it('refuses files of zero bytes and web pages', async () => {
    await expect(bench.importText('zeros.csv', Buffer.alloc(12))).rejects.toMatchObject({ code: 'zero-bytes' });
    await expect(bench.importText('page.csv', '<!DOCTYPE html><html><body>Log in</body></html>')).rejects.toMatchObject(
      {
        code: 'html-file',
      },
    );
  });
});

describe('B1 formulas in exported text', () => {
  it('makes them harmless in CSV, unless asked not to, and leaves as-read texts alone', async () => {
    const source = 'name,n\n=1+1,1\n@cmd,2\n-5 items,3\n-7,4\nplain,5\n-,6\n';
    const { version } = await bench.importText('formulas.csv', source);
    const write = async (request: { asRead?: boolean; keepFormulas?: boolean }): Promise<string> => {
      const { scratchDir } = bench.hooks();
      const destination = join(bench.dir, 'formulas-out.csv');
      await bench.warehouse.exportVersion({ version, destination, format: 'csv', scratchDir, ...request });
      return readFileSync(destination, 'utf8');
    };
    expect(await write({})).toBe("name,n\n'=1+1,1\n'@cmd,2\n'-5 items,3\n-7,4\nplain,5\n-,6\n");
    expect(await write({ keepFormulas: true })).toBe(source);
    expect(await write({ asRead: true })).toBe(source);
  });
});

describe('B1 files that change', () => {
  it('refuses a file that grows while it is read', async () => {
    const path = bench.file('growing.csv', `a,b\n${'1,2\n'.repeat(700_000)}`);
    const hooks = bench.hooks();
    let grown = false;
    const report: typeof hooks.report = () => {
      if (grown) return;
      grown = true;
      appendFileSync(path, '3,4\n');
      utimesSync(path, 1, 1);
    };
    await expect(bench.warehouse.runImport({ sourcePath: path }, { ...hooks, report })).rejects.toMatchObject({
      code: 'source-changed',
    });
  });
});

describe("B1 next month's file", () => {
  it('takes the same sheet again and raises an alarm for what changed', async () => {
    const first = await bring('sales.xlsx', { options: { sheet: 'Targets' } });
    const again = await bring('sales.xlsx', { previous: first.receipt });
    expect(again.receipt.dialect.part?.name).toBe('Targets');
    expect(again.receipt.alarms).toBeUndefined();
    const other = await bring('report.xlsx', { previous: first.receipt });
    expect(other.receipt.alarms).toEqual(
      expect.arrayContaining([
        { kind: 'part-changed', column: null, was: 'Targets', is: 'Report' },
        { kind: 'column-gone', column: 'region', was: 'text', is: null },
        expect.objectContaining({ kind: 'column-new' }),
      ]),
    );
  });
});

describe('B1 scoring sources', () => {
  it('reads a workbook in blocks as any table', async () => {
    mkdirSync(join(bench.dir, 'scratch'), { recursive: true });
    const path = join(bench.dir, 'scratch', 'targets.xlsx');
    copyFileSync(fixture('sales.xlsx'), path);
    const source = await bench.warehouse.openSource({ path, options: { sheet: 'Targets' } });
    try {
      expect(source.columns.map(({ name, type }) => [name, type])).toEqual([
        ['region', 'text'],
        ['target', 'integer'],
      ]);
    } finally {
      await source.close();
    }
  });
});
