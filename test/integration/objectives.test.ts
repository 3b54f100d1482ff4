import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import type { TrainOptions } from '../../main/contract/models.ts';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';

beforeAll(async () => {
  test = await openTestHost();
  const rng = createRng(4);
  const lines = ['size,age,kind,amount,big'];
  for (let i = 0; i < 600; i++) {
    const [size, age, kind] = [rng.next() * 4, rng.next() * 10, rng.int(3)];
    const mean = Math.exp(0.5 * size - 0.1 * age + 0.3 * kind);
    const amount = mean * Math.exp(0.5 * rng.normal());
    lines.push([size.toFixed(3), age.toFixed(3), 'abc'[kind], amount.toFixed(4), amount > 6 ? 'yes' : 'no'].join(','));
  }
  const path = join(test.folder, 'amounts.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  datasetId = await importFile(test.client, path);
});
afterAll(() => test.close());

const settings = { target: 'amount', drop: ['big'], trials: 2, folds: 3, seed: 7, keep: [], validation: 'cv' as const };

async function train(options: Partial<TrainOptions>) {
  const { jobId } = await test.client.models.train({ datasetId, ...settings, ...options });
  const { result } = await finish(test.client, jobId);
  return test.client.models.get({ id: (result as { modelId: string }).modelId });
}

const predict = (modelId: string, size: number) =>
  test.client.predictions.one({ modelId, row: { size, age: 3, kind: 'b' }, record: false });

describe('D1 objectives and constraints from the contract to the prediction', () => {
  it('quantiles: shown, explained exactly, in order, in scored files, under a direction', async () => {
    const model = await train({ quantiles: [0.9, 0.1, 0.5], monotone: { size: 1 } });
    expect(model.metric).toBe('pinball');
    expect(model.score.value).toBeLessThan(model.baseline);
    expect(model.leaderboard.every((row) => row.learner === 'trees')).toBe(true);
    let last = [0, 0, 0];
    for (const size of [0, 0.7, 1.5, 2.2, 3, 3.9]) {
      const reply = await predict(model.id, size);
      const values = (reply.quantiles ?? []).map(({ value }) => value);
      expect((reply.quantiles ?? []).map(({ level }) => level)).toEqual([0.1, 0.5, 0.9]);
      expect([...values].sort((a, b) => a - b)).toEqual(values);
      expect(reply.prediction).toBe(values[1]);
      const sum = reply.contributions.reduce((total, { contribution }) => total + contribution, reply.baseValue);
      expect(sum).toBeCloseTo(values[1], 5);
      values.forEach((value, k) => {
        expect(value).toBeGreaterThanOrEqual(last[k]);
      });
      last = values;
    }
    const out = join(test.folder, 'scored.csv');
    const { jobId } = await test.client.predictions.scoreFile({
      modelId: model.id,
      source: { path: join(test.folder, 'amounts.csv') },
      destination: { path: out },
    });
    await finish(test.client, jobId);
    const [header, first] = readFileSync(out, 'utf8').split('\n');
    expect(header.trim()).toBe('prediction,quantile_0.1,quantile_0.5,quantile_0.9');
    expect(first.split(',')).toHaveLength(4);
  });

  it('a log link: positive predictions, contributions that multiply, words that say so', async () => {
    const model = await train({ objective: 'gamma' });
    expect(model.metric).toBe('gamma_deviance');
    expect(model.score.value).toBeLessThan(model.baseline);
    const reply = await predict(model.id, 2.5);
    expect(reply.units).toBe('log-target');
    const sum = reply.contributions.reduce((total, { contribution }) => total + contribution, reply.baseValue);
    expect(Math.exp(sum)).toBeCloseTo(Number(reply.prediction), 4);
    expect(reply.keyFactors.join()).toContain('×');
    const { learnersLeftOut, objective } = await test.client.models.plan({
      datasetId,
      ...settings,
      objective: 'gamma',
    });
    expect(objective).toBe('gamma');
    expect(learnersLeftOut?.map(({ learner }) => learner)).toEqual(['linear', 'ebm']);
  });

  it('forests by name, balanced classes, and refusals that say what to do', async () => {
    const model = await train({
      target: 'big',
      drop: ['amount'],
      learners: ['forest', 'extra-trees'],
      classWeight: 'balanced',
      interactions: [['size', 'age']],
    });
    expect(model.leaderboard.map((row) => row.learner).sort()).toEqual(['extra-trees', 'forest']);
    expect(model.score.value).toBeGreaterThan(0.8);
    await expect(train({ learners: ['linear'], monotone: { size: 1 } })).rejects.toThrow('No learner is left');
    await expect(train({ monotone: { kind: 1 } })).rejects.toThrow('"kind" is no number');
  });
});
