import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuguryError } from '../../../main/base/errors.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const allRows = { offset: 0, limit: 1000, sort: [], filters: [], search: '' };

async function cells(content: string | Uint8Array, name = 'in.csv', request = {}) {
  const outcome = await bench.importText(name, content, request);
  const { rows } = await bench.warehouse.page(outcome.version, allRows);
  return { ...outcome, rows };
}

async function failure(content: string | Uint8Array, name = 'in.csv'): Promise<AuguryError> {
  const error = await bench.importText(name, content).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AuguryError);
  return error as AuguryError;
}

describe('B1 dialects and encodings', () => {
  it('reads semicolons, decimal commas and day-first dates by evidence', async () => {
    const { rows, version } = await cells('day;price;n\n03.04.2024;1,5;1\n31.12.2023;-2,25;2\n');
    expect(version.columns.map(({ type }) => type)).toEqual(['date', 'number', 'integer']);
    expect(rows).toEqual([
      ['2024-04-03', 1.5, 1],
      ['2023-12-31', -2.25, 2],
    ]);
  });

  it('reads UTF-16 with and without byte order mark, Latin-1, UTF-8 with mark, and gzip alike', async () => {
    const text = 'name,n\nJürgen Müller,1\nÅsa,2\n';
    const utf16 = Buffer.from(text, 'utf16le');
    const swapped = Buffer.from(utf16).swap16();
    const variants: Record<string, [Uint8Array, string]> = {
      plain: [Buffer.from(text), 'utf-8'],
      marked: [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), 'utf-8'],
      little: [Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'utf-16le'],
      big: [Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]), 'utf-16be'],
      bare: [utf16, 'utf-16le'],
      latin: [Buffer.from(text, 'latin1'), 'windows-1252'],
      zipped: [gzipSync(text), 'utf-8'],
    };
    const hashes = new Set<string>();
    for (const [name, [bytes, encoding]] of Object.entries(variants)) {
      const { version, receipt, rows } = await cells(bytes, `${name}.csv`);
      expect(rows, name).toEqual([
        ['Jürgen Müller', 1],
        ['Åsa', 2],
      ]);
      expect(receipt.dialect.encoding, name).toBe(encoding);
      hashes.add(version.parts[0].sha256);
    }
    expect(hashes.size).toBe(1);
  });

  it('finds a stray Latin-1 byte far behind the sample, and decides over all bytes', async () => {
    const head = `id,word\n${Array.from({ length: 60_000 }, (_, i) => `${i},plain text here\n`).join('')}`;
    const { receipt } = await cells(Buffer.concat([Buffer.from(head), Buffer.from('60000,caf\xe9\n', 'latin1')]));
    expect(receipt.dialect.encoding).toBe('windows-1252');
    expect(receipt.rowsKept).toBe(60_001);
  });

  it('rejects single rows with wrong bytes in a file that is otherwise UTF-8', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => `${i},grün\n`).join('');
    const bytes = Buffer.concat([Buffer.from(`id,word\n${lines}`), Buffer.from('200,caf\xe9\n', 'latin1')]);
    const { receipt } = await cells(bytes);
    expect(receipt.dialect.encoding).toBe('utf-8');
    expect(receipt.rowsRejected).toBe(1);
    expect(receipt.rejects[0].reason).toBe('bytes that are not UTF-8');
    expect(receipt.rejects[0].line).toBe(202);
  });

  it('keeps line breaks, quotes and delimiters inside quoted fields', async () => {
    const { rows } = await cells('a,b\n"x, ""y""","two\nlines"\n"1\r\n2",plain\n');
    expect(rows).toEqual([
      ['x, "y"', 'two\nlines'],
      ['1\r\n2', 'plain'],
    ]);
  });

  it('reads tabs, bars, apostrophe quotes, backslash escapes and CR line ends', async () => {
    expect((await cells('a\tb\n1\tx y\n2\tz\n')).rows).toEqual([
      [1, 'x y'],
      [2, 'z'],
    ]);
    expect((await cells('a|b\n1|x\n2|z\n')).rows).toEqual([
      [1, 'x'],
      [2, 'z'],
    ]);
    expect((await cells("a,b\n1,'x, y'\n2,'z'\n")).rows).toEqual([
      [1, 'x, y'],
      [2, 'z'],
    ]);
    expect((await cells('a,b\n1,"x \\"y\\", z"\n2,"w"\n')).rows).toEqual([
      [1, 'x "y", z'],
      [2, 'w'],
    ]);
    expect((await cells('a,b\r1,x\r2,z\r')).rows).toEqual([
      [1, 'x'],
      [2, 'z'],
    ]);
  });

  it('reads JSON lines with late keys, nested values and exact digits', async () => {
    const { rows, version } = await cells(
      '{"a":1.50,"b":"x"}\n{"a":null,"b":"\\u00e9","c":{"k":[1]}}\n\n{"c":true,"a":-2e3}\n',
      'in.jsonl',
    );
    expect(version.columns.map(({ name, type }) => [name, type])).toEqual([
      ['a', 'number'],
      ['b', 'text'],
      ['c.k', 'text'],
      ['c', 'boolean'],
    ]);
    expect(rows).toEqual([
      [1.5, 'x', null, null],
      [null, 'é', '[1]', null],
      [-2000, null, null, 'true'],
    ]);
  });

  it('keeps the landed file by its hash', async () => {
    const { version } = await cells('a,b\n1,2\n');
    expect(existsSync(join(bench.dir, version.source.file ?? ''))).toBe(true);
    expect(await bench.warehouse.verifyVersion(version)).toEqual([]);
    expect(await bench.warehouse.readVersion(version.hash)).toEqual(version);
  });
});

