import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere } from '../helpers/cli-here.ts';
import { importFile, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
const header = 'id,day,amount,city';
const rows = Array.from({ length: 60 }, (_, i) => `k${i},2024-01-${10 + (i % 19)},${i}.5,${i % 2 ? 'Rome' : 'Oslo'}`);

const file = (name: string, lines: readonly string[]): string => {
  const path = join(test.folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const preview = (path: string, options: { readonly delimiter?: string } = {}) =>
  test.client.datasets.preview({ source: { path }, name: 'sales', options });
const bring = async (path: string, more: Partial<Parameters<typeof test.client.datasets.import>[0]> = {}) => {
  const { jobId } = await test.client.datasets.import({ source: { path }, name: 'sales', ...more });
  return settle(test.client, jobId);
};

beforeAll(async () => {
  test = await openTestHost();
  await importFile(test.client, file('january.csv', [header, ...rows]), 'sales');
});
afterAll(() => test.close());

describe("B1 next month's file is compared before it is stored", () => {
  it('says in the preview that nothing changed, and against which version', async () => {
    const found = await preview(file('same.csv', [header, ...rows.slice(5)]));
    expect(found.previous).toMatchObject({ name: 'sales', version: 1 });
    expect(found.alarms).toEqual([]);
    const other = await test.client.datasets.preview({ source: { path: file('new.csv', [header, ...rows]) } });
    expect([other.previous, other.alarms]).toEqual([null, []]);
  });

  it('names columns that came, went, or read in another way, and another delimiter', async () => {
    const changed = rows.map((row) => {
      const [id, , amount, city] = row.split(',');
      return `${id};${amount === '3.5' ? 'three' : amount?.replace('.', ',')};${city};x`;
    });
    const found = await preview(file('changed.csv', ['id;amount;city;note', ...changed]));
    expect(found.alarms).toEqual([
      { kind: 'dialect-changed', column: 'delimiter', was: '","', is: '";"' },
      { kind: 'column-gone', column: 'day', was: 'date', is: null },
      { kind: 'type-changed', column: 'amount', was: 'number', is: 'text' },
      { kind: 'column-new', column: 'note', was: null, is: 'text' },
    ]);
    const commas = rows.map((row) => row.replace('.5', ',5').replaceAll(',', ';').replace(/;5;/, ',5;'));
    const decimal = await preview(file('commas.csv', [header.replaceAll(',', ';'), ...commas]));
    expect(decimal.alarms).toContainEqual({
      kind: 'reading-changed',
      column: 'amount',
      was: expect.stringContaining('point'),
      is: expect.stringContaining('comma'),
    });
  });

  it('stops an import that must not change before a row is stored, and goes on when the change is accepted', async () => {
    // The change stands beyond what a preview reads
    const many = Array.from({ length: 30_000 }, (_, i) => `k${i},2024-01-11,${i}.5,Rome`);
    const path = file('long.csv', [header, ...many, 'k99,soon,1.5,Rome', 'k98,later,1.5,Oslo']);
    expect((await preview(path)).alarms).toEqual([]);
    const stored = () => readdirSync(join(test.workspace, 'data')).sort();
    const before = stored();
    const stopped = await bring(path, { changes: 'stop' });
    expect(stopped.error).toMatchObject({ family: 'data-problem', code: 'import-changed' });
    expect(stopped.error?.message).toContain('Column "day" was date and is text.');
    expect(stored()).toEqual(before);
    const [kept] = (await test.client.datasets.list({ search: 'sales' })).items;
    expect(kept?.version).toBe(1);
    const gone = await bring(path, { changes: 'accept' });
    expect(gone.state).toBe('succeeded');
    const receipt = await test.client.datasets.receipt({ id: kept?.id ?? '' });
    expect(receipt.alarms).toEqual([{ kind: 'type-changed', column: 'day', was: 'date', is: 'text' }]);
  });

  it('is decided on by flags on the command line', async () => {
    const path = file('flags.csv', [header, ...rows]);
    expect((await cliHere(test, ['import', path, '--stop-on-changes'])).code).toBe(0);
    writeFileSync(path, `${[`${header},note`, ...rows.map((row) => `${row},x`)].join('\n')}\n`);
    const stopped = await cliHere(test, ['import', path, '--stop-on-changes']);
    expect([stopped.code, stopped.stderr]).toEqual([3, expect.stringContaining('Column "note" (text) is new.')]);
    const told = await cliHere(test, ['import', path, '--accept-changes', '--stop-on-changes']);
    expect(told.code).toBe(2);
    // Scripts of before go on, and are told
    const accepted = await cliHere(test, ['import', path]);
    expect([accepted.code, accepted.stdout]).toEqual([
      0,
      expect.stringContaining('ALARM: since the last import: Column "note" (text) is new.'),
    ]);
  });

  it('does not stop for what was asked for', async () => {
    const path = file('asked.csv', [header.replaceAll(',', ';'), ...rows.map((row) => row.replaceAll(',', ';'))]);
    const asked = await bring(path, {
      changes: 'stop',
      name: 'asked',
      options: { delimiter: ';' },
    });
    expect(asked.state).toBe('succeeded');
    const again = file('asked-again.csv', [header, ...rows]);
    const told = await bring(again, {
      changes: 'stop',
      name: 'asked',
      options: { delimiter: ',' },
      readings: { city: 'text', amount: 'text' },
    });
    expect(told.error).toBeNull();
    expect(told.state).toBe('succeeded');
  });
});
