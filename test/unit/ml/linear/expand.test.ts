import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { remapLinear } from '../../../../main/ml/ensemble/remap.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import { linearContributions } from '../../../../main/ml/linear/contributions.ts';
import { fitExpandedLinear } from '../../../../main/ml/linear/expand.ts';
import { predictLinear } from '../../../../main/ml/linear/predict.ts';
import type { FittedRecipe, ModelSpec } from '../../../../main/ml/model-spec.ts';
import { buildOnnx } from '../../../../main/ml/onnx/build-onnx.ts';
import { onnxOutputNames } from '../../../../main/ml/onnx/output-names.ts';
import { buildParityRows } from '../../../../main/ml/onnx/parity-rows.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { decodeMembers, encodeMembers } from '../../../../main/services/models/package-members.ts';
import { numbers, runOrt } from '../../../helpers/ort-run.ts';

const control = { stop: neverStop, deadline: () => false };
const levels = ['a', 'b', 'c'];
const recipe: FittedRecipe = {
  inputs: [
    { name: 'x', type: 'double', logicalType: 'number' },
    { name: 'z', type: 'double', logicalType: 'number' },
    { name: 'c', type: 'string', logicalType: 'text' },
  ],
  features: [
    { kind: 'numeric', name: 'x', source: 'x' },
    { kind: 'numeric', name: 'z', source: 'z' },
    { kind: 'category', name: 'c', source: 'c', levels },
  ],
};

/** A target that bends in x and whose slope in z depends on c; or a straight one. */
function sample(rowCount: number, shape: 'bent' | 'straight'): { frame: Frame; label: Float64Array } {
  const rng = createRng(3);
  const x = Float64Array.from({ length: rowCount }, () => (rng.next() < 0.05 ? Number.NaN : rng.next() * 6 - 3));
  const z = Float64Array.from({ length: rowCount }, () => rng.normal());
  const codes = Int32Array.from({ length: rowCount }, () => rng.int(4) - 1);
  const label = x.map((value, i) => {
    const known = Number.isNaN(value) ? 0 : value;
    const noise = 0.3 * rng.normal();
    if (shape === 'straight') return 2 * known - z[i] + noise;
    return Math.abs(known) * 3 + (codes[i] === 1 ? 2 * z[i] : 0) + noise;
  });
  return {
    frame: {
      rowCount,
      columns: [
        { type: 'double', name: 'x', values: x },
        { type: 'double', name: 'z', values: z },
        { type: 'string', name: 'c', codes, levels },
      ],
    },
    label,
  };
}

function fitted(shape: 'bent' | 'straight', rowCount = 1500) {
  const { frame, label } = sample(rowCount, shape);
  const matrix = applyRecipe(recipe, frame);
  const kinds = featureKinds(recipe);
  const input = { matrix, kinds, label, weight: null, rows: null, task: 'regression' as const, outputCount: 1 };
  return { model: fitExpandedLinear(input, { seed: 1, foldCount: 3 }, control), matrix, label, frame };
}

describe('D2 linear models with bends and products', () => {
  const { model, matrix, label, frame } = fitted('bent');

  it('finds the bend and the one product that is there', () => {
    expect(model.derived?.some((column) => column.kind === 'hinge' && column.feature === 0)).toBe(true);
    const products = (model.derived ?? []).flatMap((column) => (column.kind === 'product' ? [column.factors] : []));
    expect(
      products.some((factors) => factors.some((f) => f.feature === 1) && factors.some((f) => f.kind === 'level')),
    ).toBe(true);
    const error = predictLinear(model, matrix).reduce((sum, m, i) => sum + (m - label[i]) ** 2, 0) / label.length;
    expect(error).toBeLessThan(0.4);
  });

  it('stays close to a plain model on straight data', () => {
    const straight = fitted('straight');
    expect(straight.model.derived?.filter((column) => column.kind === 'product') ?? []).toEqual([]);
  });

  it('contributes exactly, products shared by their two features', () => {
    const margins = predictLinear(model, matrix);
    const { base, values, featureCount } = linearContributions(model, matrix);
    for (let i = 0; i < matrix.rowCount; i++) {
      let sum = base[0];
      for (let f = 0; f < featureCount; f++) sum += values[i * featureCount + f];
      expect(Math.abs(sum - margins[i])).toBeLessThan(1e-9);
    }
  });

  it('is exported exactly, hard rows included, and comes back from its bytes', async () => {
    const [member] = decodeMembers(encodeMembers([{ kind: 'linear', weight: 1, linear: model }]));
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)); // −0 is written as 0
    expect(plain(member)).toEqual(plain({ kind: 'linear', weight: 1, linear: model }));
    const spec: ModelSpec = {
      task: 'regression',
      classes: [],
      outputCount: 1,
      recipe,
      members: [member],
      calibration: { kind: 'identity' },
    };
    const rows = buildParityRows(spec, frame, { rowCount: 400, seed: 2 });
    const outputs = await runOrt(buildOnnx(spec, { producerVersion: '1', modelName: 'm' }), rows);
    const found = numbers(outputs, onnxOutputNames(spec).margin);
    predictLinear(model, applyRecipe(recipe, rows)).forEach((margin, i) => {
      expect(Math.abs(found[i] - margin) / Math.max(1, Math.abs(margin))).toBeLessThan(1e-5);
    });
  });

  it('keeps its margins when rewritten for a wider recipe', () => {
    const wide: FittedRecipe = {
      ...recipe,
      features: [
        { kind: 'numeric', name: 'x', source: 'x' },
        { kind: 'category', name: 'c', source: 'c', levels: ['new', 'c', 'b', 'a'] },
        { kind: 'numeric', name: 'z', source: 'z' },
      ],
    };
    const moved = predictLinear(remapLinear(model, recipe, wide), applyRecipe(wide, frame));
    predictLinear(model, matrix).forEach((margin, i) => {
      expect(moved[i]).toBeCloseTo(margin, 9);
    });
  });
});
