import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainOptions } from '../../main/contract/models.ts';
import { curvedOutcome, drawsFrom, writeLines } from '../helpers/curved-cases.ts';
import { finish, importFile, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';

beforeAll(async () => {
  test = await openTestHost();
  datasetId = await importFile(test.client, written('cases.csv', cases(400)));
});
afterAll(() => test.close());

const written = (name: string, lines: readonly string[]): string => writeLines(test.folder, name, lines);

/** Two useful columns, six of noise, groups, days and a split of the user's. */
function cases(rows: number): string[] {
  const lines = ['a,b,n1,n2,n3,n4,n5,n6,shop,day,part,y'];
  const draw = drawsFrom(12345);
  for (let i = 0; i < rows; i++) {
    const [a, b] = [draw() * 4 - 2, draw() * 4 - 2];
    const noise = Array.from({ length: 6 }, () => draw().toFixed(4));
    const outcome = curvedOutcome(draw, a, b);
    const day = new Date(Date.UTC(2024, 0, 1 + Math.floor(i / 2))).toISOString().slice(0, 10);
    const part = i % 10 < 6 ? 'train' : i % 10 < 8 ? 'valid' : 'test';
    lines.push([a.toFixed(4), b.toFixed(4), ...noise, `s${i % 23}`, day, part, outcome].join(','));
  }
  return lines;
}

async function train(options: Partial<TrainOptions>) {
  const settings = { target: 'y', trials: 2, folds: 3, drop: ['shop', 'day', 'part'], ...options };
  const { jobId } = await test.client.models.train({ datasetId, learners: ['trees', 'linear'], ...settings });
  const { result } = await finish(test.client, jobId);
  return { jobId, model: await test.client.models.get({ id: (result as { modelId: string }).modelId }) };
}

describe('D9 the honest leaderboard of a run', () => {
  it('corrects the score, shows ties, what combining gained, and keeps the predictions of every trial', async () => {
    const { jobId, model } = await train({ validation: 'stratified', trials: 3 });
    const { honest, ensemble, leaderboard } = model;
    expect(honest?.score?.value).toBeGreaterThan(0.6);
    expect(honest?.score?.low).toBeLessThan(honest?.score?.value ?? 0);
    expect(honest?.candidates).toBeGreaterThanOrEqual(3);
    expect(honest).toMatchObject({ sealed: null, nested: null });
    expect(ensemble?.gain).toMatchObject({ loss: 'log loss' });
    const shipped = leaderboard.filter((row) => (row.weight ?? 0) > 0);
    expect(shipped).toHaveLength(ensemble?.members ?? 0);
    const points = (await test.client.jobs.metrics({ id: jobId })).points;
    expect(points.some((point) => point.series === 'honest' && typeof point.score === 'number')).toBe(true);
    const file = readdirSync(join(test.workspace, 'models')).find((name) => name.endsWith(`${jobId}.trials`));
    const kept = deserialize(readFileSync(join(test.workspace, 'models', file ?? ''))) as {
      readonly rows: Int32Array;
      readonly trials: readonly { readonly margins: Float32Array }[];
    };
    expect(kept.trials).toHaveLength(leaderboard.filter((row) => row.state === 'done').length);
    for (const { margins } of kept.trials) {
      expect(margins).toHaveLength(kept.rows.length);
      expect(margins.every((margin) => Number.isFinite(margin))).toBe(true);
    }
  });

  it('seals the rows asked for, scores them once, and counts every look at them', async () => {
    const first = await train({ sealed: 0.2, validation: 'stratified' });
    expect(first.model.honest?.sealed).toMatchObject({ rows: 80, looks: 1 });
    expect(first.model.honest?.sealed?.score.value).toBeGreaterThan(0.55);
    expect(first.model.rows).toBe(320);
    const second = await train({ sealed: 0.2, validation: 'stratified', seed: 99 });
    expect(second.model.honest?.sealed).toMatchObject({ rows: 80, looks: 2 });
    await test.client.models.delete({ id: second.model.id });
    expect((await train({ sealed: 0.2, validation: 'stratified' })).model.honest?.sealed?.looks).toBe(3);
    expect((await train({ sealed: 0 })).model.honest?.sealed).toBeNull();
  });
});

describe('D3 schemes through the whole run', () => {
  it('repeats folds for few rows by itself, and measures the procedure in nested folds', async () => {
    const { model } = await train({ trials: 1 });
    expect(model.validation).toMatchObject({ kind: 'repeated', folds: 9 });
    const nested = await train({ validation: 'nested' });
    expect(nested.model.validation.kind).toBe('nested');
    expect(nested.model.honest?.nested?.value).toBeGreaterThan(0.55);
    expect(nested.model.honest?.nested?.low).toBeLessThan(nested.model.honest?.nested?.value ?? 0);
  });

  it('follows the column of the user and seals its test rows', async () => {
    const { model } = await train({ splitColumn: 'part', drop: ['shop', 'day'] });
    expect(model.validation).toMatchObject({ kind: 'split', folds: 1 });
    expect(model.honest?.sealed).toMatchObject({ rows: 80 });
    expect(model.rows).toBe(320);
    expect(model.excluded.find((entry) => entry.column === 'part')?.reason).toMatch(/which rows train/);
  });

  it('plans each scheme with its reason and the alternatives', async () => {
    const plan = await test.client.models.plan({ datasetId, target: 'y', group: 'shop', sealed: 0.1 });
    expect(plan.validation).toMatchObject({ scheme: 'forward', kind: 'forward' });
    expect(plan.validation.alternatives.map((other) => other.scheme)).toContain('stratified-group');
    expect(plan.sealed?.rows).toBe(40);
    const gap = await train({ time: 'day', drop: ['shop', 'part'], gap: 7, embargo: 3, trials: 1 });
    expect(gap.model.validation.kind).toBe('forward');
    await expect(test.client.models.plan({ datasetId, target: 'y', validation: 'group' })).rejects.toThrow(/groups/);
  });
});

describe('D4 warm start', () => {
  it('tries the best of an earlier run first, and refuses a model of another target by name', async () => {
    const earlier = await train({ validation: 'stratified', trials: 3 });
    const warm = await train({ validation: 'stratified', trials: 1, warmStart: earlier.model.id });
    expect(warm.model.leaderboard[0]?.label).toMatch(/from an earlier run/);
    const auto = await train({ validation: 'stratified', trials: 1, warmStart: 'auto' });
    expect(auto.model.leaderboard[0]?.label).toMatch(/from an earlier run$/);
    const { jobId } = await test.client.models.train({
      datasetId,
      target: 'part',
      trials: 1,
      warmStart: earlier.model.id,
    });
    const job = await settle(test.client, jobId);
    expect(job.error?.message).toMatch(/was not trained here on the same data set and target/);
  });
});

describe('D4 hostile tables', () => {
  const run = async (name: string, lines: readonly string[], options: Partial<TrainOptions> = {}) => {
    const id = await importFile(test.client, written(name, lines));
    const { jobId } = await test.client.models.train({ datasetId: id, target: 'y', trials: 2, ...options });
    return settle(test.client, jobId);
  };
  const modelOf = async (job: Awaited<ReturnType<typeof settle>>) => {
    expect({ state: job.state, message: job.error?.message }).toEqual({ state: 'succeeded', message: undefined });
    return test.client.models.get({ id: (job.result as { modelId: string }).modelId });
  };

  it('leaves out rows without a target and says how many', async () => {
    const lines = ['u,v,y', ...Array.from({ length: 300 }, (_, i) => `${i},${i % 7},${i % 3 === 0 ? '' : i * 2}`)];
    const model = await modelOf(await run('missing-target.csv', lines));
    expect(model.rows).toBe(200);
    expect(model.card.data).toMatch(/100 rows without a target/);
  });

  it('trains where 99.9 % have one answer', async () => {
    const lines = [
      'u,v,y',
      ...Array.from({ length: 4000 }, (_, i) => `${i % 97},${i % 7},${i % 1000 === 5 ? 'b' : 'a'}`),
    ];
    const model = await modelOf(await run('rare.csv', lines, { folds: 2 }));
    expect(model.metrics.log_loss?.value).toBeLessThan(0.05);
  });

  it('says what to do where every class has one row', async () => {
    const job = await run('unique.csv', ['u,y', ...Array.from({ length: 40 }, (_, i) => `${i % 5},name ${i}`)]);
    expect(job.state).toBe('failed');
    expect(job.error?.message).toMatch(/"y"/);
    expect(job.error?.hint.length).toBeGreaterThan(10);
  });

  it('keeps to the budget with 600 columns and 200 rows', async () => {
    const width = 600;
    const header = [...Array.from({ length: width }, (_, c) => `c${c}`), 'y'].join(',');
    const lines = Array.from({ length: 200 }, (_, i) =>
      [...Array.from({ length: width }, (_, c) => (i * (c + 7)) % 31), i % 2 === 0 ? 'yes' : 'no'].join(','),
    );
    const job = await run('wide.csv', [header, ...lines], { budgetSeconds: 8, trials: undefined });
    const model = await modelOf(job);
    expect(model.card.trials).toBeGreaterThanOrEqual(1);
  });
});
