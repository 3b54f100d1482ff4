/** Personal data that are masked on import are nowhere in the workspace: every file is searched, decoded where it is packed. */
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere } from '../helpers/cli-here.ts';
import { filesHolding } from '../helpers/files-holding.ts';
import { finish, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test?.close());

const file = (name: string, content: string | Buffer): string => {
  const path = join(test.folder, name);
  writeFileSync(path, content);
  return path;
};

/** Values planted nowhere else; each is one person's. */
const planted = {
  email: (i: number) => `geheim${i}@verborgen.example`,
  phone: (i: number) => `+49 30 7531${String(i).padStart(3, '0')}`,
  customer: (i: number) => `KUNDENKENNUNG${i}`,
  ssn: (i: number) => `219-09-${String(4000 + i)}`,
};
const header = 'kunde;email;telefon;ssn;betrag;ort';
const line = (i: number): string =>
  [planted.customer(i % 20), planted.email(i), planted.phone(i), planted.ssn(i), `${i},5`, 'Köln'].join(';');

/** A file with a title that names a person, a record that cannot be read, and a stray byte. */
function peopleFile(name: string): string {
  const rows = Array.from({ length: 60 }, (_, i) => line(i));
  rows.splice(30, 0, `${planted.customer(5)};${planted.email(777)};${planted.phone(777)}`);
  rows.splice(40, 0, `KUNDENKENNUNG9;"${planted.email(778)}" x;${planted.phone(778)};1;2;3`);
  const text = Buffer.from(`${header}\r\n${rows.join('\r\n')}\r\n`, 'utf8');
  const stray = Buffer.concat([
    Buffer.from(`${planted.customer(7)};${planted.email(779)};`),
    Buffer.from([0xff]),
    Buffer.from(`;${planted.ssn(779)};7,5;Bonn\r\n`),
  ]);
  return file(name, Buffer.concat([text, stray]));
}

const needles = [/geheim\d+@/i, /30\s?7531\d{3}/, /KUNDENKENNUNG/i, /219-09-\d/];

const leaks = (sought: readonly RegExp[] = needles) => filesHolding(test.workspace, sought);

