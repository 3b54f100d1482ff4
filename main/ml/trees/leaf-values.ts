/**
 * Leaf values from the exact gradients: splits are chosen on quantised sums, values are not. Each leaf sums its rows in
 * ascending order, so the result is one number on every machine and for any number of workers ("leaf renewal").
 *
 * With path smoothing s, a node of n rows takes value · n/(n+s) + parent · s/(n+s), from the root down.
 */
import type { LeafRange } from '../kernels/row-passes.ts';
import type { TrainingKernels } from '../kernels/training.ts';
import type { GrownTree } from './grow.ts';
import type { TreeParams } from './params.ts';
import type { TreeBuilder } from './tree-builder.ts';

/** The Newton step −G/(H+λ) with the L1 threshold. */
export function newtonStep(gradient: number, hessian: number, lambda: number, alpha: number): number {
  const g = gradient > alpha ? gradient - alpha : gradient < -alpha ? gradient + alpha : 0;
  const divisor = hessian + lambda;
  return divisor > 0 ? -g / divisor : 0;
}

type Sums = { readonly g: Float32Array; readonly h: Float32Array; readonly weight: Float64Array | null };

/** How leaves get values other than the Newton step, and what puts them in order; both optional. */
export type LeafRules = {
  /** Value of rows[from…to) in margin units, λ applied. */
  readonly own: ((from: number, to: number, lambda: number) => number) | null;
  /** Changes the values of the leaves, given what moving each costs. */
  /** Newton steps beyond this are cut. */
  readonly most: number;
  readonly order: ((values: Float64Array, weights: Float64Array) => void) | null;
};

/**
 * Writes float32 values and covers of the tree's nodes into the builder (values are step × learning rate × `unit`). Values
 * of the leaves' own are smoothed toward 0.
 */
export function renewLeaves(
  kernels: TrainingKernels,
  builder: TreeBuilder,
  tree: GrownTree,
  rows: Int32Array,
  sums: Sums,
  params: TreeParams,
  unit: number,
  rules: LeafRules = { own: null, most: Number.POSITIVE_INFINITY, order: null },
): void {
  const nodeCount = 2 * tree.leafCount - 1;
  const gradient = new Float64Array(nodeCount);
  const hessian = new Float64Array(nodeCount);
  const count = new Float64Array(nodeCount);
  const extra = new Float64Array(nodeCount);
  const out = new Float64Array(2 * tree.leafCount);
  kernels.sumLeaves(rows, tree.leaves, tree.leafCount, sums.g, sums.h, out);
  for (let i = 0; i < tree.leafCount; i++) {
    const leaf = tree.leaves[i];
    const at = leaf.node - tree.root;
    gradient[at] = out[2 * i];
    hessian[at] = out[2 * i + 1];
    count[at] = leaf.count;
    extra[at] = leaf.extraL2;
    builder.cover[leaf.node] = sums.weight === null ? leaf.count : sumWeights(rows, leaf, sums.weight);
  }
  for (let at = nodeCount - 1; at >= 0; at--) {
    const node = tree.root + at;
    if (builder.feature[node] < 0) continue;
    const left = builder.left[node];
    builder.cover[node] = builder.cover[left] + builder.cover[left + 1];
    gradient[at] = gradient[left - tree.root] + gradient[left + 1 - tree.root];
    hessian[at] = hessian[left - tree.root] + hessian[left + 1 - tree.root];
    count[at] = count[left - tree.root] + count[left + 1 - tree.root];
  }
  const value = new Float64Array(nodeCount);
  for (let at = 0; at < nodeCount; at++) {
    value[at] +=
      newtonStep(gradient[at], hessian[at], params.lambda + extra[at], params.alpha) *
      (at === 0 ? 1 : keep(count[at], params.pathSmooth));
    const node = tree.root + at;
    if (builder.feature[node] < 0) continue;
    const left = builder.left[node] - tree.root;
    value[left] = value[at] * (1 - keep(count[left], params.pathSmooth));
    value[left + 1] = value[at] * (1 - keep(count[left + 1], params.pathSmooth));
  }
  const values = new Float64Array(tree.leafCount);
  const weights = new Float64Array(tree.leafCount);
  for (let i = 0; i < tree.leafCount; i++) {
    const leaf = tree.leaves[i];
    const at = leaf.node - tree.root;
    const lambda = params.lambda + leaf.extraL2;
    weights[i] = hessian[at] + lambda;
    values[i] =
      rules.own === null
        ? Math.max(-rules.most, Math.min(rules.most, value[at])) * unit
        : rules.own(leaf.start, leaf.start + leaf.count, lambda) * keep(leaf.count, params.pathSmooth);
  }
  rules.order?.(values, weights);
  for (let i = 0; i < tree.leafCount; i++) {
    builder.value[tree.leaves[i].node] = Math.fround(values[i] * params.learningRate);
  }
}

const keep = (count: number, smooth: number): number => (smooth > 0 ? count / (count + smooth) : 1);

function sumWeights(rows: Int32Array, { start, count }: LeafRange, weight: Float64Array): number {
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += weight[rows[i]];
  return sum;
}
