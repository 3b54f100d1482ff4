import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CleaningStep } from '../../main/contract/cleaning.ts';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let id: string;
let csv: string;

const clean = async (steps: readonly CleaningStep[], datasetId = id) => {
  const { jobId } = await test.client.datasets.clean({ id: datasetId, steps: [...steps] });
  return (await finish(test.client, jobId)).result as {
    version: number;
    rows: number;
    changed: boolean;
    eventId: string | null;
  };
};
const hash = async (datasetId = id): Promise<string> => (await test.client.datasets.get({ id: datasetId })).versionHash;

beforeAll(async () => {
  test = await openTestHost();
  const lines = ['id,city,price,when'];
  for (let i = 0; i < 200; i++) {
    lines.push(
      `k${i},${i % 40 === 0 ? 'berlin ' : i % 2 ? 'Berlin' : 'Paris'},${i % 25 === 0 ? -999 : 10 + (i % 17) / 4},2024-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    );
  }
  lines.push(lines[3]);
  csv = join(test.folder, 'sales.csv');
  writeFileSync(csv, `${lines.join('\n')}\n`);
  id = await importFile(test.client, csv);
});
afterAll(() => test.close());

describe('B6 cleaning through the contract', () => {
  const steps: CleaningStep[] = [
    { kind: 'drop-duplicates', columns: [] },
    { kind: 'set-missing', column: 'price', values: ['-999'] },
    { kind: 'trim', columns: ['city'] },
    { kind: 'unify', column: 'city', mapping: [{ from: 'berlin', to: 'Berlin' }] },
  ];

  it('B5 finds what was planted, with rows that hold it and steps that mend it', async () => {
    const { findings } = await test.client.datasets.profile({ id });
    const kinds = findings.map(({ kind, column }) => `${kind} ${column ?? ''}`.trim());
    expect(kinds).toContain('duplicate-rows');
    expect(kinds).toContain('disguised-missing price');
    expect(kinds).toContain('whitespace city');
    const missing = findings.find(({ kind }) => kind === 'disguised-missing');
    expect(missing?.count).toBe(8);
    const page = await test.client.datasets.page({ id, offset: missing?.rows?.[1] ?? -1, limit: 1 });
    expect(page.rows[0][2]).toBe(-999);
    expect(missing?.fix?.steps).toEqual([{ kind: 'set-missing', column: 'price', values: ['-999'] }]);
  });

  it('shows what each step would change before anything is written', async () => {
    const before = await hash();
    const preview = await test.client.datasets.previewClean({ id, steps });
    expect(preview.effects.map(({ rowsRemoved, cellsChanged }) => [rowsRemoved, cellsChanged])).toEqual([
      [1, 0],
      [0, 8],
      [0, 5],
      [0, 5],
    ]);
    expect(preview.effects[1].examples[0]).toEqual({ row: 0, column: 'price', before: -999, after: null });
    expect(preview.rows).toBe(200);
    expect(await hash()).toBe(before);
  });

  it('writes a new version, undoes it to the same hash, and does it again', async () => {
    const before = await hash();
    const done = await clean(steps);
    expect(done).toMatchObject({ version: 2, rows: 200, changed: true });
    const after = await hash();
    expect(after).not.toBe(before);
    const undone = await test.client.system.undo({ eventId: done.eventId ?? '' });
    expect(await hash()).toBe(before);
    await test.client.system.undo({ eventId: undone.eventId });
    expect(await hash()).toBe(after);
    const { findings } = await test.client.datasets.profile({ id });
    expect(findings.map(({ kind }) => kind)).not.toContain('disguised-missing');
  });

  it('changes nothing when done twice, and then makes no version', async () => {
    const before = await hash();
    expect(await clean(steps)).toMatchObject({ version: 2, changed: false, eventId: null });
    expect(await hash()).toBe(before);
  });

  it('says what was done as a recipe, in the lineage and in the receipt', async () => {
    const recipe = await test.client.datasets.recipe({ id });
    expect(recipe.steps).toEqual(steps);
    expect(recipe.importedVersion).toBe(1);
    expect(recipe.text).toContain('Set "-999" missing in "price".');
    const { items } = await test.client.datasets.versions({ id });
    expect(items[0]).toMatchObject({ version: 2, parent: 1, current: true, imported: false });
    expect(items[0].from).toEqual([{ datasetId: id, name: 'sales', version: 1 }]);
    expect(items[0].steps).toHaveLength(4);
    expect((await test.client.datasets.receipt({ id })).sourceName).toBe('sales.csv');
  });

  it('tells two versions apart by columns, distributions and rows', async () => {
    const diff = await test.client.datasets.diff({ id, from: 1, to: 2 });
    expect(diff.rows).toEqual({ from: 201, to: 200 });
    // The repeated id of version 1 names two rows
    expect(diff.byKey).toBeNull();
    expect(diff.distribution.find(({ column }) => column === 'city')?.words).toContain('gone: "berlin "');
    await expect(test.client.datasets.diff({ id, from: 1, to: 2, key: ['city'] })).rejects.toThrow(
      /do not name every row/,
    );
  });

  it('offers the recipe to the next import, reads it as the last import was read, and applies it', async () => {
    writeFileSync(
      csv,
      `id,city,price,when\nx1,berlin ,-999,2024-02-01\nx2,Paris,3.5,2024-02-02\nx3,Paris,4.5,2024-02-03\n`,
    );
    await importFile(test.client, csv);
    const recipe = await test.client.datasets.recipe({ id });
    expect(recipe).toMatchObject({ version: 3, importedVersion: 3 });
    expect(recipe.offered).toEqual(steps);
    expect(await clean(recipe.offered)).toMatchObject({ version: 4, changed: true });
    const page = await test.client.datasets.page({ id, offset: 0, limit: 1 });
    expect(page.rows[0]).toEqual(['x1', 'Berlin', null, '2024-02-01']);
    expect((await test.client.datasets.recipe({ id })).offered).toEqual([]);
  });

  it('compares rows by a proposed key', async () => {
    const diff = await test.client.datasets.diff({ id, from: 3, to: 4 });
    expect(diff.byKey).toMatchObject({
      key: ['id'],
      proposed: true,
      added: 0,
      removed: 0,
      changedRows: 1,
      changedCells: 2,
    });
    expect(diff.byKey?.examples).toContainEqual({
      kind: 'changed',
      key: ['x1'],
      column: 'price',
      before: -999,
      after: null,
    });
    const other = await test.client.datasets.diff({ id, from: 4, to: 2, key: ['id'] });
    expect(other.byKey).toMatchObject({ proposed: false, added: 200, removed: 3 });
  });

  it('goes back to an earlier version as an event that can be undone', async () => {
    const { eventId } = await test.client.datasets.restore({ id, version: 2 });
    expect((await test.client.datasets.get({ id })).version).toBe(2);
    await test.client.system.undo({ eventId });
    expect((await test.client.datasets.get({ id })).version).toBe(4);
  });

  it('refuses steps that cannot be, naming the column', async () => {
    await expect(clean([{ kind: 'cap', column: 'city', low: 1, high: null }])).rejects.toThrow(/"city" is text/);
    await expect(clean([{ kind: 'trim', columns: ['nowhere'] }])).rejects.toThrow(/no column "nowhere"/);
  });
});
