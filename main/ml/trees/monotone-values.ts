/**
 * Leaf values in order over a whole tree. Two leaves must be in order exactly when some row of the one can become a row of
 * the other by moving constrained features upward alone: their boxes of bins meet on every other feature. Those pairs form
 * an acyclic order, and values are projected onto it by least squares with the leaves' hessians as weights: pool adjacent
 * violators generalised to partial orders (GPAV, Burdakov, Sysoev, Grimvall & Hussian 2006), which is feasible and near
 * optimal, followed by a running maximum that removes the last digit of rounding. So the constraint holds for every row,
 * missing values and all, whichever way leaves got their values. Cost: pairs of leaves × features on their paths.
 *
 * A missing value is compared with missing values only.
 */
import type { BinMapper } from './bins.ts';
import type { GrownTree } from './grow.ts';

/** Bins allowed on the way to a leaf, 256 bits for every feature met. */
type Box = ReadonlyMap<number, Uint32Array>;
type OrderedLeaf = { readonly index: number; readonly box: Box };

/** Puts `values` (by index in `tree.leaves`) in order; `weights` are what moving a value costs, > 0. */
export function orderLeafValues(
  tree: GrownTree,
  monotone: readonly number[],
  mapper: BinMapper,
  values: Float64Array,
  weights: Float64Array,
): void {
  if (tree.leafCount < 2) return;
  const leaves = leavesInOrder(tree, monotone);
  const before = leaves.map((later, k) =>
    leaves.flatMap((earlier, i) => (i < k && mustNotExceed(earlier.box, later.box, monotone, mapper) ? [i] : [])),
  );
  if (before.every((list) => list.length === 0)) return;
  const ordered = project(
    before,
    leaves.map(({ index }) => values[index]),
    leaves.map(({ index }) => Math.max(weights[index], 1e-12)),
  );
  leaves.forEach(({ index }, k) => {
    for (const i of before[k]) ordered[k] = Math.max(ordered[k], ordered[i]);
    values[index] = ordered[k];
  });
}

/** Leaves such that each comes after all leaves it must not fall below. */
function leavesInOrder(tree: GrownTree, monotone: readonly number[]): OrderedLeaf[] {
  const leaves: OrderedLeaf[] = [];
  const stack: { at: number; box: Box }[] = [{ at: 0, box: new Map() }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { at, box } = next;
    if (at < 0) {
      leaves.push({ index: ~at, box });
      continue;
    }
    const feature = tree.slotFeature[at];
    const right = { at: tree.slotChild[2 * at], box: narrowed(tree, at, box, 0) };
    const left = { at: tree.slotChild[2 * at + 1], box: narrowed(tree, at, box, 1) };
    if (monotone[feature] < 0) stack.push(left, right);
    else stack.push(right, left);
  }
  return leaves;
}

function narrowed(tree: GrownTree, slot: number, box: Box, side: number): Box {
  const feature = tree.slotFeature[slot];
  const known = box.get(feature);
  const bits = new Uint32Array(8);
  for (let bin = 0; bin < 256; bin++) {
    if (known !== undefined && !hasBin(known, bin)) continue;
    if (tree.slotTable[slot * 256 + bin] === side) bits[bin >> 5] |= 1 << (bin & 31);
  }
  return new Map(box).set(feature, bits);
}

const hasBin = (bits: Uint32Array, bin: number): boolean => ((bits[bin >> 5] >>> (bin & 31)) & 1) === 1;

/** Whether moving constrained features upward can lead from box `a` to box `b`, so that a's value must not exceed b's. */
function mustNotExceed(a: Box, b: Box, monotone: readonly number[], mapper: BinMapper): boolean {
  for (const [feature, mine] of a) {
    const other = b.get(feature);
    if (other === undefined) continue;
    const { missingBin } = mapper.features[feature];
    const meets =
      monotone[feature] === 0 ? overlap(mine, other, missingBin) : reaches(mine, other, missingBin, monotone[feature]);
    if (!meets) return false;
  }
  return true;
}

function overlap(a: Uint32Array, b: Uint32Array, missingBin: number): boolean {
  for (let bin = 0; bin <= missingBin; bin++) if (hasBin(a, bin) && hasBin(b, bin)) return true;
  return false;
}

function reaches(a: Uint32Array, b: Uint32Array, missingBin: number, direction: number): boolean {
  if (hasBin(a, missingBin) && hasBin(b, missingBin)) return true;
  const [low, high] = direction > 0 ? [a, b] : [b, a];
  let first = 0;
  while (first < missingBin && !hasBin(low, first)) first++;
  let last = missingBin - 1;
  while (last >= 0 && !hasBin(high, last)) last--;
  return first < missingBin && first <= last;
}

/** Least-squares values under value[i] ≤ value[k] for i in before[k]; positions are in topological order. */
function project(
  before: readonly (readonly number[])[],
  values: readonly number[],
  weights: readonly number[],
): number[] {
  const count = values.length;
  const blockOf = values.map((_, k) => k);
  const members = values.map((_, k) => [k]);
  const mean = [...values];
  const mass = [...weights];
  for (let k = 0; k < count; k++) {
    for (;;) {
      let worst = -1;
      for (const member of members[k]) {
        for (const i of before[member]) {
          const block = blockOf[i];
          if (block !== k && mean[block] > mean[k] && (worst < 0 || mean[block] > mean[worst])) worst = block;
        }
      }
      if (worst < 0) break;
      const total = mass[k] + mass[worst];
      mean[k] = (mean[k] * mass[k] + mean[worst] * mass[worst]) / total;
      mass[k] = total;
      for (const member of members[worst]) blockOf[member] = k;
      members[k].push(...members[worst]);
      members[worst] = [];
    }
  }
  return blockOf.map((block) => mean[block]);
}
