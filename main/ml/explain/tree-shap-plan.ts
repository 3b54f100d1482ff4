/**
 * Everything of exact path-dependent TreeSHAP that does not depend on the row, precomputed a tree at a time.
 *
 * The attribution is that of Lundberg, Erion & Lee (2018): absent features send a row down both branches in proportion to
 * the training weight. For a leaf v whose path meets d distinct features, feature i has o_i ∈ {0, 1} (the row satisfies all
 * its conditions on the path) and r_i (the product of its cover shares), and
 *
 *   φ_i = v (o_i − r_i) Σ_{S ⊆ N∖i} |S|! (d−|S|−1)! / d! · Π_{j∈S} o_j Π_{j∉S} r_j
 *       = v (o_i − r_i) ∫₀¹ Π_{j≠i} (o_j t + r_j (1−t)) dt,
 *
 * by the Beta integral behind the multilinear extension of Owen (1972). The integrand is a polynomial of degree d − 1, so
 * ⌈d/2⌉ Gauss–Legendre points give it exactly; all factors are positive, so nothing cancels. Summing leaves below an edge
 * before dividing by the edge's own factor, as in Linear TreeSHAP (Yu et al., 2022), leaves three passes of Q multiplications
 * an edge: O(nodes · depth) a row instead of O(leaves · depth²), with no tables that grow exponentially.
 *
 * Edge e ends in position e, below the edge `previous[e]` on the same feature (none: the root, which counts as o = r = 1). Its
 * state is o' + o: 2 both hold, 1 the row leaves the path here, 0 it had left it above. By state, the running product is
 * multiplied by `factor` and the sum of leaves below weighed by `weight`; in state 0 these are the cover share and 0.
 */
import type { TreeEnsemble } from '../model-spec.ts';
import { gaussLegendre, type Quadrature } from './gauss-legendre.ts';
import { shapeOf, type TreeShape } from './tree-shape.ts';

/** One tree in preorder: position 0 is the root, parents come before children. */
export type TreeShapPlan = {
  readonly output: number;
  /** Cover-weighted mean of the leaves. */
  readonly expected: number;
  readonly positions: number;
  readonly points: number;
  /** Positions of numeric splits with what decides them, and of category splits with their node in the ensemble. */
  readonly numeric: Int32Array;
  readonly numericFeature: Int32Array;
  readonly threshold: Float32Array;
  readonly missingLeft: Uint8Array;
  readonly category: Int32Array;
  readonly categoryNode: Int32Array;
  readonly parent: Int32Array;
  /** Feature of the edge into this position. */
  readonly feature: Int32Array;
  /** Position of the nearest edge above on the same feature; 0 when there is none. */
  readonly previous: Int32Array;
  /** 1 when the position is its parent's right child. */
  readonly isRight: Uint8Array;
  /** Position of the right child, 0 in leaves; the left child is the next position. */
  readonly right: Int32Array;
  /** [point][position][state]; factors into a leaf include its value. */
  readonly factor: Float64Array;
  readonly weight: Float64Array;
  /** Quadrature weights: the product at the root. */
  readonly start: Float64Array;
};

/** Plans of all trees that have a split, with quadrature rules shared by size. */
export function planTrees(ensemble: TreeEnsemble): { readonly plans: TreeShapPlan[]; readonly base: Float64Array } {
  const rules = new Map<number, Quadrature>();
  const base = ensemble.baseScore.slice();
  const plans: TreeShapPlan[] = [];
  ensemble.treeRoot.forEach((root, tree) => {
    const plan = planTree(ensemble, root, ensemble.treeOutput[tree], rules);
    base[plan.output] += plan.expected;
    if (plan.positions > 1) plans.push(plan);
  });
  return { plans, base };
}

/** The plan of the tree at `root`; quadrature rules are shared by number of points. */
export function planTree(
  ensemble: TreeEnsemble,
  root: number,
  output: number,
  rules: Map<number, Quadrature>,
): TreeShapPlan {
  const shape = shapeOf(ensemble, root);
  const positions = shape.node.length;
  const deepest = shape.distinct.reduce((most, d) => Math.max(most, d), 0);
  const points = Math.max(1, Math.ceil(deepest / 2));
  const rule = rules.get(points) ?? gaussLegendre(points);
  rules.set(points, rule);
  const isInner = (i: number): boolean => ensemble.feature[shape.node[i]] >= 0;
  const isCategory = (i: number): boolean => ensemble.categoryOffset[shape.node[i]] >= 0;
  const inner = Int32Array.from(shape.node.keys()).filter(isInner);
  const numeric = inner.filter((i) => !isCategory(i));
  const category = inner.filter(isCategory);
  const value = Float64Array.from(shape.node, (node, i) => (isInner(i) ? 0 : ensemble.value[node]));
  const factor = new Float64Array(positions * 3 * points);
  const weight = new Float64Array(positions * 3 * points);
  for (let i = 1; i < positions; i++) fillEdge(shape, i, isInner(i) ? 1 : value[i], rule, factor, weight);
  return {
    output,
    expected: value.reduce((sum, v, i) => sum + v * shape.reach[i], 0),
    positions,
    points,
    numeric,
    numericFeature: numeric.map((i) => ensemble.feature[shape.node[i]]),
    threshold: Float32Array.from(numeric, (i) => ensemble.threshold[shape.node[i]]),
    missingLeft: Uint8Array.from(numeric, (i) => ensemble.missingLeft[shape.node[i]]),
    category,
    categoryNode: category.map((i) => shape.node[i]),
    parent: Int32Array.from(shape.parent),
    feature: Int32Array.from(shape.feature),
    previous: Int32Array.from(shape.previous),
    isRight: Uint8Array.from(shape.isLeft, (left) => 1 - left),
    right: Int32Array.from(shape.right),
    factor,
    weight,
    start: rule.weights,
  };
}

function fillEdge(
  shape: TreeShape,
  i: number,
  scale: number,
  rule: Quadrature,
  factor: Float64Array,
  weight: Float64Array,
): void {
  const r = shape.fraction[i];
  const above = shape.fraction[shape.previous[i]];
  rule.nodes.forEach((t, q) => {
    const u = 1 - t;
    const holds = t + r * u;
    const held = t + above * u;
    const at = (q * shape.node.length + i) * 3;
    factor[at] = shape.share[i] * scale;
    factor[at + 1] = ((r * u) / held) * scale;
    factor[at + 2] = (holds / held) * scale;
    weight[at + 1] = -1 / u - (1 - above) / held;
    weight[at + 2] = (1 - r) / holds - (1 - above) / held;
  });
}
