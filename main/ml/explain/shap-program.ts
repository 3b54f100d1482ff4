/**
 * An ensemble laid out for the contribution kernel (kernels/assembly/shap.ts): trees whose leaves can be grouped under
 * tables, and the others by quadrature. All addresses are bytes from the start of the memory.
 */
import { createProgramWriter, type ProgramWriter } from '../kernels/program-writer.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { fillGroupTable, type ShareOf } from './group-table.ts';
import { groupBytes, groupQuads, type LeafGroup } from './leaf-groups.ts';
import { createLeafScratch, pairEntry } from './leaf-tables.ts';
import type { TreeShapPlan } from './tree-shap-plan.ts';
import type { TreeShape } from './tree-shape.ts';

/** How one tree is explained: by tables, or by the quadrature plan. */
export type TreeWay = {
  readonly tree: number;
  readonly shape: TreeShape;
  readonly groups: readonly LeafGroup[] | null;
  readonly plan: TreeShapPlan | null;
};

/** Columns of the sums: one a feature in use, or with pairs one a pair that meets on a path as well. */
export type Slots = {
  readonly features: Int32Array;
  /** Slot of a feature, by feature. */
  readonly slotOf: ReadonlyMap<number, number>;
  /** Slot of a pair, by smaller · 2^26 + larger feature; empty without pairs. */
  readonly pairSlot: ReadonlyMap<number, number>;
  readonly count: number;
};

export type ShapLayout = {
  readonly bytes: number;
  readonly blockRows: number;
  /** Trees of each output: address of the first and how many. */
  readonly outputs: readonly { readonly output: number; readonly at: number; readonly count: number }[];
  readonly tileAt: number;
  readonly masksAt: number;
  readonly productsAt: number;
  readonly sumsAt: number;
  readonly totalsAt: number;
  readonly words: Uint32Array;
  readonly wordsAt: number;
  readonly tables: readonly { readonly way: TreeWay; readonly group: LeafGroup; readonly at: number }[];
};

const origin = 64;
const treeWords = 8;

export const pairKey = (a: number, b: number): number => Math.min(a, b) * 2 ** 26 + Math.max(a, b);

/** Slots of everything that the trees can contribute to. */
export function slotsOf(ways: readonly TreeWay[], pairs: boolean): Slots {
  const used = new Set<number>();
  const keys = new Set<number>();
  for (const { shape, groups } of ways) {
    for (let i = 1; i < shape.feature.length; i++) used.add(shape.feature[i]);
    if (!pairs) continue;
    for (const { features } of groups ?? []) {
      features.forEach((b, j) => {
        for (let i = 0; i < j; i++) keys.add(pairKey(features[i], b));
      });
    }
  }
  const features = Int32Array.from(used).sort();
  const slotOf = new Map(Array.from(features, (feature, slot) => [feature, slot]));
  const pairSlot = new Map([...keys].sort((a, b) => a - b).map((key, i) => [key, features.length + i]));
  return { features, slotOf, pairSlot, count: features.length + pairSlot.size };
}

/** Addresses and words; tables are filled by `fillTables`. */
export function layOut(ensemble: TreeEnsemble, ways: readonly TreeWay[], slots: Slots, pairs: boolean): ShapLayout {
  const categoryCounts = ways.map(({ tree, shape }) => categoriesOf(ensemble, tree, shape).length);
  const tileColumns = slots.features.length + categoryCounts.reduce((most, count) => Math.max(most, count), 0);
  const columnBytes = 4 * tileColumns + 12 * (slots.count + 1);
  const blockRows = Math.max(16, Math.min(256, Math.floor(2 ** 18 / columnBytes / 16) * 16));
  const tables: { way: TreeWay; group: LeafGroup; at: number }[] = [];
  let end = origin;
  for (const way of ways) {
    for (const group of way.groups ?? []) {
      tables.push({ way, group, at: end });
      end += groupBytes(group, pairs);
    }
  }
  const wordsAt = end;
  const writer = createProgramWriter(wordsAt);
  const bitsAt = writer.address();
  writer.wordsOf(ensemble.categoryBits);
  const outputs: { output: number; at: number; count: number }[] = [];
  let next = 0;
  const rowsOf = new Map<TreeWay, number[]>();
  for (const way of ways) {
    const row = writeTests(ensemble, way, slots, blockRows, bitsAt, writer);
    if (way.plan !== null) writeEdges(way, way.plan, slots, blockRows, writer, row);
    else {
      row[2] = writer.address();
      row[3] = way.groups?.length ?? 0;
      for (const group of way.groups ?? []) writeGroup(group, tables[next++].at, slots, pairs, blockRows, writer);
    }
    rowsOf.set(way, row);
  }
  for (let output = 0; output < ensemble.outputCount; output++) {
    const own = ways.filter(({ tree }) => ensemble.treeOutput[tree] === output);
    if (own.length === 0) continue;
    outputs.push({ output, at: writer.address(), count: own.length });
    for (const way of own) for (const word of rowsOf.get(way) ?? []) writer.word(word);
  }
  const most = (of: (way: TreeWay) => number): number => ways.reduce((top, way) => Math.max(top, of(way)), 1);
  const tileAt = align(writer.address());
  const masksAt = align(tileAt + 4 * tileColumns * blockRows);
  const productsAt = align(masksAt + most(({ shape }) => shape.node.length) * 32);
  const sumsAt = align(productsAt + most(({ plan }) => plan?.positions ?? 1) * 32);
  const totalsAt = align(sumsAt + 4 * (slots.count + 1) * blockRows);
  const bytes = totalsAt + 8 * slots.count * blockRows;
  return {
    bytes,
    blockRows,
    outputs,
    tileAt,
    masksAt,
    productsAt,
    sumsAt,
    totalsAt,
    words: writer.taken(),
    wordsAt,
    tables,
  };
}

