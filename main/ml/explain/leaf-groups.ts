/**
 * Groups of leaves that share one table. The contributions of all leaves below a position depend on which features the row
 * holds on the path to it, one bit each, and on its answers at the inner nodes below, one bit each: neighbours share a table
 * whose patterns have (distinct features above) + (leaves below) − 1 bits, and a row takes one look instead of several. Of
 * all ways to cut a tree into such subtrees the cheapest by a simple model of time and memory is found from below.
 */
import type { TreeShape } from './tree-shape.ts';

export type LeafGroup = {
  /** Position at the top of the subtree, and the position after its last. */
  readonly top: number;
  readonly end: number;
  /** Positions whose edges must hold, by bit: first the path's features, then the left edges of the inner nodes. */
  readonly bits: readonly number[];
  /** Features on the path and below. */
  readonly features: readonly number[];
};

/** Patterns of a shared table have at most so many bits; a leaf of its own may have more. */
const groupBits = 12;
/** Cost of 4 KiB of tables, in the unit of one pattern bit. */
const memoryCost = 2;

/**
 * The groups of a tree, or null when a leaf's path meets more than `leafBits` features. O(positions · 2^0 … groupBits).
 */
export function groupLeaves(shape: TreeShape, leafBits: number, pairs: boolean): readonly LeafGroup[] | null {
  const positions = shape.node.length;
  const end = subtreeEnds(shape);
  const cost = new Float64Array(positions);
  const whole: (LeafGroup | null)[] = [];
  for (let i = positions - 1; i >= 0; i--) {
    const leaf = shape.right[i] === 0;
    const bits = shape.distinct[i] + (end[i] - i - 1) / 2;
    whole[i] = bits <= (leaf ? leafBits : groupBits) ? groupAt(shape, i, end[i]) : null;
    const group = whole[i];
    const together = group === null ? Number.POSITIVE_INFINITY : costOf(group, pairs);
    const apart = leaf ? Number.POSITIVE_INFINITY : cost[i + 1] + cost[shape.right[i]];
    cost[i] = Math.min(together, apart);
    if (apart < together) whole[i] = null;
  }
  if (positions === 1) return [];
  const groups: LeafGroup[] = [];
  const pending = [0];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const group = whole[at];
    if (group !== null) groups.push(group);
    else if (shape.right[at] === 0) return null;
    else pending.push(shape.right[at], at + 1);
  }
  return groups;
}

export function subtreeEnds(shape: TreeShape): Int32Array {
  const end = new Int32Array(shape.node.length);
  for (let i = end.length - 1; i >= 0; i--) end[i] = shape.right[i] === 0 ? i + 1 : end[shape.right[i]];
  return end;
}

/** Deepest edges of the path's features, in the order in which the path meets them. */
export function pathEdges(shape: TreeShape, position: number): number[] {
  const edges: number[] = [];
  const seen = new Set<number>();
  const firsts: number[] = [];
  for (let i = position; i > 0; i = shape.parent[i]) {
    if (!seen.has(shape.feature[i])) {
      seen.add(shape.feature[i]);
      edges.push(i);
    }
    if (shape.previous[i] === 0) firsts.push(shape.feature[i]);
  }
  const place = new Map(firsts.reverse().map((feature, at) => [feature, at]));
  return edges.sort((a, b) => Number(place.get(shape.feature[a])) - Number(place.get(shape.feature[b])));
}

/** The subtree at `top` as one group. */
export function groupAt(shape: TreeShape, top: number, end: number): LeafGroup {
  const bits = pathEdges(shape, top);
  const features = bits.map((edge) => shape.feature[edge]);
  for (let i = top; i < end; i++) {
    if (shape.right[i] === 0) continue;
    bits.push(i + 1);
    if (!features.includes(shape.feature[i + 1])) features.push(shape.feature[i + 1]);
  }
  return { top, end, bits, features };
}

/** Blocks of four entries in a row of a group's table. */
export const groupQuads = (group: LeafGroup, pairs: boolean): number => {
  const d = group.features.length;
  return Math.ceil((pairs ? (d * (d + 1)) / 2 : d) / 4);
};

export const groupBytes = (group: LeafGroup, pairs: boolean): number =>
  2 ** group.bits.length * groupQuads(group, pairs) * 16;

function costOf(group: LeafGroup, pairs: boolean): number {
  return 6 + group.bits.length + 6 * groupQuads(group, pairs) + (memoryCost * groupBytes(group, pairs)) / 4096;
}
