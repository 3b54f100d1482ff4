/**
 * Exact path-dependent TreeSHAP in the margin; the method is described in tree-shap-plan.ts. Values are float64 and add up:
 * base + Σ values = margin, to rounding.
 * One row and a million rows take the same steps and give the same bits.
 */
import { invalidInput } from '../../base/errors.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { addRowContributions, createShapScratch, type ShapScratch } from './tree-shap-passes.ts';
import { planTrees, type TreeShapPlan } from './tree-shap-plan.ts';

/** An ensemble prepared for explaining; keep it as long as rows are explained one by one. */
export type TreeExplainer = {
  readonly ensemble: TreeEnsemble;
  /** Expected margin of each output over the training rows. */
  readonly base: Float64Array;
  readonly plans: readonly TreeShapPlan[];
  readonly scratch: ShapScratch;
};

/** Contributions [row][output][feature], row-major, in margin units, and the base they start from [output]. */
export type TreeShapValues = { readonly base: Float64Array; readonly values: Float64Array };

/** Rows taken through one tree before the next, while the tree is in the cache. */
const blockRows = 64;

/** Prepares an ensemble: time and memory O(nodes × depth). */
export function createTreeExplainer(ensemble: TreeEnsemble): TreeExplainer {
  const { plans, base } = planTrees(ensemble);
  const positions = plans.reduce((most, plan) => Math.max(most, plan.positions), 1);
  const products = plans.reduce((most, plan) => Math.max(most, plan.positions * plan.points), 1);
  return { ensemble, base, plans, scratch: createShapScratch(positions, products) };
}

/** Contributions of one row of float32 features into `out` [output][feature], overwriting it. */
export function treeShapRow(explainer: TreeExplainer, row: Float32Array, out: Float64Array): void {
  if (out.length !== explainer.ensemble.outputCount * row.length) {
    throw invalidInput('tree-shap', `Room for ${out.length} contributions, not outputs × features.`);
  }
  out.fill(0);
  for (const plan of explainer.plans) addRowContributions(explainer.ensemble, plan, row, out, explainer.scratch);
}

/** Contributions of the given rows (all when absent) of a matrix. */
export function treeShap(ensemble: TreeEnsemble, matrix: FeatureMatrix, rows?: Int32Array): TreeShapValues {
  return explainTrees(createTreeExplainer(ensemble), matrix, rows);
}

/** As `treeShap`, with a prepared explainer. */
export function explainTrees(explainer: TreeExplainer, matrix: FeatureMatrix, rows?: Int32Array): TreeShapValues {
  const features = matrix.columns.length;
  const count = rows === undefined ? matrix.rowCount : rows.length;
  const size = explainer.ensemble.outputCount * features;
  const values = new Float64Array(count * size);
  const taken = Math.min(blockRows, count);
  const inputs = Array.from({ length: taken }, () => new Float32Array(features));
  for (let start = 0; start < count; start += blockRows) {
    const width = Math.min(blockRows, count - start);
    for (let i = 0; i < width; i++) {
      const row = rows === undefined ? start + i : rows[start + i];
      for (let f = 0; f < features; f++) inputs[i][f] = matrix.columns[f][row];
    }
    const outs = Array.from({ length: width }, (_, i) => values.subarray((start + i) * size, (start + i + 1) * size));
    for (const plan of explainer.plans) explainBlock(explainer, plan, inputs, outs);
  }
  return { base: explainer.base.slice(), values };
}

function explainBlock(
  explainer: TreeExplainer,
  plan: TreeShapPlan,
  inputs: readonly Float32Array[],
  outs: readonly Float64Array[],
): void {
  const { ensemble, scratch } = explainer;
  for (let i = 0; i < outs.length; i++) addRowContributions(ensemble, plan, inputs[i], outs[i], scratch);
}
