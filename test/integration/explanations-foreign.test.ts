/** A model of which only the graph is known, explained by every method at the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere } from '../helpers/cli-here.ts';
import { foreignPath } from '../helpers/foreign-fixture.ts';
import { openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let folder: string;
let modelId: string;
let some: string;

async function cliJson(...args: string[]): Promise<Record<string, unknown>> {
  const result = await cliHere(test, [...args, '--json']);
  expect(result.code, result.stdout + result.stderr).toBe(0);
  return JSON.parse(result.stdout);
}
const rowsOf = (path: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(readFileSync(path, 'utf8'), { header: true, skipEmptyLines: true }).data;

beforeAll(async () => {
  test = await openTestHost();
  folder = mkdtempSync(join(tmpdir(), 'augury-explain-foreign-'));
  const csv = foreignPath('onnx-columns.csv');
  const schema = foreignPath('onnx-columns.schema.json');
  const model = await cliJson(
    'models',
    'import',
    foreignPath('onnx-columns.onnx'),
    '--schema',
    schema,
    '--parity',
    csv,
  );
  modelId = String(model.id);
  some = join(folder, 'some.csv');
  writeFileSync(some, readFileSync(csv, 'utf8').split('\n').slice(0, 5).join('\n'));
});
afterAll(async () => {
  await test?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('G2, G3 and F7 for a foreign graph', () => {
  it('G2 KernelSHAP stands in for the exact method and adds up', async () => {
    const result = await cliJson('explain', modelId, some, '--method', 'kernelshap', '--warranty', '1');
    expect(result).toMatchObject({ rows: 4, method: 'kernelshap', quality: { warranty: { rows: 1 } } });
    expect(result.additivityMaxError).toBeLessThan(1e-6);
    const row = { a: 0.5, b: 3, n: 2, kind: 'grey' };
    const one = await test.client.explanations.one({ modelId, row, warranty: true });
    expect(one.method).toBe('kernelshap');
    expect(one.agreementWithShap).toBeNull();
    expect(one.warranty?.aspects.map(({ aspect }) => aspect)).toContain('stability');
  });

  it('G2 LIME tells how its ranks hold, and that there is no SHAP to agree with', async () => {
    const file = join(folder, 'lime.csv');
    const result = await cliJson('explain', modelId, some, '--method', 'lime', '-o', file);
    expect(result).toMatchObject({ quality: { sampled: { rankCorrelationWithShap: null }, warranty: null } });
    expect(rowsOf(file).length).toBe(4);
  });

  it('F7 changes of its rows give the class that was wanted', async () => {
    const file = join(folder, 'changed.csv');
    const options = ['--method', 'counterfactual', '--want', 'low', '--immutable', 'kind', '-o', file];
    await cliJson('explain', modelId, some, ...options);
    const before = rowsOf(some);
    const found = rowsOf(file).filter((row) => row.outcome === 'found');
    expect(found.length).toBeGreaterThan(0);
    for (const row of found) {
      expect(row.kind).toBe(before[Number(row.row) - 1].kind);
      const again = { a: Number(row.a), b: Number(row.b), n: Number(row.n), kind: row.kind };
      const { prediction } = await test.client.predictions.one({ modelId, row: again, record: false });
      expect(prediction).toBe('low');
    }
  });

  it('G3 effects, interactions and importance by shuffling are to be had', async () => {
    const curve = await test.client.explanations.effect({ modelId, column: 'a', kind: 'pdp', class: 'low' });
    expect(curve.points.length).toBeGreaterThan(5);
    const both = await test.client.explanations.effect({ modelId, column: 'a', second: 'kind', kind: 'ale' });
    expect(both.surface?.values.length).toBeGreaterThan(1);
    expect((await test.client.explanations.interactions({ modelId })).pairs.length).toBe(6);
    const classes = ['high', 'low', 'middle'];
    const labelled = rowsOf(foreignPath('onnx-columns.csv')).map((row) => {
      const likeliest = classes.reduce((best, name) =>
        Number(row[`probability_${name}`]) > Number(row[`probability_${best}`]) ? name : best,
      );
      return [row.a, row.b, row.n, row.kind, likeliest].join(',');
    });
    const file = join(folder, 'labelled.csv');
    writeFileSync(file, ['a,b,n,kind,size', ...labelled].join('\n'));
    const result = await cliJson('explain', modelId, file, '--method', 'permutation', '--repeats', '2');
    expect(result).toMatchObject({ rows: 60, learnedFrom: false });
  });

  it('says what is wrong with an option, by name', async () => {
    const result = await cliHere(test, [
      'explain',
      modelId,
      some,
      '--method',
      'counterfactual',
      '--direction',
      'a=left',
    ]);
    expect(result.code).not.toBe(0);
    expect(result.stderr + result.stdout).toContain('a=left');
    const unknown = await cliHere(test, ['explain', modelId, some, '--method', 'magic']);
    expect(unknown.stderr + unknown.stdout).toContain('lime');
  });
});
