import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceClient } from '../../main/inference/client.ts';
import { foreignSpec } from '../../main/ml/interop/to-spec.ts';
import { buildOnnx } from '../../main/ml/onnx/build-onnx.ts';
import { buildParityRows } from '../../main/ml/onnx/parity-rows.ts';
import { explainMargins, predictMargins, predictOutputs } from '../../main/ml/predict.ts';
import { applyRecipe } from '../../main/ml/recipe/apply.ts';
import { decodeTrees, encodeTrees } from '../../main/ml/trees/serialize.ts';
import { createKernelExecutor, createOnnxExecutor } from '../../main/services/models/executor.ts';
import { compareGiven } from '../../main/services/models/import-rows.ts';
import { largestError } from '../../main/services/models/parity.ts';
import { foreignFixture, foreignPath, readBytes, readFixture, readTable } from '../helpers/foreign-fixture.ts';
import { startInference } from '../helpers/inference.ts';

const files = [
  'xgb3-logistic.json',
  'xgb3-logistic.ubj',
  'xgb3-softprob.ubj',
  'xgb3-softmax.json',
  'xgb3-partition.json',
  'xgb3-onehot.json',
  'xgb3-poisson.json',
  'xgb3-tweedie.json',
  'xgb3-dart.json',
  'xgb3-gblinear.json',
  'xgb3-forest.json',
  'xgb3-quantiles.json',
  'xgb3-early.json',
  'xgb2-logistic.json',
  'xgb2-logistic.ubj',
  'xgb2-softprob.ubj',
  'xgb2-partition.json',
  'xgb2-dart.json',
  'xgb2-quantiles.json',
  'xgb2-early.json',
  'xgb1-logistic.json',
  'xgb1-logistic.ubj',
  'xgb1-softprob.ubj',
  'xgb1-partition.json',
  'xgb1-poisson.json',
  'lgb-binary.txt',
  'lgb-codes.txt',
  'lgb-onehot.txt',
  'lgb-sigmoid.txt',
  'lgb-multiclass.txt',
  'lgb-forest.txt',
  'lgb-poisson.txt',
  'lgb-quantile.txt',
  'lgb-no-missing.txt',
  'cb-logloss.json',
  'cb-multiclass.json',
  'cb-rmse.json',
  'cb-poisson.json',
  'cb-lossguide.json',
  'cb-onehot.json',
] as const;

const optionsOf = (file: string) => (file.includes('quantiles') ? { output: 2 } : {});

describe('D10 models of other libraries predict what those libraries predict', () => {
  it.each(files)('%s within 1e-6 on rows with missing values, zeros and categories', (file) => {
    const { spec, table, frame } = foreignFixture(file, optionsOf(file));
    const outputs = predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));
    const names = table.names.filter((name) => /^(prediction|probability)/.test(name));
    const columns = names.map((name) => table.column(name));
    const predictions = Array.from({ length: table.rows }, (_, row) => columns.map((cells) => cells[row] ?? '')).flat();
    const lines = Int32Array.from({ length: table.rows }, (_, row) => row + 2);
    const compared = compareGiven(spec, outputs, { file, frame, lines, predictions, names });
    expect(compared.rows).toBe(60);
    expect(compared.maxError, compared.worst).toBeLessThan(1e-6);
  });

  it('a file as JSON and as UBJSON is the same model', () => {
    for (const name of ['xgb3-logistic', 'xgb2-logistic', 'xgb1-logistic']) {
      expect(readFixture(`${name}.ubj`)).toEqual(readFixture(`${name}.json`));
    }
  });

  it('rounds after the best one are left out unless asked for', () => {
    const best = readFixture('xgb3-early.json');
    const all = readFixture('xgb3-early.json', { iterations: 'all' });
    expect([best.hasLaterRounds, best.treeCount, all.treeCount]).toEqual([true, 1, 6]);
    expect(best.notes.join()).toMatch(/first 1 of 6 trees/);
  });

  it('keeps names, types, levels and objectives', () => {
    expect(readFixture('xgb3-partition.json')).toMatchObject({
      library: 'XGBoost',
      version: '3.2.0',
      objective: 'binary:logistic',
      features: [
        { kind: 'numeric', name: 'a' },
        { kind: 'numeric', name: 'b' },
        { kind: 'numeric', name: 'n', integer: true },
        { kind: 'category', name: 'kind', levels: ['red', 'green', 'blue', 'grey', 'pink', 'teal', 'lime', 'navy'] },
      ],
    });
    expect(readFixture('xgb1-partition.json').features[3]).toMatchObject({
      levels: ['0', '1', '2', '3', '4', '5', '6', '7'],
    });
    expect(readFixture('lgb-binary.txt').features[3]).toMatchObject({
      name: 'kind',
      levels: expect.arrayContaining(['navy']),
    });
    expect(readFixture('cb-multiclass.json').classes).toEqual(['high', 'low', 'middle']);
    expect(foreignSpec(readFixture('lgb-poisson.txt')).response).toEqual({ kind: 'log' });
  });

  it('levels for files that keep codes only come from the schema', () => {
    const levels = ['red', 'green', 'blue', 'grey', 'pink', 'teal', 'lime', 'navy'];
    const given = readFixture('xgb1-partition.json', { levels: new Map([['kind', levels]]) });
    expect(given.features[3]).toEqual({ kind: 'category', name: 'kind', levels });
    expect(() => readFixture('xgb1-partition.json', { levels: new Map([['kind', ['red']]]) })).toThrow(/at least 8/);
  });
});

