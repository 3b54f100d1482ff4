import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceClient } from '../../../../main/inference/client.ts';
import { createKernelExecutor } from '../../../../main/services/models/executor.ts';
import { exportPackage, selfCheck } from '../../../../main/services/models/package-export.ts';
import { readPackage } from '../../../../main/services/models/package-read.ts';
import { largestError } from '../../../../main/services/models/parity.ts';
import { startInference } from '../../../helpers/inference.ts';
import { exportRequest } from '../../../helpers/package-fixture.ts';
import { randomModel } from '../../../helpers/random-model.ts';
import { sha256 } from '../../../helpers/raw-package.ts';
import { referencePredict } from '../../../helpers/reference-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-package-'));
const good = join(folder, 'good.augury-model');
const spec = randomModel({ task: 'binary', seed: 31, calibration: { kind: 'platt', slope: 1.1, intercept: -0.2 } });
let client: InferenceClient;

beforeAll(async () => {
  client = startInference();
  await exportPackage(exportRequest(spec), good, { client, appVersion: '0.1.0' });
});

afterAll(() => {
  client.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('F1 the model package', () => {
  it('gives the model back: same predictions, schema, lineage, statistics and report', async () => {
    const read = await readPackage(good);
    const request = exportRequest(spec);
    expect(read.about).toEqual(request.about);
    expect(read.spec).toEqual(spec);
    expect(read.reference).toEqual(request.reference);
    expect(read.report).toEqual({ note: 'leaderboard' });
    expect(read.background.rowCount).toBe(200);
    expect(read.parity.rows.rowCount).toBeGreaterThanOrEqual(64);
    expect(read.manifest).toMatchObject({
      appVersion: '0.1.0',
      formatVersion: 1,
    });
    const { margins } = await createKernelExecutor(read.spec).predict(read.parity.rows);
    const expected = referencePredict(spec, read.parity.rows).flatMap((row) => row.margin);
    expect(largestError(margins, Float64Array.from(expected))).toBeLessThan(1e-9);
  });

  it('stores missing, unseen and threshold-near rows for the parity check', async () => {
    const { parity } = await readPackage(good);
    const contract = parity.rows.columns.find((column) => column.name === 'contract');
    const texts =
      contract?.type === 'string'
        ? Array.from(contract.codes, (code) => (code < 0 ? null : contract.levels[code]))
        : [];
    expect(texts).toContain(null);
    expect(texts).toContain('never seen before');
    const tenure = parity.rows.columns.find((column) => column.name === 'tenure');
    const values = tenure?.type === 'double' ? [...tenure.values] : [];
    expect(values.some(Number.isNaN)).toBe(true);
    const thresholds = spec.members.flatMap((member) => (member.kind === 'trees' ? [...member.trees.threshold] : []));
    expect(values.some((value) => thresholds.includes(value))).toBe(true);
  });

  it('is the same file for equal models, and another one for another model', async () => {
    const again = join(folder, 'again.augury-model');
    const other = join(folder, 'other.augury-model');
    const first = await exportPackage(exportRequest(spec), again, { client, appVersion: '0.1.0' });
    expect(readFileSync(again).equals(readFileSync(good))).toBe(true);
    expect(first.sha256).toBe(sha256(readFileSync(good)));
    const second = await exportPackage(exportRequest(randomModel({ task: 'binary', seed: 32 })), other, {
      client,
      appVersion: '0.1.0',
    });
    expect(second.contentSha256).not.toBe(first.contentSha256);
  });

  it.each(['multiclass', 'regression'] as const)('carries a %s model', async (task) => {
    const path = join(folder, `${task}.augury-model`);
    const model = randomModel({ task, seed: 33, classCount: 4 });
    await exportPackage(exportRequest(model), path, { client, appVersion: '0.1.0' });
    const read = await readPackage(path);
    expect(read.spec).toEqual(model);
    expect((await selfCheck(read, client)).onnxError).toBeLessThan(1e-6);
  });

  it('checks itself with both executors and finds a model that predicts otherwise', async () => {
    const read = await readPackage(good);
    const check = await selfCheck(read, client);
    expect(check.rows).toBe(128);
    expect(check.kernelError).toBe(0);
    expect(check.onnxError).toBeLessThan(1e-6);
    const [member] = read.spec.members;
    const changed = {
      ...read,
      spec: { ...read.spec, members: [{ ...member, weight: member.weight * 1.001 }, ...read.spec.members.slice(1)] },
    };
    await expect(selfCheck(changed, client)).rejects.toMatchObject({ family: 'numeric', code: 'parity-failed' });
    const shifted = { ...read, onnx: (await readPackage(join(folder, 'other.augury-model'))).onnx };
    await expect(selfCheck(shifted, client)).rejects.toMatchObject({ code: 'parity-failed' });
  });

  it('writes nothing when the exported graph disagrees with the training side', async () => {
    const path = join(folder, 'never.augury-model');
    const flawed: InferenceClient = {
      ...client,
      run: async (...args) => {
        const outputs = await client.run(...args);
        const p = outputs.probability;
        return p?.type === 'float32'
          ? { ...outputs, probability: { ...p, data: p.data.map((v) => v + 2e-5) } }
          : outputs;
      },
    };
    await expect(
      exportPackage(exportRequest(spec), path, { client: flawed, appVersion: '0.1.0' }),
    ).rejects.toMatchObject({
      code: 'parity-failed',
      details: { tolerance: 1e-5 },
    });
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('says where a package could not be written and leaves no part behind', async () => {
    const request = exportRequest(spec);
    const dependencies = { client, appVersion: '0.1.0' };
    await expect(
      exportPackage(request, join(folder, 'no-folder', 'm.augury-model'), dependencies),
    ).rejects.toMatchObject({
      family: 'resource',
      code: 'package-write',
      details: { code: 'ENOENT' },
    });
  });

  it('compares lengths, infinities and missing numbers in parity', () => {
    const f = (...values: number[]) => Float64Array.from(values);
    expect(largestError(f(1), f(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(largestError(f(Number.NaN, Number.POSITIVE_INFINITY), f(Number.NaN, Number.POSITIVE_INFINITY))).toBe(0);
    expect(largestError(f(Number.NaN), f(0))).toBe(Number.POSITIVE_INFINITY);
    expect(largestError(f(200_002), f(200_000))).toBeCloseTo(1e-5, 12);
    expect(largestError(f(0.2), f(0.1))).toBeCloseTo(0.1, 12);
  });
});
