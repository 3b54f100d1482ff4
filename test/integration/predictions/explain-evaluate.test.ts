import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asJson } from '../../../main/base/json.ts';
import type { ComputePool } from '../../../main/compute/pool.ts';
import type { InferenceClient } from '../../../main/inference/client.ts';
import type { JobKind } from '../../../main/jobs/types.ts';
import { evaluateMetric, metricByName } from '../../../main/ml/metrics/registry.ts';
import type { Task } from '../../../main/ml/model-spec.ts';
import { explainMargins, predictMargins, predictOutputs } from '../../../main/ml/predict.ts';
import { applyRecipe } from '../../../main/ml/recipe/apply.ts';
import type { ExplainJobResult } from '../../../main/services/explanations/explain-job.ts';
import type { EvaluateJobResult } from '../../../main/services/models/evaluate-job.ts';
import { createPredictionJobs } from '../../../main/services/predictions/jobs.ts';
import { startInference } from '../../helpers/inference.ts';
import { frameCsv, openScoringBench, removeFolder, type ScoringBench, startPool } from '../../helpers/scoring-bench.ts';
import { trainedModel } from '../../helpers/trained-model.ts';

let pool: ComputePool;
let inference: InferenceClient;
beforeAll(() => {
  pool = startPool();
  inference = startInference();
});
afterAll(async () => {
  await pool.close();
  inference.close();
});

