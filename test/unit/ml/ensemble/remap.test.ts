import { describe, expect, it } from 'vitest';
import { neverStop } from '../../../../main/base/stop.ts';
import { remapLinear, remapTrees } from '../../../../main/ml/ensemble/remap.ts';
import { fitLinear } from '../../../../main/ml/linear/fit.ts';
import { predictLinear } from '../../../../main/ml/linear/predict.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../../../main/ml/recipe/fit.ts';
import { unionRecipe } from '../../../../main/ml/recipe/union.ts';
import { applyBins, buildBins } from '../../../../main/ml/trees/bins.ts';
import { defaultTreeParams } from '../../../../main/ml/trees/params.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { trainTrees } from '../../../../main/ml/trees/train.ts';
import { churnData } from '../../../helpers/churn-frame.ts';

/** Two fold recipes that kept different levels, and their union. */
function foldsOf(rowCount: number) {
  const data = churnData(rowCount, 3);
  const half = rowCount / 2;
  const first = Int32Array.from({ length: half }, (_, i) => i);
  const second = Int32Array.from({ length: half }, (_, i) => half + i);
  const recipes = [first, second].map((rows) => fitRecipe(data.frame, rows, { inputs: data.inputs, minLevelCount: 8 }));
  return { data, rows: [first, second], recipes, union: unionRecipe(recipes, data.inputs) };
}

describe('D3 models fitted inside folds, rewritten for a common recipe', () => {
  it('knows every level that any fold kept, and only those', () => {
    const { recipes, union } = foldsOf(1200);
    const levelsOf = (recipe: (typeof recipes)[number]): readonly string[] =>
      recipe.features.flatMap((feature) => (feature.kind === 'category' ? feature.levels : []));
    expect(levelsOf(recipes[0])).not.toEqual(levelsOf(recipes[1]));
    expect(new Set(levelsOf(union))).toEqual(new Set([...levelsOf(recipes[0]), ...levelsOf(recipes[1])]));
  });

  it('gives bit-equal tree margins on every row, seen by the fold or not', () => {
    const { data, rows, recipes, union } = foldsOf(1200);
    recipes.forEach((recipe, fold) => {
      const matrix = applyRecipe(recipe, data.frame);
      const kinds = featureKinds(recipe).map((feature) => feature.kind);
      const mapper = buildBins(matrix, kinds, rows[fold], { maxBins: 63 });
      const { ensemble } = trainTrees(
        {
          binned: applyBins(mapper, matrix),
          mapper,
          kinds,
          label: data.label,
          weight: null,
          trainRows: rows[fold],
          validRows: null,
          task: 'binary',
          outputCount: 1,
        },
        { ...defaultTreeParams, rounds: 12, oneHotMax: 2, minDataPerGroup: 5, catSmooth: 1, catL2: 1 },
        { stop: neverStop, earlyStoppingRounds: null },
      );
      expect(ensemble.categoryOffset.some((offset) => offset >= 0)).toBe(true);
      const moved = remapTrees(ensemble, recipe, union);
      expect(predictTrees(moved, applyRecipe(union, data.frame))).toEqual(predictTrees(ensemble, matrix));
    });
  });

  it('gives bit-equal linear margins on every row', () => {
    const { data, rows, recipes, union } = foldsOf(1200);
    recipes.forEach((recipe, fold) => {
      const matrix = applyRecipe(recipe, data.frame);
      const model = fitLinear(
        {
          matrix,
          kinds: featureKinds(recipe),
          label: data.label,
          weight: null,
          rows: rows[fold],
          task: 'binary',
          outputCount: 1,
        },
        { l2: 0.01, maxIterations: 30 },
        { stop: neverStop },
      );
      const moved = remapLinear(model, recipe, union);
      expect(predictLinear(moved, applyRecipe(union, data.frame))).toEqual(predictLinear(model, matrix));
    });
  });
});
