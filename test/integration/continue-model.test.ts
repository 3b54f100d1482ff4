import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelDetail, TrainOptions } from '../../main/contract/models.ts';
import type { TreeEnsemble } from '../../main/ml/model-spec.ts';
import { readPackage } from '../../main/services/models/package-read.ts';
import { cliHere } from '../helpers/cli-here.ts';
import { curvedOutcome, drawsFrom, writeLines } from '../helpers/curved-cases.ts';
import { foreignPath } from '../helpers/foreign-fixture.ts';
import { finish, importFile, openTestHost, settle, type TestHost, trainModel } from '../helpers/host.ts';

let test: TestHost;
let datasetId = '';
let base: ModelDetail;
const all = cases(1000);

beforeAll(async () => {
  test = await openTestHost();
  datasetId = await importFile(test.client, written('first.csv', all.slice(0, 401)), 'cases');
  base = await trained({ validation: 'stratified' });
});
afterAll(() => test.close());

const written = (name: string, lines: readonly string[]): string => writeLines(test.folder, name, lines);

/** A curved effect, a category and noise; every row is different. */
function cases(rows: number): string[] {
  const lines = ['a,b,kind,noise,y'];
  const draw = drawsFrom(4711);
  for (let i = 0; i < rows; i++) {
    const [a, b, noise] = [draw() * 4 - 2, draw() * 4 - 2, draw()];
    const kind = ['red', 'green', 'blue'][i % 3];
    const outcome = curvedOutcome(draw, a, b, kind === 'red' ? 1 : 0);
    lines.push([a.toFixed(6), b.toFixed(6), kind, noise.toFixed(6), outcome].join(','));
  }
  return lines;
}

async function trained(options: Partial<TrainOptions>): Promise<ModelDetail> {
  const settings = { datasetId, target: 'y', trials: 1, folds: 3, ...options };
  const { modelId } = await trainModel(test.client, { learners: ['trees'], ...settings });
  return test.client.models.get({ id: modelId });
}

async function refused(options: Partial<TrainOptions>): Promise<{ code: string; message: string; hint: string }> {
  const settings = { datasetId, target: 'y', trials: 1, folds: 3, ...options };
  const { jobId } = await test.client.models.train({ learners: ['trees'], ...settings });
  const { state, error } = await settle(test.client, jobId);
  expect(state).toBe('failed');
  return { code: error?.code ?? '', message: error?.message ?? '', hint: error?.hint ?? '' };
}

async function treesOf(model: ModelDetail): Promise<TreeEnsemble> {
  const [member, ...others] = (await readPackage(model.packagePath)).spec.members;
  if (member?.kind !== 'trees' || others.length > 0) throw new Error('not trees alone');
  return member.trees;
}

describe('D1 a model is continued on new rows', () => {
  let next: ModelDetail;

  it('keeps its trees bit for bit and first, and is judged on rows that neither model learned from', async () => {
    await importFile(test.client, written('second.csv', all.slice(0, 701)), 'cases');
    next = await trained({ from: base.id, trials: 2, validation: 'stratified' });
    const [old, both] = [await treesOf(base), await treesOf(next)];
    for (const key of ['feature', 'threshold', 'left', 'right', 'missingLeft', 'value', 'cover', 'gain'] as const) {
      expect([...both[key].subarray(0, old[key].length)], key).toEqual([...old[key]]);
    }
    expect([...both.treeRoot.subarray(0, old.treeRoot.length)]).toEqual([...old.treeRoot]);
    expect([...both.baseScore]).toEqual([...old.baseScore]);
    const trees = old.treeRoot.length;
    const added = both.treeRoot.length - trees;
    expect(added).toBeGreaterThan(0);
    expect(next.continued).toMatchObject({
      modelId: base.id,
      name: base.name,
      trees,
      added,
      newRows: 300,
      knownRows: 400,
      heldOut: 300,
    });
    expect(next.continued?.reading).toContain(`Continued from “${base.name}” (${trees} trees) + ${added} trees.`);
    expect(next.card.training).toContain('Continued from');
    expect(next.classes).toEqual(base.classes);
    expect(next.rows).toBe(700);
  });

  it('shows the old model’s own score of those rows, as evaluating it on them gives', async () => {
    const path = written('fresh.csv', [all[0], ...all.slice(401, 701)]);
    const { jobId } = await test.client.models.evaluate({ id: base.id, source: { path } });
    const { result } = await finish(test.client, jobId);
    const { metrics } = result as { metrics: Record<string, { value: number }> };
    const metric = next.continued?.metric ?? '';
    expect(next.continued?.before.value).toBeCloseTo(metrics[metric]?.value ?? Number.NaN, 9);
    expect(next.continued?.after.value).toBeCloseTo(next.score.value, 9);
  });

  it('is a model like any other: scored, explained, exported, and continued again', async () => {
    const path = written('score.csv', [all[0], ...all.slice(701, 760)]);
    const out = join(test.folder, 'explained.csv');
    const explained = await cliHere(test, ['explain', next.id, path, '-o', out, '--json']);
    expect(JSON.parse(explained.stdout).additivityMaxError).toBeLessThan(1e-5);
    const graph = await test.client.models.export({ id: next.id, path: join(test.folder, 'next.onnx') });
    expect(graph.bytes).toBeGreaterThan(1000);
    await importFile(test.client, written('third.csv', all), 'cases');
    const said = await cliHere(test, [
      'train',
      'cases',
      '--target',
      'y',
      '--from',
      next.name,
      '--trials',
      '1',
      '--json',
    ]);
    expect(said.code, said.stdout).toBe(0);
    const again = JSON.parse(said.stdout).continued;
    expect(again).toMatchObject({ name: next.name, knownRows: 700, newRows: 300 });
    expect(again.trees).toBe((next.continued?.trees ?? 0) + (next.continued?.added ?? 0));
    const words = await cliHere(test, ['train', 'cases', '--target', 'y', '--from', next.name, '--trials', '1']);
    expect(words.stdout).toMatch(/Continued from “.+” \(\d+ trees\) \+ \d+ trees\. On \d+ held-out rows/);
  });

  it('plans with the new rows alone, in the model’s columns', async () => {
    const plan = await test.client.models.plan({ datasetId, target: 'y', from: base.id, version: 2 });
    expect(plan.rows).toBe(700);
    expect(plan.features.map(({ name }) => name).sort()).toEqual(base.inputs.map(({ name }) => name).sort());
    expect(plan.learnersLeftOut).toEqual([]);
  });

  it('goes on from the trees of LightGBM, and says that it does not know what they learned from', async () => {
    const file = foreignPath('lgb-binary.txt');
    const taken = await cliHere(test, ['models', 'import', file, '--target', 'churn', '--classes', 'no,yes', '--json']);
    const foreign = JSON.parse(taken.stdout) as ModelDetail;
    const rows = Array.from({ length: 160 }, (_, i) => {
      const [a, b] = [(i % 40) / 10 - 2, 20 + (i % 7) + i / 1000];
      return [a, b, i % 9, ['red', 'blue', 'green'][i % 3], (i % 40) + (i % 5) > 22 ? 'yes' : 'no'].join(',');
    });
    const id = await importFile(test.client, written('churners.csv', ['a,b,n,kind,churn', ...rows]));
    const model = await trained({ datasetId: id, target: 'churn', from: foreign.id });
    expect(model.continued).toMatchObject({ trees: foreign.origin?.trees, knownRows: null, newRows: 160 });
    expect(model.continued?.reading).toContain('is not known here');
    expect(model.score.value).toBeGreaterThan(model.continued?.before.value ?? 1);
  });
});

