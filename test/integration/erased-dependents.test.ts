/** Values that left a data set are followed when it is masked: what was made of them is listed, and treated as a person says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dependent, MaskResult } from '../../main/contract/masking.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { filesHolding } from '../helpers/files-holding.ts';
import { finish, importFile, openTestHost, settle, type TestHost, trainModel } from '../helpers/host.ts';

let test: TestHost;
beforeEach(async () => {
  test = await openTestHost();
});
afterEach(() => test?.close());

const needles = [/geheim\d+@verborgen/i, /KUNDENKENNUNG/i];
const leaks = () => filesHolding(test.workspace, needles);

/** People with a customer number that a model learns from. */
async function people(name = 'people.csv', set = 'people'): Promise<string> {
  const line = (i: number) =>
    `KUNDENKENNUNG${i % 8},geheim${i}@verborgen.example,2024-01-${String(1 + (i % 28)).padStart(2, '0')},${(i * 7) % 50},${(i % 8) * 10 + (i % 5)}`;
  const path = join(test.folder, name);
  writeFileSync(
    path,
    `customer,email,day,amount,spent\n${Array.from({ length: 160 }, (_, i) => line(i)).join('\n')}\n`,
  );
  return importFile(test.client, path, set);
}

const save = async (sql: string, name: string): Promise<string> => {
  const { jobId } = await test.client.queries.save({ sql, name });
  return ((await finish(test.client, jobId)).result as { datasetId: string }).datasetId;
};

const train = (datasetId: string, name: string) =>
  trainModel(test.client, {
    datasetId,
    name,
    target: 'spent',
    drop: ['day'],
    trials: 1,
    folds: 2,
    learners: ['linear'],
  });

/** Each with what can be done, in the order of the alphabet and without days. */
const texts = (found: readonly Dependent[]): string[] =>
  found.map(({ kind, name, offers }) => `${kind} ${name.replace(/ on \d.*/, '')}: ${offers.join(' ')}`).sort();

