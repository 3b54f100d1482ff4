/**
 * Filling the table of a group of leaves from below: a leaf's table by leaf-tables.ts, an inner node's as the sum of its
 * children's, whose patterns follow from its own. O(patterns · entries) an inner node.
 */

import { groupAt, type LeafGroup, pathEdges } from './leaf-groups.ts';
import { fillLeafTable, type LeafScratch, leafEntries, pairEntry } from './leaf-tables.ts';
import type { TreeShape } from './tree-shape.ts';

/** Share of the reference that satisfies each set of a leaf's features, features in path order: 2^d values. */
export type ShareOf = (leaf: number, edges: readonly number[]) => Float64Array;

export type GroupSource = {
  readonly shape: TreeShape;
  readonly leafValue: (leaf: number) => number;
  readonly shareOf: ShareOf;
  readonly pairs: boolean;
  readonly scratch: LeafScratch;
};

type Part = { readonly group: LeafGroup; readonly entries: number; readonly table: Float64Array };

/** Writes the group's contributions to rows[pattern · width + entry], entries in the order of its features (and pairs). */
export function fillGroupTable(source: GroupSource, group: LeafGroup, rows: Float32Array, width: number): void {
  const { table, entries } = partOf(source, group);
  const patterns = 2 ** group.bits.length;
  for (let pattern = 0; pattern < patterns; pattern++) {
    for (let e = 0; e < entries; e++) rows[pattern * width + e] = table[pattern * entries + e];
  }
}

function partOf(source: GroupSource, group: LeafGroup): Part {
  const { shape, pairs } = source;
  const { top, end, bits, features } = group;
  const entries = leafEntries(features.length, pairs);
  const table = new Float64Array(2 ** bits.length * entries);
  if (shape.right[top] === 0) {
    const value = source.leafValue(top);
    fillLeafTable(features.length, value, source.shareOf(top, bits), pairs, table, source.scratch);
    return { group, entries, table };
  }
  const right = shape.right[top];
  const left = partOf(source, groupAt(shape, top + 1, right));
  addChild(group, left, shape, pairs, table, entries);
  addChild(group, partOf(source, groupAt(shape, right, end)), shape, pairs, table, entries);
  return { group, entries, table };
}

function addChild(
  group: LeafGroup,
  child: Part,
  shape: TreeShape,
  pairs: boolean,
  table: Float64Array,
  entries: number,
): void {
  const { top } = group;
  const isRight = child.group.top !== top + 1;
  const split = shape.feature[top + 1];
  const above = pathEdges(shape, top);
  const ownBit = new Map(group.bits.map((edge, bit) => [edge, bit]));
  // What each bit of the group adds to the child's pattern: its own place there, or nothing.
  const adds = new Int32Array(group.bits.length);
  let splitBit = 0;
  child.group.bits.forEach((edge, bit) => {
    if (edge === child.group.top && shape.feature[edge] === split) splitBit = 1 << bit;
    else adds[Number(ownBit.get(edge))] = 1 << bit;
  });
  const answer = 1 << Number(ownBit.get(top + 1));
  const before = above.find((edge) => shape.feature[edge] === split);
  const held = before === undefined ? 0 : 1 << Number(ownBit.get(before));
  const places = placesOf(group.features, child.group.features, pairs);
  const of = new Int32Array(2 ** group.bits.length);
  for (let pattern = 0; pattern < of.length; pattern++) {
    const last = 31 - Math.clz32(pattern & -pattern);
    if (pattern > 0) of[pattern] = of[pattern & (pattern - 1)] + adds[last];
  }
  for (let pattern = 0; pattern < of.length; pattern++) {
    const holds = isRight ? (pattern & held) === held && (pattern & answer) === 0 : (pattern & answer) !== 0;
    const from = (of[pattern] + (holds ? splitBit : 0)) * child.entries;
    const to = pattern * entries;
    for (let e = 0; e < places.length; e++) table[to + places[e]] += child.table[from + e];
  }
}

/** Places of the child's entries among the group's. */
function placesOf(wide: readonly number[], features: readonly number[], pairs: boolean): Int32Array {
  const d = features.length;
  const at = features.map((feature) => wide.indexOf(feature));
  const places = new Int32Array(leafEntries(d, pairs));
  for (let i = 0; i < d; i++) places[i] = at[i];
  if (!pairs) return places;
  for (let j = 1; j < d; j++) {
    for (let i = 0; i < j; i++) {
      places[pairEntry(d, i, j)] = pairEntry(wide.length, Math.min(at[i], at[j]), Math.max(at[i], at[j]));
    }
  }
  return places;
}