describe('D1 what cannot be continued is refused with the reason and what to do', () => {
  it('rows that the model learned from, all or nearly all of them', async () => {
    const same = await refused({ from: base.id, version: 1 });
    expect(same.code).toBe('continue-no-new-rows');
    expect(same.message).toMatch(/Every one of the 400 rows is one that “.+” learned from/);
    expect(same.hint).toMatch(/--warm-start/);
    await importFile(test.client, written('few.csv', all.slice(0, 421)), 'few');
    const few = await test.client.datasets.list({ search: 'few' });
    const error = await refused({ datasetId: few.items[0]?.id ?? '', from: base.id });
    expect(error.message).toMatch(/Only 20 of the 420 rows are new/);
  });

  it('models without trees of their own, and other targets', async () => {
    const linear = await trained({ learners: ['linear'], version: 1 });
    expect(await refused({ from: linear.id })).toMatchObject({ code: 'continue-kind' });
    const ebm = await trained({ learners: ['ebm'], version: 1, budgetSeconds: 5 });
    const curves = await refused({ from: ebm.id });
    expect(curves.message).toMatch(/is an explainable boosting machine: curves, not trees/);
    expect(curves.hint).toMatch(/--learners trees/);
    expect(await refused({ from: base.id, target: 'kind' })).toMatchObject({
      code: 'continue-target',
      message: `“${base.name}” predicts “y”, not “kind”.`,
    });
  });

  it('other columns, types and classes, naming them', async () => {
    const data = async (name: string, change: (line: string, row: number) => string): Promise<string> =>
      importFile(test.client, written(name, all.slice(0, 700).map(change)));
    const without = await data('without.csv', (line) => line.split(',').slice(1).join(','));
    const lacks = await refused({ datasetId: without, from: base.id });
    expect(lacks).toMatchObject({ code: 'continue-columns' });
    expect(lacks.message).toMatch(/“without” lacks a column that “.+” needs: “a”/);
    const typed = await data('typed.csv', (line, row) => (row === 0 ? line : `x${line}`));
    expect((await refused({ datasetId: typed, from: base.id })).message).toMatch(/“a” is text in .+ and a number for/);
    const third = await data('third-class.csv', (line, row) => (row > 690 ? line.replace(/(yes|no)$/, 'maybe') : line));
    const classes = await refused({ datasetId: third, from: base.id });
    expect(classes).toMatchObject({ code: 'continue-classes' });
    expect(classes.message).toMatch(/“y” is “maybe” in 9 rows; .+ knows only no, yes/);
  });

  it('options that do not go with it', async () => {
    for (const options of [
      { drop: ['noise'] },
      { validation: 'nested' as const },
      { intervalMethod: 'cv+' as const },
      { learners: ['ebm' as const] },
      { monotone: { a: 1 as const } },
      { task: 'regression' as const },
      { positive: 'no' },
    ]) {
      const { code, hint } = await refused({ from: base.id, version: 2, ...options });
      expect(code, JSON.stringify(options)).toMatch(/^continue-(options|constraints)$/);
      expect(hint).not.toBe('');
    }
  });
});
