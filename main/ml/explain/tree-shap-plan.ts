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
 * Edge e ends in node e, below the edge `previous[e]` on the same feature (none counts as o = r = 1). Its state is o' + o:
 * 2 both hold, 1 the row leaves the path here, 0 it had left it above. In state s the running product is multiplied by
 * `factor` and the sum of leaves below is weighed by `weight`; in state 0 these are the constants `share` and 0.
 */
import type { TreeEnsemble } from '../model-spec.ts';
import { gaussLegendre, type Quadrature } from './gauss-legendre.ts';

/** One tree in preorder: position 0 is the root, `left` of an inner position is the next one. */
export type TreeShapPlan = {
  readonly output: number;
  /** Cover-weighted mean of the leaves. */
  readonly expected: number;
  readonly nodeCount: number;
  readonly points: number;
  /** Node index in the ensemble. */
  readonly node: Int32Array;
  readonly parent: Int32Array;
  /** Position of the right child, 0 in leaves. */
  readonly right: Int32Array;
  /** Feature of the edge into this position. */
  readonly feature: Int32Array;
  readonly previous: Int32Array;
  /** 1 when the position is its parent's left child. */
  readonly isLeft: Uint8Array;
  readonly share: Float64Array;
  readonly value: Float64Array;
  /** [position][state − 1][point] */
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
    if (plan.nodeCount > 1) plans.push(plan);
  });
  return { plans, base };
}

type Shape = {
  readonly node: number[];
  readonly parent: number[];
  readonly right: number[];
  readonly feature: number[];
  readonly previous: number[];
  readonly isLeft: number[];
  readonly share: number[];
  readonly reach: number[];
  readonly fraction: number[];
  /** Distinct features from the root. */
  readonly distinct: number[];
};

function planTree(ensemble: TreeEnsemble, root: number, output: number, rules: Map<number, Quadrature>): TreeShapPlan {
  const shape = shapeOf(ensemble, root);
  const nodeCount = shape.node.length;
  const points = Math.max(1, Math.ceil(shape.distinct.reduce((most, d) => Math.max(most, d), 0) / 2));
  const rule = rules.get(points) ?? gaussLegendre(points);
  rules.set(points, rule);
  const value = Float64Array.from(shape.node, (node) => (ensemble.feature[node] < 0 ? ensemble.value[node] : 0));
  let expected = 0;
  for (let i = 0; i < nodeCount; i++) expected += value[i] * shape.reach[i];
  const factor = new Float64Array(nodeCount * 2 * points);
  const weight = new Float64Array(nodeCount * 2 * points);
  for (let i = 1; i < nodeCount; i++) fillEdge(shape, i, rule, points, factor, weight);
  return {
    output,
    expected,
    nodeCount,
    points,
    node: Int32Array.from(shape.node),
    parent: Int32Array.from(shape.parent),
    right: Int32Array.from(shape.right),
    feature: Int32Array.from(shape.feature),
    previous: Int32Array.from(shape.previous),
    isLeft: Uint8Array.from(shape.isLeft),
    share: Float64Array.from(shape.share),
    value,
    factor,
    weight,
    start: rule.weights,
  };
}

function fillEdge(
  shape: Shape,
  i: number,
  rule: Quadrature,
  points: number,
  factor: Float64Array,
  weight: Float64Array,
): void {
  const r = shape.fraction[i];
  const above = shape.previous[i] < 0 ? 1 : shape.fraction[shape.previous[i]];
  for (let q = 0; q < points; q++) {
    const t = rule.nodes[q];
    const u = 1 - t;
    const holds = t + r * u;
    const held = t + above * u;
    const lost = i * 2 * points + q;
    const kept = lost + points;
    factor[lost] = (r * u) / held;
    factor[kept] = holds / held;
    weight[lost] = -1 / u - (1 - above) / held;
    weight[kept] = (1 - r) / holds - (1 - above) / held;
  }
}

/** Preorder walk without recursion: an imported tree may be a chain of any depth. */
function shapeOf(ensemble: TreeEnsemble, root: number): Shape {
  const shape: Shape = {
    node: [],
    parent: [],
    right: [],
    feature: [],
    previous: [],
    isLeft: [],
    share: [],
    reach: [],
    fraction: [],
    distinct: [],
  };
  const pending = [{ node: root, parent: -1, isLeft: 0, share: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, parent, isLeft, share } = next;
    const at = shape.node.length;
    const feature = parent < 0 ? -1 : ensemble.feature[shape.node[parent]];
    let previous = parent;
    while (previous > 0 && shape.feature[previous] !== feature) previous = shape.parent[previous];
    if (previous <= 0) previous = -1;
    shape.node.push(node);
    shape.parent.push(parent);
    shape.right.push(0);
    shape.feature.push(feature);
    shape.previous.push(previous);
    shape.isLeft.push(isLeft);
    shape.share.push(share);
    shape.reach.push(parent < 0 ? 1 : shape.reach[parent] * share);
    shape.fraction.push(previous < 0 ? share : shape.fraction[previous] * share);
    shape.distinct.push(parent < 0 ? 0 : shape.distinct[parent] + (previous < 0 ? 1 : 0));
    if (parent >= 0 && isLeft === 0) shape.right[parent] = at;
    if (ensemble.feature[node] < 0) continue;
    const left = ensemble.left[node];
    const right = ensemble.right[node];
    const cover = ensemble.cover[left] + ensemble.cover[right];
    const leftShare = cover > 0 ? ensemble.cover[left] / cover : 0.5;
    pending.push({ node: right, parent: at, isLeft: 0, share: 1 - leftShare });
    pending.push({ node: left, parent: at, isLeft: 1, share: leftShare });
  }
  return shape;
}
