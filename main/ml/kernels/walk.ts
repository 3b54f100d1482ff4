/**
 * Trees walked without jumps, four rows side by side. Every walk takes as many steps as the tree is deep, leaves leading to
 * themselves, so nothing is left to mispredict and the four chains of loads overlap.
 *
 * Missing values need no test either: each row's features are there twice, as they are (NaN ≤ t is false: right) and with NaN
 * replaced by −∞ (left); a node reads the copy that sends missing rows its way. Trees with category splits, and very deep
 * ones, are left to the general walk.
 */
import type { TreeEnsemble } from '../model-spec.ts';

/** Deeper trees would waste too many steps on their shallow leaves. */
const mostSteps = 24;

/** An ensemble laid out for walking. */
export type WalkPlan = {
  /** Per tree: steps to take, or −1 where the general walk is needed. */
  readonly steps: Int32Array;
  /** Per node: slot of the feature in a doubled row; 0 in leaves. */
  readonly slot: Int32Array;
  /** Per node: threshold; leaves hold any. */
  readonly threshold: Float32Array;
  /** Per node: right child, then left child; a leaf's are itself. */
  readonly child: Int32Array;
};

/** O(nodes). `featureCount` is the width of the matrices to score. */
export function planWalk(ensemble: TreeEnsemble, featureCount: number): WalkPlan {
  const { feature, left, right, missingLeft } = ensemble;
  const nodes = feature.length;
  const slot = new Int32Array(nodes);
  const child = new Int32Array(2 * nodes);
  for (let node = 0; node < nodes; node++) {
    const leaf = feature[node] < 0;
    slot[node] = leaf ? 0 : feature[node] + (missingLeft[node] === 1 ? featureCount : 0);
    child[2 * node] = leaf ? node : right[node];
    child[2 * node + 1] = leaf ? node : left[node];
  }
  const steps = ensemble.treeRoot.map((root) => stepsOf(ensemble, root));
  return { steps, slot, threshold: ensemble.threshold, child };
}

function stepsOf(ensemble: TreeEnsemble, root: number): number {
  let level = [root];
  for (let depth = 0; depth <= mostSteps; depth++) {
    const inner = level.filter((node) => ensemble.feature[node] >= 0);
    if (inner.length === 0) return depth;
    if (inner.some((node) => ensemble.categoryOffset[node] >= 0)) return -1;
    level = inner.flatMap((node) => [ensemble.left[node], ensemble.right[node]]);
  }
  return -1;
}

/** Leaves reached from `root` by rows [from, from + 4) of a block of doubled rows, into leaves[0…3]. */
function walkFour(
  plan: WalkPlan,
  root: number,
  steps: number,
  block: Float32Array,
  stride: number,
  from: number,
  leaves: Int32Array,
): void {
  const { slot, threshold, child } = plan;
  const r0 = from * stride;
  const r1 = r0 + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  let n0 = root;
  let n1 = root;
  let n2 = root;
  let n3 = root;
  for (let step = 0; step < steps; step++) {
    n0 = child[2 * n0 + +(block[r0 + slot[n0]] <= threshold[n0])];
    n1 = child[2 * n1 + +(block[r1 + slot[n1]] <= threshold[n1])];
    n2 = child[2 * n2 + +(block[r2 + slot[n2]] <= threshold[n2])];
    n3 = child[2 * n3 + +(block[r3 + slot[n3]] <= threshold[n3])];
  }
  leaves[0] = n0;
  leaves[1] = n1;
  leaves[2] = n2;
  leaves[3] = n3;
}

const leaves = new Int32Array(4);

/** Adds the tree's values to margins[first + row · step] for `count` rows, a multiple of 4, of a block of doubled rows. */
export function addWalked(
  plan: WalkPlan,
  tree: number,
  root: number,
  value: Float32Array,
  block: Float32Array,
  stride: number,
  count: number,
  margins: Float64Array,
  first: number,
  step: number,
): void {
  const steps = plan.steps[tree];
  for (let i = 0; i < count; i += 4) {
    walkFour(plan, root, steps, block, stride, i, leaves);
    const at = first + i * step;
    margins[at] += value[leaves[0]];
    margins[at + step] += value[leaves[1]];
    margins[at + 2 * step] += value[leaves[2]];
    margins[at + 3 * step] += value[leaves[3]];
  }
}
