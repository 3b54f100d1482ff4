import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import type { TrainOptions } from '../../main/contract/models.ts';
import { writeLines } from '../helpers/curved-cases.ts';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';
let fresh = '';

beforeAll(async () => {
  test = await openTestHost();
  datasetId = await importFile(test.client, written('flats.csv', flats(500, 1)));
  fresh = written('fresh.csv', flats(1500, 2));
});
afterAll(() => test.close());

const written = (name: string, lines: readonly string[]): string => writeLines(test.folder, name, lines);

/** A rent by size, age and part of town, with an error of 50. */
function flats(rows: number, seed: number): string[] {
  const rng = createRng(seed);
  const towns = ['east', 'west', 'south'];
  const lines = ['size,age,town,rent'];
  for (let i = 0; i < rows; i++) {
    const [size, age, town] = [20 + 80 * rng.next(), 60 * rng.next(), rng.int(3)];
    const rent = 300 + 12 * size - 3 * age + 100 * town + 50 * rng.normal();
    lines.push(`${size.toFixed(2)},${age.toFixed(2)},${towns[town]},${rent.toFixed(2)}`);
  }
  return lines;
}

async function train(options: Partial<TrainOptions>) {
  const settings = { target: 'rent', folds: 4, trials: 3, validation: 'kfold' as const, seed: 3, ...options };
  const { jobId } = await test.client.models.train({ datasetId, ...settings });
  const { result } = await finish(test.client, jobId);
  return test.client.models.get({ id: (result as { modelId: string }).modelId });
}

async function coverage(modelId: string, level: number): Promise<{ held: number; width: number }> {
  const path = join(test.folder, `${modelId}.csv`);
  const source = { path: fresh };
  const { jobId } = await test.client.predictions.scoreFile({
    modelId,
    source,
    destination: { path },
    id: 'rent',
    interval: level,
  });
  await finish(test.client, jobId);
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  expect(header).toBe('rent,prediction,low,high');
  const rows = lines.map((line) => line.split(',').map(Number));
  const held = rows.filter(([rent, , low, high]) => low <= rent && rent <= high).length / rows.length;
  return { held, width: rows.reduce((sum, [, , low, high]) => sum + high - low, 0) / rows.length };
}

describe('D7 intervals of a trained model hold their two-sided level on rows that were not there', () => {
  it('around the folds’ mean, around each fold’s model, and through a package written and read', async () => {
    const [cross, plus] = [await train({}), await train({ intervalMethod: 'cv+' })];
    expect(cross.intervals?.method).toContain('cross-conformal');
    expect(plus.intervals?.method).toContain('fold models one by one (CV+)');
    expect(plus.intervals?.note).toContain('CV+');
    const found = { cross: await coverage(cross.id, 0.9), plus: await coverage(plus.id, 0.9) };
    for (const { held } of Object.values(found)) {
      expect(held).toBeGreaterThan(0.87);
      expect(held).toBeLessThan(0.94);
    }
    expect(found.plus.width).toBeLessThan(1.2 * found.cross.width);
    expect((await coverage(plus.id, 0.5)).held).toBeLessThan(0.58);
    const path = join(test.folder, 'plus.augury-model');
    await test.client.models.export({ id: plus.id, path });
    const { jobId } = await test.client.models.import({ source: { path } });
    const { modelId } = (await finish(test.client, jobId)).result as { modelId: string };
    expect(await coverage(modelId, 0.9)).toEqual(found.plus);
    const row = { size: 50, age: 10, town: 'west' };
    const one = await test.client.predictions.one({ modelId: plus.id, row, interval: 0.9 });
    expect(one.interval).toMatchObject({ level: 0.9 });
    expect(Number(one.interval?.high) - Number(one.interval?.low)).toBeGreaterThan(2 * 1.3 * 50);
  });

  it('from nearest neighbours too, which answer through their graph', async () => {
    const model = await train({ learners: ['knn'], trials: 1 });
    expect((await coverage(model.id, 0.9)).held).toBeGreaterThan(0.86);
  });

  it('says why CV+ was not to be had', async () => {
    const model = await train({ intervalMethod: 'cv+', validation: 'holdout', trials: 1 });
    expect(model.intervals?.method).toContain('split conformal');
    expect(model.intervals?.note).toMatch(/CV\+ was asked for, but it takes folds/);
  });
});
