import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { churnSample, importFile, openTestHost, trainModel } from '../helpers/host.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-workers-');

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const [header, ...churn] = readFileSync(churnSample, 'utf8').trimEnd().split('\n').slice(0, 1201);
const targetOf = (line: string): string => line.slice(line.lastIndexOf(',') + 1);

/** Three classes and a number, with categories and missing cells. */
function threeClasses(): string[] {
  const rng = createRng(3);
  const lines = ['x,y,kind,size,label'];
  for (let i = 0; i < 900; i++) {
    const x = rng.normal();
    const y = rng.normal();
    const kind = ['a', 'b', 'c', 'd'][rng.int(4)];
    const label = x + (kind === 'a' ? 1 : 0) > 0.4 ? 'high' : y > 0 ? 'middle' : 'low';
    lines.push(
      `${i % 11 === 0 ? '' : x.toFixed(4)},${y.toFixed(4)},${kind},${(2 * x - y + rng.normal()).toFixed(3)},${label}`,
    );
  }
  return lines;
}

const cases = [
  { name: 'binary', path: file('churn.csv', [header, ...churn]), target: 'Churn' },
  {
    name: 'binary, sorted by the target',
    path: file('sorted.csv', [header, ...churn.toSorted((a, b) => (targetOf(a) < targetOf(b) ? -1 : 1))]),
    target: 'Churn',
  },
  { name: 'three classes', path: file('classes.csv', threeClasses()), target: 'label' },
  { name: 'a number', path: file('number.csv', threeClasses()), target: 'size' },
];

describe('D1 equal models for any number of workers', () => {
  it('gives the same package byte by byte at 1, 2 and 8 workers', async () => {
    const hashes = new Map<string, string[]>(cases.map(({ name }) => [name, []]));
    for (const threads of [1, 2, 8]) {
      const test = await openTestHost({ threads });
      for (const { name, path, target } of cases) {
        const datasetId = await importFile(test.client, path);
        const trained = await trainModel(test.client, { datasetId, target, trials: 3, folds: 2 });
        hashes.get(name)?.push(trained.packageSha256);
      }
      await test.close();
    }
    for (const [name, found] of hashes)
      expect({ name, different: new Set(found).size }).toEqual({ name, different: 1 });
    expect(new Set([...hashes.values()].flat()).size).toBe(cases.length);
  });
});

describe('D3 what is random stays random', () => {
  it('gives a random category of 10 000 levels an out-of-fold AUC of 0.5 ± 0.02 with every learner', async () => {
    const rng = createRng(17);
    const lines = ['code,won'];
    for (let i = 0; i < 30_000; i++) lines.push(`L${rng.int(10_000)},${rng.next() < 0.4 ? 'yes' : 'no'}`);
    const test = await openTestHost();
    try {
      const datasetId = await importFile(test.client, file('random.csv', lines));
      for (const learners of [['trees'], ['linear'], ['trees', 'linear']] as const) {
        const { modelId } = await trainModel(test.client, {
          datasetId,
          target: 'won',
          keep: ['code'],
          learners: [...learners],
          trials: learners.length === 1 && learners[0] === 'linear' ? 1 : 3,
        });
        const model = await test.client.models.get({ id: modelId });
        for (const trial of model.leaderboard) {
          if (trial.score !== null) expect(Math.abs(trial.score.value - 0.5), trial.label).toBeLessThanOrEqual(0.02);
        }
        expect(Math.abs(model.metrics.auc.value - 0.5), learners.join()).toBeLessThanOrEqual(0.02);
      }
    } finally {
      await test.close();
    }
  });
});
