/** What the import page offers to choose from, as the host tells it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { cliHere } from '../helpers/cli-here.ts';
import { openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test?.close());

describe('B1 choices of an import', () => {
  it('tells the tables of a database, the sheets of a workbook and the tables of a text', async () => {
    const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/formats/${name}`, import.meta.url));
    const database = await test.client.datasets.preview({ source: { path: fixture('shop.duckdb') } });
    expect(database.parts?.map(({ name }) => name)).toContain('small');
    const book = await test.client.datasets.preview({ source: { path: fixture('sales.xlsx') } });
    expect(book.parts?.length).toBeGreaterThan(0);
    const path = join(test.folder, 'several.csv');
    writeFileSync(path, 'a,b\n1,2\n3,4\n5,6\n\n\nx,y,z\n1,2,3\n4,5,6\n');
    const several = await test.client.datasets.preview({ source: { path } });
    expect(several.tables?.map(({ number, names }) => [number, names])).toEqual([
      [1, ['a', 'b']],
      [2, ['x', 'y', 'z']],
    ]);
  });

  it('takes quotes, escapes and lines of names on the command line, and refuses what they cannot be', async () => {
    const path = join(test.folder, 'signs.txt');
    writeFileSync(path, "a;b\nc;d\n1;'x +'y+' z'\n2;'w'\n");
    const asked = ['--quote', "'", '--escape', '+', '--header-rows', '2', '--delimiter', ';'];
    const done = await cliHere(test, ['import', path, ...asked, '--json']);
    expect(done.code).toBe(0);
    const { dataset } = JSON.parse(done.stdout) as { dataset: string };
    const { columns, rows } = await test.client.datasets.page({ id: dataset, offset: 0, limit: 5 });
    expect(columns.map(({ name }) => name)).toEqual(['a c', 'b d']);
    expect(rows).toEqual([
      [1, "x 'y' z"],
      [2, 'w'],
    ]);
    for (const wrong of [
      ['--escape', 'ab'],
      ['--quote', '""'],
      ['--header-rows', '-1'],
    ])
      expect((await cliHere(test, ['import', path, ...wrong])).code).toBe(2);
  });

  it('takes one file of an archive, all in one data set, or each as a data set of its own', async () => {
    const zip = new ZipFile();
    for (const folder of ['north', 'south'])
      zip.addBuffer(Buffer.from(`shop,sold\n${folder},3\n`), `${folder}/sales.csv`, {});
    zip.addBuffer(Buffer.from('id,name\n1,Oslo\n2,Rome\n'), 'shops.csv', {});
    zip.end();
    const path = join(test.folder, 'shops.zip');
    writeFileSync(path, await buffer(zip.outputStream));
    const preview = await test.client.datasets.preview({ source: { path } });
    expect(preview.members?.map(({ name }) => name)).toEqual(['north/sales.csv', 'south/sales.csv', 'shops.csv']);
    const run = async (...flags: string[]) => {
      const { code, stdout } = await cliHere(test, ['import', path, ...flags, '--json']);
      return { code, told: code === 0 ? (JSON.parse(stdout) as { name: string; rows: number }[]) : null };
    };
    expect((await run('--member', 'shops.csv', '--name', 'one')).told).toMatchObject({ name: 'one', rows: 2 });
    const each = (await run('--members', 'each')).told;
    expect(each?.map(({ name, rows }) => [name, rows])).toEqual([
      ['north/sales', 1],
      ['south/sales', 1],
      ['shops', 2],
    ]);
    expect((await run('--members', 'append')).code).toBe(3);
    expect((await run('--members', 'each', '--name', 'x')).code).toBe(2);
    expect((await run('--members', 'some')).code).toBe(2);
  });
});