describe.each(['binary', 'multiclass', 'regression'] as const)('%s', (task: Task) => {
  const folder = mkdtempSync(join(tmpdir(), 'augury-explain-'));
  const { spec, frame } = trainedModel(task, { rowCount: 1_000, rounds: 15, leaves: 9 });
  const matrix = applyRecipe(spec.recipe, frame);
  const margins = predictMargins(spec, matrix);
  const outputs = predictOutputs(spec, margins);
  const width = spec.outputCount;
  const topOf = (row: number): number => {
    let top = 0;
    for (let k = 1; k < width; k++) if (outputs[row * width + k] > outputs[row * width + top]) top = k;
    return top;
  };
  let bench: ScoringBench;
  beforeAll(async () => {
    bench = await openScoringBench(
      folder,
      { pool, inference },
      { spec, frame, target: 'goal' },
      { blockRows: 800, handlers: createPredictionJobs },
    );
    bench.file('in.csv', frameCsv(frame));
  });
  afterAll(async () => {
    await bench.close();
    removeFolder(folder);
  });

  async function run<Result>(kind: JobKind, input: unknown): Promise<Result> {
    const { id } = await bench.queue.start({ kind, title: kind, input: asJson(input) });
    const job = await bench.queue.wait(id);
    if (job.error !== null) throw Object.assign(new Error(job.error.message), job.error);
    return job.result as Result;
  }
  const explain = (units: string, output: string): Promise<ExplainJobResult> =>
    run('explain', {
      modelId: bench.modelId,
      source: { path: bench.file('in.csv') },
      destination: { path: bench.file(output) },
      map: {},
      units,
    });
  const evaluate = (text: string, more: object = {}): Promise<EvaluateJobResult> =>
    run('evaluate', {
      id: bench.modelId,
      source: { path: bench.file('labelled.csv', text) },
      map: {},
      labelMap: {},
      ...more,
    });
  const table = (name: string): Record<string, string>[] =>
    Papa.parse<Record<string, string>>(readFileSync(bench.file(name), 'utf8'), { header: true, skipEmptyLines: true })
      .data;

  it('G1 writes exact contributions that add up to the margin of every row, and their mean size', async () => {
    const result = await explain('margin', 'margin.csv');
    expect(result).toMatchObject({ rows: 1000, rejected: 0, units: 'margin', rejectsFile: null });
    expect(result.additivityMaxError).toBeLessThan(1e-6);
    const rows = table('margin.csv');
    const inputs = spec.recipe.inputs.map(({ name }) => name);
    const all = Array.from({ length: width }, (_, k) => explainMargins(spec, matrix, k));
    for (const [i, row] of rows.entries()) {
      const top = topOf(i);
      const sum = inputs.reduce((total, name) => total + Number(row[name]), Number(row.base_value));
      expect(Math.abs(sum - Number(row.output))).toBeLessThan(1e-6 * Math.max(1, Math.abs(sum)));
      expect(Number(row.output)).toBe(margins[i * width + top]);
      expect(Number(row[inputs[0]])).toBe(all[top].values[i * inputs.length]);
      if (task === 'multiclass') expect(row.explained_class).toBe(spec.classes[top]);
    }
    const mean = rows.reduce((total, row) => total + Math.abs(Number(row.city)), 0) / rows.length;
    expect(result.summary.find(({ column }) => column === 'city')?.meanAbs).toBeCloseTo(mean, 6);
    expect(result.summary.map(({ meanAbs }) => meanAbs)).toEqual(
      result.summary.map(({ meanAbs }) => meanAbs).sort((a, b) => b - a),
    );
  });

  it('G1 explains against background rows, with the strongest pairs as columns a × b', async () => {
    const result = await run<ExplainJobResult>('explain', {
      modelId: bench.modelId,
      source: { path: bench.file('in.csv') },
      destination: { path: bench.file('pairs.csv') },
      map: {},
      units: 'margin',
      background: 50,
      interactions: true,
    });
    expect(result.additivityMaxError).toBeLessThan(1e-6);
    const [strongest] = result.pairs ?? [];
    const name = `${strongest?.a} × ${strongest?.b}`;
    const rows = table('pairs.csv');
    const size = rows.reduce((sum, row) => sum + Math.abs(Number(row[name])), 0) / rows.length;
    expect(size).toBeCloseTo(strongest?.meanAbs ?? -1, 6);
    const first = spec.recipe.inputs.reduce(
      (sum, input) => sum + Number(rows[0][input.name]),
      Number(rows[0].base_value),
    );
    expect(Math.abs(first - Number(rows[0].output))).toBeLessThan(1e-6 * Math.max(1, Math.abs(first)));
    await expect(run('explain', { ...pairsInProbability, modelId: bench.modelId })).rejects.toMatchObject({
      code: 'units-of-interactions',
    });
  });
  const pairsInProbability = {
    source: { path: join(folder, 'in.csv') },
    destination: { path: join(folder, 'no.csv') },
    map: {},
    units: 'probability',
    interactions: true,
  };

  it('G1 rescales to the probability that is predicted, and marks that as approximate', async () => {
    const result = await explain('probability', 'probability.csv');
    expect(result.additivityMaxError).toBeLessThan(1e-6);
    for (const [i, row] of table('probability.csv').entries()) {
      const sum = spec.recipe.inputs.reduce((total, { name }) => total + Number(row[name]), Number(row.base_value));
      expect(Math.abs(sum - Number(row.output))).toBeLessThan(1e-6 * Math.max(1, Math.abs(sum)));
      expect(Number(row.output)).toBeCloseTo(outputs[i * width + topOf(i)], task === 'regression' ? 1 : 6);
      expect(row.approximate).toBe(task === 'regression' ? undefined : 'true');
    }
  });

  const label = (row: number): string =>
    task === 'regression'
      ? String(200_000 + ((row * 7919) % 1000) * 90)
      : spec.classes[(row * 7) % spec.classes.length];
  const value = (row: number): number =>
    task === 'regression' ? Number(label(row)) : spec.classes.indexOf(label(row));

  it('D8 compares the groups of any column of the file and looks for weak slices when asked', async () => {
    const csv = frameCsv(frame, { goal: label, region: (row) => (row % 5 === 0 ? 'north' : 'south') });
    const plain = await evaluate(csv);
    expect([plain.fairness, plain.slices]).toEqual([null, null]);
    const { fairness, slices } = await evaluate(csv, { by: 'region', slices: true });
    expect(fairness?.groups.map(({ value, rows }) => [value, rows])).toEqual([
      ['south', 800],
      ['north', 200],
    ]);
    const measures = fairness?.groups[0].measures.map(({ measure }) => measure);
    expect(measures).toContain(
      task === 'binary' ? 'selection_rate' : task === 'regression' ? 'absolute_error' : 'accuracy',
    );
    expect(fairness?.reading.length).toBeGreaterThan(10);
    expect(slices).toMatchObject({ rows: 1000, lossName: task === 'regression' ? 'mean absolute error' : 'log loss' });
    for (const slice of slices?.slices ?? []) {
      for (const term of slice.terms) expect(frame.columns.map(({ name }) => name)).toContain(term.column);
      expect(slice.words).toContain(slice.terms[0].column);
    }
  });

  it('evaluates labelled rows like the metrics themselves, with intervals around the values', async () => {
    const result = await evaluate(frameCsv(frame, { goal: (row) => (row === 3 ? '' : label(row)) }));
    expect(result).toMatchObject({ rows: 999, rejected: 1, rejects: [{ line: 5, reason: 'no label' }] });
    const rows = Array.from({ length: 1000 }, (_, i) => i).filter((i) => i !== 3);
    const judged = {
      predictions: Float64Array.from(
        { length: rows.length * width },
        (_, i) => outputs[rows[Math.floor(i / width)] * width + (i % width)],
      ),
      labels: Float64Array.from(rows, value),
      classCount: task === 'regression' ? 0 : spec.classes.length,
    };
    for (const name of task === 'regression'
      ? ['rmse', 'mae', 'r2']
      : ['auc', 'log_loss', 'accuracy', 'brier', 'ece']) {
      const metric = result.metrics[name];
      expect(metric.value, name).toBeCloseTo(evaluateMetric(metricByName(name), judged), 9);
      expect(metric.low, name).toBeLessThanOrEqual(metric.value);
      expect(metric.high, name).toBeGreaterThanOrEqual(metric.value);
      expect(metric.high - metric.low, name).toBeGreaterThan(0);
    }
    expect(result.calibration?.bins.reduce((sum, bin) => sum + bin.rows, 0) ?? 999).toBe(999);
  });

  it('says which column to map when the target is not there', async () => {
    await expect(evaluate(frameCsv(frame, { Goal: label }))).rejects.toMatchObject({
      code: 'no-target',
      hint: "Give the labels' column with --map Goal=goal",
    });
    const mapped = await evaluate(frameCsv(frame, { Goal: label }), { map: { Goal: 'goal' } });
    expect(mapped.rows).toBe(1000);
  });

  it.runIf(task === 'binary')('names an unknown label, its line and the map to give', async () => {
    const text = frameCsv(frame, { goal: (row) => (row < 5 ? label(row) : `${label(row)}.`) });
    await expect(evaluate(text)).rejects.toMatchObject({
      family: 'data-problem',
      code: 'unknown-label',
      message: expect.stringMatching(/^labelled\.csv, line 7: the label "(yes|no)\." in column "goal" was never seen/),
      hint: expect.stringMatching(/--label-map (no\.=no,yes\.=yes|yes\.=yes,no\.=no)$/),
    });
    const settled = await evaluate(text, { labelMap: { 'no.': 'no', 'yes.': 'yes' } });
    expect(settled.rows).toBe(1000);
    await expect(evaluate(text, { labelMap: { 'no.': 'nope' } })).rejects.toMatchObject({ code: 'label-map-unknown' });
  });
});
