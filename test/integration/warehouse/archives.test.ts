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
