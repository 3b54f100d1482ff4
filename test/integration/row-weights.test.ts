import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import type { TrainOptions } from '../../main/contract/models.ts';
import { finish, importFile, openTestHost, settle, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';

/**
 * Two halves with opposite answers: where `w` is 1 the amount rises with x, where it is 0 it falls. Only a learner that
 * heeds weights can know the first.
 */
function halves(rows: number): string[] {
  const rng = createRng(5);
  const lines = ['x,noise,w,broken,amount,answer'];
  for (let i = 0; i < rows; i++) {
    const x = 4 * rng.next() - 2;
    const w = i % 2;
    const amount = (w === 1 ? x : -x) + 0.1 * rng.normal();
    const broken = i === 7 ? '-1' : i === 9 ? '' : '1';
    lines.push(
      `${x.toFixed(4)},${rng.next().toFixed(4)},${w},${broken},${amount.toFixed(4)},${amount > 0 ? 'yes' : 'no'}`,
    );
  }
  return lines;
}

beforeAll(async () => {
  test = await openTestHost();
  const path = join(test.folder, 'halves.csv');
  writeFileSync(path, `${halves(600).join('\n')}\n`);
  datasetId = await importFile(test.client, path);
});
afterAll(() => test.close());

const start = (options: Partial<TrainOptions>) =>
  test.client.models.train({
    datasetId,
    target: 'amount',
    drop: ['answer', 'broken'],
    validation: 'cv',
    folds: 3,
    trials: 1,
    ...options,
  });

async function train(options: Partial<TrainOptions>): Promise<string> {
  const { jobId } = await start(options);
  return ((await finish(test.client, jobId)).result as { modelId: string }).modelId;
}

const rise = async (modelId: string): Promise<number> => {
  const at = async (x: number): Promise<number> => {
    const one = await test.client.predictions.one({ modelId, row: { x, noise: 0.5 }, record: false });
    return one.probability ?? Number(one.prediction);
  };
  return (await at(1.5)) - (await at(-1.5));
};

describe('D1 row weights', () => {
  it.each(['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'mlp'] as const)(
    '%s learns nothing from rows of weight zero, and the column is no input',
    async (learner) => {
      const modelId = await train({ weight: 'w', learners: [learner] });
      expect(await rise(modelId)).toBeGreaterThan(1.8);
      const { excluded } = await test.client.models.get({ id: modelId });
      expect(excluded).toContainEqual({ column: 'w', reason: 'says how much each row counts' });
    },
  );

  it('classes too, together with balanced ones', async () => {
    const options = { target: 'answer', drop: ['amount', 'broken'], learners: ['trees'] as TrainOptions['learners'] };
    expect(await rise(await train({ ...options, weight: 'w' }))).toBeGreaterThan(0.7);
    expect(await rise(await train({ ...options, weight: 'w', classWeight: 'balanced' }))).toBeGreaterThan(0.7);
  });

  it('are refused where they are negative, missing, text, or all zero', async () => {
    const failed = async (options: Partial<TrainOptions>): Promise<string> => {
      const job = await settle(test.client, (await start(options)).jobId);
      expect(job.state).toBe('failed');
      return job.error?.message ?? '';
    };
    expect(await failed({ weight: 'broken', drop: ['answer'] })).toBe(
      '2 rows have no usable weight in "broken"; row 8 has the weight -1.',
    );
    expect(await failed({ weight: 'answer', drop: [] })).toMatch(/holds no numbers/);
    expect(await failed({ weight: 'w', learners: ['knn'] })).toMatch(/counts every row alike/);
    expect(await failed({ weight: 'nowhere' })).toMatch(/There is no column "nowhere"/);
  });
});

describe('D1 dropout, sampling by gradients and coarse gradients', () => {
  it('are kept to by every trial of boosted trees and change the model, not what it learns', async () => {
    const plain = await train({ weight: 'w', learners: ['trees'] });
    const hashes = new Set([(await test.client.models.get({ id: plain })).card.modelSha256]);
    const asked = [{ boosting: 'dart' }, { sampling: 'goss' }, { sampling: 'mvs' }, { gradientLevels: 2 }] as const;
    for (const options of asked) {
      const modelId = await train({ weight: 'w', learners: ['trees'], ...options });
      expect(await rise(modelId)).toBeGreaterThan(1.8);
      hashes.add((await test.client.models.get({ id: modelId })).card.modelSha256);
    }
    expect(hashes.size).toBe(5);
  });
});
