import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { directInterventional, directPathPairs } from '../../main/ml/explain/direct-trees.ts';
import { explainEnsemble, type ShapPrecision } from '../../main/ml/explain/ensemble-shap.ts';
import { explainByReference } from '../../main/ml/explain/reference-shap.ts';
import { treeShap } from '../../main/ml/explain/tree-shap.ts';
import { expectedMargins, shapeOf } from '../../main/ml/explain/tree-shape.ts';
import type { FeatureMatrix } from '../../main/ml/frame.ts';
import type { TreeEnsemble } from '../../main/ml/model-spec.ts';
import { predictTrees } from '../../main/ml/trees/predict.ts';
import {
  backgroundGame,
  bruteForceShap,
  type Game,
  matrixOfRows,
  pathGame,
  randomShapRows,
  shapSpecs,
} from '../helpers/brute-shap.ts';
import { randomTrees } from '../helpers/random-model.ts';

const n = shapSpecs.length;

function forest(seed: number, outputs: number, leafCount: number, treeCount = 10): TreeEnsemble {
  const options = { task: 'multiclass' as const, seed, treeCount, leafCount, leafScale: 1 };
  const ensemble = randomTrees(createRng(seed), shapSpecs, outputs, options);
  const rng = createRng(seed + 1);
  // Nothing reached some branches.
  for (let node = 0; node < ensemble.cover.length; node++) {
    ensemble.cover[node] = rng.int(12) === 0 ? 0 : rng.next() ** 3;
  }
  return ensemble;
}

/** [row][output][feature] as explainEnsemble hands them out. */
function explained(ensemble: TreeEnsemble, matrix: FeatureMatrix, precision: ShapPrecision): Float64Array {
  const outputs = Array.from({ length: ensemble.outputCount }, (_, k) => k);
  const values = new Float64Array(matrix.rowCount * outputs.length * n);
  explainEnsemble(ensemble, matrix, outputs, precision, (output, feature, start, count, part, at) => {
    for (let i = 0; i < count; i++) values[((start + i) * outputs.length + output) * n + feature] = part[at + i];
  });
  return values;
}

/** Interaction matrices [row][output][feature][feature], diagonal included, and contributions [row][output][feature]. */
function withPairs(ensemble: TreeEnsemble, matrix: FeatureMatrix, background: FeatureMatrix | null, pairs = true) {
  const k = ensemble.outputCount;
  const values = new Float64Array(matrix.rowCount * k * n);
  const square = new Float64Array(matrix.rowCount * k * n * n);
  const outputs = Array.from({ length: k }, (_, output) => output);
  const base = explainByReference(
    ensemble,
    matrix,
    outputs,
    { background, pairs },
    (output, a, b, start, count, part, at) => {
      for (let i = 0; i < count; i++) {
        const row = (start + i) * k + output;
        if (b < 0) {
          values[row * n + a] += part[at + i];
          square[(row * n + a) * n + a] += part[at + i];
          continue;
        }
        for (const [x, y] of [
          [a, b],
          [b, a],
        ]) {
          square[(row * n + x) * n + y] += part[at + i];
          square[(row * n + x) * n + x] -= part[at + i];
        }
      }
    },
  );
  return { base, values, square };
}

function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>, relative: number): void {
  let scale = 1;
  for (let i = 0; i < wanted.length; i++) scale = Math.max(scale, Math.abs(wanted[i]));
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
  expect(worst / scale).toBeLessThan(relative);
  expect(found.length).toBe(wanted.length);
}

