/**
 * Contributions and interaction values leaf by leaf, against any reference, for trees whose tables (leaf-groups.ts) would be
 * too large to keep. With the sums over subsets of leaf-tables.ts, G = H + K and the row's pattern o at the leaf,
 *
 *   φ_i(o) = K(o) − G(o∖i),   φ_ij(o) = A(o) − B(o∖i) − B(o∖j) + C(o∖ij),  A = Z₂, B = Z₂ + Z₁, C = Z₂ + 2 Z₁ + Z₀,
 *
 * in or out of o alike. So a leaf costs its sums once, d 2^d whatever the number of rows (the bound of
 * Woodelf-HD, 2026), and each row d subtractions; a table of all patterns is never made. Where few rows meet few
 * background rows, or a path is long, each explained row is compared with each background row instead: only those that
 * together satisfy every condition of the path count. Which is taken follows from an estimate. All in float64.
 */
import type { FeatureMatrix } from '../frame.ts';
import { type LeafKernel, openLeafKernel } from '../kernels/leaves.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import {
  type LeafEntry,
  type LeafProgram,
  layOutLeaves,
  mostMet,
  mostSummed,
  programOrigin,
  type ShapedTree,
  sumKinds,
  type TreeEntry,
  weightsAt,
} from './leaf-program.ts';
import type { TreeShape } from './tree-shape.ts';

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

export type LeafSums = {
  readonly program: LeafProgram;
  readonly kernel: LeafKernel;
  readonly buffer: ArrayBufferLike;
  readonly background: FeatureMatrix | null;
  readonly pairs: boolean;
  readonly places: Places;
};

type Places = {
  /** Tiles of the background's rows, one behind the other, and of a block. */
  readonly backgroundTiles: number;
  readonly tile: number;
  readonly scratch: number;
  readonly backgroundPatterns: number;
  /** Bytes of a leaf's background patterns. */
  readonly backgroundStep: number;
  readonly patterns: number;
  readonly share: number;
  /** Sums of the first kind, and bytes of each kind. */
  readonly sums: number;
  readonly sumBytes: number;
  readonly totals: number;
  readonly bytes: number;
};

const mostBackgroundBytes = 1 << 28;
/** Longest paths that are summed over for a background: their sums stay in the cache. */
const mostCounted = 16;

/** Whether a tree can go this way: patterns have 31 bits, sums without background rows need memory of 2^d. */
export function fitsLeafSums(shape: TreeShape, background: FeatureMatrix | null): boolean {
  const deepest = shape.distinct.reduce((most, d) => Math.max(most, d), 0);
  if (background === null) return deepest <= mostSummed;
  return deepest <= mostMet && 2 * shape.node.length * background.rowCount <= mostBackgroundBytes;
}

/** Prepares trees; null where the kernel cannot be had. */
export function openLeafSums(
  ensemble: TreeEnsemble,
  trees: readonly ShapedTree[],
  background: FeatureMatrix | null,
  pairs: boolean,
): LeafSums | null {
  const program = layOutLeaves(ensemble, trees, pairs);
  const places = placesOf(program, background, pairs);
  const opened = openLeafKernel(places.bytes);
  if (opened === null) return null;
  const { kernel, buffer } = opened;
  new Uint32Array(buffer, programOrigin, program.words.length).set(program.words);
  const open = { program, kernel, buffer, background, pairs, places };
  if (background !== null) {
    for (let start = 0; start < background.rowCount; start += program.room) {
      fillTile(open, places.backgroundTiles + 4 * program.tileColumns * start, background, start);
    }
  }
  return open;
}

function placesOf(program: LeafProgram, background: FeatureMatrix | null, pairs: boolean): Places {
  const { room, tileColumns, mostLeaves, mostPositions, features } = program;
  const count = background?.rowCount ?? 0;
  const longest = program.trees.reduce((most, { leaves }) => leaves.reduce((d, own) => Math.max(d, own.d), most), 0);
  const summed = Math.min(longest, background === null ? mostSummed : mostCounted);
  let end = program.end;
  const take = (bytes: number): number => {
    const at = (end + 63) & -64;
    end = at + bytes;
    return at;
  };
  const sumBytes = Math.max(64, 8 << summed);
  const backgroundStep = 4 * Math.ceil(count / room) * room;
  return {
    backgroundTiles: take(tileColumns * backgroundStep),
    tile: take(4 * tileColumns * room),
    scratch: take(16 * mostPositions),
    backgroundPatterns: take(mostLeaves * backgroundStep),
    backgroundStep,
    patterns: take(4 * mostLeaves * room),
    share: take(sumBytes),
    sums: take((pairs ? 5 : 2) * sumBytes),
    sumBytes,
    totals: take(8 * (features.length + program.pairs.length) * room),
    bytes: end,
  };
}

