import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calibrator, ModelSpec } from '../../main/ml/model-spec.ts';
import { buildOnnx } from '../../main/ml/onnx/build-onnx.ts';
import { onnxOutputNames } from '../../main/ml/onnx/output-names.ts';
import { buildParityRows } from '../../main/ml/onnx/parity-rows.ts';
import { numbers, runOrt, texts } from '../helpers/ort-run.ts';
import { randomModel } from '../helpers/random-model.ts';
import { referencePredict } from '../helpers/reference-model.ts';

const meta = { producerVersion: '0.1.0', modelName: 'test' };

/** Largest errors of the exported graph over fuzzed rows: absolute on probabilities, relative on margins. */
async function measure(
  spec: ModelSpec,
  rowCount: number,
): Promise<{ probability: number; margin: number; labels: number }> {
  const frame = buildParityRows(spec, null, { rowCount, seed: 11 });
  const names = onnxOutputNames(spec);
  const outputs = await runOrt(buildOnnx(spec, meta), frame);
  const expected = referencePredict(spec, frame);
  const margins = numbers(outputs, names.margin);
  let margin = 0;
  let probability = 0;
  let labels = 0;
  expected.forEach((row, i) => {
    row.margin.forEach((m, k) => {
      const error = Math.abs(margins[i * spec.outputCount + k] - m) / Math.max(1, Math.abs(m));
      margin = Math.max(margin, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
    });
  });
  if (names.probabilities !== null && names.label !== null) {
    const p = numbers(outputs, names.probabilities);
    const label = texts(outputs, names.label);
    expected.forEach((row, i) => {
      row.probabilities.forEach((q, k) => {
        const error = Math.abs(p[i * spec.classes.length + k] - q);
        probability = Math.max(probability, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
      });
      const top = Math.max(...row.probabilities);
      if (row.probabilities[spec.classes.indexOf(label[i])] < top - 1e-9) labels++;
    });
  }
  if (names.probability !== null && names.probabilities !== null) {
    const p = numbers(outputs, names.probabilities);
    expect(numbers(outputs, names.probability)).toEqual(p.filter((_, i) => i % 2 === 1));
  }
  if (names.prediction !== null) expect(numbers(outputs, names.prediction)).toEqual(margins);
  return { probability, margin, labels };
}

const calibrators: readonly Calibrator[] = [
  { kind: 'identity' },
  { kind: 'platt', slope: 1.3, intercept: -0.4 },
  { kind: 'beta', a: 0.8, b: 1.4, c: 0.2 },
  { kind: 'temperature', temperature: 1.7 },
  { kind: 'piecewise', margins: [-3, -1, -0.5, 0.25, 0.3, 2], probabilities: [0.02, 0.1, 0.4, 0.41, 0.8, 0.97] },
  { kind: 'piecewise', margins: [0.5], probabilities: [0.3] },
  { kind: 'venn-abers', margins: [-2, 0, 0.5, 3], probabilities: [0.05, 0.3, 0.32, 0.9] },
  { kind: 'vector', scales: [0.5, 1.2, 0.9], offsets: [0.3, -0.2, 0] },
];

describe('F1 one ONNX graph from raw columns', () => {
  it.each(calibrators.filter(({ kind }) => kind !== 'vector'))(
    'agrees on 1 000 fuzzed rows with calibrator $kind',
    async (calibration) => {
      const spec = randomModel({ task: 'binary', seed: 5, calibration });
      const error = await measure(spec, 1_000);
      expect(error.labels).toBe(0);
      expect(error.probability).toBeLessThan(1e-6);
      expect(error.margin).toBeLessThan(1e-6);
    },
  );

  it.each(calibrators.filter((c) => c.kind === 'identity' || c.kind === 'temperature'))(
    'agrees for five classes with calibrator $kind',
    async (calibration) => {
      const spec = randomModel({ task: 'multiclass', classCount: 5, seed: 8, treeCount: 25, calibration });
      const error = await measure(spec, 1_000);
      expect(error.labels).toBe(0);
      expect(error.probability).toBeLessThan(1e-6);
      expect(error.margin).toBeLessThan(1e-6);
    },
  );

  it('agrees for trees of 255 leaves', async () => {
    const error = await measure(randomModel({ task: 'binary', seed: 2, leafCount: 255, members: ['trees'] }), 2_000);
    expect(error.probability).toBeLessThan(1e-6);
    expect(error.margin).toBeLessThan(1e-6);
  });

  it.each([64, 65, 254, 2_000])('agrees for category sets over %i levels', async (levelCount) => {
    const error = await measure(randomModel({ task: 'binary', seed: 3, levelCount, members: ['trees'] }), 1_000);
    expect(error.margin).toBeLessThan(1e-6);
  });

  it('keeps the relative error of 2 000 trees on values around 200 000 below 1e-6', async () => {
    const spec = randomModel({
      task: 'regression',
      seed: 4,
      treeCount: 2_000,
      leafCount: 31,
      leafScale: 4_000,
      baseScore: 206_000,
      members: ['trees'],
    });
    const error = await measure(spec, 300);
    expect(error.margin).toBeLessThan(1e-6);
  });

  it.each([['linear'], ['constant'], ['trees'], ['additive']] as const)(
    'agrees for a single %s member',
    async (kind) => {
      for (const task of ['binary', 'multiclass', 'regression'] as const) {
        const error = await measure(randomModel({ task, seed: 6, members: [kind] }), 400);
        expect(error.probability).toBeLessThan(1e-6);
        expect(error.margin).toBeLessThan(1e-6);
      }
    },
  );

  it('agrees for any task, shape and calibrator', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('binary', 'multiclass', 'regression'),
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 130 }),
        fc.constantFrom(...calibrators),
        async (task, seed, treeCount, leafCount, levelCount, calibrator) => {
          const several = ['temperature', 'vector'].includes(calibrator.kind);
          const fits = task === 'binary' ? calibrator.kind !== 'vector' : task === 'multiclass' && several;
          const calibration: Calibrator = fits ? calibrator : { kind: 'identity' };
          const error = await measure(randomModel({ task, seed, treeCount, leafCount, levelCount, calibration }), 60);
          return error.labels === 0 && error.probability < 1e-6 && error.margin < 1e-6;
        },
      ),
      { numRuns: 40, seed: 12 },
    );
  });
});
