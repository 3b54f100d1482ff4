import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import type { FeatureMatrix } from '../../../../main/ml/frame.ts';
import { linearContributions } from '../../../../main/ml/linear/contributions.ts';
import { fitLinear, type LinearInput } from '../../../../main/ml/linear/fit.ts';
import { fitLinearPath } from '../../../../main/ml/linear/path.ts';
import { predictLinear } from '../../../../main/ml/linear/predict.ts';
import { prepareAuc } from '../../../../main/ml/metrics/ranking.ts';
import type { Task } from '../../../../main/ml/model-spec.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../../../main/ml/recipe/fit.ts';
import { sigmoid } from '../../../../main/ml/stats/links.ts';
import { dealFolds } from '../../../../main/ml/validation/deal.ts';
import { frameOf, inputsOf, texts } from '../../../helpers/frames.ts';

const control = { stop: neverStop };

/** Two numbers (one with gaps and wild values) and a category; the margin is known. */
function sample(rows: number, task: Task) {
  const rng = createRng(9);
  const columns = [new Float32Array(rows), new Float32Array(rows), new Float32Array(rows)];
  const label = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const [a, b, c] = [rng.normal(), 3 + 2 * rng.normal(), rng.int(3)];
    const missing = rng.next() < 0.1;
    columns[0][i] = a;
    columns[1][i] = missing ? Number.NaN : rng.next() < 0.005 ? Number.POSITIVE_INFINITY : b;
    columns[2][i] = c;
    const margin = 1.5 * a - (missing ? -1 : 0.5 * (b - 3)) + [0, 1, -1][c];
    if (task === 'regression') label[i] = 10 * margin + rng.normal();
    else if (task === 'binary') label[i] = rng.next() < sigmoid(margin) ? 1 : 0;
    else label[i] = margin + rng.normal() > 1 ? 2 : margin + rng.normal() > -0.5 ? 1 : 0;
  }
  const matrix: FeatureMatrix = { rowCount: rows, columns };
  const kinds = [{ kind: 'numeric' }, { kind: 'numeric' }, { kind: 'category', levelCount: 3 }] as const;
  const outputCount = task === 'multiclass' ? 3 : 1;
  return { matrix, kinds, label, weight: null, rows: null, task, outputCount } satisfies LinearInput;
}