describe('B2 receipt', () => {
  it('reports rejected rows with line, reason and text, and writes them to a file', async () => {
    const { receipt, rows } = await cells('a,b,c\n1,2,3\n4,5\n"q\nr",8,9\n6,7,8,9\n"x"y,1,2\n7,8,9\n');
    expect(rows).toHaveLength(3);
    expect(receipt.rowsIn).toBe(6);
    expect(receipt.rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [3, '2 fields where 3 are expected'],
      [6, '4 fields where 3 are expected'],
      [7, 'text after a closing quote'],
    ]);
    const text = readFileSync(join(bench.dir, receipt.rejectsFile ?? ''), 'utf8');
    expect(text).toBe(
      'line,reason,text\n3,2 fields where 3 are expected,"4,5"\n6,4 fields where 3 are expected,"6,7,8,9"\n7,text after a closing quote,"""x""y,1,2"\n',
    );
  });

  it('does not let a quote that never closes swallow the rows behind it', async () => {
    const { receipt } = await cells(`a,b\n${'1,x\n'.repeat(50)}2,"open\n${'3,y\n'.repeat(50)}`);
    expect(receipt.rowsKept).toBe(100);
    expect(receipt.rejects.map(({ line, reason }) => [line, reason])).toEqual([
      [52, 'a quote is opened and never closed'],
    ]);
  });

  it('counts what the second-best reading would change', async () => {
    const { receipt } = await cells('d,x\n03/04/2024,1.234\n05/05/2024,2.5\n04/12/2024,12.345\n');
    const [d, x] = receipt.columns;
    expect([d.readingCode, d.alternativeCode, d.changedValues]).toEqual(['date-mdy', 'date-dmy', 2]);
    expect([x.readingCode, x.alternativeCode, x.changedValues, x.hinderedBy]).toEqual([
      'number-point',
      'number-comma',
      3,
      1,
    ]);
  });

  it('lets columns that leave no choice decide for those that do', async () => {
    const { rows } = await cells('d;e;x;y\n03/04/2024;31/01/2024;1.234;0,5\n');
    expect(rows).toEqual([['2024-04-03', '2024-01-31', 1234, 0.5]]);
  });

  it('names disguised blanks with their counts and keeps codes as text', async () => {
    const { receipt, rows } = await cells('zip,x,w\n00123,1,?\n04567, ,a\n12345,NA,b\n99999,-,a\n11111,2.5,NA\n');
    expect(receipt.columns.map(({ type }) => type)).toEqual(['text', 'number', 'text']);
    expect(receipt.columns[1].missing).toBe(3);
    expect(receipt.columns[1].missingWords).toEqual([
      { word: ' ', count: 1 },
      { word: 'NA', count: 1 },
      { word: '-', count: 1 },
    ]);
    expect(rows[0]).toEqual(['00123', 1, '?']);
    expect(receipt.columns[2].evidence).toContain('"?" 1×');
  });

  it('keeps a column text for one unreadable value, says which, and reads it when asked to', async () => {
    const text = 'x\n1\n2\noops\n4\n';
    const first = await cells(text);
    expect(first.version.columns[0].type).toBe('text');
    expect(first.receipt.columns[0].evidence).toContain('"oops" (row 3)');
    const asked = await cells(text, 'in.csv', { readings: { x: 'number-point' } });
    expect(asked.rows).toEqual([[1], [2], [null], [4]]);
    expect(asked.receipt.columns[0].evidence).toContain('1 values could not be read');
  });

  it('renames duplicate and empty headers with a note', async () => {
    const { version, receipt } = await cells('a,a,,A\n1,2,3,4\n');
    expect(version.columns.map(({ name }) => name)).toEqual(['a', 'a_2', 'column_3', 'A_3']);
    expect(receipt.notes.filter((note) => note.includes('header'))).toHaveLength(3);
  });

  it('reads next month as this month was read, and reports what changed', async () => {
    const options = { dateOrder: 'dmy' } as const;
    const first = await cells('d,x,flag,old\n03/04/2024,1,Yes,1\n', 'may.csv', {
      options,
      readings: { flag: 'boolean' },
    });
    const alone = await cells('d;x;flag;new\n05/06/2024;2,5;No;1\n', 'june.csv');
    expect(alone.rows[0]).toEqual(['2024-06-05', 2.5, 'No', 1]);
    const { receipt, rows, version } = await cells('d;x;flag;new\n05/06/2024;2,5;No;1\n', 'june.csv', {
      previous: first.receipt,
    });
    expect(rows[0].slice(0, 2)).toEqual(['2024-06-05', 2.5]);
    expect(version.columns[2].type).toBe('boolean');
    expect(receipt.columns[0].evidence).toContain('as last time');
    expect(receipt.notes).toEqual([
      'Changed since the last import: the delimiter was "," and is ";".',
      'Changed since the last import: column "x" was integer and is number.',
      'New since the last import: column "new".',
      'Gone since the last import: column "old".',
    ]);
    const american = await cells('d,x,flag,old\n05/06/2024,1,Yes,1\n', 'july.csv', { previous: first.receipt });
    expect(american.rows[0][0]).toBe('2024-06-05');
  });

  it('leaves titles above the table out and says so', async () => {
    const { version, receipt } = await cells('Report of sales\n\nday,n,x\n2024-01-01,1,a\n2024-01-02,2,b\n');
    expect(version.columns.map(({ name }) => name)).toEqual(['day', 'n', 'x']);
    expect(receipt.notes[0]).toContain('1 line above the table');
  });
});

