import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { gaussLegendre } from '../../main/ml/explain/gauss-legendre.ts';
import { createTreeExplainer, treeShap, treeShapRow } from '../../main/ml/explain/tree-shap.ts';
import type { FeatureMatrix } from '../../main/ml/frame.ts';
import type { FeatureSpec, TreeEnsemble } from '../../main/ml/model-spec.ts';
import { nodeGoesLeft, predictTrees } from '../../main/ml/trees/predict.ts';
import { randomTrees } from '../helpers/random-model.ts';
import { ensembleOf, type FixtureModel, mixedData, train } from '../helpers/trees.ts';

/** Expected margin when only the features of `known` are given, the others following the training weight. */
function expectation(ensemble: TreeEnsemble, node: number, row: Float32Array, known: number): number {
  const f = ensemble.feature[node];
  if (f < 0) return ensemble.value[node];
  const { left, right, cover } = ensemble;
  if ((known >> f) & 1) {
    return expectation(ensemble, nodeGoesLeft(ensemble, node, row[f]) ? left[node] : right[node], row, known);
  }
  const share = cover[left[node]] / (cover[left[node]] + cover[right[node]]);
  return (
    share * expectation(ensemble, left[node], row, known) + (1 - share) * expectation(ensemble, right[node], row, known)
  );
}

/** Shapley values by their definition, over all subsets of the features. */
function bruteForce(ensemble: TreeEnsemble, row: Float32Array): Float64Array {
  const features = row.length;
  const out = new Float64Array(ensemble.outputCount * features);
  const factorial = [1];
  for (let i = 1; i <= features; i++) factorial.push(factorial[i - 1] * i);
  ensemble.treeRoot.forEach((root, tree) => {
    const game = Array.from({ length: 1 << features }, (_, s) => expectation(ensemble, root, row, s));
    for (let f = 0; f < features; f++) {
      for (let s = 0; s < game.length; s++) {
        if ((s >> f) & 1) continue;
        let size = 0;
        for (let rest = s; rest > 0; rest >>= 1) size += rest & 1;
        const weight = (factorial[size] * factorial[features - size - 1]) / factorial[features];
        out[ensemble.treeOutput[tree] * features + f] += weight * (game[s | (1 << f)] - game[s]);
      }
    }
  });
  return out;
}

const specs: FeatureSpec[] = [
  { kind: 'numeric', name: 'tenure', source: 'tenure' },
  { kind: 'category', name: 'city', source: 'city', levels: Array.from({ length: 40 }, (_, i) => `c${i}`) },
  { kind: 'numeric', name: 'charges', source: 'charges' },
  { kind: 'date-part', name: 'hour', source: 'joined', part: 'hour' },
  { kind: 'numeric', name: 'label', source: 'label' },
  { kind: 'date-part', name: 'month', source: 'joined', part: 'month' },
];

const randomRow = (seed: number): Float32Array => {
  const rng = createRng(seed);
  const draw = [72, 41, 120, 23, 1, 12].map((high, f) => (f === 1 ? rng.int(high) : rng.next() * high));
  return Float32Array.from(draw, (value) => (rng.next() < 0.15 ? Number.NaN : value));
};

const matrixOfRows = (rows: readonly Float32Array[]): FeatureMatrix => ({
  rowCount: rows.length,
  columns: Array.from(rows[0], (_, f) => Float32Array.from(rows, (row) => row[f])),
});