describe('B7 masked on import', () => {
  it('leaves nothing of the masked columns in the workspace, rejected records included', async () => {
    const path = peopleFile('kunden.csv');
    const result = await cliHere(test, [
      'import',
      path,
      '--mask',
      'E-Mail,telefon',
      '--hash',
      'kunde',
      '--drop',
      'ssn',
      '--json',
    ]);
    expect(result.code).toBe(7);
    const document = JSON.parse(result.stdout) as { dataset: string; receipt: Record<string, unknown> };
    expect(document.receipt).toMatchObject({
      rowsIn: 63,
      rowsKept: 60,
      rowsRejected: 3,
      privacy: {
        rejectedMasked: 3,
        columns: [
          { column: 'kunde', action: 'hash', cells: 60 },
          { column: 'email', kind: 'email', action: 'mask', cells: 60 },
          { column: 'telefon', kind: 'phone', action: 'mask', cells: 60 },
          { column: 'ssn', kind: 'national-id', action: 'drop', cells: 60 },
        ],
      },
    });
    expect(await leaks()).toEqual([]);

    const detail = await test.client.datasets.get({ id: document.dataset });
    expect(detail.schema.map(({ name }) => name)).toEqual(['kunde', 'email', 'telefon', 'betrag', 'ort']);
    const { rows } = await test.client.datasets.page({ id: document.dataset, offset: 0, limit: 60 });
    expect(rows[3]).toEqual([rows[23][0], '[email]', '[phone]', 3.5, 'Köln']);
    expect(new Set(rows.map((row) => row[0])).size).toBe(20);
    // Without the workspace's salt the hash cannot be found by trying values
    expect(rows[3][0]).not.toContain(createHash('sha256').update(planted.customer(3)).digest('hex').slice(0, 16));

    const copy = join(test.folder, 'as-read.csv');
    const exported = await test.client.datasets.export({
      id: document.dataset,
      destination: { path: copy },
      format: 'csv',
      asRead: true,
    });
    await finish(test.client, exported.jobId);
    expect(needles.filter((needle) => needle.test(readFileSync(copy, 'latin1')))).toEqual([]);
  });

  it('uses the actions again next month, and stops before storing when a new column holds personal data', async () => {
    const next = file('kunden.csv', `${header}\n${Array.from({ length: 40 }, (_, i) => line(i + 60)).join('\n')}\n`);
    const again = await cliHere(test, ['import', next, '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      version: 2,
      receipt: {
        privacy: { columns: [{ action: 'hash' }, { action: 'mask' }, { action: 'mask' }, { action: 'drop' }] },
      },
    });

    const wider = file(
      'kunden.csv',
      `${header};notfallkontakt\n${Array.from({ length: 40 }, (_, i) => `${line(i)};${planted.email(i + 900)}`).join('\n')}\n`,
    );
    const stopped = await cliHere(test, ['import', wider]);
    expect(stopped.code).not.toBe(0);
    expect(stopped.stderr).toContain('"notfallkontakt" (email)');
    expect(await leaks()).toEqual([]);
    const answered = await cliHere(test, ['import', wider, '--mask', 'notfallkontakt']);
    expect(answered.code).toBe(0);
    expect(await leaks()).toEqual([]);
  });

  it('masks all that is found, in JSON lines and in pasted text too, and removes what was sent', async () => {
    const rows = Array.from({ length: 30 }, (_, i) =>
      JSON.stringify({
        id: i,
        mail: planted.email(i),
        text: i % 5 === 0 ? `rang ${planted.phone(i)} twice` : 'quiet day',
        n: 1.5,
      }),
    );
    const { jobId } = await test.client.datasets.import({
      source: { path: file('lines.jsonl', `${rows.join('\n')}\n`) },
      privacy: { found: 'mask' },
    });
    const { result } = await finish(test.client, jobId);
    const { datasetId } = result as { datasetId: string };
    const page = await test.client.datasets.page({ id: datasetId, offset: 0, limit: 2 });
    expect(page.rows[1]).toEqual([1, '[email]', '[text]', 1.5]);

    const pasted = await test.client.datasets.import({
      source: {
        text: `who,email\n${Array.from({ length: 30 }, (_, i) => `${i},${planted.email(i)}`).join('\n')}\n`,
        name: 'pasted.csv',
      },
      privacy: { found: 'hash' },
    });
    await finish(test.client, pasted.jobId);
    expect(await leaks()).toEqual([]);
  });

  it('refuses a header that is a person, a column that is not there, and a table with nothing left', async () => {
    const headless = file('headless.csv', `${planted.email(1)},city\n${planted.email(2)},Rome\n`);
    const start = (
      privacy: { columns?: Record<string, 'mask' | 'drop'>; found?: 'mask' },
      path: string,
      header?: boolean,
    ) => test.client.datasets.import({ source: { path }, privacy, options: header === undefined ? {} : { header } });
    const ended = await settle(test.client, (await start({ found: 'mask' }, headless, true)).jobId);
    expect(ended.error?.code).toBe('header-is-data');
    const missing = await settle(test.client, (await start({ columns: { nothere: 'mask' } }, headless, false)).jobId);
    expect(missing.error?.code).toBe('column-not-found');
    const small = file('small.csv', 'email\na@b.example\nc@d.example\n');
    const empty = await settle(test.client, (await start({ columns: { email: 'drop' } }, small)).jobId);
    expect(empty.error?.code).toBe('nothing-left');
    appendFileSync(small, 'e@f.example\n');
  });

  it('finds personal data in sets that were imported in clear, and says where they stand', async () => {
    const path = file(
      'clear.csv',
      `id,email,score\n${Array.from({ length: 50 }, (_, i) => `${i},person${i}@clear.example,${i % 7}`).join('\n')}\n`,
    );
    const preview = await test.client.datasets.preview({ source: { path } });
    expect(preview.pii).toMatchObject([{ column: 'email', kind: 'email' }]);
    const { jobId } = await test.client.datasets.import({ source: { path } });
    const { result } = await finish(test.client, jobId);
    const { findings } = await test.client.datasets.profile({ id: (result as { datasetId: string }).datasetId });
    const found = findings.find(({ kind }) => kind === 'pii');
    expect(found).toMatchObject({
      column: 'email',
      severity: 'warn',
      fix: { steps: [{ kind: 'drop-columns', columns: ['email'] }] },
    });
    expect(found?.message).toContain('in clear');
    // The search itself finds what was not masked: the kept copy, the packed columns, the receipt
    const clear = await leaks([/person\d+@clear\.example/]);
    for (const place of ['raw/', '.parquet', 'augury.db'])
      expect(clear.some((each) => each.includes(place))).toBe(true);
  });
});
