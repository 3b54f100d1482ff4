/**
 * An additive model as a tree ensemble with bit-equal margins: one balanced tree a term and output, on the term's first
 * feature, then on its second; missing is parted first. Ranges of equal values become one leaf. With it an additive model
 * is exported and explained by everything that knows trees.
 */
import type { AdditiveModel, AdditiveTerm, TreeEnsemble } from '../model-spec.ts';
import { appendLeaf, createTreeBuilder, markBuilder, packTrees, type TreeBuilder } from '../trees/tree-builder.ts';
import { cellsOf } from './tables.ts';

const made = new WeakMap<AdditiveModel, TreeEnsemble>();

/** The ensemble of a model, made at first use and kept as long as the model lives. */
export function additiveTrees(model: AdditiveModel): TreeEnsemble {
  let trees = made.get(model);
  if (trees === undefined) {
    trees = convert(model);
    made.set(model, trees);
  }
  return trees;
}

function convert(model: AdditiveModel): TreeEnsemble {
  const builder = createTreeBuilder();
  for (const term of model.terms) {
    for (let k = 0; k < model.outputCount; k++) {
      const root = appendLeaf(builder);
      grow(builder, root, planTree(term, model.outputCount, k), 0, 0);
      builder.root.push(root);
      builder.output.push(k);
    }
  }
  return packTrees(builder, model.intercept, markBuilder(builder));
}

type Plan = {
  readonly term: AdditiveTerm;
  readonly value: (cell: number) => number;
  readonly cover: (cell: number) => number;
};

/** Never seen cells keep a trace of cover, so that every share of a split is defined. */
const leastShare = 1e-9;

function planTree(term: AdditiveTerm, outputs: number, k: number): Plan {
  const total = term.weights.reduce((sum, weight) => sum + weight, 0);
  const least = Math.max(leastShare * total, Number.MIN_VALUE * 2 ** 60);
  return {
    term,
    value: (cell) => term.values[cell * outputs + k],
    cover: (cell) => Math.max(term.weights[cell], least),
  };
}

/** Splits `node` along an axis, `prefix` being the cell reached on the axes before; returns its cover. */
function grow(builder: TreeBuilder, node: number, plan: Plan, axis: number, prefix: number): number {
  const { cuts } = plan.term;
  if (axis === cuts.length) {
    builder.value[node] = plan.value(prefix);
    builder.cover[node] = plan.cover(prefix);
    return builder.cover[node];
  }
  const width = cellsOf(cuts[axis]);
  const next = prefix * width;
  if (isFlat(plan, axis, next, 0, width)) return leaf(builder, node, plan, axis, next, width);
  const [left, right] = split(builder, node, plan.term.features[axis], Number.POSITIVE_INFINITY);
  const known = range(builder, left, plan, axis, next, 0, width - 1);
  const missing = grow(builder, right, plan, axis + 1, next + width - 1);
  builder.cover[node] = known + missing;
  return known + missing;
}

/** Splits `node` over the value cells from … to − 1 of an axis. */
function range(
  builder: TreeBuilder,
  node: number,
  plan: Plan,
  axis: number,
  base: number,
  from: number,
  to: number,
): number {
  if (to - from === 1) return grow(builder, node, plan, axis + 1, base + from);
  if (isFlat(plan, axis, base, from, to)) return leaf(builder, node, plan, axis, base + from, to - from);
  const middle = (from + to) >> 1;
  const [left, right] = split(builder, node, plan.term.features[axis], plan.term.cuts[axis][middle - 1]);
  const cover =
    range(builder, left, plan, axis, base, from, middle) + range(builder, right, plan, axis, base, middle, to);
  builder.cover[node] = cover;
  return cover;
}

/** Cells below one cell of `axis`. */
const cellsBelow = (plan: Plan, axis: number): number =>
  plan.term.cuts.slice(axis + 1).reduce((count, cuts) => count * cellsOf(cuts), 1);

function isFlat(plan: Plan, axis: number, base: number, from: number, to: number): boolean {
  const below = cellsBelow(plan, axis);
  const first = plan.value((base + from) * below);
  for (let cell = (base + from) * below + 1; cell < (base + to) * below; cell++) {
    if (plan.value(cell) !== first) return false;
  }
  return true;
}

function leaf(builder: TreeBuilder, node: number, plan: Plan, axis: number, from: number, count: number): number {
  const below = cellsBelow(plan, axis);
  let cover = 0;
  for (let cell = from * below; cell < (from + count) * below; cell++) cover += plan.cover(cell);
  builder.value[node] = plan.value(from * below);
  builder.cover[node] = cover;
  return cover;
}

/** Missing goes right. */
function split(builder: TreeBuilder, node: number, feature: number, threshold: number): readonly [number, number] {
  const left = appendLeaf(builder);
  const right = appendLeaf(builder);
  builder.feature[node] = feature;
  builder.threshold[node] = threshold;
  builder.left[node] = left;
  builder.right[node] = right;
  return [left, right];
}
