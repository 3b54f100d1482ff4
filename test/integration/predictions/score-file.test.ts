import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asJson } from '../../../main/base/json.ts';
import type { ComputePool } from '../../../main/compute/pool.ts';
import type { InferenceClient } from '../../../main/inference/client.ts';
import { predictMargins, predictOutputs } from '../../../main/ml/predict.ts';
import { applyRecipe } from '../../../main/ml/recipe/apply.ts';
import { createPredictionJobs } from '../../../main/services/predictions/jobs.ts';
import type { ScoreJobResult } from '../../../main/services/predictions/score-job.ts';
import { startScore } from '../../../main/services/predictions/start-score.ts';
import type { Inputs } from '../../../main/services/service-types.ts';
import { workspaceFileHash } from '../../../main/services/system/file-hash.ts';
import { listLedger } from '../../../main/store/ledger-list.ts';
import { verifyLedger } from '../../../main/store/ledger-verify.ts';
import { startInference } from '../../helpers/inference.ts';
import { frameCsv, openScoringBench, removeFolder, type ScoringBench, startPool } from '../../helpers/scoring-bench.ts';
import { trainedModel } from '../../helpers/trained-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-score-'));
const { spec, frame } = trainedModel('binary', { rowCount: 3_000, rounds: 30, leaves: 15 });
let pool: ComputePool;
let inference: InferenceClient;
let bench: ScoringBench;

beforeAll(async () => {
  pool = startPool();
  inference = startInference();
  bench = await openScoringBench(
    folder,
    { pool, inference },
    { spec, frame, target: 'left' },
    { blockRows: 512, handlers: createPredictionJobs },
  );
});
afterAll(async () => {
  await bench.close();
  await pool.close();
  inference.close();
  removeFolder(folder);
});

type Asked = Inputs['predictions']['scoreFile'];

const ask = (input: string, output: string, more: Partial<Asked> = {}): Asked => ({
  modelId: bench.modelId,
  source: { path: bench.file(input) },
  destination: { path: bench.file(output) },
  map: {},
  explain: 0,
  resume: false,
  provider: 'auto',
  ...more,
});

async function score(asked: Asked): Promise<ScoreJobResult> {
  const { jobId } = await startScore({ ...bench.deps, queue: bench.queue }, asked);
  const job = await bench.queue.wait(jobId);
  if (job.state !== 'succeeded') throw new Error(`${job.state}: ${job.error?.message}`);
  return job.result as ScoreJobResult;
}

const rowsOf = (path: string): Record<string, string>[] =>
  Papa.parse<Record<string, string>>(readFileSync(bench.file(path), 'utf8'), { header: true, skipEmptyLines: true })
    .data;

const expected = predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));

