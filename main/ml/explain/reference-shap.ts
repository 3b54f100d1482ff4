/**
 * TreeSHAP against a chosen reference, with interaction values where wanted: path-dependent (cover shares) or interventional
 * (the rows of a background). Trees go through tables as in fast-shap.ts as long as these fit; the others leaf by leaf
 * (leaf-sums.ts). Exact to 1e-6, relative to the sizes that a value is summed from.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { predictTrees } from '../trees/predict.ts';
import { backgroundShares } from './background-shares.ts';
import { type AddValue, directInterventional, directPathPairs } from './direct-trees.ts';
import { coverShares, type FastShap, openWays, runFastShap } from './fast-shap.ts';
import { groupBytes, groupLeaves } from './leaf-groups.ts';
import type { ShapedTree } from './leaf-program.ts';
import { fitsLeafSums, type LeafSums, openLeafSums, runLeafSums, type TakeValues } from './leaf-sums.ts';
import type { TreeWay } from './shap-program.ts';
import { expectedMargins, shapeOf } from './tree-shape.ts';

/** `background` null: path-dependent. Kept preparations are found by the identity of the background. */
export type ShapReference = { readonly background: FeatureMatrix | null; readonly pairs: boolean };

type Prepared = {
  readonly base: Float64Array;
  readonly tables: FastShap | null;
  readonly leaves: LeafSums | null;
  /** Trees that neither can take. */
  readonly direct: readonly ShapedTree[];
};

/** Tables of an ensemble at most; with larger ones all its trees are summed leaf by leaf. */
const mostTableBytes = 1 << 26;

const kept = new WeakMap<TreeEnsemble, { readonly reference: ShapReference; readonly prepared: Prepared }[]>();

/** Hands out the values of the given outputs; gives the margin [output] that they start from. */
export function explainByReference(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  outputs: readonly number[],
  reference: ShapReference,
  take: TakeValues,
): Float64Array {
  const { base, tables, leaves, direct } = preparedFor(ensemble, reference);
  if (tables !== null) runTables(tables, matrix, outputs, take);
  if (leaves !== null) runLeafSums(leaves, matrix, outputs, take);
  for (const output of outputs) {
    const own = direct.filter(({ tree }) => ensemble.treeOutput[tree] === output);
    if (own.length > 0) explainDirectly(ensemble, own, matrix, output, reference, take);
  }
  return base;
}

function preparedFor(ensemble: TreeEnsemble, reference: ShapReference): Prepared {
  const list = kept.get(ensemble) ?? [];
  const known = list.find(
    (entry) => entry.reference.background === reference.background && entry.reference.pairs === reference.pairs,
  );
  if (known !== undefined) return known.prepared;
  const prepared = prepare(ensemble, reference);
  kept.set(ensemble, [...list.slice(-1), { reference, prepared }]);
  return prepared;
}

function prepare(ensemble: TreeEnsemble, { background, pairs }: ShapReference): Prepared {
  const trees = Array.from(ensemble.treeRoot, (root, tree): ShapedTree => ({ tree, shape: shapeOf(ensemble, root) }));
  const grown = trees.filter(({ shape }) => shape.node.length > 1);
  const tabled = waysByTables(grown, pairs);
  const taken = new Set(tabled.map(({ tree }) => tree));
  const others = grown.filter(({ tree }) => !taken.has(tree));
  const summed = others.filter(({ shape }) => fitsLeafSums(shape, background));
  const direct = others.filter(({ shape }) => !fitsLeafSums(shape, background));
  const tables = tabled.length === 0 ? null : openTables(ensemble, tabled, background, pairs);
  const leaves = summed.length === 0 ? null : openLeafSums(ensemble, summed, background, pairs);
  return {
    base: background === null ? expectedMargins(ensemble) : meanMargins(ensemble, background),
    tables,
    leaves,
    direct: [...direct, ...(tables === null ? tabled : []), ...(leaves === null ? summed : [])],
  };
}

/** Trees with tables, those of very long paths left out; none where the tables would not fit together. */
function waysByTables(trees: readonly ShapedTree[], pairs: boolean): TreeWay[] {
  const ways: TreeWay[] = [];
  let bytes = 0;
  for (const { tree, shape } of trees) {
    const groups = groupLeaves(shape, pairs ? 12 : 14, pairs);
    if (groups === null) continue;
    bytes += groups.reduce((sum, group) => sum + groupBytes(group, pairs), 0);
    if (bytes > mostTableBytes) return [];
    ways.push({ tree, shape, groups, plan: null });
  }
  return ways;
}

const openTables = (
  ensemble: TreeEnsemble,
  ways: readonly TreeWay[],
  background: FeatureMatrix | null,
  pairs: boolean,
): FastShap | null =>
  openWays(ensemble, ways, pairs, ({ shape }) =>
    background === null ? (_leaf, edges) => coverShares(shape, edges) : backgroundShares(ensemble, shape, background),
  );

function runTables(open: FastShap, matrix: FeatureMatrix, outputs: readonly number[], take: TakeValues): void {
  const { slots, layout } = open;
  const { blockRows } = layout;
  const pairs = [...slots.pairSlot].map(([key, slot]) => ({ a: Math.floor(key / 2 ** 26), b: key % 2 ** 26, slot }));
  runFastShap(open, matrix, outputs, (start, count, output, totals) => {
    for (let s = 0; s < slots.features.length; s++) {
      take(output, slots.features[s], -1, start, count, totals, s * blockRows);
    }
    for (const { a, b, slot } of pairs) take(output, a, b, start, count, totals, slot * blockRows);
  });
}

function explainDirectly(
  ensemble: TreeEnsemble,
  trees: readonly ShapedTree[],
  matrix: FeatureMatrix,
  output: number,
  { background, pairs }: ShapReference,
  take: TakeValues,
): void {
  const one = new Float64Array(1);
  for (let row = 0; row < matrix.rowCount; row++) {
    const add: AddValue = (a, b, value) => {
      if (b >= 0 && !pairs) return;
      one[0] = value;
      take(output, b < 0 ? a : Math.min(a, b), b < 0 ? -1 : Math.max(a, b), row, 1, one, 0);
    };
    for (const { tree, shape } of trees) {
      const root = ensemble.treeRoot[tree];
      if (background === null) directPathPairs(ensemble, shape, matrix, row, add);
      else directInterventional(ensemble, root, matrix, row, background, pairs, add);
    }
  }
}

function meanMargins(ensemble: TreeEnsemble, background: FeatureMatrix): Float64Array {
  const margins = predictTrees(ensemble, background);
  const { outputCount } = ensemble;
  const mean = new Float64Array(outputCount);
  for (let i = 0; i < margins.length; i++) mean[i % outputCount] += margins[i] / background.rowCount;
  return mean;
}
