import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import type { Frame } from '../../main/ml/frame.ts';
import type { ModelSpec } from '../../main/ml/model-spec.ts';
import { type ObjectiveSpec, outputsOf, quantileObjective, responseOf } from '../../main/ml/objective-spec.ts';
import { buildOnnx } from '../../main/ml/onnx/build-onnx.ts';
import { onnxOutputNames } from '../../main/ml/onnx/output-names.ts';
import { explainMargins, predictMargins, predictOutputs } from '../../main/ml/predict.ts';
import { applyRecipe, featureKinds } from '../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../main/ml/recipe/fit.ts';
import { applyQuantiles, ascendingQuantiles } from '../../main/ml/response.ts';
import { applyBins, buildBins } from '../../main/ml/trees/bins.ts';
import { constrainFeatures } from '../../main/ml/trees/column-constraints.ts';
import { resolveTreeParams } from '../../main/ml/trees/params.ts';
import { trainTrees } from '../../main/ml/trees/train.ts';
import { numbers, runOrt } from '../helpers/ort-run.ts';
import { allRows } from '../helpers/trees.ts';

const meta = { producerVersion: '0.1.0', modelName: 'test' };

function makeFrame(count: number, seed: number): { frame: Frame; label: Float64Array } {
  const rng = createRng(seed);
  const a = Float64Array.from({ length: count }, () => (rng.next() < 0.1 ? Number.NaN : rng.normal()));
  const b = Float64Array.from({ length: count }, () => rng.normal());
  const codes = Int32Array.from({ length: count }, () => rng.int(4) - 1);
  const label = Float64Array.from(a, (x, i) =>
    Math.exp(0.6 * (Number.isNaN(x) ? 0.3 : Math.sin(2 * x) + 0.5 * x) + 0.4 * b[i] * codes[i] + 0.3 * rng.normal()),
  );
  const frame: Frame = {
    rowCount: count,
    columns: [
      { type: 'double', name: 'a', values: a },
      { type: 'double', name: 'b', values: b },
      { type: 'string', name: 'c', codes, levels: ['x', 'y', 'z'] },
    ],
  };
  return { frame, label };
}

function trained(objective: ObjectiveSpec, rounds = 30): { spec: ModelSpec; frame: Frame } {
  const { frame, label } = makeFrame(800, 3);
  const rows = allRows(800);
  const recipe = fitRecipe(frame, rows, {
    inputs: [
      { name: 'a', type: 'double', logicalType: 'number' },
      { name: 'b', type: 'double', logicalType: 'number' },
      { name: 'c', type: 'string', logicalType: 'text' },
    ],
  });
  const matrix = applyRecipe(recipe, frame);
  const kinds = featureKinds(recipe).map(({ kind }) => kind);
  const mapper = buildBins(matrix, kinds, rows, { maxBins: 63 });
  const params = resolveTreeParams({
    rounds,
    leaves: 12,
    minDataInLeaf: 5,
    objective,
    ...constrainFeatures({ monotone: [{ column: 'a', direction: 1 }], interactions: [] }, recipe),
  });
  const outputCount = outputsOf(objective);
  const { ensemble } = trainTrees(
    {
      binned: applyBins(mapper, matrix),
      mapper,
      kinds,
      label,
      weight: null,
      trainRows: rows,
      validRows: null,
      task: 'regression',
      outputCount,
    },
    params,
    { stop: neverStop, earlyStoppingRounds: null },
  );
  const response = responseOf(objective);
  const spec: ModelSpec = {
    task: 'regression',
    classes: [],
    outputCount,
    recipe,
    members: [{ kind: 'trees', weight: 1, trees: ensemble }],
    calibration: { kind: 'identity' },
    ...(response === undefined ? {} : { response }),
  };
  return { spec, frame };
}

describe('D1 responses in the exported graph', () => {
  it.each([
    ['log link', { kind: 'poisson' }],
    ['three quantiles', quantileObjective([0.9, 0.1, 0.5])],
    ['five quantiles', quantileObjective([0.05, 0.25, 0.4, 0.75, 0.95])],
    ['two quantiles', quantileObjective([0.2, 0.7])],
    ['one quantile', quantileObjective([0.9])],
  ] satisfies [string, ObjectiveSpec][])(
    '%s: the graph predicts what the application predicts',
    async (_name, objective) => {
      const { spec, frame } = trained(objective);
      const names = onnxOutputNames(spec);
      const outputs = await runOrt(buildOnnx(spec, meta), frame);
      const matrix = applyRecipe(spec.recipe, frame);
      const margins = predictMargins(spec, matrix);
      const expected = predictOutputs(spec, margins);
      expect(expected.length).toBe(frame.rowCount);
      if (names.prediction === null) throw new Error('no prediction');
      numbers(outputs, names.prediction).forEach((value, row) => {
        expect(Math.abs(value - expected[row])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[row])));
      });
      const explained = explainMargins(spec, matrix, 0);
      const width = spec.recipe.inputs.length;
      for (let row = 0; row < 50; row++) {
        let sum = explained.base;
        for (let c = 0; c < width; c++) sum += explained.values[row * width + c];
        const shown = objective.kind === 'poisson' ? Math.exp(sum) : sum;
        expect(Math.abs(shown - expected[row])).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected[row])));
      }
      const quantiles = ascendingQuantiles(spec.response, margins);
      expect(names.quantiles === null).toBe(quantiles === null);
      if (names.quantiles === null || quantiles === null) return;
      const given = numbers(outputs, names.quantiles);
      given.forEach((value, i) => {
        expect(Math.abs(value - quantiles.values[i])).toBeLessThan(1e-5);
        if (i % spec.outputCount > 0) expect(value).toBeGreaterThanOrEqual(given[i - 1]);
      });
    },
  );

  it('keeps the monotone constraint in the graph, in its float32 predictions, for a log link and for quantiles', async () => {
    for (const objective of [{ kind: 'poisson' } as const, quantileObjective([0.1, 0.5, 0.9])]) {
      const { spec, frame } = trained(objective);
      const bytes = buildOnnx(spec, meta);
      const names = onnxOutputNames(spec);
      if (names.prediction === null) throw new Error('no prediction');
      let before: readonly number[] = [];
      for (const a of [Number.NEGATIVE_INFINITY, -2, -1, -0.5, 0, 0.2, 0.7, 1.5, 3]) {
        const [first, ...rest] = frame.columns;
        const columns: Frame['columns'] = [
          { type: 'double', name: first.name, values: new Float64Array(frame.rowCount).fill(a) },
          ...rest,
        ];
        const outputs = await runOrt(bytes, { rowCount: frame.rowCount, columns });
        const now = [
          ...numbers(outputs, names.prediction),
          ...(names.quantiles === null ? [] : numbers(outputs, names.quantiles)),
        ];
        before.forEach((value, i) => {
          expect(now[i]).toBeGreaterThanOrEqual(value);
        });
        before = now;
      }
    }
  });

  it('puts crossing quantiles in order around the one that is shown', () => {
    const levels = quantileObjective([0.1, 0.2, 0.5, 0.8, 0.9]);
    if (levels.kind !== 'quantile') throw new Error('no levels');
    expect(levels.levels).toEqual([0.5, 0.1, 0.2, 0.8, 0.9]);
    const put = applyQuantiles(levels.levels, Float64Array.of(10, 12, 7, 9, 11));
    expect([...put]).toEqual([10, 7, 10, 10, 11]);
    const asIs = Float64Array.of(10, 1, 2, 12, 13);
    expect(applyQuantiles(levels.levels, asIs)).toEqual(asIs);
  });
});
