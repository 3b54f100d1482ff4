import { describe, expect, test } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import type { Frame, RawColumn } from '../../main/ml/frame.ts';
import type { ModelSpec } from '../../main/ml/model-spec.ts';
import { buildOnnx } from '../../main/ml/onnx/build-onnx.ts';
import { buildParityRows } from '../../main/ml/onnx/parity-rows.ts';
import { predictMargins } from '../../main/ml/predict.ts';
import { applyRecipe } from '../../main/ml/recipe/apply.ts';
import { fitRecipeWithSteps } from '../../main/ml/recipe/fit.ts';
import type { RecipeStep } from '../../main/ml/recipe/steps.ts';
import { unionRecipe } from '../../main/ml/recipe/union.ts';
import { numbers, runOrt } from '../helpers/ort-run.ts';

const inputs = [
  { name: 'amount', type: 'double', logicalType: 'number' },
  { name: 'rooms', type: 'double', logicalType: 'number' },
  { name: 'city', type: 'string', logicalType: 'text' },
  { name: 'note', type: 'string', logicalType: 'text' },
  { name: 'opened', type: 'timestamp', logicalType: 'datetime' },
  { name: 'closed', type: 'timestamp', logicalType: 'datetime' },
] as const;

function sample(rowCount: number): { frame: Frame; label: Float64Array } {
  const rng = createRng(5);
  const texts = (name: string, levels: string[]): RawColumn => ({
    type: 'string',
    name,
    levels,
    codes: Int32Array.from({ length: rowCount }, () => rng.int(levels.length + 1) - 1),
  });
  const numbers = (name: string, make: () => number): RawColumn => ({
    type: 'double',
    name,
    values: Float64Array.from({ length: rowCount }, () => (rng.next() < 0.1 ? Number.NaN : make())),
  });
  const start = Date.UTC(2020, 0, 1) * 1000;
  const times = (name: string): RawColumn => ({
    type: 'timestamp',
    name,
    values: Float64Array.from({ length: rowCount }, () =>
      rng.next() < 0.1 ? Number.NaN : start + Math.floor(rng.next() * 3.15e13),
    ),
  });
  const frame: Frame = {
    rowCount,
    columns: [
      numbers('amount', () => rng.next() * 200 - 20),
      numbers('rooms', () => rng.int(6)),
      texts('city', ['Lima', 'Oslo', 'Rome', 'Zürich', 'Bonn']),
      texts('note', [
        'Good flat',
        'good, quiet flat',
        'noisy  street\nno lift',
        'Good! garden',
        'ünïcode 漢字 🙂',
        '',
        'flat',
      ]),
      times('opened'),
      times('closed'),
    ],
  };
  return { frame, label: Float64Array.from({ length: rowCount }, () => rng.int(2)) };
}

/** A linear model that adds every feature, so that a difference in any of them shows. */
function sumOf(spec: Pick<ModelSpec, 'recipe'>): ModelSpec {
  const { recipe } = spec;
  return {
    task: 'regression',
    classes: [],
    outputCount: 1,
    recipe,
    calibration: { kind: 'identity' },
    members: [
      {
        kind: 'linear',
        weight: 1,
        linear: {
          outputCount: 1,
          intercept: [0],
          termMeans: recipe.features.map(() => [0]),
          terms: recipe.features.map((feature, f) =>
            feature.kind === 'category'
              ? {
                  kind: 'category',
                  feature: f,
                  levelWeights: [...feature.levels, 'other'].map((_, i) => [i + f]),
                  missingWeights: [0.5],
                }
              : {
                  kind: 'numeric',
                  feature: f,
                  mean: 0,
                  scale: 1,
                  low: -1e6,
                  high: 1e6,
                  impute: 0,
                  weights: [1 + f / 7],
                  missingWeights: [0.25 * (f + 1)],
                },
          ),
        },
      },
    ],
  };
}