describe('bad input', () => {
  it.each([
    ['empty file', '', 'empty-file'],
    ['blank lines', '\n\n  \n', 'empty-file'],
    ['web page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'html-file'],
    ['binary', Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251)), 'binary-file'],
    ['truncated Parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(2000, 7)]), 'truncated-parquet'],
    [
      'damaged Parquet',
      Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(2000, 7), Buffer.from('PAR1')]),
      'damaged-parquet',
    ],
    ['workbook', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100)]), 'broken-zip'],
    ['cut gzip', gzipSync(`a,b\n${'1,2\n'.repeat(9999)}`).subarray(0, 60), 'broken-gzip'],
    ['JSON list of numbers', '[1, 2]', 'no-records'],
  ])('refuses %s with a reason', async (_name, content, code) => {
    const error = await failure(content);
    expect(error.code).toBe(code);
    expect(error.hint).not.toBe('');
  });

  it('refuses a missing file and a folder', async () => {
    await expect(bench.warehouse.runImport({ sourcePath: '/no/such/file.csv' }, bench.hooks())).rejects.toMatchObject({
      family: 'not-found',
    });
    await expect(bench.warehouse.runImport({ sourcePath: bench.dir }, bench.hooks())).rejects.toMatchObject({
      family: 'data-problem',
    });
  });

  it('imports infinities, an all-missing column and NUL bytes', async () => {
    const { rows, version } = await cells('x,y,z\n1,,a\u0000b\ninf,,c\n-Infinity,,d\n');
    expect(version.columns.map(({ type, missing }) => [type, missing])).toEqual([
      ['number', 0],
      ['text', 3],
      ['text', 0],
    ]);
    expect(rows).toEqual([
      [1, null, 'a\u0000b'],
      ['Infinity', null, 'c'],
      ['-Infinity', null, 'd'],
    ]);
  });

  it('does not read outside the workspace through SQL', async () => {
    const path = bench.file('secret.csv', 'a\n1\n');
    const outcome = await bench.importText('x.csv', `a,b\n1,${path}\n`);
    const forged = { ...outcome.version, parts: [{ ...outcome.version.parts[0], file: '../sources/secret.csv' }] };
    await expect(bench.warehouse.page(forged, allRows)).rejects.toThrow();
  });
});