describe('B7 what depends on a data set that is masked', () => {
  it('is listed and, as a person says, made again, masked or deleted; then no file holds a clear value', async () => {
    const { client } = test;
    const id = await people();
    const twin = await people('people.csv', 'twin');
    const query = await save('SELECT customer, email, amount, spent, day FROM people WHERE amount > 3', 'rich');
    const cleaned = await client.datasets.clean({
      id: query,
      steps: [{ kind: 'drop-rows', when: [{ column: 'amount', op: 'greater', value: 40 }] }],
    });
    await finish(client, cleaned.jobId);
    const further = await save('SELECT customer, max(email) AS last, count(*) AS n FROM rich GROUP BY ALL', 'counted');
    const set = await client.features.save({
      name: 'history',
      definition: {
        base: { datasetId: id, time: 'day', key: ['customer'] },
        sources: {},
        features: [{ kind: 'latest', name: 'mail before', source: 'base', column: 'email' }],
      },
    });
    const built = await client.features.materialise({ id: set.id });
    const history = ((await finish(client, built.jobId)).result as { datasetId: string }).datasetId;
    const other = await save('SELECT email, amount FROM people', 'apart');
    const model = await train(id, 'spending');
    const scored = await client.predictions.scoreFile({
      modelId: model.modelId,
      source: { datasetId: id },
      destination: { download: 'scored.csv' },
      id: 'email',
    });
    await finish(client, scored.jobId);
    expect((await client.models.get({ id: model.modelId })).name).toBe('spending');

    const plan = await client.datasets.erasure({ id });
    expect(plan.versions).toEqual([1]);
    expect(texts(plan.dependents)).toEqual([
      'dataset apart: again delete keep',
      'dataset counted: again delete keep',
      'dataset history: again delete keep',
      'dataset rich: again delete keep',
      'dataset twin: mask delete keep',
      'model spending: delete keep',
      'scoring 160 rows scored with spending: delete keep',
    ]);
    // Nothing is done without being confirmed, and what would be is named
    const asked = ['mask', 'people', '--pii', 'mask-all', '--hash', 'customer'];
    const listed = await cliHere(test, asked);
    expect(listed.code).toBe(2);
    expect(listed.stderr).toContain('model "spending"');
    const all = await cliHere(test, [...asked, '--erase', 'all']);
    expect(all.stderr).toContain('can only be deleted or kept');
    const kept = await cliHere(test, [...asked, '--erase', 'counted', '--yes']);
    expect(kept.stderr).toContain('"counted" is made of "rich"');
    expect((await client.datasets.get({ id })).version).toBe(1);

    const scoring = plan.dependents.find(({ kind }) => kind === 'scoring')?.id ?? '';
    const names = ['rich', 'counted', 'history', 'twin'];
    const done = await cliHere(test, [
      ...asked,
      '--erase',
      names.join(','),
      '--delete',
      `spending,apart,${scoring}`,
      '--yes',
      '--json',
    ]);
    expect({ code: done.code, stderr: done.code === 0 ? '' : done.stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(done.stdout) as MaskResult;
    expect(
      Object.fromEntries(result.dependents.map(({ name, kind, action }) => [kind === 'scoring' ? kind : name, action])),
    ).toEqual({
      rich: 'again',
      counted: 'again',
      history: 'again',
      twin: 'mask',
      apart: 'delete',
      spending: 'delete',
      scoring: 'delete',
    });
    expect(result.elsewhere).toEqual([]);
    expect(await leaks()).toEqual([]);

    const first = async (dataset: string) =>
      (await client.datasets.page({ id: dataset, offset: 0, limit: 1 })).rows[0].map(String);
    expect((await first(query)).slice(0, 2)).toEqual([expect.stringMatching(/^h[0-9a-f]{64}$/), '[email]']);
    expect(
      (await client.datasets.page({ id: query, offset: 0, limit: 200 })).rows.every((row) => Number(row[2]) <= 40),
    ).toBe(true);
    expect((await first(further))[1]).toBe('[email]');
    expect((await first(history))[1]).toBe('[email]');
    expect((await first(twin))[1]).toBe('[email]');
    await expect(client.datasets.get({ id: other })).rejects.toMatchObject({ data: { code: 'dataset-not-found' } });
    await expect(client.models.get({ id: model.modelId })).rejects.toMatchObject({ data: { family: 'not-found' } });
    const checks = (await client.system.doctor({})).checks;
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect((await client.decisions.verify({})).ok).toBe(true);
    expect((await client.datasets.erasure({ id })).dependents).toEqual([]);
    const steps = (await client.datasets.versions({ id: query })).items[0]?.steps?.map(({ kind }) => kind);
    expect(steps).toEqual(['query', 'again', 'drop-rows']);
  });

  it('stays where nobody says otherwise, and is named', async () => {
    const id = await people();
    const model = await train(id, 'spending');
    const { jobId } = await test.client.datasets.mask({ id, privacy: { found: 'mask' }, confirm: true });
    const result = (await finish(test.client, jobId)).result as MaskResult;
    expect(result.dependents).toEqual([]);
    expect(result.elsewhere).toMatchObject([{ kind: 'model', id: model.modelId, name: 'spending' }]);
    expect((await test.client.models.get({ id: model.modelId })).name).toBe('spending');
  });

  it('is not touched, nor is anything erased, when it cannot be made again', async () => {
    const id = await people();
    const derived = await save('SELECT email, amount FROM people', 'mails');
    const { jobId } = await test.client.datasets.mask({
      id,
      privacy: { columns: { email: 'drop' } },
      dependents: { [derived]: 'again' },
      confirm: true,
    });
    const job = await settle(test.client, jobId);
    expect(job.error).toMatchObject({ code: 'not-made-again', message: expect.stringContaining('"mails"') });
    expect((await test.client.datasets.page({ id, version: 1, offset: 0, limit: 1 })).rows[0][1]).toContain('geheim');
    expect((await test.client.datasets.get({ id: derived })).version).toBe(1);
  });
});