describe('G1 contributions by the kernel', () => {
  it('equals the definition on small trees: 1e-5 in single, 1e-9 in double precision', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const ensemble = forest(seed, 2, 3 + 4 * seed);
      const rows = randomShapRows(3, seed);
      const wanted = rows.flatMap((row) => [...bruteForceShap(ensemble, row, pathGame).values]);
      expectNear(explained(ensemble, matrixOfRows(rows), 'single'), wanted, 1e-5);
      expectNear(explained(ensemble, matrixOfRows(rows), 'double'), wanted, 1e-9);
    }
  });

  it('equals its TypeScript twin for any shape: missing, categories, repeated features, several outputs, one to 255 leaves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.constantFrom(1, 2, 3, 17, 31, 33, 64, 255),
        fc.constantFrom(1, 3),
        (seed, leaves, outputs) => {
          const ensemble = forest(seed, outputs, leaves);
          const matrix = matrixOfRows(randomShapRows(40, seed));
          const { values } = treeShap(ensemble, matrix);
          expectNear(explained(ensemble, matrix, 'single'), values, 1e-6);
          expectNear(explained(ensemble, matrix, 'double'), values, 1e-12);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('adds up to the margin, and gives a row the same bits alone and among many', () => {
    const ensemble = forest(11, 1, 31, 60);
    const rows = randomShapRows(700, 5);
    const matrix = matrixOfRows(rows);
    const values = explained(ensemble, matrix, 'single');
    const margins = predictTrees(ensemble, matrix);
    const [base] = expectedMargins(ensemble);
    for (let row = 0; row < rows.length; row++) {
      const own = values.subarray(row * n, (row + 1) * n);
      const sum = own.reduce((total, value) => total + value, base);
      expect(Math.abs(sum - margins[row])).toBeLessThan(1e-6 * own.reduce((size, value) => size + Math.abs(value), 1));
      if (row % 97 === 0) expect(explained(ensemble, matrixOfRows([rows[row]]), 'single')).toEqual(own);
    }
  });
});

describe('G1 interventional contributions and interaction values', () => {
  const background = randomShapRows(13, 900);
  const cases: readonly (readonly [string, FeatureMatrix | null, Game])[] = [
    ['training shares', null, pathGame],
    ['background rows', matrixOfRows(background), backgroundGame(background)],
  ];

  it.each(cases)(
    'equals the definition, symmetric, with rows that sum to the contributions: %s',
    (_, reference, game) => {
      for (let seed = 21; seed <= 25; seed++) {
        const ensemble = forest(seed, 2, 4 * (seed - 20) + 2, 6);
        const rows = randomShapRows(2, seed);
        const wanted = rows.map((row) => bruteForceShap(ensemble, row, game));
        const matrix = matrixOfRows(rows);
        const found = withPairs(ensemble, matrix, reference);
        expectNear(
          found.values,
          wanted.flatMap(({ values }) => [...values]),
          1e-5,
        );
        expectNear(
          found.square,
          wanted.flatMap(({ matrix: square }) => [...square]),
          1e-5,
        );
        const without = withPairs(ensemble, matrix, reference, false);
        expectNear(without.values, found.values, 1e-6);
        const empty = game === pathGame ? expectedMargins(ensemble) : meanOf(ensemble, matrixOfRows(background));
        expectNear(found.base, empty, 1e-9);
      }
    },
  );

  const meanOf = (ensemble: TreeEnsemble, rows: FeatureMatrix): Float64Array => {
    const margins = predictTrees(ensemble, rows);
    return Float64Array.from({ length: ensemble.outputCount }, (_, k) =>
      margins.reduce((sum, m, i) => (i % ensemble.outputCount === k ? sum + m / rows.rowCount : sum), 0),
    );
  };

  it('is the same tree by tree without tables, as for trees of very many features', () => {
    for (const leaves of [2, 12, 40]) {
      const ensemble = forest(31 + leaves, 1, leaves, 8);
      const matrix = matrixOfRows(randomShapRows(3, leaves));
      for (const [, reference] of cases) {
        const square = new Float64Array(matrix.rowCount * n * n);
        for (let row = 0; row < matrix.rowCount; row++) {
          const at = row * n * n;
          const add = (a: number, b: number, value: number): void => {
            if (b < 0) square[at + a * n + a] += value;
            else {
              square[at + a * n + b] += value;
              square[at + b * n + a] += value;
              square[at + a * n + a] -= value;
              square[at + b * n + b] -= value;
            }
          };
          for (const root of ensemble.treeRoot) {
            if (reference === null) directPathPairs(ensemble, shapeOf(ensemble, root), matrix, row, add);
            else directInterventional(ensemble, root, matrix, row, reference, true, add);
          }
        }
        expectNear(withPairs(ensemble, matrix, reference).square, square, 1e-6);
      }
    }
  });
});