/** Writes words and tables into the memory. */
export function fillProgram(
  ensemble: TreeEnsemble,
  layout: ShapLayout,
  buffer: ArrayBufferLike,
  pairs: boolean,
  shareOf: (way: TreeWay) => ShareOf,
): void {
  new Uint32Array(buffer, layout.wordsAt, layout.words.length).set(layout.words);
  const deepest = layout.tables.reduce(
    (top, { way, group }) => way.shape.distinct.slice(group.top, group.end).reduce((d, own) => Math.max(d, own), top),
    0,
  );
  const scratch = createLeafScratch(deepest);
  const shares = new Map<TreeWay, ShareOf>();
  for (const { way, group, at } of layout.tables) {
    const own = shares.get(way) ?? shareOf(way);
    shares.clear();
    shares.set(way, own);
    const width = 4 * groupQuads(group, pairs);
    const rows = new Float32Array(buffer, at, 2 ** group.bits.length * width);
    const leafValue = (leaf: number): number => ensemble.value[way.shape.node[leaf]];
    fillGroupTable({ shape: way.shape, leafValue, shareOf: own, pairs, scratch }, group, rows, width);
  }
}

function categoriesOf(ensemble: TreeEnsemble, _tree: number, shape: TreeShape): number[] {
  return [...shape.node.keys()].filter((i) => shape.right[i] !== 0 && ensemble.categoryOffset[shape.node[i]] >= 0);
}

function writeTests(
  ensemble: TreeEnsemble,
  { tree, shape }: TreeWay,
  slots: Slots,
  blockRows: number,
  bitsAt: number,
  writer: ProgramWriter,
): number[] {
  const row = new Array<number>(treeWords).fill(0);
  const columnOf = (i: number): number => Number(slots.slotOf.get(shape.feature[i + 1])) * blockRows * 4;
  const categories = categoriesOf(ensemble, tree, shape);
  const answerOf = new Map(categories.map((i, k) => [i, (slots.features.length + k) * blockRows * 4]));
  row[6] = writer.address();
  row[7] = categories.length;
  for (const [i, answer] of answerOf) {
    const node = shape.node[i];
    writer.word(columnOf(i));
    writer.word(answer);
    writer.word(bitsAt + 4 * ensemble.categoryOffset[node]);
    writer.word(ensemble.categoryWords[node]);
    writer.word(ensemble.missingLeft[node]);
  }
  row[0] = writer.address();
  for (let i = 0; i < shape.node.length; i++) {
    if (shape.right[i] === 0) continue;
    row[1]++;
    const answer = answerOf.get(i);
    writer.word(answer ?? columnOf(i));
    writer.float(answer === undefined ? ensemble.threshold[shape.node[i]] : 0.5);
    writer.word(answer === undefined ? ensemble.missingLeft[shape.node[i]] : 0);
    writer.word(i + 1);
    writer.word(shape.right[i]);
    writer.word(shape.previous[i + 1]);
  }
  return row;
}

function writeGroup(
  group: LeafGroup,
  tableAt: number,
  slots: Slots,
  pairs: boolean,
  blockRows: number,
  writer: ProgramWriter,
): void {
  const { features, bits } = group;
  const quads = groupQuads(group, pairs);
  const d = features.length;
  writer.word(bits.length);
  writer.word(tableAt);
  writer.word(quads);
  writer.word(quads * 16);
  for (const edge of bits) writer.word(edge * 16);
  const places = new Array<number>(4 * quads).fill(slots.count);
  features.forEach((feature, j) => {
    places[j] = Number(slots.slotOf.get(feature));
    if (!pairs) return;
    for (let i = 0; i < j; i++) {
      places[pairEntry(d, i, j)] = Number(slots.pairSlot.get(pairKey(features[i], feature)));
    }
  });
  for (const slot of places) writer.word(slot * blockRows * 4);
}

function writeEdges(
  { shape }: TreeWay,
  plan: TreeShapPlan,
  slots: Slots,
  blockRows: number,
  writer: ProgramWriter,
  row: number[],
): void {
  row[2] = writer.address();
  row[3] = plan.positions;
  row[4] = plan.points;
  for (let i = 1; i < plan.positions; i++) {
    writer.word(plan.parent[i] * 32);
    writer.word(plan.previous[i] * 32);
    writer.word(plan.right[i] * 32);
    writer.word(Number(slots.slotOf.get(shape.feature[i])) * blockRows * 8);
  }
  row[5] = writer.address();
  for (let q = 0; q < plan.points; q++) {
    writer.double(plan.start[q]);
    for (let k = 1; k < 5; k++) writer.double(0);
    for (let i = 1; i < plan.positions; i++) {
      const at = 3 * (q * plan.positions + i);
      writer.double(plan.factor[at]);
      writer.double(plan.factor[at + 1] - plan.factor[at]);
      writer.double(plan.factor[at + 2] - plan.factor[at + 1]);
      writer.double(plan.weight[at + 1]);
      writer.double(plan.weight[at + 2] - plan.weight[at + 1]);
    }
  }
}

const align = (address: number): number => (address + 63) & -64;