describe('G1 exact TreeSHAP', () => {
  it('equals the sum over all subsets on random trees with categories and missing values', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const options = { task: 'multiclass' as const, seed, treeCount: 6, leafCount: 24, leafScale: 1 };
      const ensemble = randomTrees(createRng(seed), specs, 2, options);
      const rng = createRng(seed + 100);
      ensemble.cover.forEach((_, node) => {
        ensemble.cover[node] = 0.01 + rng.next() ** 4;
      });
      const row = randomRow(seed);
      const out = new Float64Array(2 * specs.length);
      treeShapRow(createTreeExplainer(ensemble), row, out);
      const expected = bruteForce(ensemble, row);
      out.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(1e-9);
      });
    }
  });

  it('equals the sum over all subsets where a branch saw no training rows', () => {
    const ensemble = randomTrees(createRng(5), specs, 1, { task: 'binary', seed: 5, treeCount: 4, leafCount: 16 });
    ensemble.cover.forEach((_, node) => {
      ensemble.cover[node] = node % 3 === 0 ? 0 : 1;
    });
    ensemble.feature.forEach((feature, node) => {
      // The definition above divides by the children's sum.
      if (feature >= 0 && ensemble.cover[ensemble.left[node]] + ensemble.cover[ensemble.right[node]] === 0) {
        ensemble.cover[ensemble.left[node]] = 1;
      }
    });
    for (let seed = 1; seed < 20; seed++) {
      const row = randomRow(seed);
      const out = new Float64Array(specs.length);
      treeShapRow(createTreeExplainer(ensemble), row, out);
      const expected = bruteForce(ensemble, row);
      out.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(1e-9);
      });
    }
  });

  it.each(['binary', 'multiclass', 'regression'] as const)('adds up to the margin: %s', (task) => {
    const data = mixedData(task, 1500, 3);
    const outputs = task === 'multiclass' ? 3 : 1;
    const { ensemble } = train(data, { task, outputCount: outputs, params: { rounds: 60, leaves: 40 } });
    const margins = predictTrees(ensemble, data.matrix);
    const { base, values } = treeShap(ensemble, data.matrix);
    const features = data.kinds.length;
    for (let i = 0; i < data.matrix.rowCount * outputs; i++) {
      let sum = base[i % outputs];
      for (let f = 0; f < features; f++) sum += values[i * features + f];
      expect(Math.abs(sum - margins[i])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(margins[i])));
    }
  });

  it('gives one row alone the same bits as in a batch, and any chosen rows', () => {
    const data = mixedData('binary', 700, 8);
    const { ensemble } = train(data, { task: 'binary' });
    const rows = Int32Array.of(699, 3, 64, 3);
    const { values } = treeShap(ensemble, data.matrix, rows);
    const explainer = createTreeExplainer(ensemble);
    rows.forEach((row, at) => {
      const out = new Float64Array(data.kinds.length);
      treeShapRow(
        explainer,
        Float32Array.from(data.matrix.columns, (column) => column[row]),
        out,
      );
      expect([...values.subarray(at * out.length, (at + 1) * out.length)]).toEqual([...out]);
    });
  });

  it('stays exact on a chain of 200 splits on 100 features', () => {
    const depth = 200;
    const nodes = Array.from({ length: 2 * depth + 1 }, (_, i) => i);
    const inner = (i: number): boolean => i % 2 === 0 && i < 2 * depth;
    const ensemble = ensembleOf({
      outputCount: 1,
      baseScore: [0],
      roots: [0],
      outputs: [0],
      nodes: {
        feature: nodes.map((i) => (inner(i) ? (i / 2) % 100 : -1)),
        threshold: nodes.map((i) => (inner(i) ? (i % 7) / 7 : 0)),
        left: nodes.map((i) => (inner(i) ? i + 1 : 0)),
        right: nodes.map((i) => (inner(i) ? i + 2 : 0)),
        missingLeft: nodes.map(() => 0),
        categories: nodes.map(() => []),
        value: nodes.map((i) => (inner(i) ? 0 : Math.fround(Math.sin(i)))),
        cover: nodes.map((i) => (inner(i) ? 2 * depth - i + 1 : 1)),
      },
    });
    const row = Float32Array.from({ length: 100 }, (_, f) => 0.5 + (f % 9) / 10);
    const explainer = createTreeExplainer(ensemble);
    const out = new Float64Array(100);
    treeShapRow(explainer, row, out);
    const margin = predictTrees(ensemble, matrixOfRows([row]))[0];
    expect(Math.abs(out.reduce((sum, value) => sum + value, explainer.base[0]) - margin)).toBeLessThan(1e-9);
  });

  it('integrates polynomials of degree 2n − 1 exactly', () => {
    for (const n of [1, 2, 5, 12, 40]) {
      const { nodes, weights } = gaussLegendre(n);
      for (const degree of [0, 1, n, 2 * n - 1]) {
        const sum = nodes.reduce((total, x, i) => total + weights[i] * x ** degree, 0);
        expect(Math.abs(sum - 1 / (degree + 1))).toBeLessThan(1e-14);
      }
    }
  });
});

type Fixture = FixtureModel & {
  readonly rows: readonly (readonly (number | null)[])[];
  readonly margins: readonly (readonly number[])[];
  readonly contributions: readonly (readonly (readonly number[])[])[];
};

describe('G1 TreeSHAP against peers', () => {
  it.each([
    ['lightgbm', 1e-9],
    ['xgboost', 2e-6], // XGBoost sums in float32
  ])('equals the contributions of %s', (name, tolerance) => {
    const path = join(import.meta.dirname, `../fixtures/trees/${name}.json`);
    const fixture = JSON.parse(readFileSync(path, 'utf8')) as Fixture;
    const ensemble = ensembleOf(fixture);
    const matrix = matrixOfRows(fixture.rows.map((row) => Float32Array.from(row, (value) => value ?? Number.NaN)));
    const margins = predictTrees(ensemble, matrix);
    const { base, values } = treeShap(ensemble, matrix);
    const features = matrix.columns.length;
    fixture.contributions.forEach((outputs, row) => {
      outputs.forEach((terms, output) => {
        const at = row * outputs.length + output;
        expect(Math.abs(margins[at] - fixture.margins[row][output])).toBeLessThan(tolerance);
        expect(Math.abs(base[output] - terms[features])).toBeLessThan(tolerance);
        for (let f = 0; f < features; f++) {
          expect(Math.abs(values[at * features + f] - terms[f])).toBeLessThan(tolerance);
        }
      });
    });
  });
});
