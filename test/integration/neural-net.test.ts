import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere } from '../helpers/cli-here.ts';
import { churnSample, importFile, openTestHost, type TestHost, trainModel } from '../helpers/host.ts';

let test: TestHost;
let file: string;
let datasetId: string;

beforeAll(async () => {
  test = await openTestHost();
  file = join(test.folder, 'churn.csv');
  writeFileSync(file, `${readFileSync(churnSample, 'utf8').split('\n').slice(0, 401).join('\n')}\n`);
  datasetId = await importFile(test.client, file);
});
afterAll(() => test.close());

const cli = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await cliHere(test, [...args, '--json', '--quiet']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
};

describe('E6 neural nets in the workspace', () => {
  it('are trained by name on the command line, proven against their graph, scored and explained by sampling', async () => {
    const options = ['--target', 'Churn', '--positive', 'Yes', '--trials', '1', '--folds', '2'];
    const trained = await cli('train', file, ...options, '--learners', 'mlp');
    expect(trained).toMatchObject({ leaderboard: [{ learner: 'mlp', state: 'done' }] });
    const { models } = await cli('models');
    const model = await test.client.models.get({ id: models[0].id });
    expect(model.learner).toBe('neural net');
    expect(model.score.value).toBeGreaterThan(0.7);
    expect(model.parity.maxError).toBeLessThan(1e-5);

    const scored = join(test.folder, 'scored.csv');
    await cli('score', models[0].id, file, '-o', scored);
    expect(readFileSync(scored, 'utf8').trim().split('\n')).toHaveLength(401);

    const two = join(test.folder, 'two.csv');
    writeFileSync(two, readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n'));
    expect(await cli('explain', models[0].id, two, '--method', 'kernelshap')).toMatchObject({
      rows: 2,
      method: 'kernelshap',
    });
    const global = await test.client.explanations.global({ modelId: models[0].id });
    expect(global.columns[0].meanAbs).toBeGreaterThan(0);
  });

  it('ship beside other learners in one graph', async () => {
    const options = { datasetId, target: 'Churn', trials: 2, folds: 2, positive: 'Yes' } as const;
    const { modelId } = await trainModel(test.client, { ...options, learners: ['mlp', 'linear'] });
    const model = await test.client.models.get({ id: modelId });
    expect(model.leaderboard.map(({ learner }) => learner).sort()).toEqual(['linear', 'mlp']);
    expect(model.parity.maxError).toBeLessThan(1e-5);
  });

  it('give one model for a seed, whatever the number of workers', async () => {
    const hashes: string[] = [];
    for (const threads of [1, 2]) {
      const other = await openTestHost({ threads });
      const id = await importFile(other.client, file);
      const options = { datasetId: id, target: 'Churn', trials: 1, folds: 2, positive: 'Yes' } as const;
      const { modelId } = await trainModel(other.client, { ...options, learners: ['mlp'] });
      hashes.push((await other.client.models.get({ id: modelId })).card.modelSha256);
      await other.close();
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('stay out of objectives and constraints they cannot keep to', async () => {
    const run = await cliHere(test, [
      'train',
      file,
      '--target',
      'tenure',
      '--learners',
      'mlp',
      '--objective',
      'poisson',
    ]);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(/mlp fits squared error only/);
  });
});
