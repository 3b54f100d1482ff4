import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;

/** Rows on a grid of classes; the first row of every class, then the others at random among nine of ten classes. */
function grid(classes: number, rowCount: number): string {
  const rng = createRng(11);
  const lines = ['across,down,noise,label'];
  for (let i = 0; i < rowCount; i++) {
    const k = i < classes ? i : rng.int(Math.floor(classes * 0.9));
    lines.push([(k % 20) + rng.next(), Math.floor(k / 20) + rng.next(), rng.next(), `c${k}`].join(','));
  }
  return `${lines.join('\n')}\n`;
}

beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test.close());

describe('D1 300 classes end to end', () => {
  it('plans, trains, shows, scores and packages them; rare classes are told in words', async () => {
    const path = join(test.folder, 'grid.csv');
    writeFileSync(path, grid(300, 1500));
    const datasetId = await importFile(test.client, path);
    const plan = await test.client.models.plan({ datasetId, target: 'label', trials: 1, folds: 2 });
    expect(plan.classes).toHaveLength(300);
    expect(plan.learnersLeftOut?.map(({ learner }) => learner)).toEqual(['ebm']);
    const small = plan.findings.filter(({ kind }) => kind === 'small-class');
    expect(small).toHaveLength(1);
    expect(small[0].message).toMatch(/of 300 classes have fewer than 10 rows .* \d+ of them have one row/);
    const { jobId } = await test.client.models.train({
      datasetId,
      target: 'label',
      trials: 1,
      folds: 2,
      learners: ['trees'],
      validation: 'holdout',
      drop: [],
      keep: [],
      seed: 1,
    });
    const { result } = await finish(test.client, jobId);
    const { modelId } = result as { modelId: string };
    const model = await test.client.models.get({ id: modelId });
    expect(model.score.value).toBeLessThan(model.baseline);
    const quality = await test.client.models.quality({ id: modelId });
    expect(quality.confusion?.classes).toHaveLength(31);
    expect(quality.confusion?.others?.classes).toBe(270);
    const reply = await test.client.predictions.one({
      modelId,
      row: { across: 3.5, down: 2.5, noise: 0.5 },
      record: false,
    });
    expect(reply.probabilities).toHaveLength(300);
    const out = join(test.folder, 'grid.augury');
    await test.client.models.export({ id: modelId, path: out });
    expect(statSync(out).size).toBeLessThan(48 * 1024 * 1024);
  });

  it('refuses more than 1000 classes with the reason', async () => {
    const path = join(test.folder, 'too-many.csv');
    writeFileSync(path, grid(1100, 2600));
    const datasetId = await importFile(test.client, path);
    await expect(test.client.models.plan({ datasetId, target: 'label' })).rejects.toThrow(
      /1100 different values .* At most 1000 classes/,
    );
  });
});
