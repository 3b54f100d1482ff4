import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asJson } from '../../../main/base/json.ts';
import type { ComputePool } from '../../../main/compute/pool.ts';
import type { Cell } from '../../../main/contract/common.ts';
import { type DecisionCurve, policy as policySchema } from '../../../main/contract/decisions.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';
import type { InferenceClient } from '../../../main/inference/client.ts';
import type { Frame } from '../../../main/ml/frame.ts';
import { predictMargins, predictOutputs } from '../../../main/ml/predict.ts';
import { applyRecipe } from '../../../main/ml/recipe/apply.ts';
import { createPredictionJobs } from '../../../main/services/predictions/jobs.ts';
import { createPredictionsService } from '../../../main/services/predictions/service.ts';
import type { Service } from '../../../main/services/service-types.ts';
import { workspaceFileHash } from '../../../main/services/system/file-hash.ts';
import { eraseSubject } from '../../../main/store/ledger.ts';
import { getLedgerEntry, listLedger } from '../../../main/store/ledger-list.ts';
import { verifyLedger } from '../../../main/store/ledger-verify.ts';
import { savePolicy } from '../../../main/store/repositories/models.ts';
import { startInference } from '../../helpers/inference.ts';
import { frameCsv, openScoringBench, removeFolder, type ScoringBench, startPool } from '../../helpers/scoring-bench.ts';
import { trainedModel } from '../../helpers/trained-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-single-'));
const { spec, frame } = trainedModel('binary', { rowCount: 2_000, rounds: 20, leaves: 15 });
const outputs = predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));
let pool: ComputePool;
let inference: InferenceClient;
let bench: ScoringBench;
let service: Service<'predictions'>;
let curve: (modelId: string) => Promise<DecisionCurve>;

beforeAll(async () => {
  pool = startPool(1);
  inference = startInference();
  const model = { spec, frame, target: 'left' };
  bench = await openScoringBench(folder, { pool, inference }, model, {
    blockRows: 500,
    handlers: createPredictionJobs,
  });
});
beforeEach(() => {
  curve = async () => ({ best: { threshold: 0.5 } }) as DecisionCurve;
  service = createPredictionsService({ ...bench.deps, queue: bench.queue, curve: (modelId) => curve(modelId) });
});
afterAll(async () => {
  await bench.close();
  await pool.close();
  inference.close();
  removeFolder(folder);
});

const rowOf = (from: Frame, row: number): Record<string, Cell> =>
  Object.fromEntries(
    from.columns.map((column): [string, Cell] => {
      if (column.type === 'string')
        return [column.name, column.codes[row] < 0 ? null : column.levels[column.codes[row]]];
      const value = column.values[row];
      if (Number.isNaN(value)) return [column.name, null];
      return [column.name, column.type === 'double' ? value : new Date(value / 1000).toISOString()];
    }),
  );

const call = { actor: 'test', surface: 'test', signal: undefined };
const one = async (
  row: Record<string, Cell>,
  more: { record?: boolean; rowKey?: string; interval?: number } = {},
): Promise<Prediction> =>
  await service.one({ modelId: bench.modelId, row, record: true, interval: 0.9, ...more }, call);
const countLedger = (): number => listLedger(bench.deps.db, { limit: 1, offset: 0 }).total;

describe('F4 G5 one row', () => {
  it('is predicted and explained as in a file, in words that name the strongest columns', async () => {
    for (const row of [0, 1, 2, 3, 4]) {
      const reply = await one(rowOf(frame, row));
      expect(reply.probability).toBe(outputs[row]);
      expect(reply.prediction).toBe(outputs[row] >= 0.5 ? 'yes' : 'no');
      const sum = reply.contributions.reduce((total, { contribution }) => total + contribution, reply.baseValue);
      expect(sum).toBeCloseTo(reply.margin[0], 6);
      expect(reply.sentence).toContain('left = yes');
      expect(reply.keyFactors[0]).toContain(reply.contributions[0].column);
    }
  });

  it('remarks on what the model has never seen, and refuses what it cannot read', async () => {
    const row = rowOf(frame, 0);
    const { warnings } = await one({ ...row, plan: 'gold', income: 1e12 });
    expect(warnings).toContain('plan = gold was never seen in training.');
    expect(warnings.some((text) => text.startsWith('income = 1000000000000 lies outside'))).toBe(true);
    await expect(one({ ...row, income: 'lots' })).rejects.toMatchObject({ code: 'not-a-number' });
    await expect(one({ ...row, incom: 1 })).rejects.toMatchObject({ code: 'unknown-column' });
  });
});

describe('F3 prediction cache', () => {
  it('gives the identical reply, explanation included, and counts', async () => {
    const first = await one(rowOf(frame, 10));
    const again = await one(rowOf(frame, 10));
    expect(first.cached).toBe(false);
    expect(again).toEqual({ ...first, cached: true, ledgerId: again.ledgerId, milliseconds: again.milliseconds });
    expect(await service.cacheStats({}, call)).toEqual({ hits: 1, misses: 1, entries: 1 });
    expect(await service.clearCache({}, call)).toEqual({ cleared: 1 });
    expect((await one(rowOf(frame, 10))).cached).toBe(false);
  });

  it('is keyed by values, not by how they are written', async () => {
    const row = rowOf(frame, 11);
    await one({ ...row, income: 100 });
    expect((await one({ ...row, income: '100.0' })).cached).toBe(true);
    expect((await one({ ...row, income: 101 })).cached).toBe(false);
  });
});