describe('D2 linear models', () => {
  it('recover known weights, missing indicator and levels', () => {
    const model = fitLinear(sample(20_000, 'binary'), { l2: 1e-5, maxIterations: 50 }, control);
    const [a, b, c] = model.terms;
    expect(a.kind === 'numeric' && a.weights[0] / a.scale).toBeCloseTo(1.5, 0);
    expect(b.kind === 'numeric' && b.weights[0] / b.scale).toBeCloseTo(-0.5, 1);
    expect(c.kind === 'category' && c.levelWeights[1][0] - c.levelWeights[0][0]).toBeCloseTo(1, 0);
    expect(b.kind === 'numeric' && b.missingWeights[0]).toBeGreaterThan(0.7);
    expect(c.kind === 'category' && c.levelWeights[3]).toEqual([0]);
  });

  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    it(`contributions add up to the margin exactly and average zero: ${task}`, () => {
      const input = sample(500, task);
      const model = fitLinear(input, { l2: 1e-3, maxIterations: 50 }, control);
      const margins = predictLinear(model, input.matrix);
      const { base, values, outputCount, featureCount } = linearContributions(model, input.matrix);
      const means = new Float64Array(outputCount * featureCount);
      for (let i = 0; i < 500; i++) {
        for (let k = 0; k < outputCount; k++) {
          let total = base[k];
          for (let f = 0; f < featureCount; f++) {
            const value = values[(i * outputCount + k) * featureCount + f];
            total += value;
            means[k * featureCount + f] += value / 500;
          }
          expect(Math.abs(total - margins[i * outputCount + k])).toBeLessThan(1e-9);
        }
      }
      for (const mean of means) expect(Math.abs(mean)).toBeLessThan(1e-9);
    });
  }

  it('treat a two-valued number like a category of two levels', () => {
    const rng = createRng(5);
    const flags = Float32Array.from({ length: 600 }, () => [0.25, 7, Number.NaN][rng.int(3)]);
    const label = Float64Array.from(flags, (x) => (rng.next() < (x === 7 ? 0.8 : x === 0.25 ? 0.3 : 0.5) ? 1 : 0));
    const input = { label, weight: null, rows: null, task: 'binary', outputCount: 1 } as const;
    const matrix = { rowCount: 600, columns: [flags] };
    const model = fitLinear(
      { ...input, matrix, kinds: [{ kind: 'numeric' }] },
      { l2: 1e-6, maxIterations: 50 },
      control,
    );
    const codes = { rowCount: 600, columns: [flags.map((x) => (x === 7 ? 1 : x === 0.25 ? 0 : Number.NaN))] };
    const kinds = [{ kind: 'category', levelCount: 2 }] as const;
    const twin = fitLinear({ ...input, matrix: codes, kinds }, { l2: 1e-6, maxIterations: 50 }, control);
    const [a, b] = [predictLinear(model, matrix), predictLinear(twin, codes)];
    for (let i = 0; i < 600; i++) expect(a[i]).toBeCloseTo(b[i], 2);
  });

  it('stay finite on infinities, an all-missing column and unseen codes', () => {
    const input = sample(300, 'binary');
    const columns = [...input.matrix.columns, new Float32Array(300).fill(Number.NaN)];
    const kinds = [...input.kinds, { kind: 'numeric' } as const];
    const model = fitLinear(
      { ...input, kinds, matrix: { rowCount: 300, columns } },
      { l2: 1e-3, maxIterations: 50 },
      control,
    );
    const strange = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 99, 5].map((value) => Float32Array.of(value));
    expect(predictLinear(model, { rowCount: 1, columns: strange })[0]).toSatisfy(Number.isFinite);
  });

  it('weigh rows: weight 2 equals two copies', () => {
    const input = sample(200, 'binary');
    const twice = Int32Array.from({ length: 400 }, (_, i) => i % 200);
    const weight = new Float64Array(200).fill(2);
    const a = fitLinear({ ...input, weight }, { l2: 0.01, maxIterations: 100 }, control);
    const b = fitLinear({ ...input, rows: twice }, { l2: 0.01, maxIterations: 100 }, control);
    const [x, y] = [predictLinear(a, input.matrix), predictLinear(b, input.matrix)];
    for (let i = 0; i < 200; i++) expect(x[i]).toBeCloseTo(y[i], 4);
  });

  it('stops when asked', () => {
    const stop = { stopped: () => true };
    expect(() => fitLinear(sample(100, 'binary'), { l2: 1, maxIterations: 5 }, { stop })).toThrow('cancelled');
  });

  it('chooses a weaker penalty the more signal there is, the same one for a seed', () => {
    const input = sample(2000, 'binary');
    const path = fitLinearPath(input, { seed: 3 }, control);
    expect(fitLinearPath(input, { seed: 3 }, control)).toEqual(path);
    const rng = createRng(77);
    const noise = fitLinearPath({ ...input, label: input.label.map(() => rng.int(2)) }, { seed: 3 }, control);
    expect(noise.params.l2).toBeGreaterThan(path.params.l2);
  });

  it('solves many columns and several outputs like few: L-BFGS equals Newton', () => {
    const input = sample(800, 'binary');
    const one = predictLinear(fitLinear(input, { l2: 0.01, maxIterations: 100 }, control), input.matrix);
    const two = predictLinear(
      fitLinear(
        { ...input, task: 'multiclass', outputCount: 2 },
        { l2: 0.02, maxIterations: 500, tolerance: 1e-14 },
        control,
      ),
      input.matrix,
    );
    for (let i = 0; i < 800; i++) expect(two[2 * i + 1] - two[2 * i]).toBeCloseTo(one[i], 3);
  });
});

describe('D3 no leak from high cardinality', () => {
  it('a random 10 000-level category against a random target scores AUC 0.5 ± 0.02 out of fold', () => {
    const rows = 20_000;
    const rng = createRng(12);
    const label = Float64Array.from({ length: rows }, () => rng.int(2));
    const frame = frameOf(
      texts(
        'wide',
        Array.from({ length: rows }, () => `v${rng.int(10_000)}`),
      ),
    );
    const inputs = inputsOf(frame);
    const foldOf = dealFolds(label, null, 4, createRng(1));
    const margins = new Float64Array(rows);
    for (let fold = 0; fold < 4; fold++) {
      const train = Int32Array.from(foldOf.keys()).filter((i) => foldOf[i] !== fold);
      const recipe = fitRecipe(frame, train, { inputs, minLevelCount: 1 });
      const matrix = applyRecipe(recipe, frame);
      const model = fitLinear(
        { matrix, kinds: featureKinds(recipe), label, weight: null, rows: train, task: 'binary', outputCount: 1 },
        { l2: 1e-6, maxIterations: 30 },
        control,
      );
      const predicted = predictLinear(model, matrix);
      for (let i = 0; i < rows; i++) if (foldOf[i] === fold) margins[i] = predicted[i];
    }
    const auc = prepareAuc({ predictions: margins, labels: label, classCount: 2 })(null);
    expect(Math.abs(auc - 0.5)).toBeLessThan(0.02);
  });
});
