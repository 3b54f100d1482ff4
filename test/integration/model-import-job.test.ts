import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComputePool } from '../../main/compute/pool.ts';
import type { InferenceClient } from '../../main/inference/client.ts';
import type { JobQueue } from '../../main/jobs/queue.ts';
import { createImportModelHandler } from '../../main/services/models/import-job.ts';
import { listModels } from '../../main/store/repositories/models.ts';
import { foreignPath } from '../helpers/foreign-fixture.ts';
import { startInference } from '../helpers/inference.ts';
import { openScoringBench, removeFolder, type ScoringBench, startPool } from '../helpers/scoring-bench.ts';
import { trainedModel } from '../helpers/trained-model.ts';

let pool: ComputePool;
let inference: InferenceClient;
let bench: ScoringBench;
const folder = mkdtempSync(join(tmpdir(), 'augury-import-job-'));
/** Called before a task of the pool is started. */
let beforeTask: (task: string) => void = () => {};

beforeAll(async () => {
  pool = startPool(1);
  inference = startInference();
  const watched: ComputePool = {
    ...pool,
    run: (task, input, options) => {
      beforeTask(task);
      return pool.run(task, input, options);
    },
  };
  bench = await openScoringBench(
    folder,
    { pool, inference },
    { ...trainedModel('binary', { rowCount: 200, rounds: 4, leaves: 5 }), target: 'goal' },
    {
      blockRows: 200,
      handlers: (deps) => [createImportModelHandler({ ...deps, pool: watched, appVersion: '1.0.0', sources: deps })],
    },
  );
});
afterAll(async () => {
  await bench.close();
  await pool.close();
  inference.close();
  removeFolder(folder);
});

const start = async (queue: JobQueue, input: Parameters<JobQueue['start']>[0]['input']): Promise<string> =>
  (await queue.start({ kind: 'import-model', title: 'Import', input, priority: 'interactive' })).id;

const input = {
  source: { path: foreignPath('lgb-binary.txt') },
  options: {
    name: 'taken in',
    target: 'churn',
    classes: ['no', 'yes'],
    parity: { path: foreignPath('lgb-binary.csv') },
  },
};

describe('D10 a model is taken in as a job', () => {
  it('cancelled on its way it leaves no model, and started again it takes the model in', async () => {
    const before = listModels(bench.deps.db).total;
    let id = '';
    beforeTask = (task) => {
      if (task === 'export-onnx') bench.queue.cancel(id);
    };
    id = await start(bench.queue, input);
    expect(await bench.queue.wait(id)).toMatchObject({ state: 'cancelled', result: null });
    expect(listModels(bench.deps.db).total).toBe(before);

    const stages: string[] = [];
    beforeTask = () => stages.push(bench.queue.get(id).stage);
    id = await start(bench.queue, input);
    const ended = await bench.queue.wait(id);
    expect(ended).toMatchObject({ state: 'succeeded', fraction: 1 });
    expect(ended.subject.modelId).toBe((ended.result as { modelId: string }).modelId);
    expect([...new Set(stages)]).toEqual(['read', 'compare', 'export', 'check']);
    expect(listModels(bench.deps.db).total).toBe(before + 1);
  });

  it('fails with the reason where the file is no model or is not there', async () => {
    const ended = async (path: string) =>
      (await bench.queue.wait(await start(bench.queue, { source: { path } }))).error;
    expect(await ended(foreignPath('lgb-binary.csv'))).toMatchObject({ code: 'model-format' });
    expect(await ended(join(folder, 'gone.json'))).toMatchObject({ code: 'package-file', family: 'not-found' });
  });
});