describe('F6 every prediction is a ledger entry', () => {
  it('a cache hit points at the first one', async () => {
    const before = countLedger();
    const first = await one(rowOf(frame, 20), { rowKey: 'customer 20' });
    const hit = await one(rowOf(frame, 20), { rowKey: 'customer 20' });
    expect(countLedger()).toBe(before + 2);
    const entry = getLedgerEntry(bench.deps.db, first.ledgerId ?? '');
    expect(entry).toMatchObject({ kind: 'single', rowKey: 'customer 20', probability: first.probability });
    expect(entry.prediction).toBe(first.prediction);
    expect(entry.explanationHash).toMatch(/^[0-9a-f]{64}$/);
    expect(getLedgerEntry(bench.deps.db, hit.ledgerId ?? '')).toMatchObject({
      kind: 'cache-hit',
      pointsTo: first.ledgerId,
      prediction: null,
    });
  });

  it('unless record is false; a later recorded call of the same row makes the first entry', async () => {
    const before = countLedger();
    expect((await one(rowOf(frame, 21), { record: false })).ledgerId).toBeNull();
    expect((await one(rowOf(frame, 21), { record: false })).cached).toBe(true);
    expect(countLedger()).toBe(before);
    const reply = await one(rowOf(frame, 21));
    expect(reply.cached).toBe(true);
    expect(getLedgerEntry(bench.deps.db, reply.ledgerId ?? '').kind).toBe('single');
  });

  it('another row key is another entry, and erasing one leaves the chain intact', async () => {
    const a = await one(rowOf(frame, 22), { rowKey: 'a' });
    const b = await one(rowOf(frame, 22), { rowKey: 'b' });
    expect(b.cached).toBe(false);
    expect(getLedgerEntry(bench.deps.db, b.ledgerId ?? '').rowKey).toBe('b');
    eraseSubject(bench.deps.db, 'a');
    expect(getLedgerEntry(bench.deps.db, a.ledgerId ?? '').prediction).toBeNull();
    const { db, workspaceDir } = bench.deps;
    expect((await verifyLedger(db, (path) => workspaceFileHash(workspaceDir, path))).ok).toBe(true);
  });
});

describe('F5 the decision of a row', () => {
  const money = { truePositive: 100, falsePositive: -20, trueNegative: 0, falseNegative: -5 };

  it('waits for the optimum, asked for once, so that equal rows get equal decisions from the first one on', async () => {
    let settle: (threshold: number) => void = () => {};
    let asked = 0;
    curve = () => {
      asked++;
      return new Promise((resolve) => {
        settle = (threshold) => resolve({ best: { threshold } } as DecisionCurve);
      });
    };
    const row = rowOf(frame, 30);
    const both = [one(row), one(row, { rowKey: 'another door' })];
    await new Promise((resolve) => setImmediate(resolve));
    settle(0.2);
    const wanted = { action: outputs[30] >= 0.2 ? 'Contact' : 'None', threshold: 0.2, expectedProfit: null };
    for (const { decision } of await Promise.all(both)) expect(decision).toEqual(wanted);
    expect((await one(row)).cached).toBe(true);
    expect(asked).toBe(1);
  });

  it('is left out when the optimum cannot be had, and asked for again', async () => {
    let asked = 0;
    curve = async () => {
      asked++;
      throw new Error('the pool is busy');
    };
    expect((await one(rowOf(frame, 32))).decision).toBeNull();
    curve = async () => ({ best: { threshold: 0 } }) as DecisionCurve;
    expect((await one(rowOf(frame, 32))).decision?.action).toBe('Contact');
    expect(asked).toBe(1);
  });

  it('follows the saved policy, and a changed policy is no cache hit', async () => {
    const row = rowOf(frame, 31);
    const p = outputs[31];
    const save = (threshold: number): void =>
      savePolicy(
        bench.deps.db,
        bench.modelId,
        asJson(policySchema.parse({ matrix: money, threshold, action: 'Call' })),
      );
    save(0);
    const act = await one(row);
    expect(act.decision?.action).toBe('Call');
    expect(act.decision?.expectedProfit).toBeCloseTo(100 * p - 20 * (1 - p), 9);
    expect(getLedgerEntry(bench.deps.db, act.ledgerId ?? '').action).toBe('Call');
    save(1);
    const pass = await one(row);
    expect(pass.cached).toBe(false);
    expect(pass.decision?.action).toBe('None');
    expect(pass.decision?.expectedProfit).toBeCloseTo(-5 * p, 9);
  });
});

describe('F4 the schema of a file before scoring', () => {
  it('is compared column by column, with a mapping suggested and nothing guessed', async () => {
    bench.file('other.csv', frameCsv(frame, { extra: () => '1' }, [0, 1, 2, 3]).replace('city', 'City name'));
    const source = { path: bench.file('other.csv') };
    const check = await service.checkSchema({ modelId: bench.modelId, source, map: {} }, call);
    expect(check.ok).toBe(false);
    expect(check.suggestedMap).toEqual({ 'City name': 'city' });
    expect(Object.fromEntries(check.columns.map(({ column, state }) => [column, state]))).toMatchObject({
      income: 'ok',
      city: 'missing',
      extra: 'extra',
      id: 'extra',
    });
    const settled = await service.checkSchema({ modelId: bench.modelId, source, map: { 'City name': 'city' } }, call);
    expect(settled.ok).toBe(true);
    expect(settled.message).toBe('other.csv has all 5 columns of the model, and 2 more that it does not use.');
    await expect(
      service.checkSchema({ modelId: bench.modelId, source, map: { Town: 'city' } }, call),
    ).rejects.toMatchObject({ code: 'map-unknown-column' });
  });
});
