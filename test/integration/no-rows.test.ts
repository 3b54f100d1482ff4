/** Files with column names and no rows: data sets of 0 rows that every part of the product answers for. */
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere } from '../helpers/cli-here.ts';
import { finish, importFile, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let id: string;
const file = (name: string, text: string): string => {
  const path = join(test.folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(async () => {
  test = await openTestHost();
  id = await importFile(test.client, file('empty.csv', 'id,amount,city\n'), 'empty');
});
afterAll(() => test?.close());

describe('B1 a table without rows', () => {
  it('is imported with its columns, and the receipt says so', async () => {
    const { client } = test;
    const receipt = await client.datasets.receipt({ id });
    expect(receipt).toMatchObject({ rowsIn: 0, rowsKept: 0, rowsRejected: 0 });
    expect(receipt.notes).toContain('The file has column names and no rows: the data set has 0 rows.');
    const detail = await client.datasets.get({ id });
    expect(detail).toMatchObject({ rows: 0, columns: 3 });
    expect(detail.schema.map(({ name }) => name)).toEqual(['id', 'amount', 'city']);
    const shown = await cliHere(test, ['import', file('again.csv', 'a,b\n')]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('0 rows × 2 columns');
    expect(shown.stdout).toContain('the data set has 0 rows');
  });

  it('has a profile, pages, queries, cleaning previews and exports', async () => {
    const { client } = test;
    const profile = await client.datasets.profile({ id });
    expect(profile).toMatchObject({ rows: 0, columns: [{ missing: 0 }, {}, {}] });
    expect(await client.datasets.page({ id, offset: 0, limit: 10 })).toMatchObject({ rows: [], total: 0 });
    const sort = [{ column: 'city', descending: true }];
    expect(await client.datasets.page({ id, offset: 0, limit: 10, sort, search: 'x' })).toMatchObject({ total: 0 });
    const query = await client.queries.run({ sql: 'SELECT count(*) AS n FROM empty', limit: 10 });
    expect(query.rows).toEqual([[0]]);
    for (const name of ['empty-out.csv', 'empty-out.xlsx', 'empty-out.parquet', 'empty-out.jsonl']) {
      const done = await cliHere(test, ['export', 'empty', '-o', join(test.folder, name), '--json']);
      expect({ name, code: done.code, rows: (JSON.parse(done.stdout) as { rows: number }).rows }).toEqual({
        name,
        code: 0,
        rows: 0,
      });
    }
    expect(await readFile(join(test.folder, 'empty-out.csv'), 'utf8')).toBe('id,amount,city\n');
    const asRead = await cliHere(test, ['export', 'empty', '-o', join(test.folder, 'read.csv'), '--as-read']);
    expect(asRead.code).toBe(0);
    expect(await readFile(join(test.folder, 'read.csv'), 'utf8')).toBe('id,amount,city\n');
  });

  it('is read from Parquet with its types, from a workbook and from a database table', async () => {
    const { client } = test;
    const typed = await importFile(client, file('typed.csv', 'id,x\n1,0.5\n2,1.5\n'), 'typed');
    const saved = await client.queries.save({ sql: 'SELECT * FROM typed', name: 'copy' });
    await finish(client, saved.jobId);
    await cliHere(test, ['export', 'empty', '-o', join(test.folder, 'e.xlsx')]);
    const book = await importFile(client, join(test.folder, 'e.xlsx'), 'book');
    expect((await client.datasets.get({ id: book })).schema.map(({ name }) => name)).toEqual(['id', 'amount', 'city']);
    await cliHere(test, ['export', 'empty', '-o', join(test.folder, 'e.parquet')]);
    const parquet = await importFile(client, join(test.folder, 'e.parquet'), 'parquet');
    expect(await client.datasets.get({ id: parquet })).toMatchObject({ rows: 0, columns: 3 });
    const path = join(test.folder, 'e.sqlite');
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE people (id INTEGER, name TEXT)');
    db.close();
    const table = await importFile(client, path, 'table');
    expect(await client.datasets.get({ id: table })).toMatchObject({ rows: 0, columns: 2 });
    expect(typed).not.toBe(table);
  });

  it('is refused by training and by checks of a target, with what is missing', async () => {
    const { client } = test;
    const inspect = await client.datasets.inspect({ id, target: 'amount' });
    const checked = await settle(client, inspect.jobId);
    expect(checked.state).toBe('failed');
    expect(checked.error?.family).not.toBe('bug');
    expect(checked.error?.message).toMatch(/row/);
    const train = await cliHere(test, ['train', 'empty', '--target', 'amount', '--trials', '1']);
    expect(train.code).toBe(3);
    expect(train.stderr).toMatch(/row/);
  });

  it('does not decide how next month is read', async () => {
    const { client } = test;
    const month = await importFile(client, file('month.csv', 'id,amount\n'), 'month');
    expect(await importFile(client, file('month.csv', 'id,amount\n1,2.5\n2,3.5\n'), 'month')).toBe(month);
    const { schema } = await client.datasets.get({ id: month });
    expect(schema.map(({ type }) => type)).toEqual(['integer', 'number']);
  });
});
