import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { TreeEnsemble } from '../../../../main/ml/model-spec.ts';
import { predictTreeRow, predictTrees } from '../../../../main/ml/trees/predict.ts';
import { randomTrees } from '../../../helpers/random-model.ts';
import { ensembleOf, matrixOf } from '../../../helpers/trees.ts';

const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0];

/** Values around the thresholds in use, thresholds themselves, and everything special. */
function matrixAround(ensemble: TreeEnsemble, featureCount: number, rowCount: number, seed: number) {
  const rng = createRng(seed);
  return matrixOf(
    Array.from({ length: featureCount }, () =>
      Array.from({ length: rowCount }, () => {
        if (rng.int(4) === 0) return specials[rng.int(specials.length)];
        return ensemble.threshold[rng.int(ensemble.threshold.length)] + (rng.int(3) - 1) * rng.int(2);
      }),
    ),
  );
}

function expectRowsEqual(ensemble: TreeEnsemble, featureCount: number, rowCount: number): void {
  const matrix = matrixAround(ensemble, featureCount, rowCount, rowCount);
  const margins = predictTrees(ensemble, matrix);
  const out = new Float64Array(ensemble.outputCount);
  for (let row = 0; row < rowCount; row++) {
    predictTreeRow(
      ensemble,
      Float32Array.from(matrix.columns, (column) => column[row]),
      out,
    );
    expect([...margins.subarray(row * out.length, (row + 1) * out.length)]).toEqual([...out]);
  }
}

describe('F2 scoring with tree kernels', () => {
  const features = ['tenure', 'charges', 'hour', 'label'].map((name) => ({
    kind: 'numeric' as const,
    name,
    source: name,
  }));

  it.each([1, 3, 4, 7, 256, 300])(
    'scores %i rows together as one by one, missing and infinite values included',
    (count) => {
      for (const [seed, outputs] of [
        [1, 1],
        [2, 3],
      ] as const) {
        const ensemble = randomTrees(createRng(seed), features, outputs, { task: 'multiclass', seed, leafCount: 20 });
        expectRowsEqual(ensemble, features.length, count);
      }
    },
  );

  it('scores trees with category splits and trees deeper than the fast walk goes', () => {
    const mixed = [...features, { kind: 'category' as const, name: 'city', source: 'city', levels: ['a', 'b', 'c'] }];
    expectRowsEqual(randomTrees(createRng(3), mixed, 2, { task: 'multiclass', seed: 3, leafCount: 20 }), 5, 50);
    const depth = 60;
    const nodes = Array.from({ length: 2 * depth + 1 }, (_, i) => i);
    const inner = (i: number): boolean => i % 2 === 0 && i < 2 * depth;
    const chain = ensembleOf({
      outputCount: 1,
      baseScore: [1],
      roots: [0],
      outputs: [0],
      nodes: {
        feature: nodes.map((i) => (inner(i) ? 0 : -1)),
        threshold: nodes.map((i) => (inner(i) ? i / 2 : 0)),
        left: nodes.map((i) => (inner(i) ? i + 1 : 0)),
        right: nodes.map((i) => (inner(i) ? i + 2 : 0)),
        missingLeft: nodes.map((i) => (i === 80 ? 1 : 0)),
        categories: nodes.map(() => []),
        value: nodes.map((i) => (inner(i) ? 0 : i)),
        cover: nodes.map(() => 1),
      },
    });
    expectRowsEqual(chain, 1, 200);
    expect(predictTrees(chain, matrixOf([[3.5, Number.NaN, 1e9, -1, 12]]))).toEqual(
      Float64Array.of(10, 82, 121, 2, 26),
    );
  });

  it('adds leaves to the base score of each output and accepts a matrix without rows', () => {
    const ensemble = randomTrees(createRng(9), features, 2, { task: 'multiclass', seed: 9, treeCount: 0 });
    expect(
      predictTrees(
        ensemble,
        matrixOf([
          [1, 2],
          [1, 2],
          [1, 2],
          [1, 2],
        ]),
      ),
    ).toEqual(
      Float64Array.of(ensemble.baseScore[0], ensemble.baseScore[1], ensemble.baseScore[0], ensemble.baseScore[1]),
    );
    expect(predictTrees(ensemble, matrixOf([[], [], [], []])).length).toBe(0);
    expect(() => predictTrees(ensemble, matrixOf([[1], [1], [1], [1]]), new Float64Array(1))).toThrow(/Room for 1/);
  });
});
