import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import type { TrainOptions } from '../../main/contract/models.ts';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';

/** Visits that three things multiply; the noise of a count. */
beforeAll(async () => {
  test = await openTestHost();
  const rng = createRng(21);
  const lines = ['hour,warmth,place,day,visits'];
  for (let i = 0; i < 1500; i++) {
    const [hour, warmth, place] = [rng.int(24), rng.next(), rng.int(4)];
    const mean = Math.exp(1 + 1.5 * Math.sin((hour / 24) * Math.PI * 2) + 1.4 * warmth + 0.6 * place);
    const visits = Math.max(0, Math.round(mean + Math.sqrt(mean) * rng.normal()));
    const day = new Date(Date.UTC(2024, 0, 1 + (i >> 2))).toISOString().slice(0, 10);
    lines.push([hour, warmth.toFixed(3), 'abcd'[place], day, visits].join(','));
  }
  const path = join(test.folder, 'visits.csv');
  writeFileSync(path, `${lines.join('\n')}\n`);
  datasetId = await importFile(test.client, path);
});
afterAll(() => test.close());

async function train(options: Partial<TrainOptions>) {
  const settings = { target: 'visits', trials: 2, folds: 3, seed: 7, learners: ['trees' as const, 'linear' as const] };
  const { jobId } = await test.client.models.train({ datasetId, ...settings, ...options });
  const { result } = await finish(test.client, jobId);
  return test.client.models.get({ id: (result as { modelId: string }).modelId });
}

describe('D4 a target whose effects multiply', () => {
  it('is fitted in its logarithm, judged by squared error in its own units, and explained by factors', async () => {
    const model = await train({ validation: 'cv' });
    const squared = await train({ validation: 'cv', objective: 'squared' });
    expect([model.metric, squared.metric]).toEqual(['rmse', 'rmse']);
    expect(model.score.value).toBeLessThan(squared.score.value);
    expect(model.leaderboard.every((row) => row.learner === 'trees')).toBe(true);
    const row = { hour: 6, warmth: 0.9, place: 'd', day: '2024-03-01' };
    const reply = await test.client.predictions.one({ modelId: model.id, row, record: false });
    expect(reply.units).toBe('log-target');
    const sum = reply.contributions.reduce((total, { contribution }) => total + contribution, reply.baseValue);
    expect(Math.exp(sum)).toBeCloseTo(Number(reply.prediction), 3);
    const plain = await test.client.predictions.one({ modelId: squared.id, row, record: false });
    expect(plain.units).toBe('target');
  });

  it('measured forward, says what it learned from and how to judge rows in between', async () => {
    const model = await train({ learners: ['trees'], trials: 1, objective: 'squared', validation: 'auto' });
    expect(model.validation.kind).toBe('forward');
    expect(model.validation.reason).toContain('--validation cv');
  });
});
