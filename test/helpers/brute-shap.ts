/** Shapley and interaction values of trees by their definition, over all subsets of the features; and random rows for them. */
import { createRng } from '../../main/base/rng.ts';
import type { FeatureMatrix } from '../../main/ml/frame.ts';
import type { FeatureSpec, TreeEnsemble } from '../../main/ml/model-spec.ts';
import { nodeGoesLeft } from '../../main/ml/trees/predict.ts';

/** Expected margins over subsets: features of the subset as in the row, the others by the reference. */
export type Game = (ensemble: TreeEnsemble, root: number, row: Float32Array, known: number) => number;

/** The others follow the training weight down both branches. */
export const pathGame: Game = (ensemble, root, row, known) => {
  const visit = (node: number): number => {
    const f = ensemble.feature[node];
    if (f < 0) return ensemble.value[node];
    const { left, right, cover } = ensemble;
    if ((known >> f) & 1) return visit(nodeGoesLeft(ensemble, node, row[f]) ? left[node] : right[node]);
    const sum = cover[left[node]] + cover[right[node]];
    const share = sum > 0 ? cover[left[node]] / sum : 0.5;
    return share * visit(left[node]) + (1 - share) * visit(right[node]);
  };
  return visit(root);
};

/** The others are those of a background row, on average. */
export const backgroundGame =
  (background: readonly Float32Array[]): Game =>
  (ensemble, root, row, known) => {
    let sum = 0;
    for (const other of background) {
      let node = root;
      for (let f = ensemble.feature[node]; f >= 0; f = ensemble.feature[node]) {
        const x = (known >> f) & 1 ? row[f] : other[f];
        node = nodeGoesLeft(ensemble, node, x) ? ensemble.left[node] : ensemble.right[node];
      }
      sum += ensemble.value[node];
    }
    return sum / background.length;
  };

/** Contributions [output][feature] and interaction matrices [output][feature][feature], diagonal included. */
export function bruteForceShap(ensemble: TreeEnsemble, row: Float32Array, game: Game) {
  const n = row.length;
  const values = new Float64Array(ensemble.outputCount * n);
  const matrix = new Float64Array(ensemble.outputCount * n * n);
  const factorial = [1];
  for (let i = 1; i <= n; i++) factorial.push(factorial[i - 1] * i);
  const size = (set: number): number => (set === 0 ? 0 : size(set >> 1) + (set & 1));
  for (const [tree, root] of ensemble.treeRoot.entries()) {
    const v = Array.from({ length: 1 << n }, (_, known) => game(ensemble, root, row, known));
    const k = ensemble.treeOutput[tree];
    for (let i = 0; i < n; i++) {
      for (let set = 0; set < v.length; set++) {
        if ((set >> i) & 1) continue;
        const s = size(set);
        values[k * n + i] += ((factorial[s] * factorial[n - s - 1]) / factorial[n]) * (v[set | (1 << i)] - v[set]);
        for (let j = 0; j < n; j++) {
          if (j === i || (set >> j) & 1) continue;
          const both = v[set | (1 << i) | (1 << j)] - v[set | (1 << i)] - v[set | (1 << j)] + v[set];
          matrix[(k * n + i) * n + j] += ((factorial[s] * factorial[n - s - 2]) / (2 * factorial[n - 1])) * both;
        }
      }
    }
  }
  for (let k = 0; k < ensemble.outputCount; k++) {
    for (let i = 0; i < n; i++) {
      const at = (k * n + i) * n;
      const others = matrix.subarray(at, at + n).reduce((sum, value) => sum + value, 0);
      matrix[at + i] = values[k * n + i] - others;
    }
  }
  return { values, matrix };
}

/** Six features of every kind, as randomTrees knows them. */
export const shapSpecs: readonly FeatureSpec[] = [
  { kind: 'numeric', name: 'tenure', source: 'tenure' },
  { kind: 'category', name: 'city', source: 'city', levels: Array.from({ length: 40 }, (_, i) => `c${i}`) },
  { kind: 'numeric', name: 'charges', source: 'charges' },
  { kind: 'date-part', name: 'hour', source: 'joined', part: 'hour' },
  { kind: 'numeric', name: 'label', source: 'label' },
  { kind: 'date-part', name: 'month', source: 'joined', part: 'month' },
];

/** Rows for them; some values are missing. */
export function randomShapRows(count: number, seed: number): Float32Array[] {
  const rng = createRng(seed);
  return Array.from({ length: count }, () =>
    Float32Array.from(
      [72, 41, 120, 23, 1, 12].map((high, f) => (f === 1 ? rng.int(high) : rng.next() * high)),
      (value) => (rng.next() < 0.15 ? Number.NaN : value),
    ),
  );
}

export const matrixOfRows = (rows: readonly Float32Array[]): FeatureMatrix => ({
  rowCount: rows.length,
  columns: Array.from(rows[0], (_, f) => Float32Array.from(rows, (row) => row[f])),
});