describe('D10 contributions of imported trees weigh branches as their library does', () => {
  it.each(['xgb3-logistic.json', 'lgb-binary.txt'])('%s: TreeSHAP equals the library’s own', (file) => {
    const { spec, frame } = foreignFixture(file);
    const own = readTable(file.replace(/\.\w+$/, '-contributions.csv'));
    const explained = explainMargins(spec, applyRecipe(spec.recipe, frame), 0);
    const width = spec.recipe.inputs.length;
    spec.recipe.inputs.forEach((input, c) => {
      own.column(input.name).forEach((text, row) => {
        expect(explained.values[row * width + c]).toBeCloseTo(Number(text), 5);
      });
    });
    expect(explained.base).toBeCloseTo(Number(own.column('base_value')[0]), 5);
  });
});

describe('D10 what has no exact counterpart is refused with its reason', () => {
  it.each([
    ['cb-ctr.json', /statistics of category columns/],
    ['lgb-linear.txt', /linear_tree/],
    ['lgb-zero-missing.txt', /zero_as_missing.*tree \d+/],
    ['xgb3-vectors.json', /2 values a row/],
    ['xgb3-quantiles.json', /3 values a row/],
  ])('%s', (file, reason) => {
    expect(() => readFixture(file)).toThrow(reason);
  });

  it('leaves with vectors, unknown objectives and hashed categories without texts', () => {
    expect(() => readFixture('xgb3-vectors.json', { output: 0 })).toThrow(/multi_output_tree/);
    const text = readFileSync(foreignPath('xgb3-logistic.json'), 'utf8');
    expect(() => readBytes(new TextEncoder().encode(text.replace('binary:logistic', 'binary:hinge')))).toThrow(
      /binary:hinge/,
    );
    const hashed = readFileSync(foreignPath('cb-onehot.json'), 'utf8').replace(
      /"cat_features_hash":\s*\[[^\]]*\]/,
      '"cat_features_hash": null',
    );
    expect(() => readBytes(new TextEncoder().encode(hashed))).toThrow(/hashes without their texts/);
    const forced = readFileSync(foreignPath('lgb-onehot.txt'), 'utf8').replace(
      'objective=regression',
      'objective=regression sqrt',
    );
    expect(() => readBytes(new TextEncoder().encode(forced))).toThrow(/sqrt/);
  });
});

describe('D10 damaged files are refused, never half read', () => {
  it.each(files)('%s cut off anywhere', (file) => {
    const bytes = new Uint8Array(readFileSync(foreignPath(file)));
    for (const share of [0.02, 0.3, 0.5, 0.9, 0.99]) {
      const part = bytes.slice(0, Math.floor(bytes.length * share));
      // The tail of a LightGBM file holds parameters and no part of the model.
      if (file.endsWith('.txt') && new TextDecoder().decode(part).includes('end of trees')) continue;
      expect(() => readBytes(part, optionsOf(file))).toThrow(/cannot be read/);
    }
  });

  it('branches that run in a circle, indices outside, counts beyond the file', () => {
    const change = (edit: (tree: Record<string, number[]>) => void): Uint8Array => {
      const parsed = JSON.parse(readFileSync(foreignPath('xgb3-logistic.json'), 'utf8'));
      edit(parsed.learner.gradient_booster.model.trees[0]);
      return new TextEncoder().encode(JSON.stringify(parsed));
    };
    const set = (key: string, at: number, value: number) => change((tree) => tree[key].splice(at, 1, value));
    expect(() => readBytes(set('left_children', 1, 0))).toThrow(/circle/);
    expect(() => readBytes(set('left_children', 1, 9_999))).toThrow(/points at node 9999/);
    expect(() => readBytes(set('split_indices', 0, 40))).toThrow(/feature 40/);
    expect(() => readBytes(change((tree) => tree.default_left.pop()))).toThrow(/default_left/);
    const huge = Uint8Array.from([0x7b, 0x4c, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x61]);
    expect(() => readBytes(huge)).toThrow(/length makes no sense/);
  });
});

describe('D10 imported models export like trained ones', () => {
  let client: InferenceClient;
  beforeAll(() => {
    client = startInference();
  });
  afterAll(() => client.close());

  it.each([
    'xgb3-partition.json',
    'xgb3-poisson.json',
    'xgb3-gblinear.json',
    'lgb-multiclass.txt',
    'lgb-forest.txt',
    'cb-onehot.json',
    'cb-rmse.json',
  ])('%s: kernels and the exported graph agree on hard rows', async (file) => {
    const { spec, frame } = foreignFixture(file);
    const rows = buildParityRows(spec, frame, { rowCount: 400, seed: 3 });
    const kernels = await createKernelExecutor(spec).predict(rows);
    const onnx = buildOnnx(spec, { producerVersion: '0', modelName: 'imported' });
    const executor = await createOnnxExecutor(spec, { kind: 'bytes', bytes: onnx }, client);
    const exported = await executor.predict(rows);
    await executor.close();
    expect(largestError(exported.margins, kernels.margins)).toBeLessThan(1e-5);
    expect(largestError(exported.outputs, kernels.outputs)).toBeLessThan(1e-5);
    for (const member of spec.members) {
      if (member.kind === 'trees') expect(decodeTrees(encodeTrees(member.trees))).toEqual(member.trees);
    }
  });
});
