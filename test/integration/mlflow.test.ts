import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeModel } from '../../main/ml/onnx/codec.ts';
import { exampleFiles, exampleGraph } from '../fixtures/mlflow/example.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { foreignPath } from '../helpers/foreign-fixture.ts';
import { churnSample, openTestHost, type TestHost } from '../helpers/host.ts';

const listing = JSON.parse(readFileSync(resolve(import.meta.dirname, '../fixtures/mlflow/listing.json'), 'utf8'));

describe('H1 the layout is the one MLflow listed and loaded', () => {
  const files = new Map(exampleFiles().map(({ path, text }) => [path, text]));

  it('byte for byte the files that MLflow read', () => {
    const hashes = Object.fromEntries(
      [...files].map(([path, text]) => [path, createHash('sha256').update(text).digest('hex')]),
    );
    expect(hashes).toEqual(listing.files);
  });

  it('MLflow saw every run, its parameters, metrics, parent and artifacts', () => {
    const [experiment] = listing.experiments;
    expect(experiment).toMatchObject({ name: 'customers · churn: “yes”', stage: 'active' });
    const [main, trial] = experiment.runs;
    expect(main).toMatchObject({ name: 'churn', status: 'FINISHED', metrics: { auc: 0.8425, auc_low: 0.83 } });
    expect(main.params).toEqual({
      'best.learning rate': '0.1',
      odd_key_1: 'a: "b"\n- c',
      seed: '7',
      task: 'binary',
    });
    expect(trial).toMatchObject({ status: 'FAILED', parent: main.id, metrics: { loss: 0.4 } });
  });

  it('MLflow loaded the graph with the inputs and outputs it has today', () => {
    const { graph } = decodeModel(exampleGraph().bytes);
    const [main] = listing.experiments[0].runs;
    expect(graph.input?.map(({ name }) => name)).toEqual(main.inputs);
    expect(graph.output?.map(({ name }) => name)).toEqual(main.outputs);
    expect(main.signature.map(([name]: string[]) => name)).toEqual(main.inputs);
  });
});

describe('H1 augury export MODEL --mlflow DIR', () => {
  let test: TestHost;
  let out: string;
  beforeAll(async () => {
    test = await openTestHost();
    out = mkdtempSync(join(tmpdir(), 'augury-mlflow-'));
  });
  afterAll(async () => {
    await test.close();
    rmSync(out, { recursive: true, force: true });
  });
  const cli = async (...args: string[]) => {
    const result = await cliHere(test, [...args, '--json']);
    expect(result.code, result.stdout).toBe(0);
    return JSON.parse(result.stdout);
  };

  it('writes the training run, a run a trial, the model and its report; twice gives the same run', async () => {
    const trained = await cli(
      'train',
      churnSample,
      '--target',
      'Churn',
      '--trials',
      '2',
      '--folds',
      '2',
      '--name',
      'churn',
    );
    const written = await cli('export', 'churn', '--mlflow', out, '--experiment', 'first');
    expect(written.runs).toBe(
      1 + trained.leaderboard.filter((row: { learner: string }) => row.learner !== 'blend').length,
    );
    const experiment = join(out, written.experimentId);
    expect(readFileSync(join(experiment, 'meta.yaml'), 'utf8')).toContain('name: "first"');
    const run = join(experiment, written.runId);
    expect(readFileSync(join(run, 'meta.yaml'), 'utf8')).toContain(pathToFileURL(join(run, 'artifacts')).href);
    expect(readFileSync(join(run, 'params', 'target'), 'utf8')).toBe('Churn');
    const [, value] = readFileSync(join(run, 'metrics', 'auc'), 'utf8').split(' ');
    const detail = await test.client.models.get({ id: trained.model.id ?? trained.model });
    expect(Number(value)).toBe(detail.metrics.auc?.value);
    for (const file of ['MLmodel', 'model.onnx', 'requirements.txt', 'conda.yaml', 'python_env.yaml']) {
      expect(existsSync(join(run, 'artifacts', 'model', file)), file).toBe(true);
    }
    expect(existsSync(join(run, 'artifacts', 'model.augury-model'))).toBe(true);
    const trials = readdirSync(experiment).filter((name) => name !== 'meta.yaml' && name !== written.runId);
    for (const trial of trials) {
      expect(readFileSync(join(experiment, trial, 'tags', 'mlflow.parentRunId'), 'utf8')).toBe(written.runId);
    }
    expect(await cli('export', 'churn', '--mlflow', out, '--experiment', 'first')).toEqual(written);
  });

  it('writes a model that was imported, without trials', async () => {
    const model = await cli('models', 'import', foreignPath('cb-rmse.json'), '--parity', foreignPath('cb-rmse.csv'));
    const written = await cli('export', model.id, '--mlflow', out);
    expect(written.runs).toBe(1);
    const params = join(out, written.experimentId, written.runId, 'params');
    expect(readFileSync(join(params, 'learner'), 'utf8')).toBe('CatBoost trees');
  });

  it('without a place to write to says which there are', async () => {
    const result = await cliHere(test, ['export', 'churn', '--json']);
    expect(result.code).toBe(2);
    expect(JSON.parse(result.stdout).error.code).toBe('no-output');
  });
});
