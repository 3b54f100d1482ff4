import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../main/base/rng.ts';
import type { CoverageReport, TrainOptions } from '../../main/contract/models.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { finish, importFile, openTestHost, type TestHost, trainModel } from '../helpers/host.ts';

let test: TestHost;
beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test.close());

/** A number with noise, wider in the west; `shift` moves all outcomes there. */
function houses(rng: Rng, rows: number, shift: number): string {
  const lines = ['size,town,price,sold'];
  for (let i = 0; i < rows; i++) {
    const size = rng.next() * 100;
    const town = i % 2 === 0 ? 'west' : 'east';
    const price = 3 * size + (town === 'west' ? 20 * rng.normal() + shift : 4 * rng.normal());
    const sold = rng.next() < 1 / (1 + Math.exp(-(size - 50) / 10)) ? 'yes' : 'no';
    lines.push([size.toFixed(4), town, price.toFixed(4), sold].join(','));
  }
  return `${lines.join('\n')}\n`;
}

const rng = createRng(11);
const written = (name: string, text: string): string => {
  const path = join(test.folder, name);
  writeFileSync(path, text);
  return path;
};

async function trained(options: Partial<TrainOptions> & { target: string }): Promise<string> {
  const datasetId = await importFile(test.client, written('houses.csv', houses(rng, 1200, 0)));
  const settings = { datasetId, learners: ['linear' as const], trials: 1, folds: 3, validation: 'cv' as const };
  return (await trainModel(test.client, { ...settings, ...options })).modelId;
}

async function coverageOf(id: string, path: string, interval = 0.9): Promise<CoverageReport | null> {
  const { jobId } = await test.client.models.evaluate({ id, source: { path }, interval });
  return ((await finish(test.client, jobId)).result as { coverage: CoverageReport | null }).coverage;
}

describe('D7 coverage is tracked on outcomes', () => {
  it('by group, held where nothing changed, and named where one group has moved', async () => {
    const id = await trained({ target: 'price', drop: ['sold'], intervalBy: 'town' });
    const same = await coverageOf(id, written('same.csv', houses(rng, 1500, 0)));
    expect(same).toMatchObject({
      kind: 'number',
      level: 0.9,
      rows: 1500,
      by: 'town',
      verdict: 'held',
      source: 'same.csv',
    });
    expect(same?.coverage.low).toBeLessThan(0.9);
    expect(same?.groups.map(({ value }) => value).sort()).toEqual(['east', 'west']);
    expect(same?.groups.reduce((sum, group) => sum + group.rows, 0)).toBe(1500);
    expect(same?.groups.every(({ verdict }) => verdict === 'held')).toBe(true);
    expect(same?.reading).toMatch(/^Intervals at 90 % held the outcome in 8?9?\d(\.\d)? % of 1500 rows/);

    const moved = await coverageOf(id, written('moved.csv', houses(rng, 1500, 30)));
    const verdicts = Object.fromEntries(moved?.groups.map(({ value, verdict }) => [value, verdict]) ?? []);
    expect(verdicts).toEqual({ east: 'held', west: 'below' });
    expect(moved?.verdict).toBe('below');
    expect(moved?.reading).toMatch(/By town, they held too seldom for west \(\d+(\.\d)? %\)\./);

    const half = await coverageOf(id, join(test.folder, 'same.csv'), 0.5);
    expect(half?.coverage.value).toBeLessThan(0.57);
    const { items } = await test.client.models.coverage({ id });
    expect(items.map(({ report }) => [report.source, report.level])).toEqual([
      ['same.csv', 0.5],
      ['moved.csv', 0.9],
      ['same.csv', 0.9],
    ]);
  });

  it('for sets of labels class by class, and on the command line', async () => {
    const id = await trained({ target: 'sold', drop: ['price'] });
    const path = written('labels.csv', houses(rng, 1500, 0));
    const said = await cliHere(test, ['evaluate', id, path, '--interval', '90%']);
    expect(said.stdout).toMatch(/Intervals at 90 % held the outcome in \d+(\.\d)? % of 1,?500 rows/);
    const report = await coverageOf(id, path);
    expect(report).toMatchObject({ kind: 'classes', by: 'class', verdict: 'held' });
    expect(report?.groups.map(({ value }) => value).sort()).toEqual(['no', 'yes']);
  });

  it('says nothing of models without intervals', async () => {
    const few = houses(rng, 60, 0);
    const datasetId = await importFile(test.client, written('few.csv', few));
    const { modelId } = await trainModel(test.client, {
      datasetId,
      target: 'price',
      drop: ['sold'],
      learners: ['linear'],
      trials: 1,
      folds: 2,
    });
    const intervals = (await test.client.models.get({ id: modelId })).intervals;
    expect(await coverageOf(modelId, join(test.folder, 'few.csv'), 0.999)).toBeNull();
    expect(intervals?.rows).toBeLessThan(100);
    expect(await test.client.models.coverage({ id: modelId })).toEqual({ items: [] });
  });
});
