import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { TreeEnsemble } from '../../../../main/ml/model-spec.ts';
import { walkTrees } from '../../../../main/ml/trees/predict.ts';
import { scoreFast } from '../../../../main/ml/trees/score-fast.ts';
import { matrixOfRows, shapSpecs } from '../../../helpers/brute-shap.ts';
import { randomTrees } from '../../../helpers/random-model.ts';

const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, -0.5, 1e9];

function rowsAround(ensemble: TreeEnsemble, count: number, seed: number): Float32Array[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from(shapSpecs, () =>
      rng.int(5) === 0
        ? specials[rng.int(specials.length)]
        : ensemble.threshold[rng.int(ensemble.threshold.length)] + rng.int(3) - 1,
    ),
  );
}

describe('F2 scoring by the WebAssembly kernel', () => {
  it('gives the bits of its TypeScript twin: bitvectors of one and two words, walks, categories, several outputs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.constantFrom(1, 2, 31, 32, 33, 63, 64, 65, 255, 700),
        fc.constantFrom(1, 4),
        fc.constantFrom(1, 15, 64, 257, 600),
        (seed, leafCount, outputs, rowCount) => {
          const options = { task: 'multiclass' as const, seed, leafCount, treeCount: 9 };
          const ensemble = randomTrees(createRng(seed), shapSpecs, outputs, options);
          const matrix = matrixOfRows(rowsAround(ensemble, rowCount, seed));
          const fast = new Float64Array(rowCount * outputs);
          const plain = new Float64Array(rowCount * outputs);
          expect(scoreFast(ensemble, matrix, fast)).toBe(true);
          walkTrees(ensemble, matrix, plain);
          expect(fast).toEqual(plain);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps ensembles apart that take turns', () => {
    const make = (seed: number, leafCount: number) =>
      randomTrees(createRng(seed), shapSpecs, 1, { task: 'binary', seed, leafCount });
    const [a, b] = [make(1, 31), make(2, 255)];
    const matrix = matrixOfRows(rowsAround(a, 100, 3));
    for (const ensemble of [a, b, a, b]) {
      const fast = new Float64Array(100);
      const plain = new Float64Array(100);
      scoreFast(ensemble, matrix, fast);
      walkTrees(ensemble, matrix, plain);
      expect(fast).toEqual(plain);
    }
  });
});
