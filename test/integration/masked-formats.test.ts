/** Masking of sources that are no text: what comes into the workspace holds no clear value, whatever the file was. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openText } from '../../main/warehouse/import/source-text.ts';
import { discardSealed } from '../../main/warehouse/sealed-file.ts';
import { readSourceFile } from '../../main/warehouse/source-file.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { filesHolding } from '../helpers/files-holding.ts';
import { finish, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
beforeEach(async () => {
  test = await openTestHost();
});
afterEach(() => test?.close());

const needles = [/geheim\d+@verborgen/];
const people = Array.from({ length: 40 }, (_, i) => ({
  id: i + 1,
  email: `geheim${i}@verborgen.example`,
  code: String(12_345 + i),
  amount: i + 0.25,
  day: `2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
}));

const csv = ['id,email,code,amount,day', ...people.map((person) => Object.values(person).join(','))].join('\n');

const sqlite = (path: string): void => {
  const db = new DatabaseSync(path);
  db.exec(
    'CREATE TABLE large (n INTEGER); CREATE TABLE people (id INTEGER, email TEXT, code TEXT, amount REAL, day TEXT)',
  );
  const large = db.prepare('INSERT INTO large VALUES (?)');
  for (let i = 0; i < 100; i++) large.run(i);
  const insert = db.prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?)');
  for (const { id, email, code, amount, day } of people) insert.run(id, email, code, amount, day);
  db.close();
};

async function duckFiles(): Promise<void> {
  const instance = await DuckDBInstance.create(join(test.folder, 'people.duckdb'));
  const connection = await instance.connect();
  const rows = people.map(
    ({ id, email, code, amount, day }) => `(${id}, '${email}', '${code}', ${amount}, DATE '${day}')`,
  );
  await connection.run('CREATE TABLE people (id BIGINT, email VARCHAR, code VARCHAR, amount DOUBLE, day DATE)');
  await connection.run(`INSERT INTO people VALUES ${rows.join(', ')}`);
  await connection.run(`COPY people TO '${join(test.folder, 'people.parquet')}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** A workbook of inline strings: ids and amounts are numbers, codes are texts of digits. */
