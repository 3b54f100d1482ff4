/** What the import page offers to choose from, as the host tells it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