describe('Parquet', () => {
  it('goes out and comes back with types and values kept', async () => {
    const first = await bench.importText(
      'a.csv',
      'i,x,t,d,m,b\n1,1.5,"a ""b""",2024-02-29,2024-01-02 03:04:05.250,true\n-7,,,,,\n3,inf,z,1969-12-31,1960-01-01T00:00:00,false\n',
    );
    const path = join(bench.dir, '..', 'sources', 'out.parquet');
    const exported = await bench.warehouse.exportVersion({
      version: first.version,
      destination: path,
      format: 'parquet',
      scratchDir: bench.hooks().scratchDir,
    });
    expect(exported.rows).toBe(3);
    const second = await bench.warehouse.runImport({ sourcePath: path }, bench.hooks());
    expect(second.version.columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
      ['i', 'integer', 0],
      ['x', 'number', 1],
      ['t', 'text', 1],
      ['d', 'date', 1],
      ['m', 'datetime', 1],
      ['b', 'boolean', 1],
    ]);
    const page = (version: typeof first.version) => bench.warehouse.page(version, allRows);
    expect(await page(second.version)).toEqual(await page(first.version));
    expect((await page(first.version)).rows[0]).toEqual([
      1,
      1.5,
      'a "b"',
      '2024-02-29',
      '2024-01-02T03:04:05.25',
      'true',
    ]);
  });
});

describe('export', () => {
  it('writes typed values as CSV and JSON lines, and the cells as they were read', async () => {
    const source = 'n;d;t\n1,50;31.12.2023;"a;b"\nNA;01.02.2024;\nbad\n3,25;;x\n';
    const { version } = await bench.importText('e.csv', source);
    const write = async (format: 'csv' | 'jsonl', asRead = false): Promise<string> => {
      const destination = join(bench.dir, '..', 'sources', `out-${format}-${asRead}`);
      await bench.warehouse.exportVersion({
        version,
        destination,
        format,
        scratchDir: bench.hooks().scratchDir,
        asRead,
      });
      return readFileSync(destination, 'utf8');
    };
    expect(await write('csv')).toBe('n,d,t\n1.5,2023-12-31,a;b\n,2024-02-01,\n3.25,,x\n');
    expect(await write('jsonl')).toBe(
      '{"n":1.5,"d":"2023-12-31","t":"a;b"}\n{"n":null,"d":"2024-02-01","t":null}\n{"n":3.25,"d":null,"t":"x"}\n',
    );
    expect(await write('csv', true)).toBe('n,d,t\n"1,50",31.12.2023,a;b\nNA,01.02.2024,\n"3,25",,x\n');
    expect((await write('jsonl', true)).split('\n')[1]).toBe('{"n":"NA","d":"01.02.2024","t":""}');
    const json = await bench.importText('e.jsonl', '{"a b":1.50,"c":"x\\ny"}\n{"c":null}\n');
    const destination = join(bench.dir, '..', 'sources', 'as-read-json.csv');
    const { scratchDir } = bench.hooks();
    await bench.warehouse.exportVersion({
      version: json.version,
      destination,
      format: 'csv',
      scratchDir,
      asRead: true,
    });
    expect(readFileSync(destination, 'utf8')).toBe('a b,c\n1.50,"x\ny"\n,\n');
  });
});

describe('readFrame', () => {
  it('gives NaN for missing numbers and dates, −1 for missing texts, on shared memory when asked', async () => {
    const { version } = await bench.importText(
      'f.csv',
      'x,i,t,d,b\n1.5,7,b,2024-01-01,true\n,,,,\n-0.25,9,a,1970-01-01,false\n',
    );
    const frame = await bench.warehouse.readFrame(version, { shared: true });
    expect(frame.rowCount).toBe(3);
    const [x, i, t, d, b] = frame.columns;
    expect(x).toMatchObject({ type: 'double', values: Float64Array.of(1.5, Number.NaN, -0.25) });
    expect(i).toMatchObject({ type: 'double', values: Float64Array.of(7, Number.NaN, 9) });
    expect(t).toMatchObject({ type: 'string', codes: Int32Array.of(1, -1, 0), levels: ['a', 'b'] });
    expect(d).toMatchObject({ type: 'timestamp', values: Float64Array.of(Date.UTC(2024, 0, 1) * 1000, Number.NaN, 0) });
    expect(b).toMatchObject({ type: 'string', codes: Int32Array.of(1, -1, 0), levels: ['false', 'true'] });
    expect(x.type === 'double' && x.values.buffer instanceof SharedArrayBuffer).toBe(true);
    const part = await bench.warehouse.readFrame(version, { columns: ['t', 'x'], rows: { from: 1, to: 3 } });
    expect(part.columns[1]).toMatchObject({ name: 'x', values: Float64Array.of(Number.NaN, -0.25) });
    expect(part.columns[0]).toMatchObject({ codes: Int32Array.of(-1, 0), levels: ['a'] });
  });
});
