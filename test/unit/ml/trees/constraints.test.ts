import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { TreeEnsemble } from '../../../../main/ml/model-spec.ts';
import type { TreeParams } from '../../../../main/ml/trees/params.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { matrixOf, type TreeData, train } from '../../../helpers/trees.ts';

/** Four numeric features with missing values and a category; the label goes up and down with all of them. */
function wavyData(count: number, seed: number): TreeData {
  const rng = createRng(seed);
  const columns: number[][] = [[], [], [], [], []];
  const label = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const x = [0, 1, 2, 3].map(() => (rng.next() < 0.1 ? Number.NaN : rng.normal()));
    const level = rng.int(7);
    x.forEach((value, f) => {
      columns[f].push(value);
    });
    columns[4].push(level);
    const [a, b, c, d] = x.map((value) => (Number.isNaN(value) ? 0.7 : value));
    label[i] = Math.sin(3 * a) + 0.5 * a - b + Math.cos(2 * b) + a * c + d * (level > 3 ? 1 : -1) + 0.3 * rng.normal();
  }
  return { matrix: matrixOf(columns), kinds: ['numeric', 'numeric', 'numeric', 'numeric', 'category'], label };
}

/** Largest step against the direction over a grid through real rows, other features held. */
function worstViolation(ensemble: TreeEnsemble, data: TreeData, feature: number, direction: number): number {
  const grid = Array.from({ length: 61 }, (_, k) => (k === 0 ? -Infinity : k === 60 ? Infinity : -3 + k / 10));
  let worst = 0;
  for (let row = 0; row < data.matrix.rowCount; row += 7) {
    const columns = data.matrix.columns.map((column, f) => (f === feature ? grid : grid.map(() => column[row])));
    const margins = predictTrees(ensemble, matrixOf(columns));
    for (let k = 1; k < grid.length; k++) worst = Math.max(worst, direction * (margins[k - 1] - margins[k]));
  }
  return worst;
}

/** Sets of features met on the paths of all trees. */
function pathsOf(ensemble: TreeEnsemble): Set<string> {
  const paths = new Set<string>();
  const walk = (node: number, used: readonly number[]): void => {
    const feature = ensemble.feature[node];
    if (feature < 0) {
      paths.add([...new Set(used)].sort((a, b) => a - b).join());
      return;
    }
    walk(ensemble.left[node], [...used, feature]);
    walk(ensemble.right[node], [...used, feature]);
  };
  for (const root of ensemble.treeRoot) walk(root, []);
  return paths;
}

