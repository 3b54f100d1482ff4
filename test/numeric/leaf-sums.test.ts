import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { directInterventional, directPathPairs } from '../../main/ml/explain/direct-trees.ts';
import { openLeafSums, runLeafSums } from '../../main/ml/explain/leaf-sums.ts';
import { shapeOf } from '../../main/ml/explain/tree-shape.ts';
import type { FeatureMatrix } from '../../main/ml/frame.ts';
import type { FeatureSpec, TreeEnsemble } from '../../main/ml/model-spec.ts';
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

/** Thirty features of one range. */
const wideSpecs: readonly FeatureSpec[] = Array.from({ length: 30 }, () => shapSpecs[0]);

function forest(specs: readonly FeatureSpec[], seed: number, outputs: number, leafCount: number, treeCount: number) {
  const options = { task: 'multiclass' as const, seed, treeCount, leafCount, leafScale: 1 };
  const ensemble = randomTrees(createRng(seed), specs, outputs, options);
  const rng = createRng(seed + 1);
  for (let node = 0; node < ensemble.cover.length; node++) {
    ensemble.cover[node] = rng.int(12) === 0 ? 0 : rng.next() ** 3;
  }
  return ensemble;
}

function wideRows(count: number, seed: number): Float32Array[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () => Float32Array.from(wideSpecs, () => rng.next() * 72));
}

/** Interaction matrices [row][output][feature][feature], diagonal included, all trees leaf by leaf. */
function summed(ensemble: TreeEnsemble, matrix: FeatureMatrix, background: FeatureMatrix | null, pairs = true) {
  const n = matrix.columns.length;
  const k = ensemble.outputCount;
  const trees = [...ensemble.treeRoot].map((root, tree) => ({ tree, shape: shapeOf(ensemble, root) }));
  const square = new Float64Array(matrix.rowCount * k * n * n);
  const open = openLeafSums(ensemble, trees, background, pairs);
  if (open === null) throw new Error('the kernel is missing');
  const outputs = Array.from({ length: k }, (_, output) => output);
  runLeafSums(open, matrix, outputs, (output, a, b, start, count, part, at) => {
    for (let i = 0; i < count; i++) addTo(square, n, (start + i) * k + output, a, b, part[at + i]);
  });
  return square;
}

function addTo(square: Float64Array, n: number, row: number, a: number, b: number, value: number): void {
  const at = row * n * n;
  if (b < 0) square[at + a * n + a] += value;
  else {
    square[at + a * n + b] += value;
    square[at + b * n + a] += value;
    square[at + a * n + a] -= value;
    square[at + b * n + b] -= value;
  }
}

/** The same by the TypeScript reference, tree by tree, for one output. */
function direct(ensemble: TreeEnsemble, matrix: FeatureMatrix, background: FeatureMatrix | null): Float64Array {
  const n = matrix.columns.length;
  const square = new Float64Array(matrix.rowCount * n * n);
  for (let row = 0; row < matrix.rowCount; row++) {
    for (const root of ensemble.treeRoot) {
      const add = (a: number, b: number, value: number): void => addTo(square, n, row, a, b, value);
      if (background === null) directPathPairs(ensemble, shapeOf(ensemble, root), matrix, row, add);
      else directInterventional(ensemble, root, matrix, row, background, true, add);
    }
  }
  return square;
}

function expectNear(found: Float64Array, wanted: ArrayLike<number>, relative = 1e-11): void {
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    scale = Math.max(scale, Math.abs(wanted[i]));
    worst = Math.max(worst, Math.abs(found[i] - wanted[i]));
  }
  expect(found.length).toBe(wanted.length);
  expect(worst / scale).toBeLessThan(relative);
}

describe('G1 contributions and interaction values leaf by leaf', () => {
  const few = randomShapRows(13, 900);
  const many = randomShapRows(200, 901);
  const cases: readonly (readonly [string, FeatureMatrix | null, Game])[] = [
    ['training shares', null, pathGame],
    ['background rows that are met one by one', matrixOfRows(few), backgroundGame(few)],
    ['background rows that are counted', matrixOfRows(many), backgroundGame(many)],
  ];

  it.each(cases)('equals the definition: %s', (_, background, game) => {
    for (let seed = 41; seed <= 43; seed++) {
      const ensemble = forest(shapSpecs, seed, 2, 5 * (seed - 40) + 2, 5);
      const rows = randomShapRows(3, seed);
      const wanted = rows.flatMap((row) => [...bruteForceShap(ensemble, row, game).matrix]);
      expectNear(summed(ensemble, matrixOfRows(rows), background), wanted);
    }
  });

  it('equals tree by tree on long paths, few rows and several blocks of rows', () => {
    const ensemble = forest(wideSpecs, 7, 1, 200, 3);
    const background = matrixOfRows(wideRows(37, 8));
    const rows = matrixOfRows(wideRows(5, 9));
    expectNear(summed(ensemble, rows, background), direct(ensemble, rows, background));
    expectNear(summed(ensemble, rows, null), direct(ensemble, rows, null));
  });

  it('gives a row the same among thousands, without pairs and with them', () => {
    const ensemble = forest(shapSpecs, 5, 1, 60, 4);
    const background = matrixOfRows(randomShapRows(2500, 11));
    const rows = randomShapRows(2501, 12);
    const n = shapSpecs.length;
    const all = summed(ensemble, matrixOfRows(rows), background);
    const singles = summed(ensemble, matrixOfRows(rows), background, false);
    for (const row of [0, 2047, 2048, 2500]) {
      expectNear(summed(ensemble, matrixOfRows([rows[row]]), background), all.slice(row * n * n, (row + 1) * n * n));
      for (let f = 0; f < n; f++) {
        const line = all.subarray((row * n + f) * n, (row * n + f + 1) * n);
        const sum = line.reduce((total, value) => total + value, 0);
        expect(Math.abs(sum - singles[(row * n + f) * n + f])).toBeLessThan(1e-11);
      }
    }
  });
});