async function workbook(): Promise<Buffer> {
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
  const row = (cells: string) => `<row>${cells}</row>`;
  const body = people.map(({ id, email, code, amount, day }) =>
    row(`<c><v>${id}</v></c>${text(email)}${text(code)}<c><v>${amount}</v></c>${text(day)}`),
  );
  const zip = new ZipFile();
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  zip.addBuffer(Buffer.from('<Types/>'), '[Content_Types].xml');
  zip.addBuffer(
    Buffer.from(
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/workbook.xml',
  );
  zip.addBuffer(
    Buffer.from(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/_rels/workbook.xml.rels',
  );
  const header = row(['id', 'email', 'code', 'amount', 'day'].map(text).join(''));
  zip.addBuffer(
    Buffer.from(`<worksheet xmlns="${main}"><sheetData>${header}${body.join('')}</sheetData></worksheet>`),
    'xl/worksheets/sheet1.xml',
  );
  zip.end();
  return buffer(zip.outputStream);
}

async function sourceFile(kind: string): Promise<string> {
  const path = join(test.folder, `people.${kind}`);
  if (kind === 'sqlite') sqlite(path);
  else if (kind === 'csv') writeFileSync(path, csv);
  else if (kind === 'duckdb' || kind === 'parquet') await duckFiles();
  else if (kind === 'xlsx') writeFileSync(path, await workbook());
  else if (kind === 'json') writeFileSync(path, JSON.stringify({ data: { people } }, null, 1));
  else {
    const zip = new ZipFile();
    zip.addBuffer(await workbook(), 'people.xlsx');
    zip.end();
    writeFileSync(path, await buffer(zip.outputStream));
  }
  return path;
}

describe('B7 masking of sources that are no text', () => {
  it.each(['xlsx', 'sqlite', 'duckdb', 'parquet', 'json', 'zip'])(
    'covers a %s file before anything of it is stored, and keeps the types of the other columns',
    async (kind) => {
      const path = await sourceFile(kind);
      const pick = kind === 'sqlite' ? ['--table', 'people'] : [];
      const done = await cliHere(test, ['import', path, '--name', 'people', '--mask', 'email', ...pick, '--json']);
      expect({ code: done.code, stderr: done.code === 0 ? '' : done.stderr }).toEqual({ code: 0, stderr: '' });
      const { dataset, receipt } = JSON.parse(done.stdout) as {
        dataset: string;
        receipt: { privacy: { columns: unknown[] } };
      };
      expect(receipt.privacy.columns).toEqual([{ column: 'email', kind: 'email', action: 'mask', cells: 40 }]);
      expect(await filesHolding(test.workspace, needles)).toEqual([]);
      const { schema, rows } = await test.client.datasets.get({ id: dataset });
      expect(rows).toBe(40);
      // In JSON a text of digits is told from a number by nothing that the lines keep
      const codeType = kind === 'json' ? 'integer' : 'text';
      expect(schema.map(({ name, type }) => `${name} ${type}`)).toEqual([
        'id integer',
        'email text',
        `code ${codeType}`,
        'amount number',
        'day date',
      ]);
      const page = await test.client.datasets.page({ id: dataset, offset: 1, limit: 1 });
      expect(page.rows[0].map(String)).toEqual(['2', '[email]', '12346', '1.25', '2024-01-02']);
    },
  );

  it.each(['csv', 'xlsx', 'sqlite', 'duckdb', 'parquet', 'json', 'zip'])(
    'keeps a %s file that was sent sealed while it waits and is looked at, and masks it as one at a path',
    async (kind) => {
      const { client } = test;
      const bytes = readFileSync(await sourceFile(kind));
      const { uploadId } = await client.system.beginUpload({ name: `people ${kind}`, bytes: bytes.length });
      const half = Math.floor(bytes.length / 2);
      await client.system.appendUpload({ uploadId, offset: 0, data: new Blob([bytes.subarray(0, half)]) });
      await client.system.appendUpload({ uploadId, offset: half, data: new Blob([bytes.subarray(half)]) });
      // Packed values do not show in the bytes: no stretch of the file lies there either
      const stretch = bytes.subarray(half, half + 40).toString('latin1');
      const sealed = async (): Promise<void> => {
        expect(await filesHolding(test.workspace, needles)).toEqual([]);
        const waiting = readdirSync(join(test.workspace, 'uploads', uploadId));
        expect(waiting).toEqual([`people ${kind}`]);
        const lying = readFileSync(join(test.workspace, 'uploads', uploadId, waiting[0]), 'latin1');
        expect(lying.includes(stretch)).toBe(false);
      };
      await sealed();
      const source = { uploadId };
      const options = kind === 'sqlite' ? { relation: 'people' } : {};
      const preview = await client.datasets.preview({ source, options });
      expect(preview.rows[1][1]).toMatch(needles[0]);
      expect(preview.pii.map(({ column }) => column)).toContain('email');
      await sealed();
      const { jobId } = await client.datasets.import({
        source,
        name: 'people',
        options,
        privacy: { columns: { email: 'mask' } },
      });
      const { datasetId } = (await finish(client, jobId)).result as { datasetId: string };
      expect(await filesHolding(test.workspace, needles)).toEqual([]);
      expect(readdirSync(join(test.workspace, 'uploads'))).toEqual([]);
      const page = await client.datasets.page({ id: datasetId, offset: 1, limit: 1 });
      expect(page.rows[0].slice(0, 2).map(String)).toEqual(['2', '[email]']);
    },
  );

  it.each(['xlsx', 'sqlite', 'duckdb', 'json', 'zip'])(
    'takes the table out of a %s file sealed, so that looking at it leaves no clear text even for the time',
    async (kind) => {
      const scratch = join(test.folder, 'looking');
      const options = kind === 'sqlite' ? { relation: 'people' } : {};
      const opened = await openText(await sourceFile(kind), options, scratch, null);
      try {
        expect(Buffer.from(await readSourceFile(opened.path)).toString()).toMatch(needles[0]);
        expect(await filesHolding(scratch, needles)).toEqual([]);
      } finally {
        discardSealed(scratch);
      }
    },
  );

  it('reads the same table again next month, in the same way', async () => {
    const path = await sourceFile('sqlite');
    const { client } = test;
    const first = await client.datasets.import({
      source: { path },
      name: 'people',
      options: { relation: 'people' },
      privacy: { columns: { email: 'hash', code: 'drop' } },
    });
    await finish(client, first.jobId);
    const second = await client.datasets.import({ source: { path }, name: 'people' });
    const { datasetId } = (await finish(client, second.jobId)).result as { datasetId: string };
    const receipt = await client.datasets.receipt({ id: datasetId });
    expect(receipt.privacy).toMatchObject({
      part: { kind: 'table', name: 'people' },
      columns: [{ action: 'hash' }, { action: 'drop' }],
    });
    expect(await filesHolding(test.workspace, needles)).toEqual([]);
  });
});
