/** Archives that hold a file of another kind: read as that file is, with the same limits on what unpacks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/formats/${name}`, import.meta.url));

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const all = { offset: 0, limit: 1000, sort: [], filters: [], search: '' };

async function zipped(name: string, bytes: Buffer): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(bytes, `folder/${name}`, { compressionLevel: 6 });
  zip.end();
  return buffer(zip.outputStream);
}

describe('B1 archives of other files', () => {
  it.each([
    ['sales.xlsx', 'xlsx'],
    ['shop.sqlite', 'sqlite'],
    ['shop.duckdb', 'duckdb'],
    ['nested.json', 'json'],
  ])('reads %s in a zip as it is read by itself', async (name, format) => {
    const alone = await bench.warehouse.runImport({ sourcePath: fixture(name) }, bench.hooks());
    const packed = await zipped(name, readFileSync(fixture(name)));
    const done = await bench.importText(`${name}.zip`, packed);
    expect(done.version.columns).toEqual(alone.version.columns);
    expect((await bench.warehouse.page(done.version, all)).rows).toEqual(
      (await bench.warehouse.page(alone.version, all)).rows,
    );
    expect(done.receipt.dialect).toMatchObject({ format, compression: 'zip', part: alone.receipt.dialect.part });
    const preview = await bench.warehouse.sniff(bench.file(`${name}.zip`, packed));
    expect(preview.columns.map(({ name: column }) => column)).toEqual(done.version.columns.map((each) => each.name));
    const { scratchDir } = bench.hooks();
    const asRead = { format: 'csv' as const, asRead: true, scratchDir };
    const paths = [done, alone].map((_, i) => join(bench.dir, `as-read-${i}.csv`));
    for (const [i, { version }] of [done, alone].entries())
      await bench.warehouse.exportVersion({ version, destination: paths[i], ...asRead });
    expect(readFileSync(paths[0])).toEqual(readFileSync(paths[1]));
  });

  it('takes the sheet or table that is asked for', async () => {
    const packed = await zipped('shop.duckdb', readFileSync(fixture('shop.duckdb')));
    const done = await bench.importText('pick.zip', packed, { options: { relation: 'small' } });
    expect(done.version.rows).toBe(1);
  });

  it('reads a Parquet file in a zip: preview, import and rows to score', async () => {
    const { version } = await bench.importText('plain.csv', 'id,x,day\n1,0.5,2024-01-01\n2,1.5,2024-01-02\n');
    const parquet = join(bench.dir, 'plain.parquet');
    const { scratchDir } = bench.hooks();
    await bench.warehouse.exportVersion({ version, destination: parquet, format: 'parquet', scratchDir });
    const packed = await zipped('plain.parquet', readFileSync(parquet));
    const done = await bench.importText('parquet.zip', packed);
    expect(done.version.columns.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'integer'],
      ['x', 'number'],
      ['day', 'date'],
    ]);
    expect((await bench.warehouse.page(done.version, all)).rows).toEqual([
      [1, 0.5, '2024-01-01'],
      [2, 1.5, '2024-01-02'],
    ]);
    expect(done.receipt.dialect).toMatchObject({
      format: 'parquet',
      compression: 'zip',
      part: { kind: 'file', name: 'folder/plain.parquet' },
    });
    const path = bench.file('parquet.zip', packed);
    expect((await bench.warehouse.sniff(path)).rows[0]).toEqual(['1', '0.5', '2024-01-01']);
    const source = await bench.warehouse.openSource({ path });
    expect(source.rowCount).toBe(2);
    await source.close();
  });

  it('refuses an archive in an archive, and a bomb in the inner one before it unpacks', async () => {
    const inner = await zipped('table.csv', Buffer.from('a\n1\n'));
    await expect(bench.importText('twice.zip', await zipped('inner.zip', inner))).rejects.toMatchObject({
      code: 'nested-archive',
    });
    const book = new ZipFile();
    book.addBuffer(Buffer.from('<Types/>'), '[Content_Types].xml');
    book.addBuffer(
      Buffer.from('<workbook><sheets><sheet name="A" sheetId="1"/></sheets></workbook>'),
      'xl/workbook.xml',
    );
    book.addBuffer(Buffer.alloc(100 << 20, ' '), 'xl/worksheets/sheet1.xml', { compressionLevel: 9 });
    book.end();
    const packed = await zipped('bomb.xlsx', await buffer(book.outputStream));
    await expect(bench.importText('bomb.xlsx.zip', packed)).rejects.toMatchObject({ family: 'data-problem' });
  });
});

describe('B1 archives of several files', () => {
  const january = 'id,amount\n1,0.5\n2,1.5\n';
  const february = 'amount;id\n2.5;3\n3.5;4\n4.5;5;x\n';
  async function several(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
    const zip = new ZipFile();
    for (const [name, content] of Object.entries(files))
      zip.addBuffer(Buffer.from(content), name, { compressionLevel: 9 });
    zip.end();
    return buffer(zip.outputStream);
  }
  const rowsOf = async (done: Awaited<ReturnType<Bench['importText']>>) =>
    (await bench.warehouse.page(done.version, all)).rows;

  it('offers the files like the sheets of a workbook, with their sizes, and reads the first or the one asked for', async () => {
    const packed = await several({
      'README.txt': 'Tables of the shop',
      '2024/january.csv': january,
      'shop.sqlite': readFileSync(fixture('shop.sqlite')),
    });
    const path = bench.file('months.zip', packed);
    const preview = await bench.warehouse.sniff(path);
    expect(preview.members).toEqual([
      { name: 'README.txt', bytes: 18, hidden: true },
      { name: '2024/january.csv', bytes: january.length, hidden: false },
      { name: 'shop.sqlite', bytes: readFileSync(fixture('shop.sqlite')).length, hidden: false },
    ]);
    expect(preview.dialect).toMatchObject({ member: '2024/january.csv' });
    const first = await bench.importText('months.zip', packed);
    expect(await rowsOf(first)).toEqual([
      [1, 0.5],
      [2, 1.5],
    ]);
    expect(first.receipt.notes[0]).toBe('The archive holds 3 files; read is "2024/january.csv".');
    for (const member of ['shop.sqlite', '3']) {
      const done = await bench.importText('months.zip', packed, { options: { member, relation: 'stores' } });
      expect(done.receipt.dialect).toMatchObject({ format: 'sqlite', member: 'shop.sqlite', part: { name: 'stores' } });
      // The next archive is read the same way
      const next = await bench.importText('next.zip', packed, { previous: done.receipt });
      expect(next.receipt.dialect).toMatchObject({ member: 'shop.sqlite', part: { name: 'stores' } });
      const destination = join(bench.dir, 'member.csv');
      const { scratchDir } = bench.hooks();
      await bench.warehouse.exportVersion({
        version: next.version,
        destination,
        format: 'csv',
        asRead: true,
        scratchDir,
      });
      expect(readFileSync(destination, 'utf8').split('\n').length).toBe(next.version.rows + 2);
    }
    await expect(bench.importText('months.zip', packed, { options: { member: 'march.csv' } })).rejects.toMatchObject({
      code: 'unknown-member',
      hint: expect.stringContaining('"2024/january.csv"'),
    });
  });

  it('puts tables of the same columns one below the other, in any order of columns, and accounts for every row', async () => {
    const packed = await several({ 'a.csv': january, 'b.txt': february });
    const done = await bench.importText('both.zip', packed, { options: { member: '*' } });
    expect(done.version.columns.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'integer'],
      ['amount', 'number'],
      ['source file', 'text'],
    ]);
    expect(await rowsOf(done)).toEqual([
      [1, 0.5, 'a.csv'],
      [2, 1.5, 'a.csv'],
      [3, 2.5, 'b.txt'],
      [4, 3.5, 'b.txt'],
    ]);
    expect(done.receipt).toMatchObject({ rowsIn: 5, rowsKept: 4, rowsRejected: 1, dialect: { member: '*' } });
    expect(done.receipt.rejects[0]?.text).toContain('b.txt, line 4: 3 fields where 2 are expected: 4.5;5;x');
    expect(done.receipt.notes[0]).toContain('a.csv (2 rows), b.txt (2 rows)');
    const next = await bench.importText('again.zip', packed, { previous: done.receipt });
    expect(next.version.rows).toBe(4);
    // What was asked for holds in every file, in the next archive too, and for the texts as they were read
    const slashes = await several({ 'a.csv': 'id,x/on,y\n1/a,b\n', 'b.csv': 'id,x/on,y\n2/c,d\n' });
    const asked = await bench.importText('asked.zip', slashes, { options: { member: '*', delimiter: '/' } });
    const recalled = await bench.importText('next.zip', slashes, { previous: asked.receipt });
    for (const { version } of [asked, recalled]) {
      const destination = join(bench.dir, 'slashes.csv');
      const { scratchDir } = bench.hooks();
      await bench.warehouse.exportVersion({ version, destination, format: 'csv', asRead: true, scratchDir });
      expect(readFileSync(destination, 'utf8')).toBe('"id,x","on,y",source file\n1,"a,b",a.csv\n2,"c,d",b.csv\n');
    }
    const preview = await bench.warehouse.sniff(bench.file('both.zip', packed), { member: '*' });
    expect([preview.sampledRows, preview.members?.length]).toEqual([4, 2]);
    const other = await several({ 'a.csv': january, 'b.csv': 'id,price\n1,2\n' });
    await expect(bench.importText('other.zip', other, { options: { member: '*' } })).rejects.toMatchObject({
      code: 'members-differ',
      message: expect.stringContaining(
        '"b.csv" has other columns than "a.csv": it lacks amount, it has price besides.',
      ),
    });
    const mixed = await several({ 'a.csv': january, 'b.json': '[{"id":1,"amount":2}]' });
    await expect(bench.importText('mixed.zip', mixed, { options: { member: '*' } })).rejects.toMatchObject({
      code: 'append-kind',
    });
  });

  it('refuses files that are harmless one by one and a bomb together', async () => {
    const zeros = `a,b\n${'0,0\n'.repeat(9_000_000)}`;
    const packed = await several({ 'a.csv': zeros, 'b.csv': zeros });
    await expect(bench.importText('bombs.zip', packed, { options: { member: '*' } })).rejects.toMatchObject({
      code: 'zip-bomb',
      message: expect.stringContaining('The archive would unpack'),
    });
  });
});
