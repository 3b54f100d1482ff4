/** Workbooks that are written: typed cells, texts that never run, the limits of a sheet; read back by the reader of workbooks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSheetLimits } from '../../../main/warehouse/formats/xlsx-write.ts';
import { entryBlocks, openZip } from '../../../main/warehouse/formats/zip-entries.ts';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const all = { offset: 0, limit: 100, sort: [], filters: [], search: '' };

async function write(version: Version, name: string, request: { asRead?: boolean } = {}): Promise<string> {
  const destination = join(bench.dir, name);
  const { scratchDir } = bench.hooks();
  await bench.warehouse.exportVersion({ version, destination, format: 'xlsx', scratchDir, ...request });
  return destination;
}

describe('B6 export as a workbook', () => {
  it('writes values with their types, so that reading them back gives the same table', async () => {
    const source = [
      'name,n,x,ok,day,at,big',
      '=1+1,1,1.5,true,2024-02-29,2024-02-29 13:45:10,1234567890123456',
      '"a <b> & ""c"" ",-2,-0.25,false,1999-12-31,1970-01-01 00:00:00,2',
      '_x0041_,,1e-7,,,2023-06-01 23:59:59,3',
      '@cmd,4,,true,1900-03-01,,4',
    ].join('\n');
    const { version } = await bench.importText('typed.csv', `${source}\n`);
    const path = await write(version, 'typed.xlsx');
    const back = await bench.warehouse.runImport({ sourcePath: path }, bench.hooks());
    const types = (each: Version) => each.columns.map(({ name, type }) => `${name} ${type}`);
    expect(types(back.version)).toEqual(types(version).map((each) => (each === 'big integer' ? 'big text' : each)));
    const rows = (await bench.warehouse.page(version, all)).rows.map((row) =>
      row.map((cell) => (cell === 'true' ? 'TRUE' : cell === 'false' ? 'FALSE' : cell)),
    );
    const big = (row: readonly unknown[]) => [...row.slice(0, 6), String(row[6])];
    expect((await bench.warehouse.page(back.version, all)).rows.map(big)).toEqual(rows.map(big));

    const zip = await openZip(path);
    const sheet = (await buffer(entryBlocks(zip, 'xl/worksheets/sheet1.xml'))).toString('utf8');
    zip.close();
    expect(sheet).not.toContain('<f>');
    expect(sheet).toContain('<is><t xml:space="preserve">=1+1</t></is>');
    expect(sheet).toContain('<c t="b"><v>1</v></c>');
    expect(sheet).toContain('<c s="1"><v>45351</v></c>');
    // Sixteen digits are more than a workbook keeps
    expect(sheet).toContain('<t xml:space="preserve">1234567890123456</t>');
    expect(readFileSync(await write(version, 'again.xlsx'))).toEqual(readFileSync(path));
  });

  it('writes days before March 1900 and infinities as text, and signs that XML cannot hold', async () => {
    const { version } = await bench.importText('odd.csv', 'day,x,t\n1899-12-31,inf,a\u0001b\n2024-01-01,1.5,c\n');
    const back = await bench.warehouse.runImport({ sourcePath: await write(version, 'odd.xlsx') }, bench.hooks());
    const { rows } = await bench.warehouse.page(back.version, all);
    expect(rows.map((row) => String(row[0]))).toEqual(['1899-12-31', '2024-01-01']);
    expect(rows[0][2]).toBe('a\u0001b');
  });

  it('refuses what a sheet cannot hold, before or where it is met, and texts as they were read', async () => {
    const columns = (count: number) => Array.from({ length: count }, () => ({}) as Version['columns'][number]);
    expect(() => checkSheetLimits({ rows: 1_048_575, columns: columns(16_384) })).not.toThrow();
    expect(() => checkSheetLimits({ rows: 1_048_576, columns: columns(1) })).toThrow(
      expect.objectContaining({ code: 'xlsx-too-many-rows', hint: expect.stringContaining('Parquet') }),
    );
    expect(() => checkSheetLimits({ rows: 1, columns: columns(16_385) })).toThrow(
      expect.objectContaining({ code: 'xlsx-too-many-columns' }),
    );
    const { version } = await bench.importText('long.csv', `id,t\n1,short\n2,${'x'.repeat(32_768)}\n`);
    await expect(write(version, 'long.xlsx')).rejects.toMatchObject({
      code: 'xlsx-long-text',
      details: { row: 2, column: 't' },
    });
    await expect(write(version, 'read.xlsx', { asRead: true })).rejects.toMatchObject({ code: 'as-read-xlsx' });
  });
});
