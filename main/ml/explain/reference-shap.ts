/**
 * TreeSHAP against a chosen reference, with interaction values where wanted: path-dependent (cover shares) or interventional
 * (the rows of a background). Tables as in fast-shap.ts; those of a large ensemble are made and used some trees at a time, so
 * that memory stays bounded, and for few rows such trees are gone through directly. Exact to 1e-6, relative to the sizes
 * that a value is summed from.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { predictTrees } from '../trees/predict.ts';
import { backgroundShares } from './background-shares.ts';
import { type AddValue, directInterventional, directPathPairs } from './direct-trees.ts';
import { coverShares, type FastShap, openWays, runFastShap } from './fast-shap.ts';
import { groupBytes, groupLeaves } from './leaf-groups.ts';
import type { TreeWay } from './shap-program.ts';
import { expectedMargins, shapeOf } from './tree-shape.ts';

/** `background` null: path-dependent. Kept preparations are found by the identity of the background. */
export type ShapReference = { readonly background: FeatureMatrix | null; readonly pairs: boolean };

/** Receives values[at + i]: contributions of feature `a`, or with `b` ≥ 0 half interactions of a pair, in rows start + i. */
export type TakeValues = (
  output: number,
  a: number,
  b: number,
  start: number,
  count: number,
  values: Float64Array,
  at: number,
) => void;

type Chunk = { readonly ways: readonly TreeWay[]; open: FastShap | null };
type Prepared = { readonly base: Float64Array; readonly chunks: readonly Chunk[]; readonly direct: readonly TreeWay[] };

const chunkBytes = 1 << 26;
/** With tables in more than one chunk, fewer rows are explained directly. */
const fewRows = 256;

const kept = new WeakMap<TreeEnsemble, { readonly reference: ShapReference; readonly prepared: Prepared }[]>();

/** Hands out the values of the given outputs; gives the margin [output] that they start from. */
export function explainByReference(
  ensemble: TreeEnsemble,
  matrix: FeatureMatrix,
  outputs: readonly number[],
  reference: ShapReference,
  take: TakeValues,
): Float64Array {
  const { base, chunks, direct } = preparedFor(ensemble, reference);
  const few = chunks.length > 1 && matrix.rowCount < fewRows;
  const left = few ? [...direct, ...chunks.flatMap(({ ways }) => ways)] : [...direct];
  if (!few) {
    for (const chunk of chunks) {
      const open = chunk.open ?? openChunk(ensemble, chunk.ways, reference);
      if (open === null) left.push(...chunk.ways);
      else {
        if (chunks.length === 1) chunk.open = open;
        runChunk(open, matrix, outputs, take);
      }
    }
  }
  const wanted = left.filter(({ tree }) => outputs.includes(ensemble.treeOutput[tree]));
  for (const output of outputs) {
    const own = wanted.filter(({ tree }) => ensemble.treeOutput[tree] === output);
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
  const chunks: Chunk[] = [];
  const direct: TreeWay[] = [];
  let ways: TreeWay[] = [];
  let bytes = 0;
  for (const [tree, root] of ensemble.treeRoot.entries()) {
    const shape = shapeOf(ensemble, root);
    if (shape.node.length === 1) continue;
    const groups = groupLeaves(shape, pairs ? 12 : 14, pairs);
    const way = { tree, shape, groups, plan: null };
    if (groups === null) {
      direct.push(way);
      continue;
    }
    const own = groups.reduce((sum, group) => sum + groupBytes(group, pairs), 0);
    if (ways.length > 0 && bytes + own > chunkBytes) {
      chunks.push({ ways, open: null });
      ways = [];
      bytes = 0;
    }
    ways.push(way);
    bytes += own;
  }
  if (ways.length > 0) chunks.push({ ways, open: null });
  return { base: background === null ? expectedMargins(ensemble) : meanMargins(ensemble, background), chunks, direct };
}

function openChunk(
  ensemble: TreeEnsemble,
  ways: readonly TreeWay[],
  { background, pairs }: ShapReference,
): FastShap | null {
  return openWays(ensemble, ways, pairs, ({ shape }) =>
    background === null ? (_leaf, edges) => coverShares(shape, edges) : backgroundShares(ensemble, shape, background),
  );
}

function runChunk(open: FastShap, matrix: FeatureMatrix, outputs: readonly number[], take: TakeValues): void {
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
  ways: readonly TreeWay[],
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
    for (const { tree, shape } of ways) {
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
