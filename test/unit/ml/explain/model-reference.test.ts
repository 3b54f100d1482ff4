import { describe, expect, it } from 'vitest';
import { explainAgainst } from '../../../../main/ml/explain/model-reference.ts';
import { buildParityRows } from '../../../../main/ml/onnx/parity-rows.ts';
import { predictMargins } from '../../../../main/ml/predict.ts';
import { applyRecipe } from '../../../../main/ml/recipe/apply.ts';
import { randomModel } from '../../../helpers/random-model.ts';

describe('G1 whole models against a reference', () => {
  it.each(['training shares', 'background rows'])('add up to the margin, blends of every kind: %s', (reference) => {
    const spec = randomModel({
      task: 'multiclass',
      seed: 4,
      treeCount: 12,
      leafCount: 12,
      members: ['trees', 'linear', 'additive', 'constant', 'trees'],
    });
    const matrix = applyRecipe(spec.recipe, buildParityRows(spec, null, { rowCount: 60, seed: 3 }));
    const background =
      reference === 'training shares'
        ? null
        : applyRecipe(spec.recipe, buildParityRows(spec, null, { rowCount: 25, seed: 8 }));
    const margins = predictMargins(spec, matrix);
    const outputs = [0, 2];
    const found = explainAgainst(spec, matrix, outputs, { background, pairs: true });
    const wide = spec.recipe.inputs.length;
    outputs.forEach((output, k) => {
      for (let row = 0; row < matrix.rowCount; row++) {
        const own = found[k].values.subarray(row * wide, (row + 1) * wide);
        const margin = margins[row * spec.outputCount + output];
        if (!Number.isFinite(margin)) continue;
        const sum = own.reduce((total, value) => total + value, found[k].base);
        const size = own.reduce((total, value) => total + Math.abs(value), 1);
        expect(Math.abs(sum - margin) / size).toBeLessThan(1e-6);
      }
      expect([...found[k].pairs.keys()].every((key) => Math.floor(key / wide) < key % wide)).toBe(true);
    });
    if (background === null) return;
    const mean = predictMargins(spec, background).reduce(
      (sum, margin, i) => (i % spec.outputCount === 2 ? sum + margin / background.rowCount : sum),
      0,
    );
    expect(found[1].base).toBeCloseTo(mean, 6);
  });
});
