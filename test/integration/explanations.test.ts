/** Explanations through the contract, over a model trained in the workspace. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cell } from '../../main/contract/common.ts';
import { churnSample, finish, openTestHost, type TestHost } from '../helpers/host.ts';

let bench: TestHost;
let modelId: string;
let file: string;
let rows: Record<string, Cell>[];
let lines: string[];

beforeAll(async () => {
  bench = await openTestHost();
  const { client } = bench;
  lines = readFileSync(churnSample, 'utf8').trim().split('\n').slice(0, 1201);
  const sample = join(bench.folder, 'churn.csv');
  writeFileSync(sample, lines.join('\n'));
  const imported = await client.datasets.import({ source: { path: sample }, name: 'churn' });
  const { datasetId } = (await finish(client, imported.jobId)).result as { datasetId: string };
  const { jobId } = await client.models.train({
    datasetId,
    target: 'Churn',
    positive: 'Yes',
    trials: 2,
    name: 'churn',
  });
  modelId = ((await finish(client, jobId)).result as { modelId: string }).modelId;
  const inputs = (await client.models.get({ id: modelId })).inputs.map(({ name }) => name);
  const parsed = Papa.parse<Record<string, string>>(lines.slice(0, 13).join('\n'), { header: true }).data;
  rows = parsed.map((row) => Object.fromEntries(inputs.map((name) => [name, row[name] ?? null])));
  file = join(bench.folder, 'some.csv');
  writeFileSync(file, lines.slice(0, 13).join('\n'));
});
afterAll(() => bench?.close());

const tableOf = (path: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(readFileSync(path, 'utf8'), { header: true, skipEmptyLines: true }).data;

describe('G2 and G4 one row by every method', () => {
  it.each(['treeshap', 'lime', 'kernelshap'] as const)('G2 %s explains a row, and again the same', async (method) => {
    const ask = () => bench.client.explanations.one({ modelId, row: rows[1], method });
    const [first, again] = [await ask(), await ask()];
    expect({ ...again, milliseconds: 0 }).toEqual({ ...first, milliseconds: 0 });
    expect(first.method).toBe(method);
    const sum = first.contributions.reduce((total, each) => total + each.contribution, first.baseValue);
    if (method !== 'lime') expect(sum).toBeCloseTo(first.output, 6);
    if (method === 'treeshap') {
      expect(first.agreementWithShap).toBeNull();
      const { margin } = await bench.client.predictions.one({ modelId, row: rows[1], record: false });
      expect(first.output).toBeCloseTo(margin[0], 9);
    } else {
      expect(first.agreementWithShap?.rankCorrelation).toBeGreaterThan(0.5);
      expect(first.sampling?.rankStability).toBeGreaterThan(0.5);
      expect(first.reading).toContain('SHAP');
    }
    expect(first.warranty).toBeNull();
  });

  it('G4 a warranty comes when it is asked for, with words for every grade', async () => {
    const { warranty } = await bench.client.explanations.one({ modelId, row: rows[2], warranty: true });
    expect(warranty?.aspects.length).toBe(5);
    for (const { words } of warranty?.aspects ?? []) expect(words.length).toBeGreaterThan(10);
    const odd = { ...rows[2], tenure: 4_000, MonthlyCharges: -900, Contract: 'weekly' };
    const low = await bench.client.explanations.one({ modelId, row: odd, warranty: true });
    expect(low.warranty?.low).toBe(true);
    expect(low.warranty?.words).toContain('tenure');
  });

  it('G2 and G4 explain a file by LIME, with agreement, stability and grades', async () => {
    const path = join(bench.folder, 'lime.csv');
    const destination = { path };
    const options = { modelId, source: { path: file }, destination, method: 'lime', warranties: 4 } as const;
    const { jobId } = await bench.client.explanations.explainFile(options);
    const { result } = await finish(bench.client, jobId);
    expect(result).toMatchObject({
      rows: 12,
      method: 'lime',
      quality: { warranty: { rows: 4 }, sampled: { unsettledRows: expect.any(Number) } },
    });
    const table = tableOf(path);
    expect(table.length).toBe(12);
    const one = await bench.client.explanations.one({ modelId, row: rows[0], method: 'lime' });
    const [strongest] = one.contributions;
    expect(Number(table[0][strongest.column])).toBeCloseTo(strongest.contribution, 9);
  });
});

describe('G3 global effects', () => {
  it('G3 every kind of effect is given with a sentence', async () => {
    const ask = (kind: 'pdp' | 'ale', column: string, second?: string) =>
      bench.client.explanations.effect({ modelId, column, kind, ...(second === undefined ? {} : { second }) });
    const average = await ask('pdp', 'MonthlyCharges');
    expect(average.lines.length).toBe(25);
    expect(average.lines[0].length).toBe(average.points.length);
    const local = await ask('ale', 'Contract');
    const centre = local.points.reduce((sum, point) => sum + point.mean * point.share, 0);
    expect(centre).toBeCloseTo(0, 9);
    for (const kind of ['pdp', 'ale'] as const) {
      const { surface, reading } = await ask(kind, 'tenure', 'Contract');
      expect(surface?.values.length).toBe(surface?.first.length);
      expect(surface?.values[0].length).toBe(surface?.second.length);
      expect(reading).toMatch(/tenure/);
    }
    await expect(ask('ale', 'nothing')).rejects.toMatchObject({ data: { code: 'unused-column' } });
  });

  it('G3 ranks interactions, and gain stands beside the mean contribution', async () => {
    const found = await bench.client.explanations.interactions({ modelId });
    expect(found.pairs.length).toBe((found.columns.length * (found.columns.length - 1)) / 2);
    const global = await bench.client.explanations.global({ modelId });
    const shares = global.columns.map(({ gainShare }) => gainShare);
    if (shares.every((share) => share === null)) return;
    expect(shares.reduce((sum: number, share) => sum + (share ?? 0), 0)).toBeCloseTo(1, 9);
  });

  it('G3 permutation importance runs as a job, on its own rows or on given ones', async () => {
    const own = await bench.client.explanations.startPermutation({ modelId, repeats: 2 });
    const { result } = await finish(bench.client, own.jobId);
    expect(result).toMatchObject({ method: 'permutation', learnedFrom: true, rows: 1200, loss: 'log-loss' });
    const given = await bench.client.explanations.startPermutation({ modelId, source: { path: file }, repeats: 2 });
    expect((await finish(bench.client, given.jobId)).result).toMatchObject({ learnedFrom: false, rows: 12 });
  });
});

describe('F7 counterfactuals through the contract', () => {
  it('F7 every one is predicted as wanted by the operation that predicts, and keeps to its rules', async () => {
    let found = 0;
    for (const row of rows.slice(0, 6)) {
      const before = await bench.client.predictions.one({ modelId, row, record: false });
      const rules = [
        { column: 'gender', immutable: true },
        { column: 'tenure', direction: 'up' as const },
        { column: 'MonthlyCharges', step: 5 },
      ];
      const reply = await bench.client.explanations.counterfactuals({ modelId, row, rules });
      for (const option of reply.found) {
        found++;
        const after = await bench.client.predictions.one({ modelId, row: option.row, record: false });
        expect(after.prediction).not.toBe(before.prediction);
        expect(after.prediction).toBe(option.prediction);
        for (const { column, from, to } of option.changes) {
          expect(column).not.toBe('gender');
          if (column === 'tenure') expect(Number(to)).toBeGreaterThan(Number(from));
          if (column === 'MonthlyCharges') expect(Math.abs((Number(to) - Number(from)) % 5)).toBeLessThan(1e-6);
        }
      }
    }
    expect(found).toBeGreaterThan(5);
  });

  it('F7 refuses rules that make no sense, by name', async () => {
    const ask = (rules: Parameters<typeof bench.client.explanations.counterfactuals>[0]['rules']) =>
      bench.client.explanations.counterfactuals({ modelId, row: rows[0], rules });
    await expect(ask([{ column: 'nothing' }])).rejects.toMatchObject({ data: { code: 'unknown-column' } });
    await expect(ask([{ column: 'Contract', direction: 'up' }])).rejects.toMatchObject({
      data: { code: 'rule-misfit' },
    });
    await expect(ask([{ column: 'tenure', min: 9, max: 3 }])).rejects.toMatchObject({ data: { code: 'rule-range' } });
  });

  it('F7 a file gets its counterfactuals as a table', async () => {
    const path = join(bench.folder, 'other.csv');
    const { jobId } = await bench.client.explanations.counterfactualsFile({
      modelId,
      source: { path: file },
      destination: { path },
      count: 2,
    });
    const { result } = await finish(bench.client, jobId);
    const table = tableOf(path);
    expect(result).toMatchObject({ method: 'counterfactual', rows: 12 });
    expect(new Set(table.map((line) => line.row)).size).toBe(12);
    for (const line of table) {
      if (line.outcome === 'found') expect(line.goal).toBe(`Churn = ${line.prediction}`);
    }
  });
});