describe('F4 batch scoring', () => {
  it('writes id, prediction, probability and reasons for every row, in order, and says what ran', async () => {
    bench.file('in.csv', frameCsv(frame));
    const result = await score(ask('in.csv', 'out.csv', { id: 'id', explain: 3 }));
    expect(result).toMatchObject({ rows: 3000, rejected: 0, rejectsFile: null, provider: 'kernels (cpu)' });
    expect(result.output).toBe(bench.file('out.csv'));
    const rows = rowsOf('out.csv');
    expect(Object.keys(rows[0])).toEqual(['id', 'prediction', 'probability', 'reason_1', 'reason_2', 'reason_3']);
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 3000 }, (_, i) => `r${i}`));
    const worst = rows.reduce((most, row, i) => Math.max(most, Math.abs(Number(row.probability) - expected[i])), 0);
    expect(worst).toBeLessThan(1e-12);
    expect(rows.every((row) => row.prediction === (Number(row.probability) >= 0.5 ? 'yes' : 'no'))).toBe(true);
    expect(rows[0].reason_1).toMatch(/^(income|rooms|city|plan|opened)=.* \([+-]\d+\.\d{3}\)$/);
  });

  it('gives the same numbers from JSON lines and Parquet, to JSON lines and Parquet', async () => {
    bench.file('some.csv', frameCsv(frame, {}, [0, 1, 2, 3, 4, 5, 6, 7]));
    await score(ask('some.csv', 'some.jsonl', { id: 'id' }));
    const lines = readFileSync(bench.file('some.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; probability: number });
    expect(lines.map((line) => line.id)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
    expect(lines.map((line) => line.probability)).toEqual(Array.from(expected.subarray(0, 8)));
    const result = await score(ask('some.csv', 'some.parquet', { id: 'id' }));
    expect(result.rows).toBe(8);
    const parquet = await bench.deps.warehouse.openSource({ path: bench.file('some.parquet') });
    expect(parquet.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id text',
      'prediction text',
      'probability number',
    ]);
    await parquet.close();
  });

  it('makes texts in CSV harmless that a spreadsheet would run, and records them as they are', async () => {
    const ids = ['=1+1', '@sum', '-5', "'=kept", '-', '+49 30', 'plain'];
    const [header, ...lines] = frameCsv(frame, {}, [0, 1, 2, 3, 4, 5, 6]).trim().split('\n');
    const text = [header, ...lines.map((line, i) => line.replace(/^r\d+/, ids[i]))].join('\n');
    bench.file('formulas.csv', `${text}\n`);
    const result = await score(ask('formulas.csv', 'formulas-out.csv', { id: 'id' }));
    expect(result.formulas).toBe(4);
    const written = rowsOf('formulas-out.csv');
    expect(written.map(({ id }) => id)).toEqual(["'=1+1", "'@sum", '-5', "''=kept", '-', "'+49 30", 'plain']);
    expect(written.every(({ probability }) => Number.isFinite(Number(probability)))).toBe(true);
    const { segmentFile } = listLedger(bench.deps.db, { limit: 1 }).rows[0];
    const segment = join(bench.deps.workspaceDir, segmentFile ?? '');
    const { rows: recorded } = await bench.deps.warehouse.sniff(segment);
    expect(recorded.map(([id]) => id)).toEqual(ids);

    const kept = await score(ask('formulas.csv', 'formulas-kept.csv', { id: 'id', keepFormulas: true }));
    expect(kept.formulas).toBe(0);
    expect(rowsOf('formulas-kept.csv').map(({ id }) => id)).toEqual(ids);
  });

  it('writes a workbook: numbers as numbers, texts that begin like formulas as texts', async () => {
    const [header, ...lines] = frameCsv(frame, {}, [0, 1, 2]).trim().split('\n');
    bench.file('book.csv', `${[header, ...lines].join('\n').replace(/^r1,/m, '=1+1,')}\n`);
    const result = await score(ask('book.csv', 'book.xlsx', { id: 'id', explain: 1 }));
    expect(result).toMatchObject({ rows: 3, rejected: 0, formulas: 0, output: bench.file('book.xlsx') });
    const read = await bench.deps.warehouse.sniff(bench.file('book.xlsx'));
    expect(read.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id text',
      'prediction text',
      'probability number',
      'reason_1 text',
    ]);
    expect(read.rows.map(([id]) => id)).toEqual(['r0', '=1+1', 'r2']);
    expect(read.rows.map((row) => Number(row[2]))).toEqual(Array.from(expected.subarray(0, 3)));
    const { segmentFile, segmentRows } = listLedger(bench.deps.db, { limit: 1 }).rows[0];
    const { rows: recorded } = await bench.deps.warehouse.sniff(join(bench.deps.workspaceDir, segmentFile ?? ''));
    expect([segmentRows, recorded.map(([id]) => id)]).toEqual([3, ['r0', '=1+1', 'r2']]);
  });

  it('refuses more rows than a sheet holds before any work', async () => {
    bench.file('long.csv', `a,b\n${'1,2\n'.repeat(1_048_576)}`);
    const before = bench.queue.list({}).total;
    await expect(score(ask('long.csv', 'long.xlsx'))).rejects.toMatchObject({
      family: 'unsupported',
      code: 'xlsx-too-many-rows',
      message: expect.stringContaining('long.csv has 1'),
      hint: expect.stringContaining('CSV or Parquet'),
    });
    expect(bench.queue.list({}).total).toBe(before);
    expect(existsSync(bench.file('long.xlsx'))).toBe(false);
  });

  it('rejects rows that cannot be read, with line, reason and text, and scores the others', async () => {
    const lines = frameCsv(frame, {}, [0, 1, 2, 3, 4, 5]).split('\n');
    lines[2] = lines[2].replace(/^r1,[^,]*/, 'r1,lots');
    lines[4] = 'r3,only,three';
    bench.file('dirty.csv', lines.join('\n'));
    const result = await score(ask('dirty.csv', 'dirty-out.csv', { id: 'id' }));
    expect(result).toMatchObject({ rows: 4, rejected: 2, rejectsFile: bench.file('dirty-out.rejects.csv') });
    expect(rowsOf('dirty-out.csv').map((row) => row.id)).toEqual(['r0', 'r2', 'r4', 'r5']);
    const rejects = rowsOf('dirty-out.rejects.csv');
    expect(rejects.map((row) => row.line)).toEqual(['3', '5']);
    expect(rejects[0].reason).toContain('"lots"');
    expect(rejects[1]).toEqual({ line: '5', reason: '3 fields where 6 are expected', text: 'r3,only,three' });
  });

  it('counts categories never seen in training, by column, with examples', async () => {
    const text = frameCsv(frame, {}, [0, 1, 2, 3]).replaceAll(/,(basic|plus|pro),/g, ',gold,');
    bench.file('gold.csv', text);
    const result = await score(ask('gold.csv', 'gold-out.csv'));
    const plan = result.unseen.find(({ column }) => column === 'plan');
    expect(plan?.examples).toEqual(['gold']);
    expect(plan?.rows).toBe(text.split('gold').length - 1);
    expect(result.unseen.map(({ column }) => column)).toEqual(['plan']);
  });

  it('knows the categories that were merely rare in training', async () => {
    expect((await score(ask('in.csv', 'rare-out.csv'))).unseen).toEqual([]);
  });

  it('refuses renamed and missing columns before starting, with the diff and the mapping to give', async () => {
    const text = frameCsv(frame, {}, [0, 1, 2]).replace('income', 'Income EUR').replace('rooms', 'x');
    bench.file('renamed.csv', text);
    const before = bench.queue.list({}).total;
    await expect(score(ask('renamed.csv', 'never.csv'))).rejects.toMatchObject({
      family: 'data-problem',
      code: 'columns-differ',
      message: expect.stringMatching(
        /income \(number\): missing; "Income EUR" may be it\n {2}rooms \(integer\): missing/,
      ),
      hint: expect.stringContaining("--map 'Income EUR=income'"),
    });
    expect(bench.queue.list({}).total).toBe(before);
    const result = await score(ask('renamed.csv', 'mapped.csv', { map: { 'Income EUR': 'income', x: 'rooms' } }));
    expect(result.rows).toBe(3);
    expect(rowsOf('mapped.csv').map((row) => Number(row.probability))).toEqual(Array.from(expected.subarray(0, 3)));
  });

  it('refuses a retyped column, but not a number column with one bad cell', async () => {
    bench.file('retyped.csv', frameCsv(frame).replaceAll(/^(r\d+),[^,]*/gm, '$1,many'));
    await expect(score(ask('retyped.csv', 'never.csv'))).rejects.toMatchObject({
      code: 'columns-differ',
      message: expect.stringContaining('income: the model learned number, the file reads as text'),
    });
    bench.file('one-bad.csv', frameCsv(frame).replace(/^(r7),[^,]*/m, '$1,many'));
    expect(await score(ask('one-bad.csv', 'one-bad-out.csv'))).toMatchObject({ rows: 2999, rejected: 1 });
  });

  it('refuses to write over its own input or into a folder that is not there', async () => {
    await expect(score(ask('in.csv', 'in.csv'))).rejects.toMatchObject({ code: 'output-is-input' });
    await expect(score(ask('in.csv', 'x.csv', { rejects: bench.file('x.csv') }))).rejects.toMatchObject({
      code: 'rejects-is-output',
    });
    await expect(score(ask('in.csv', 'no/such/out.csv'))).rejects.toMatchObject({ code: 'no-such-folder' });
    await expect(score(ask('in.csv', 'x.csv', { sourceFormat: 'parquet' }))).rejects.toMatchObject({
      code: 'source-format',
      message: 'in.csv is CSV, not Parquet.',
    });
  });

  it('offers a download, and keeps its rejects in the workspace', async () => {
    const { jobId } = await startScore(
      { ...bench.deps, queue: bench.queue },
      ask('dirty.csv', '', { destination: { download: 'scores.csv' } }),
    );
    const job = await bench.queue.wait(jobId);
    const result = job.result as ScoreJobResult;
    expect(result.output).toBe('scores.csv');
    expect(result.rejectsFile).toContain(`${jobId}.rejects.csv`);
    const file = await bench.deps.downloads.open(jobId);
    expect((await file.text()).split('\n')).toHaveLength(6);
  });

  it('scores with ONNX Runtime where a provider is asked for, and names the one that ran', async () => {
    bench.file('few.csv', frameCsv(frame, {}, [0, 1, 2]));
    const result = await score(ask('few.csv', 'few-out.csv', { provider: 'dml', explain: 1 }));
    expect(result.provider).toBe('onnxruntime (cpu)');
    for (const [i, row] of rowsOf('few-out.csv').entries()) {
      expect(Number(row.probability)).toBeCloseTo(expected[i], 5);
      expect(row.reason_1).not.toBe('');
    }
  });

  it('A9 is estimated before it starts, from rows, columns and the model', async () => {
    bench.file('long.csv', frameCsv(frame) + frameCsv(frame).split('\n').slice(1).join('\n'));
    const estimate = (input: string, explain: number) =>
      bench.queue.estimate('score', asJson({ ...ask(input, 'x.csv'), explain }));
    const short = await estimate('in.csv', 0);
    const long = await estimate('long.csv', 0);
    expect(short.basis).toMatch(/^About [23],\d{3} rows of 6 columns through 30 trees/);
    expect(long.seconds).toBeGreaterThan(short.seconds);
    expect(long.diskBytes).toBeGreaterThan(1.8 * short.diskBytes);
    expect((await estimate('in.csv', 3)).seconds).toBeGreaterThan(short.seconds);
    expect(short.memoryBytes).toBeGreaterThan(5e7);
  });

  it('leaves one chained ledger entry over a Parquet segment with the rows', async () => {
    const result = await score(ask('in.csv', 'ledger-out.csv', { id: 'id' }));
    const [entry] = listLedger(bench.deps.db, { kinds: ['batch'], limit: 1, offset: 0 }).rows;
    expect(entry.id).toBe(result.ledgerId);
    expect(entry).toMatchObject({ segmentRows: 3000, rowKey: null });
    const predicted = rowsOf('ledger-out.csv').filter((row) => row.prediction === 'yes').length;
    expect(entry.prediction).toEqual({ rejected: 0, predicted: { no: 3000 - predicted, yes: predicted } });
    const segment = await bench.deps.warehouse.openSource({
      path: join(bench.deps.workspaceDir, entry.segmentFile ?? ''),
    });
    expect(segment.rowCount).toBe(3000);
    await segment.close();
    const report = await verifyLedger(bench.deps.db, (path) => workspaceFileHash(bench.deps.workspaceDir, path));
    expect(report.ok).toBe(true);
  });
});
