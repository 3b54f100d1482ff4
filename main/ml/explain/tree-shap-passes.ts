/**
 * The passes of TreeSHAP over one tree for one row; see tree-shap-plan.ts. Each is a small loop over positions that the engine
 * compiles once; decisions are computed without jumps, being random to the processor.
 */
import type { TreeEnsemble } from '../model-spec.ts';
import { nodeGoesLeft } from '../trees/predict.ts';
import type { TreeShapPlan } from './tree-shap-plan.ts';

/** Buffers by position, as long as the largest tree; products also by quadrature point. */
export type ShapScratch = {
  readonly goesLeft: Uint8Array;
  readonly state: Uint8Array;
  /** 3 · position + state. */
  readonly index: Int32Array;
  readonly product: Float64Array;
};

/** Buffers for trees of up to `size` positions and `products` positions × points. */
export const createShapScratch = (size: number, products: number): ShapScratch => ({
  goesLeft: new Uint8Array(size),
  state: new Uint8Array(size),
  index: new Int32Array(size),
  product: new Float64Array(products),
});

/** Adds one tree's contributions of one row to out[output · features + feature]. */
export function addRowContributions(
  ensemble: TreeEnsemble,
  plan: TreeShapPlan,
  row: Float32Array,
  out: Float64Array,
  { goesLeft, state, index, product }: ShapScratch,
): void {
  decide(ensemble, plan, row, goesLeft);
  findStates(plan, goesLeft, state, index);
  descend(plan, index, product);
  ascend(plan, index, product, out, plan.output * row.length);
}

function decide(ensemble: TreeEnsemble, plan: TreeShapPlan, row: Float32Array, goesLeft: Uint8Array): void {
  const { numeric, numericFeature, threshold, missingLeft, category, categoryNode } = plan;
  for (let i = 0; i < numeric.length; i++) {
    const x = row[numericFeature[i]];
    goesLeft[numeric[i]] = +(x <= threshold[i]) | (missingLeft[i] & +Number.isNaN(x));
  }
  for (let i = 0; i < category.length; i++) {
    const node = categoryNode[i];
    goesLeft[category[i]] = nodeGoesLeft(ensemble, node, row[ensemble.feature[node]]) ? 1 : 0;
  }
}

function findStates(plan: TreeShapPlan, goesLeft: Uint8Array, state: Uint8Array, index: Int32Array): void {
  const { positions, parent, previous, isRight } = plan;
  state[0] = 2;
  for (let i = 1; i < positions; i++) {
    const held = state[previous[i]] >> 1;
    const now = held + (held & (goesLeft[parent[i]] ^ isRight[i]));
    state[i] = now;
    index[i] = 3 * i + now;
  }
}

/** The products of each path's factors, by quadrature point; a leaf's value is in its factors. */
function descend(plan: TreeShapPlan, index: Int32Array, product: Float64Array): void {
  const { positions, points, parent, factor, start } = plan;
  for (let q = 0; q < points; q++) {
    const at = q * positions;
    const from = 3 * at;
    product[at] = start[q];
    for (let i = 1; i < positions; i++) product[at + i] = product[at + parent[i]] * factor[from + index[i]];
  }
}

/** Sums leaves from below, over the products, and gives each edge's feature its part. */
function ascend(
  plan: TreeShapPlan,
  index: Int32Array,
  product: Float64Array,
  out: Float64Array,
  firstFeature: number,
): void {
  const { positions, points, right, feature, weight } = plan;
  for (let q = 0; q < points; q++) {
    const at = q * positions;
    const from = 3 * at;
    for (let i = positions - 1; i > 0; i--) {
      let sum = product[at + i];
      if (right[i] !== 0) {
        sum = product[at + i + 1] + product[at + right[i]];
        product[at + i] = sum;
      }
      out[firstFeature + feature[i]] += sum * weight[from + index[i]];
    }
  }
}