function fillTile({ program, buffer }: LeafSums, at: number, matrix: FeatureMatrix, start: number): void {
  const { features, room } = program;
  const tile = new Float32Array(buffer, at, features.length * room);
  features.forEach((feature, c) => {
    tile.set(matrix.columns[feature].subarray(start, Math.min(start + room, matrix.rowCount)), c * room);
  });
}

/** Hands out the contributions of the given outputs, and of pairs where prepared, block by block. */
export function runLeafSums(open: LeafSums, matrix: FeatureMatrix, outputs: readonly number[], take: TakeValues): void {
  const { program, buffer, places } = open;
  const { room, features, pairs } = program;
  const slots = features.length + pairs.length;
  const column = new Float64Array(room);
  for (let start = 0; start < matrix.rowCount; start += room) {
    const rows = Math.min(room, matrix.rowCount - start);
    fillTile(open, places.tile, matrix, start);
    const totals = new Float64Array(buffer, places.totals, slots * rows);
    for (const output of outputs) {
      const own = program.trees.filter((tree) => tree.output === output);
      if (own.length === 0) continue;
      totals.fill(0);
      for (const tree of own) addTree(open, tree, rows, slots * 8);
      for (let slot = 0; slot < slots; slot++) {
        for (let row = 0; row < rows; row++) column[row] = totals[row * slots + slot];
        const pair = slot < features.length ? { a: features[slot], b: -1 } : pairs[slot - features.length];
        take(output, pair.a, pair.b, start, rows, column, 0);
      }
    }
  }
}

function addTree(open: LeafSums, tree: TreeEntry, rows: number, step: number): void {
  const { program, places, background } = open;
  if (background !== null) {
    for (let start = 0; start < background.rowCount; start += program.room) {
      const tile = places.backgroundTiles + 4 * program.tileColumns * start;
      const count = Math.min(program.room, background.rowCount - start);
      findPatterns(open, tree, tile, count, places.backgroundPatterns + 4 * start, places.backgroundStep);
    }
  }
  findPatterns(open, tree, places.tile, rows, places.patterns, 4 * program.room);
  tree.leaves.forEach((leaf, l) => {
    if (leaf.d > 0 && leaf.value !== 0) addLeaf(open, leaf, l, rows, step);
  });
}

function findPatterns(
  { kernel, places }: LeafSums,
  tree: TreeEntry,
  tile: number,
  rows: number,
  out: number,
  step: number,
): void {
  const { nodesAt, nodeCount, categoriesAt, categoryCount, leavesAt, leaves } = tree;
  const wide = (rows + 3) & -4;
  kernel.findPatterns(
    nodesAt,
    nodeCount,
    categoriesAt,
    categoryCount,
    leavesAt,
    leaves.length,
    tile,
    wide,
    places.scratch,
    out,
    step,
  );
}

function addLeaf(open: LeafSums, leaf: LeafEntry, l: number, rows: number, step: number): void {
  const { program, kernel, places, background, pairs } = open;
  const { d, value, slotsAt, pairSlotsAt, fractionsAt } = leaf;
  const { share, sums, sumBytes, totals } = places;
  const patterns = places.patterns + 4 * program.room * l;
  if (background === null) kernel.multiplyShares(fractionsAt, d, value, share);
  else {
    const theirs = places.backgroundPatterns + places.backgroundStep * l;
    const unit = value / background.rowCount;
    if (d > mostCounted || meetingIsCheaper(d, rows, background.rowCount, pairs)) {
      const all = 2 ** d - 1;
      const weights = program.meetWeightsAt;
      const count = background.rowCount;
      kernel.meet(all, theirs, count, unit, weights, pairs, patterns, rows, slotsAt, pairSlotsAt, totals, step);
      return;
    }
    kernel.countShares(theirs, background.rowCount, d, unit, share);
  }
  const sumOf = (kind: number): number => {
    const at = sums + kind * sumBytes;
    kernel.sumSubsets(share, d, weightsAt(program, d, kind), at);
    return at;
  };
  kernel.addSingles(sumOf(sumKinds.g), sumOf(sumKinds.k), d, patterns, rows, slotsAt, totals, step);
  if (!pairs || d < 2) return;
  const [a, b, c] = [sumOf(sumKinds.a), sumOf(sumKinds.b), sumOf(sumKinds.c)];
  kernel.addPairs(a, b, c, d, patterns, rows, pairSlotsAt, totals, step);
}

/** Nanoseconds of both ways, roughly, as measured on one machine. Of rows at random ¾ hold a feature one way or the other. */
function meetingIsCheaper(d: number, rows: number, others: number, pairs: boolean): boolean {
  const values = pairs ? (d * (d + 1)) / 2 : d;
  const meeting = rows * others * (0.3 + 2 * 0.75 ** d * values);
  const summing = 2 ** d * (pairs ? 6 : 3) * (1 + 0.3 * d) + others + rows * values;
  return meeting < summing;
}
