/**
 * Exact path-dependent TreeSHAP in the margin; the method is described in tree-shap-plan.ts. Values are float64 and add up:
 * base + Σ values = margin, to rounding. One row and a million rows take the same path and give the same bits.
 */
import { invalidInput } from '../../base/errors.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { nodeGoesLeft } from '../trees/predict.ts';
import { planTrees, type TreeShapPlan } from './tree-shap-plan.ts';

/** An ensemble prepared for explaining; keep it as long as rows are explained one by one. */
export type TreeExplainer = {
  readonly ensemble: TreeEnsemble;
  /** Expected margin of each output over the training rows. */
  readonly base: Float64Array;
  readonly plans: readonly TreeShapPlan[];
  readonly scratch: { readonly state: Uint8Array; readonly goesLeft: Uint8Array; readonly product: Float64Array };
};

/** Contributions [row][output][feature], row-major, in margin units, and the base they start from [output]. */
export type TreeShapValues = { readonly base: Float64Array; readonly values: Float64Array };

/** Prepares an ensemble: time and memory O(nodes × depth). */
export function createTreeExplainer(ensemble: TreeEnsemble): TreeExplainer {
  const { plans, base } = planTrees(ensemble);
  let nodes = 1;
  let products = 1;
  for (const plan of plans) {
    nodes = Math.max(nodes, plan.nodeCount);
    products = Math.max(products, plan.nodeCount * plan.points);
  }
  return {
    ensemble,
    base,
    plans,
    scratch: { state: new Uint8Array(nodes), goesLeft: new Uint8Array(nodes), product: new Float64Array(products) },
  };
}

/** Contributions of one row of float32 features into `out` [output][feature], overwriting it. */
export function treeShapRow(explainer: TreeExplainer, row: Float32Array, out: Float64Array): void {
  if (out.length !== explainer.ensemble.outputCount * row.length) {
    throw invalidInput('tree-shap', `Room for ${out.length} contributions, not outputs × features.`);
  }
  out.fill(0);
  for (const plan of explainer.plans) explainTree(explainer, plan, row, 0, out, plan.output * row.length);
}

/** Contributions of the given rows (all when absent) of a matrix. */
export function treeShap(ensemble: TreeEnsemble, matrix: FeatureMatrix, rows?: Int32Array): TreeShapValues {
  return explainTrees(createTreeExplainer(ensemble), matrix, rows);
}

const blockRows = 64;

/** As `treeShap`, with a prepared explainer. */
export function explainTrees(explainer: TreeExplainer, matrix: FeatureMatrix, rows?: Int32Array): TreeShapValues {
  const features = matrix.columns.length;
  const count = rows === undefined ? matrix.rowCount : rows.length;
  const size = explainer.ensemble.outputCount * features;
  const values = new Float64Array(count * size);
  const block = new Float32Array(blockRows * features);
  for (let start = 0; start < count; start += blockRows) {
    const taken = Math.min(blockRows, count - start);
    for (let f = 0; f < features; f++) {
      const column = matrix.columns[f];
      for (let i = 0; i < taken; i++) {
        block[i * features + f] = column[rows === undefined ? start + i : rows[start + i]];
      }
    }
    for (const plan of explainer.plans) {
      for (let i = 0; i < taken; i++) {
        explainTree(explainer, plan, block, i * features, values, (start + i) * size + plan.output * features);
      }
    }
  }
  return { base: explainer.base.slice(), values };
}

function explainTree(
  explainer: TreeExplainer,
  plan: TreeShapPlan,
  row: Float32Array,
  at: number,
  out: Float64Array,
  outAt: number,
): void {
  const { state, goesLeft, product } = explainer.scratch;
  decide(explainer.ensemble, plan, row, at, goesLeft);
  descend(plan, goesLeft, state, product);
  ascend(plan, state, product, out, outAt);
}

function decide(ensemble: TreeEnsemble, plan: TreeShapPlan, row: Float32Array, at: number, goesLeft: Uint8Array): void {
  const { node, right, nodeCount } = plan;
  const { feature } = ensemble;
  for (let i = 0; i < nodeCount; i++) {
    if (right[i] === 0) continue;
    const id = node[i];
    goesLeft[i] = nodeGoesLeft(ensemble, id, row[at + feature[id]]) ? 1 : 0;
  }
}

/** State 0, 1 or 2 of each edge and, at each position, the product of its path's factors; leaves times their value. */
function descend(plan: TreeShapPlan, goesLeft: Uint8Array, state: Uint8Array, product: Float64Array): void {
  const { nodeCount, points, parent, previous, isLeft, share, value, right, factor, start } = plan;
  for (let q = 0; q < points; q++) product[q] = start[q];
  for (let i = 1; i < nodeCount; i++) {
    const above = parent[i];
    const before = previous[i];
    const held = before < 0 || state[before] === 2;
    const from = above * points;
    const to = i * points;
    const scale = right[i] === 0 ? value[i] : 1;
    if (!held) {
      state[i] = 0;
      const constant = share[i] * scale;
      for (let q = 0; q < points; q++) product[to + q] = product[from + q] * constant;
      continue;
    }
    const holds = goesLeft[above] === isLeft[i] ? 1 : 0;
    state[i] = 1 + holds;
    const by = (i * 2 + holds) * points;
    for (let q = 0; q < points; q++) product[to + q] = product[from + q] * factor[by + q] * scale;
  }
}

/** Sums leaves from below and gives each edge's feature its part. */
function ascend(plan: TreeShapPlan, state: Uint8Array, product: Float64Array, out: Float64Array, outAt: number): void {
  const { nodeCount, points, right, feature, weight } = plan;
  for (let i = nodeCount - 1; i > 0; i--) {
    const at = i * points;
    if (right[i] !== 0) {
      const a = at + points;
      const b = right[i] * points;
      for (let q = 0; q < points; q++) product[at + q] = product[a + q] + product[b + q];
    }
    if (state[i] === 0) continue;
    const by = (i * 2 + state[i] - 1) * points;
    let sum = 0;
    for (let q = 0; q < points; q++) sum += product[at + q] * weight[by + q];
    out[outAt + feature[i]] += sum;
  }
}
