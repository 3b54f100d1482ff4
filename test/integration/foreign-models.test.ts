import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDetail } from '../../main/contract/models.ts';
import { cliHere } from '../helpers/cli-here.ts';
import type { CliResult } from '../helpers/cli-process.ts';
import { foreignPath, readTable } from '../helpers/foreign-fixture.ts';
import { openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let out: string;
beforeAll(async () => {
  test = await openTestHost();
  out = mkdtempSync(join(tmpdir(), 'augury-foreign-'));
});
afterAll(async () => {
  await test.close();
  rmSync(out, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<CliResult> => cliHere(test, args);
const lines = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

async function imported(...args: string[]): Promise<ModelDetail> {
  const result = await cli('models', 'import', ...args, '--json');
  expect(result.code, result.stdout).toBe(0);
  return JSON.parse(result.stdout);
}

async function refused(...args: string[]): Promise<{ code: string; message: string; hint: string }> {
  const result = await cli('models', 'import', ...args, '--json');
  expect(result.code).not.toBe(0);
  return JSON.parse(result.stdout).error;
}

describe('D10 a model of another library is a model like any other', () => {
  it('is verified, scored, explained, evaluated, exported and taken in again', async () => {
    const csv = foreignPath('lgb-binary.csv');
    const model = await imported(
      foreignPath('lgb-binary.txt'),
      '--parity',
      csv,
      '--name',
      'from lightgbm',
      '--target',
      'churn',
      '--classes',
      'no,yes',
    );
    expect(model).toMatchObject({
      task: 'binary',
      target: 'churn',
      classes: ['no', 'yes'],
      imported: true,
      unscored: true,
    });
    expect(model.origin).toMatchObject({ library: 'LightGBM', objective: 'binary sigmoid:1', verified: { rows: 60 } });
    expect(model.origin?.verified?.maxError).toBeLessThan(1e-6);
    expect(model.card.limits.join(' ')).toMatch(/Verified on 60 rows/);

    const scored = join(out, 'scored.csv');
    expect((await cli('score', model.id, csv, '-o', scored, '--explain', '2')).code).toBe(0);
    const own = readTable('lgb-binary.csv').column('probability').map(Number);
    const [head = [], ...rows] = lines(scored);
    const at = head.indexOf('probability');
    rows.forEach((row, i) => {
      expect(Math.abs(Number(row[at]) - (own[i] ?? Number.NaN))).toBeLessThan(1e-6);
    });
    expect(rows[0]?.[head.indexOf('reason_1')]).toMatch(/=.*\([+-]/);

    const explained = join(out, 'explained.csv');
    const explain = await cli('explain', model.id, csv, '-o', explained, '--json');
    expect(JSON.parse(explain.stdout).additivityMaxError).toBeLessThan(1e-5);

    const single = await test.client.predictions.one({
      modelId: model.id,
      row: { a: '0.5', b: '3', n: '2', kind: 'blue' },
    });
    expect(single.contributions.map(({ column }) => column).sort()).toEqual(['a', 'b', 'kind', 'n']);
    expect(single.sentence).not.toBe('');

    const labelled = join(out, 'labelled.csv');
    const [names = [], ...cells] = lines(csv);
    writeFileSync(
      labelled,
      [[...names, 'churn'], ...cells.map((row, i) => [...row, i % 3 === 0 ? 'yes' : 'no'])]
        .map((row) => row.join(','))
        .join('\n'),
    );
    const evaluated = JSON.parse((await cli('evaluate', model.id, labelled, '--json')).stdout);
    expect(evaluated.metrics.auc).toBeGreaterThan(0);

    const packageFile = join(out, 'again.augury-model');
    expect((await cli('export', model.id, '-o', packageFile)).code).toBe(0);
    expect(await imported(packageFile)).toMatchObject({ id: model.id });
    const graph = join(out, 'again.onnx');
    expect((await cli('export', model.id, '-o', graph)).code).toBe(0);
    expect(readFileSync(graph)[0]).toBe(8);
  });

  it('says that nothing was verified when no predictions were given', async () => {
    const model = await imported(foreignPath('xgb3-poisson.json'));
    expect(model.origin?.verified).toBeNull();
    expect(model.card.limits.join(' ')).toMatch(/Not verified/);
    const scored = join(out, 'poisson.csv');
    expect((await cli('score', model.id, foreignPath('xgb3-poisson.csv'), '-o', scored)).code).toBe(0);
    const own = readTable('xgb3-poisson.csv').column('prediction').map(Number);
    lines(scored)
      .slice(1)
      .forEach((row, i) => {
        expect(Number(row[0]) / (own[i] ?? 1)).toBeCloseTo(1, 5);
      });
  });

  it('takes all rounds when the given predictions are those of all rounds', async () => {
    const all = await imported(foreignPath('xgb3-forest.json'), '--parity', foreignPath('xgb3-forest.csv'));
    expect(all.origin).toMatchObject({ trees: 16, verified: { rows: 60 } });
    const best = await imported(foreignPath('xgb3-early.json'), '--parity', foreignPath('xgb3-early.csv'));
    expect(best.origin?.notes.join(' ')).toMatch(/first 1 of 6/);
  });

  it('is refused when it does not give the predictions it came with, naming the row', async () => {
    const error = await refused(
      foreignPath('lgb-binary.txt'),
      '--parity',
      foreignPath('xgb3-partition.csv'),
      '--name',
      'wrong',
    );
    expect(error).toMatchObject({ code: 'import-differs' });
    expect(error.message).toMatch(/line \d+: probability is .* there and .* here/);
    expect((await test.client.models.list({ search: 'wrong' })).total).toBe(0);
  });

  it('is refused with what to do: no predictions in the file, wrong classes, no model at all', async () => {
    const bare = join(out, 'bare.csv');
    writeFileSync(bare, 'a,b,n\n1,2,3\n');
    expect(await refused(foreignPath('xgb3-logistic.json'), '--parity', bare)).toMatchObject({
      code: 'parity-no-predictions',
    });
    expect(await refused(foreignPath('xgb3-logistic.json'), '--classes', 'a,b,c')).toMatchObject({
      code: 'import-classes',
    });
    const nothing = join(out, 'nothing.bin');
    writeFileSync(nothing, 'hello');
    expect(await refused(nothing)).toMatchObject({ code: 'model-format' });
    expect(await refused(join(out, 'absent.json'))).toMatchObject({ code: 'no-such-file' });
  });
});

describe('D10 an ONNX model with a declared schema', () => {
  it('side by side columns: scored in batches and singly, explained by sampling, verified', async () => {
    const csv = foreignPath('onnx-network.csv');
    const model = await imported(
      foreignPath('onnx-network.onnx'),
      '--schema',
      foreignPath('onnx-network.schema.json'),
      '--parity',
      csv,
    );
    expect(model).toMatchObject({ task: 'regression', target: 'signal', learner: 'ONNX graph' });
    expect(model.origin).toMatchObject({ library: 'ONNX', verified: { rows: 60 } });
    const scored = join(out, 'network.csv');
    const result = JSON.parse((await cli('score', model.id, csv, '-o', scored, '--explain', '1', '--json')).stdout);
    expect(result.provider).toBe('onnxruntime (cpu)');
    const table = readTable('onnx-network.csv');
    const own = table.column('prediction').map(Number);
    lines(scored)
      .slice(1)
      .forEach((row, i) => {
        expect(Math.abs(Number(row[0]) - (own[i] ?? Number.NaN))).toBeLessThan(1e-6 * 5);
      });
    const row = Object.fromEntries(['a', 'b', 'n'].map((name) => [name, table.column(name)[0] ?? '']));
    const one = await test.client.predictions.one({ modelId: model.id, row });
    expect(one.executor).toBe('onnx');
    expect(one.prediction).toBeCloseTo(own[0] ?? Number.NaN, 5);
    expect(one.additivityError).toBeLessThan(1e-6);
    const whole = await test.client.explanations.global({ modelId: model.id });
    expect(whole.columns.map(({ column }) => column).sort()).toEqual(['a', 'b', 'n']);
    expect(whole.columns.every(({ meanAbs }) => meanAbs > 0)).toBe(true);
    expect(whole.additivityMaxError).toBeLessThan(1e-6);
  });

  it('one input a column, text among them: classes, contributions that add up, exported and taken in again', async () => {
    const csv = foreignPath('onnx-columns.csv');
    const model = await imported(
      foreignPath('onnx-columns.onnx'),
      '--schema',
      foreignPath('onnx-columns.schema.json'),
      '--parity',
      csv,
    );
    expect(model).toMatchObject({ task: 'multiclass', classes: ['high', 'low', 'middle'] });
    const explained = JSON.parse(
      (await cli('explain', model.id, csv, '-o', join(out, 'columns.csv'), '--json')).stdout,
    );
    expect(explained).toMatchObject({ rows: 60 });
    expect(explained.additivityMaxError).toBeLessThan(1e-6);
    const packageFile = join(out, 'columns.augury-model');
    expect((await cli('export', model.id, '-o', packageFile)).code).toBe(0);
    expect(await imported(packageFile)).toMatchObject({ id: model.id });
  });

  it('a map of classes to probabilities in an old operator set, and a tensor named like an output here', async () => {
    const model = await imported(
      foreignPath('onnx-zipmap.onnx'),
      '--schema',
      foreignPath('onnx-zipmap.schema.json'),
      '--parity',
      foreignPath('onnx-zipmap.csv'),
    );
    expect(model).toMatchObject({ task: 'binary', classes: ['no', 'yes'], positive: 'yes' });
    expect(model.origin?.verified?.maxError).toBeLessThan(1e-6);
  });

  it('is refused without a schema, with columns that do not fit, and for predictions it does not give', async () => {
    const file = foreignPath('onnx-network.onnx');
    expect(await refused(file)).toMatchObject({ code: 'import-schema-needed' });
    const schema = join(out, 'schema.json');
    writeFileSync(schema, JSON.stringify({ task: 'regression', columns: [{ name: 'a' }, { name: 'b' }] }));
    expect(await refused(file, '--schema', schema)).toMatchObject({ code: 'import-columns' });
    writeFileSync(
      schema,
      JSON.stringify({ task: 'regression', columns: [{ name: 'b' }, { name: 'a' }, { name: 'n' }] }),
    );
    expect(await refused(file, '--schema', schema, '--parity', foreignPath('onnx-network.csv'))).toMatchObject({
      code: 'import-differs',
    });
    writeFileSync(schema, '{"task": "guess"}');
    const wrong = await refused(file, '--schema', schema);
    expect(wrong).toMatchObject({ code: 'import-schema' });
    expect(wrong.message).toContain('task');
  });
});
