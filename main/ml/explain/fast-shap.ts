/**
 * Exact TreeSHAP by the WebAssembly kernel. Trees whose leaves fit tables of bounded size (leaf-groups.ts) are looked up in
 * float32 and summed in float64 every eight trees; deeper ones go through the quadrature of tree-shap-plan.ts in float64.
 * Which way a tree goes depends on the tree alone, so a row has the same bits alone and among a million.
 */
import type { FeatureMatrix } from '../frame.ts';
import { openShapKernel, type ShapKernel } from '../kernels/shap.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import type { Quadrature } from './gauss-legendre.ts';
import { groupBytes, groupLeaves } from './leaf-groups.ts';
import { fillProgram, layOut, type ShapLayout, type Slots, slotsOf, type TreeWay } from './shap-program.ts';
import { planTree } from './tree-shap-plan.ts';
import { shapeOf, type TreeShape } from './tree-shape.ts';

export type FastShap = {
  readonly layout: ShapLayout;
  readonly slots: Slots;
  readonly buffer: ArrayBufferLike;
  readonly kernel: ShapKernel;
};

const leafBits = 12;
const mostTreeBytes = 1 << 20;
const mostTableBytes = 1 << 26;

/** Prepares path-dependent contributions; null where the kernel cannot be had. `double`: float64 throughout. */
export function prepareFastShap(ensemble: TreeEnsemble, double: boolean): FastShap | null {
  const rules = new Map<number, Quadrature>();
  let tableBytes = 0;
  const ways: TreeWay[] = [];
  for (const [tree, root] of ensemble.treeRoot.entries()) {
    const shape = shapeOf(ensemble, root);
    if (shape.node.length === 1) continue;
    const groups = double ? null : groupLeaves(shape, leafBits, false);
    const bytes = (groups ?? []).reduce((sum, group) => sum + groupBytes(group, false), 0);
    if (groups !== null && bytes <= mostTreeBytes && tableBytes + bytes <= mostTableBytes) {
      tableBytes += bytes;
      ways.push({ tree, shape, groups, plan: null });
    } else {
      ways.push({ tree, shape, groups: null, plan: planTree(ensemble, root, ensemble.treeOutput[tree], rules) });
    }
  }
  return openWays(
    ensemble,
    ways,
    false,
    ({ shape }) =>
      (_leaf, edges) =>
        coverShares(shape, edges),
  );
}

/** Lays the ways out in the memory of a kernel; null where it cannot be had. */
export function openWays(
  ensemble: TreeEnsemble,
  ways: readonly TreeWay[],
  pairs: boolean,
  shareOf: Parameters<typeof fillProgram>[4],
): FastShap | null {
  const slots = slotsOf(ways, pairs);
  const layout = layOut(ensemble, ways, slots, pairs);
  const opened = openShapKernel(layout.bytes);
  if (opened === null) return null;
  fillProgram(ensemble, layout, opened.buffer, pairs, shareOf);
  return { layout, slots, ...opened };
}

/** Π of the cover shares, by set of features. */
export function coverShares(shape: TreeShape, edges: readonly number[]): Float64Array {
  const shares = new Float64Array(2 ** edges.length);
  shares[0] = 1;
  edges.forEach((edge, j) => {
    for (let set = 0; set < 1 << j; set++) shares[set | (1 << j)] = shares[set] * shape.fraction[edge];
  });
  return shares;
}

/** Receives the sums of one block: totals[slot · blockRows + i] of rows start … start + count of one output. */
export type TakeTotals = (start: number, count: number, output: number, totals: Float64Array) => void;

/** Goes through the rows block by block, for the outputs asked for. */
export function runFastShap(fast: FastShap, matrix: FeatureMatrix, outputs: readonly number[], take: TakeTotals): void {
  const { layout, slots, buffer, kernel } = fast;
  const { blockRows, tileAt, masksAt, productsAt, sumsAt, totalsAt } = layout;
  const tile = new Float32Array(buffer, tileAt, slots.features.length * blockRows);
  const totals = new Float64Array(buffer, totalsAt, slots.count * blockRows);
  const columns = Array.from(slots.features, (feature) => matrix.columns[feature]);
  for (let start = 0; start < matrix.rowCount; start += blockRows) {
    const count = Math.min(blockRows, matrix.rowCount - start);
    for (let c = 0; c < columns.length; c++) tile.set(columns[c].subarray(start, start + count), c * blockRows);
    const wide = (count + 7) & -8;
    for (const { output, at, count: trees } of layout.outputs) {
      if (!outputs.includes(output)) continue;
      totals.fill(0);
      kernel.explainBlock(at, trees, tileAt, wide, masksAt, productsAt, sumsAt, totalsAt, slots.count, blockRows);
      take(start, count, output, totals);
    }
  }
}
