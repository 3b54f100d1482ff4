import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import type { FeatureSpec, FeatureTable } from '../../main/contract/feature-sets.ts';
import type { TrainOptions } from '../../main/contract/models.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { finish, importFile, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test.close());

type Planted = { readonly group?: boolean; readonly duplicates?: boolean; readonly disguise?: boolean };

/** Sales of shops by hour with a number to predict; leaks are planted on request. */
async function table(name: string, planted: Planted = {}): Promise<string> {
  const rng = createRng(11);
  const lines = ['shop,at,arrived,temperature,staff,visitors,part,patient_id,echo,sales'];
  for (let i = 0; i < 400; i++) {
    const at = new Date(Date.UTC(2024, 0, 1, i));
    const arrived = new Date(at.getTime() + (i % 3 === 0 ? 36 : 0) * 3_600_000);
    const temperature = rng.next() * 30;
    const staff = 1 + rng.int(6);
    const visitors = Math.round(20 + temperature + rng.next() * 40);
    const sales = Math.round(visitors * 2 + staff * 5 + rng.next() * 60);
    const patient = planted.group === true ? `p${i % 60}` : `p${i}`;
    const echo = planted.disguise === true ? sales * 0.5 + rng.next() * 0.01 : rng.next() * 100;
    const cells = [
      `s${i % 4}`,
      at.toISOString().slice(0, 19),
      arrived.toISOString().slice(0, 19),
      temperature.toFixed(3),
      staff,
      visitors,
      i % 4 === 3 ? 'valid' : 'train',
      patient,
      echo.toFixed(3),
      sales,
    ];
    lines.push(cells.join(','));
    if (planted.duplicates === true && i % 10 === 0)
      lines.push(cells.map((cell, c) => (c === 6 ? 'valid' : cell)).join(','));
  }
  const path = join(test.folder, `${name}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return importFile(test.client, path);
}

const base = (datasetId: string, more: Pick<FeatureTable, 'known' | 'lags'> = {}) => ({
  datasetId,
  time: 'at',
  key: ['shop'],
  ...more,
});

/** Builds a feature set over the table; the data set it made and whether the proof held. */
async function build(name: string, table: ReturnType<typeof base>, features: FeatureSpec[]) {
  const set = await test.client.features.save({ name, definition: { base: table, sources: {}, features } });
  const { jobId } = await test.client.features.materialise({ id: set.id });
  const { result } = await finish(test.client, jobId);
  return { set, ...(result as { datasetId: string; proof: { ok: boolean; differences: string[] } }) };
}

async function trainingError(datasetId: string, options: Partial<TrainOptions> = {}) {
  const settings = { target: 'sales', trials: 1, learners: ['linear' as const], folds: 2, ...options };
  const { jobId } = await test.client.models.train({ datasetId, drop: ['arrived', 'part', 'patient_id'], ...settings });
  const job = await settle(test.client, jobId);
  return { state: job.state, error: job.error };
}

const findingsOf = async (datasetId: string, options: Partial<TrainOptions> = {}) =>
  (await test.client.models.plan({ datasetId, target: 'sales', ...options })).findings.map(
    ({ kind, column, severity }) => ({
      kind,
      column,
      severity,
    }),
  );

const earlier: FeatureSpec = {
  kind: 'window',
  name: 'mean so far',
  source: 'base',
  column: 'sales',
  aggregate: 'mean',
  window: { kind: 'all' },
};

describe('C3 six kinds of planted leaks', () => {
  it('future row: a centred mean fails the proof and the training run, naming column and row', async () => {
    const id = await table('future');
    const made = await build('future', base(id), [
      {
        kind: 'query',
        name: 'centred mean',
        sql: 'SELECT a."row", avg(b.sales) AS value FROM base a JOIN base b ON a.shop = b.shop AND b.at BETWEEN a.at - INTERVAL 9 HOUR AND a.at + INTERVAL 9 HOUR GROUP BY a."row"',
      },
    ]);
    expect(made.proof.ok).toBe(false);
    const { state, error } = await trainingError(made.datasetId);
    expect(state).toBe('failed');
    expect(error).toMatchObject({ code: 'time-machine', details: { column: 'centred mean', reason: 'future-row' } });
    expect(error?.message).toMatch(/“centred mean” of row \d+/);
  });

  it('late arrival: rows that happened before but arrived after are told from future ones', async () => {
    const id = await table('late');
    const made = await build('late', base(id, { known: 'arrived' }), [
      {
        kind: 'query',
        name: 'sales before',
        sql: 'SELECT a."row", sum(b.sales) AS value FROM base a JOIN base b ON a.shop = b.shop AND b.at < a.at GROUP BY a."row"',
      },
    ]);
    const { error } = await trainingError(made.datasetId);
    expect(error).toMatchObject({ code: 'time-machine', details: { column: 'sales before', reason: 'late-arrival' } });
  });

  it('same row: a column known an hour after its row fails the run unless it is left out', async () => {
    const id = await table('same row');
    const { error } = await trainingError(id, { lags: { visitors: 3600 } });
    expect(error).toMatchObject({ code: 'time-machine', details: { column: 'visitors', row: 1, reason: 'same-row' } });
    const made = await build('same row', base(id, { lags: { visitors: 3600, sales: 3600 } }), [
      { kind: 'lag', name: 'visitors before', source: 'base', column: 'visitors', steps: 1 },
    ]);
    expect(made.proof).toMatchObject({ ok: true, differences: [] });
    expect((await trainingError(made.datasetId)).error).toMatchObject({ details: { column: 'visitors' } });
    const out = { drop: ['arrived', 'part', 'patient_id', 'visitors'] };
    expect(await trainingError(made.datasetId, out)).toMatchObject({ state: 'succeeded', error: null });
  });

  it('target in disguise: the leak finding names the column', async () => {
    expect(await findingsOf(await table('disguise', { disguise: true }))).toContainEqual(
      expect.objectContaining({ kind: 'leak', column: 'echo' }),
    );
  });

  it('duplicates across the split and groups on both sides have findings of their own', async () => {
    const twice = await findingsOf(await table('twice', { duplicates: true }), {
      validation: 'split',
      splitColumn: 'part',
    });
    expect(twice).toContainEqual({ kind: 'split-overlap', column: null, severity: 'warn' });
    const id = await table('groups', { group: true });
    expect(await findingsOf(id)).toContainEqual({ kind: 'group-overlap', column: 'patient_id', severity: 'warn' });
    expect((await findingsOf(id, { group: 'patient_id' })).map(({ kind }) => kind)).not.toContain('group-overlap');
  });

  it('nothing is alarmed on a clean set', async () => {
    const id = await table('clean');
    const kinds = (await findingsOf(id, { validation: 'split', splitColumn: 'part' })).map(({ kind }) => kind);
    for (const kind of ['leak', 'split-overlap', 'group-overlap']) expect(kinds).not.toContain(kind);
    expect((await findingsOf(id)).map(({ kind }) => kind)).not.toContain('group-overlap');
    const made = await build('clean', base(id), [earlier]);
    expect(made.proof).toMatchObject({ ok: true, differences: [] });
    expect(await trainingError(made.datasetId)).toMatchObject({ state: 'succeeded', error: null });
  });
});

describe('C2 a feature set in the workspace', () => {
  it('has versions, lineage, freshness, values on demand, and can be deleted and taken back', async () => {
    const id = await table('kept');
    const { set } = await build('kept', base(id), [earlier]);
    const again = await test.client.features.save({ name: 'kept', definition: set.definition });
    expect(again.version).toBe(1);
    const changed = await test.client.features.save({
      name: 'kept',
      definition: {
        ...set.definition,
        features: [earlier, { kind: 'latest', name: 'last', source: 'base', column: 'sales' }],
      },
    });
    expect(changed.versions.map(({ number, features }) => ({ number, features }))).toEqual([
      { number: 2, features: 2 },
      { number: 1, features: 1 },
    ]);
    const [made] = changed.materialisations;
    expect(made).toMatchObject({ version: 1, rows: 400, stale: false, freshUntil: '2024-01-17T15:00:00.000Z' });
    expect(made.from).toEqual([{ alias: 'base', datasetId: id, name: 'kept', version: 1 }]);
    const { values } = await test.client.features.values({ id: set.id, key: ['s1'], at: '2024-01-01T02:00:00' });
    const page = await test.client.datasets.page({ id, offset: 1, limit: 1 });
    const seen = { source: 'base', rows: 1, knownAt: '2024-01-01T01:00:00Z', value: page.rows[0][9] };
    expect(values).toEqual([
      { name: 'mean so far', ...seen },
      { name: 'last', ...seen },
    ]);
    const { eventId } = await test.client.features.delete({ id: set.id });
    expect((await test.client.features.list({})).items.map(({ name }) => name)).not.toContain('kept');
    await test.client.system.undo({ eventId });
    expect((await test.client.features.get({ id: set.id })).name).toBe('kept');
  });
});

describe('C3 tables whose values are known from their import on', () => {
  it('are seen by rows after it alone, with a warning wherever the set is named, and the proof holds', async () => {
    const write = (name: string, text: string): string => {
      const path = join(test.folder, name);
      writeFileSync(path, text);
      return path;
    };
    const visits = ['shop,at', ...Array.from({ length: 5 }, (_, i) => `a,2024-01-0${i + 1}T00:00:00`)].join('\n');
    await importFile(test.client, write('visits.csv', visits), 'visits');
    await importFile(test.client, write('asked.csv', 'shop,at,x\na,2024-06-01T00:00:00,1\na,2199-01-01T00:00:00,2\n'));
    const of = (knownAt: object): string =>
      write(
        'set.json',
        JSON.stringify({
          base: { dataset: 'asked', time: 'at', key: ['shop'] },
          sources: { visits: { dataset: 'visits', time: 'at', key: ['shop'], ...knownAt } },
          features: [
            { kind: 'window', name: 'seen', source: 'visits', aggregate: 'count', window: { kind: 'all' } },
            { kind: 'latest', name: 'last', source: 'visits', column: 'at' },
          ],
        }),
      );
    const seen = async (name: string, knownAt: object) => {
      const saved = await cliHere(test, ['features', 'save', name, of(knownAt)]);
      expect({ code: saved.code, stderr: saved.code === 0 ? '' : saved.stderr }).toEqual({ code: 0, stderr: '' });
      const built = await cliHere(test, ['features', 'build', name, '--json']);
      const made = JSON.parse(built.stdout) as { datasetId: string; proof: { ok: boolean } };
      expect(made.proof.ok).toBe(true);
      const { rows } = await test.client.datasets.page({ id: made.datasetId, offset: 0, limit: 5 });
      const set = (await test.client.features.list({})).items.find((each) => each.name === name);
      return { saved: saved.stdout, rows: rows.map((row) => row[3]), warnings: set?.warnings ?? [], id: set?.id ?? '' };
    };
    const event = await seen('as they happened', {});
    expect(event).toMatchObject({ rows: [5, 5], warnings: [] });
    expect(event.saved).not.toContain('WARNING');
    const since = await seen('as they came', { knownAt: 'import' });
    expect(since.rows).toEqual([0, 5]);
    expect(since.warnings).toEqual([
      expect.stringContaining('“visits” (visits, version 1) counts as known from its import'),
    ]);
    expect(since.saved).toContain(`WARNING: ${since.warnings[0]}`);
    const { importedAt } = await test.client.datasets.receipt({
      id: (await test.client.datasets.list({ search: 'visits' })).items[0].id,
    });
    const { values } = await test.client.features.values({ id: since.id, key: ['a'], at: '2199-01-01T00:00:00' });
    const known = Date.parse(values[0].knownAt ?? '');
    expect(Math.abs(known - importedAt)).toBeLessThan(60_000);
    expect(since.warnings[0]).toContain(new Date(known).toISOString().slice(0, 19));
  });
});

describe('C1 a recipe through training', () => {
  it('is kept by name, previewed, fitted in the folds and applied when the model scores', async () => {
    const id = await table('steps');
    const steps = [
      { kind: 'ratio' as const, left: 'visitors', right: 'staff', as: 'per head' },
      { kind: 'bins' as const, columns: ['temperature'], method: 'tree' as const, count: 4, keep: true },
      { kind: 'target' as const, columns: ['shop'] },
      { kind: 'standardise' as const, columns: ['per head'] },
    ];
    const kept = await test.client.features.saveRecipe({ name: 'shop steps', steps, datasetId: id });
    expect(kept.steps).toEqual(steps);
    const preview = await test.client.features.previewRecipe({ datasetId: id, steps, target: 'sales' });
    const names = preview.after.map(({ name }) => name);
    expect(names).toContain('shop target rate');
    expect(names).not.toContain('shop');
    expect(preview.after.find(({ name }) => name === 'per head standardised')).toMatchObject({
      from: ['visitors', 'staff'],
    });
    const { jobId } = await test.client.models.train({
      datasetId: id,
      target: 'sales',
      drop: ['arrived', 'part', 'patient_id', 'at'],
      recipe: steps,
      trials: 1,
      folds: 3,
      learners: ['trees'],
    });
    const { result } = await finish(test.client, jobId);
    const { modelId } = result as { modelId: string };
    const model = await test.client.models.get({ id: modelId });
    expect(model.parity.maxError).toBeLessThan(1e-4);
    const row = { shop: 's1', temperature: 12, staff: 3, visitors: 50, echo: 5 };
    const one = await test.client.predictions.one({ modelId, row });
    expect(one.contributions.map(({ column }) => column)).toEqual(
      expect.arrayContaining(['visitors', 'staff', 'shop']),
    );
  });

  it('refuses a step that cannot be done, naming step and column', async () => {
    const id = await table('wrong steps');
    await expect(
      test.client.features.previewRecipe({ datasetId: id, steps: [{ kind: 'log', columns: ['shop'] }] }),
    ).rejects.toThrow('Step 1 (log): "shop" is text; it needs numbers.');
  });
});