const kinds: readonly (readonly [string, readonly RecipeStep[]])[] = [
  ['impute by mean with indicator', [{ kind: 'impute', columns: ['amount'], with: 'mean', indicator: true }]],
  ['impute by group', [{ kind: 'impute', columns: ['amount', 'rooms'], with: 'median', by: 'city' }]],
  ['impute text by mode', [{ kind: 'impute', columns: ['city', 'note'], with: 'mode', indicator: true }]],
  ['impute by constant', [{ kind: 'impute', columns: ['rooms'], with: 'constant', value: -1 }]],
  ['one-hot', [{ kind: 'one-hot', columns: ['city'] }]],
  ['ordinal', [{ kind: 'ordinal', columns: ['city'], order: ['Rome', 'Oslo', 'Lima'] }]],
  ['frequency', [{ kind: 'frequency', columns: ['city'], keep: true }]],
  ...(['mean', 'median', 'min', 'max', 'std', 'count'] as const).map(
    (statistic) =>
      [
        `${statistic} of a group`,
        [{ kind: 'aggregate', columns: ['amount', 'rooms'], by: 'city', with: statistic }],
      ] as const,
  ),
  ['target', [{ kind: 'target', columns: ['city'] }]],
  ['date parts', [{ kind: 'date-parts', columns: ['opened'], parts: ['year', 'weekday', 'hour', 'elapsed_days'] }]],
  ['date difference', [{ kind: 'date-difference', left: 'closed', right: 'opened', unit: 'days' }]],
  ['text measures', [{ kind: 'text', columns: ['note'], measures: ['characters', 'words'] }]],
  ['terms', [{ kind: 'terms', columns: ['note'], count: 4 }]],
  ['hashed terms', [{ kind: 'terms', columns: ['note'], count: 3, hashed: true }]],
  ['bins by quantile', [{ kind: 'bins', columns: ['amount'], method: 'quantile', count: 5 }]],
  ['bins of equal width', [{ kind: 'bins', columns: ['amount'], method: 'equal', count: 4, keep: true }]],
  ['bins by tree', [{ kind: 'bins', columns: ['amount'], method: 'tree', count: 4 }]],
  ['ratio', [{ kind: 'ratio', left: 'amount', right: 'rooms' }]],
  [
    'product, difference and sum',
    [
      { kind: 'product', left: 'amount', right: 'rooms' },
      { kind: 'difference', left: 'amount', right: 'rooms', as: 'left over' },
      { kind: 'sum', left: 'left over', right: 'rooms' },
    ],
  ],
  [
    'log and sqrt',
    [
      { kind: 'log', columns: ['amount'], keep: true },
      { kind: 'sqrt', columns: ['amount'] },
    ],
  ],
  ['Yeo–Johnson', [{ kind: 'yeo-johnson', columns: ['amount'] }]],
  [
    'standardise after clip',
    [
      { kind: 'clip', columns: ['amount'], low: 0, high: 100 },
      { kind: 'standardise', columns: ['amount'] },
    ],
  ],
];

describe('C1 recipe steps inside model.onnx', () => {
  test.each(kinds)('%s: the exported graph gives what the application computes', async (_, steps) => {
    const { frame, label } = sample(400);
    const trainRows = Int32Array.from({ length: 300 }, (_unused, i) => i);
    const { recipe } = fitRecipeWithSteps(frame, trainRows, {
      inputs,
      steps,
      target: { label, classCount: 2 },
      seed: 3,
    });
    expect(recipe.steps?.length ?? 0).toBeGreaterThan(0);
    const spec = sumOf({ recipe });
    const rows = buildParityRows(spec, frame, { rowCount: 500, seed: 2 });
    const own = predictMargins(spec, applyRecipe(recipe, rows));
    const outputs = await runOrt(buildOnnx(spec, { producerVersion: 'test', modelName: 'steps' }), rows);
    const margins = numbers(outputs, 'margin');
    for (let i = 0; i < rows.rowCount; i++) {
      expect(Math.abs(margins[i] - Math.fround(own[i]))).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(own[i])));
    }
  });

  test('steps fitted differently in two folds stand side by side in the joined recipe', () => {
    const { frame, label } = sample(400);
    const fitted = (from: number) =>
      fitRecipeWithSteps(
        frame,
        Int32Array.from({ length: 200 }, (_, i) => from + i),
        {
          inputs,
          steps: [
            { kind: 'target', columns: ['city'] },
            { kind: 'ratio', left: 'amount', right: 'rooms', as: 'per room' },
          ],
          target: { label, classCount: 2 },
          seed: 3,
        },
      ).recipe;
    const joined = unionRecipe([fitted(0), fitted(200)], [...inputs]);
    expect(joined.steps?.filter((step) => step.op === 'lookup')).toHaveLength(2);
    expect(joined.steps?.filter((step) => step.op === 'arithmetic')).toHaveLength(1);
  });
});