describe('D1 monotone constraints', () => {
  it.each([
    ['boosting', {}],
    ['DART', { ensemble: 'dart' }],
    ['a forest', { ensemble: 'forest', leaves: 60, minDataInLeaf: 3 }],
    ['extra-random trees', { extraTrees: true }],
    ['GOSS', { sampling: 'goss' }],
    ['path smoothing and L1', { pathSmooth: 5, alpha: 0.5, lambda: 2 }],
    ['absolute error', { objective: { kind: 'absolute' } }],
  ] satisfies [string, Partial<TreeParams>][])('hold exactly everywhere with %s', (_name, params) => {
    const data = wavyData(900, 4);
    const { ensemble } = train(data, {
      task: 'regression',
      params: { rounds: 25, leaves: 24, monotone: [1, -1, 0, 1, 0], minDataInLeaf: 5, minDataPerGroup: 10, ...params },
    });
    expect(worstViolation(ensemble, data, 0, 1)).toBeLessThanOrEqual(1e-12);
    expect(worstViolation(ensemble, data, 1, -1)).toBeLessThanOrEqual(1e-12);
    expect(worstViolation(ensemble, data, 3, 1)).toBeLessThanOrEqual(1e-12);
    expect(worstViolation(ensemble, data, 2, 1)).toBeGreaterThan(0.01);
  });

  it('hold for any data, shape and direction', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 2, max: 40 }),
        fc.constantFrom(-1, 1),
        fc.constantFrom(-1, 0, 1),
        (seed, leaves, first, second) => {
          const data = wavyData(200, seed);
          const { ensemble } = train(data, {
            task: 'regression',
            params: {
              rounds: 6,
              leaves,
              learningRate: 0.5,
              monotone: [first, second, 0, 0, 0],
              minDataInLeaf: 1,
              seed,
            },
          });
          expect(worstViolation(ensemble, data, 0, first)).toBeLessThanOrEqual(1e-12);
          if (second !== 0) expect(worstViolation(ensemble, data, 1, second)).toBeLessThanOrEqual(1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keep a function that is monotone already: nearly the loss of free trees', () => {
    const rng = createRng(6);
    const columns: number[][] = [[], []];
    const label = Float64Array.from({ length: 2000 }, () => {
      const [a, b] = [rng.normal(), rng.normal()];
      columns[0].push(a);
      columns[1].push(b);
      return Math.tanh(2 * a) * (b > 0 ? 2 : 1) + 0.3 * rng.normal();
    });
    const data = { matrix: matrixOf(columns), kinds: ['numeric', 'numeric'] as const, label };
    const rows = {
      trainRows: Int32Array.from({ length: 1500 }, (_, i) => i),
      validRows: Int32Array.from({ length: 500 }, (_, i) => 1500 + i),
    };
    const params = { rounds: 80, leaves: 16 };
    const free = train(data, { task: 'regression', ...rows, params });
    const held = train(data, { task: 'regression', ...rows, params: { ...params, monotone: [1, 0] } });
    expect(held.history.valid[79]).toBeLessThan(free.history.valid[79] * 1.01);
  });

  it('refuse categories, several classes and lists of another length', () => {
    const data = wavyData(60, 1);
    const run = (params: Partial<TreeParams>) => () => train(data, { task: 'regression', params });
    expect(run({ monotone: [0, 0, 0, 0, 1] })).toThrow('Feature 4 holds categories');
    expect(run({ monotone: [1, 0] })).toThrow('2 monotone directions for 5 features');
    expect(run({ monotone: [1, 0, 0, 0, 2] })).toThrow('monotone');
    const classes = { ...data, label: data.label.map((y) => (y > 1 ? 2 : y > 0 ? 1 : 0)) };
    expect(() => train(classes, { task: 'multiclass', outputCount: 3, params: { monotone: [1, 0, 0, 0, 0] } })).toThrow(
      'Several classes',
    );
    expect(run({ interactions: [[0, 9]] })).toThrow('feature 9 of 5');
  });

  it('choose the best split among those in order, against exhaustive search', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const rng = createRng(seed);
      const count = 60;
      const x = Array.from({ length: count }, () => rng.int(12));
      const label = Float64Array.from(x, (value) => Math.sin(value) + rng.normal());
      const data = { matrix: matrixOf([x]), kinds: ['numeric' as const], label };
      const mean = label.reduce((a, b) => a + b, 0) / count;
      const spread = Math.sqrt(label.reduce((a, y) => a + (y - mean) ** 2, 0) / count);
      let best = 0;
      for (let cut = 0; cut < 11; cut++) {
        const left = [...label].filter((_, i) => x[i] <= cut).map((y) => (y - mean) / spread);
        const right = [...label].filter((_, i) => x[i] > cut).map((y) => (y - mean) / spread);
        if (left.length === 0 || right.length === 0) continue;
        const [l, r] = [left, right].map((side) => side.reduce((a, b) => a + b, 0));
        if (l / left.length <= r / right.length) best = Math.max(best, l ** 2 / left.length + r ** 2 / right.length);
      }
      const params = { rounds: 1, leaves: 2, minDataInLeaf: 1, minChildWeight: 0, monotone: [1] };
      const { ensemble } = train(data, { task: 'regression', params });
      if (best < 1e-9) expect(ensemble.treeRoot.length).toBe(0);
      else expect(Math.abs(ensemble.gain[0] - best)).toBeLessThan(2e-3 * best + 1e-3);
    }
  });
});

describe('D1 interaction constraints', () => {
  it('let only features of one group meet on a path; features in no group stay alone', () => {
    const data = wavyData(1500, 8);
    const params = { rounds: 30, leaves: 20, minDataInLeaf: 5, minDataPerGroup: 10 };
    const free = pathsOf(train(data, { task: 'regression', params }).ensemble);
    expect([...free].some((path) => path.split(',').length > 2)).toBe(true);
    for (const extra of [{}, { featureFractionByNode: 0.5 }, { ensemble: 'forest' as const, featureFraction: 0.5 }]) {
      const groups = [
        [0, 2],
        [3, 4],
      ];
      const { ensemble } = train(data, { task: 'regression', params: { ...params, interactions: groups, ...extra } });
      for (const path of pathsOf(ensemble)) expect(['0', '1', '2', '3', '4', '0,2', '3,4']).toContain(path);
      expect(pathsOf(ensemble)).toContain('0,2');
    }
  });

  it('let groups overlap: what is allowed follows the whole path', () => {
    const data = wavyData(1500, 9);
    const interactions = [
      [0, 1, 2],
      [2, 3],
    ];
    const { ensemble } = train(data, {
      task: 'regression',
      params: { rounds: 30, leaves: 24, minDataInLeaf: 5, interactions },
    });
    for (const path of pathsOf(ensemble)) {
      const used = path.split(',').map(Number);
      expect(used.length === 1 || interactions.some((group) => used.every((f) => group.includes(f)))).toBe(true);
    }
  });
});
