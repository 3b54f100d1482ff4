/**
 * Contributions and interaction values of single trees without tables: for trees whose paths meet too many features, for a
 * few rows against trees whose tables would be large, and as the TypeScript twin of the kernel.
 *
 * Against a background row z, a leaf is reached by the mixtures that take A from the explained row and B from z: its game is
 * [A ⊆ S][B ∩ S = ∅], a = |A|, b = |B|, with φ_i = v (a−1)! b! / (a+b)! in A and −v a! (b−1)! / (a+b)! in B (interventional
 * TreeSHAP, Lundberg et al. 2020). Path-dependent values are integrals over t of products of o t + r (1−t) (tree-shap-plan.ts).
 */
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { nodeGoesLeft } from '../trees/predict.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import { pathEdges } from './leaf-groups.ts';
import type { TreeShape } from './tree-shape.ts';

/** Adds to the contribution of `a`, or, `b` ≥ 0, to the interaction of the pair. */
export type AddValue = (a: number, b: number, value: number) => void;

type Sides = { readonly mine: number[]; readonly theirs: number[]; readonly side: Uint8Array };

/** Adds the mean over the background of the contributions of row `row` of `matrix`. */
export function directInterventional(
  ensemble: TreeEnsemble,
  root: number,
  matrix: FeatureMatrix,
  row: number,
  background: FeatureMatrix,
  pairs: boolean,
  add: AddValue,
): void {
  const share = 1 / background.rowCount;
  const sides: Sides = { mine: [], theirs: [], side: new Uint8Array(matrix.columns.length) };
  for (let other = 0; other < background.rowCount; other++) {
    const visit = (node: number): void => {
      const feature = ensemble.feature[node];
      if (feature < 0) {
        addLeaf(sides, share * ensemble.value[node], pairs, add);
        return;
      }
      const own = nodeGoesLeft(ensemble, node, matrix.columns[feature][row]);
      const its = nodeGoesLeft(ensemble, node, background.columns[feature][other]);
      const next = (left: boolean): number => (left ? ensemble.left[node] : ensemble.right[node]);
      if (own === its || sides.side[feature] !== 0) {
        visit(next(sides.side[feature] === 2 ? its : own));
        return;
      }
      for (const [side, list, left] of [[1, sides.mine, own] as const, [2, sides.theirs, its] as const]) {
        sides.side[feature] = side;
        list.push(feature);
        visit(next(left));
        list.pop();
      }
      sides.side[feature] = 0;
    };
    visit(root);
  }
}

function addLeaf({ mine, theirs }: Sides, value: number, pairs: boolean, add: AddValue): void {
  const a = mine.length;
  const b = theirs.length;
  const n = a + b;
  if (n === 0 || value === 0) return;
  if (a > 0) for (const i of mine) add(i, -1, value / (n * choose(n - 1, b)));
  if (b > 0) for (const i of theirs) add(i, -1, -value / (n * choose(n - 1, a)));
  if (!pairs || n < 2) return;
  const half = value / (2 * (n - 1));
  for (let j = 1; j < a; j++) for (let i = 0; i < j; i++) add(mine[i], mine[j], half / choose(n - 2, b));
  for (let j = 1; j < b; j++) for (let i = 0; i < j; i++) add(theirs[i], theirs[j], half / choose(n - 2, a));
  for (const i of mine) for (const j of theirs) add(i, j, -half / choose(n - 2, a - 1));
}

function choose(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return value;
}

/** Adds the path-dependent contributions and interaction values of one row, leaf by leaf: O(leaves · d³). */
export function directPathPairs(
  ensemble: TreeEnsemble,
  shape: TreeShape,
  matrix: FeatureMatrix,
  row: number,
  add: AddValue,
): void {
  const positions = shape.node.length;
  const held = new Uint8Array(positions).fill(1);
  for (let i = 0; i < positions; i++) {
    if (shape.right[i] === 0) {
      if (i > 0) addPathLeaf(ensemble, shape, i, held, add);
      continue;
    }
    const node = shape.node[i];
    const left = nodeGoesLeft(ensemble, node, matrix.columns[ensemble.feature[node]][row]);
    const above = held[shape.previous[i + 1]];
    held[i + 1] = left ? above : 0;
    held[shape.right[i]] = left ? 0 : above;
  }
}

function addPathLeaf(ensemble: TreeEnsemble, shape: TreeShape, leaf: number, held: Uint8Array, add: AddValue): void {
  const edges = pathEdges(shape, leaf);
  const d = edges.length;
  const value = ensemble.value[shape.node[leaf]];
  // Nobody in training satisfied a condition that the row breaks: every product has a factor of zero.
  if (value === 0 || edges.some((edge) => held[edge] === 0 && shape.fraction[edge] === 0)) return;
  const features = edges.map((edge) => shape.feature[edge]);
  const gap = edges.map((edge) => held[edge] - shape.fraction[edge]);
  const single = new Float64Array(d);
  const double = new Float64Array(d * d);
  const rule = gaussLegendre(Math.max(1, Math.ceil(d / 2)));
  rule.nodes.forEach((t, q) => {
    const factor = edges.map((edge) => held[edge] * t + shape.fraction[edge] * (1 - t));
    const product = factor.reduce((all, own) => all * own, rule.weights[q] * value);
    for (let j = 0; j < d; j++) {
      single[j] += product / factor[j];
      for (let i = 0; i < j; i++) double[j * d + i] += product / (factor[i] * factor[j]);
    }
  });
  for (let j = 0; j < d; j++) {
    add(features[j], -1, gap[j] * single[j]);
    for (let i = 0; i < j; i++) add(features[i], features[j], (gap[i] * gap[j] * double[j * d + i]) / 2);
  }
}
