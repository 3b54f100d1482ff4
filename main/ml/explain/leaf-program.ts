/** Trees laid out for the kernel that explains leaf by leaf (leaf-sums.ts). Addresses are bytes from the start of the memory. */
import { createProgramWriter, type ProgramWriter } from '../kernels/program-writer.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { pathEdges } from './leaf-groups.ts';
import { pairWeights, shapleyWeights } from './leaf-tables.ts';
import { pairKey } from './shap-program.ts';
import type { TreeShape } from './tree-shape.ts';

/** A tree to explain: its number in the ensemble and its shape. */
export type ShapedTree = { readonly tree: number; readonly shape: TreeShape };

export type LeafEntry = {
  /** Distinct features on the path. */
  readonly d: number;
  readonly value: number;
  /** Places of the features' and pairs' slots, and of the shares of the training rows, by feature in path order. */
  readonly slotsAt: number;
  readonly pairSlotsAt: number;
  readonly fractionsAt: number;
};

export type TreeEntry = {
  readonly output: number;
  readonly nodesAt: number;
  readonly nodeCount: number;
  readonly categoriesAt: number;
  readonly categoryCount: number;
  readonly leavesAt: number;
  readonly leaves: readonly LeafEntry[];
};

export type LeafProgram = {
  readonly trees: readonly TreeEntry[];
  /** Features in the order of their slots; the slots of pairs follow. */
  readonly features: readonly number[];
  readonly pairs: readonly { readonly a: number; readonly b: number }[];
  readonly words: Uint32Array;
  /** First byte after the words. */
  readonly end: number;
  /** Weights of sums by number of features: see `weightsAt`. */
  readonly sumWeightsAt: number;
  /** Weights of two rows that meet. */
  readonly meetWeightsAt: number;
  /** Rows of a block: as long are the columns of a tile. A multiple of 4. */
  readonly room: number;
  /** Columns of a tile: features, then answers to category tests. */
  readonly tileColumns: number;
  readonly mostLeaves: number;
  readonly mostPositions: number;
};

/** Where the words lie. */
export const programOrigin = 64;
/** Sums of a leaf: those of contributions (g, k) and of pairs (a, b, c). */
export const sumKinds = { g: 0, k: 1, a: 2, b: 3, c: 4 } as const;
/** Features of a path whose sets are summed over; the weights of more are not kept. */
export const mostSummed = 20;
/** Features of a path at most: bits of a pattern. */
export const mostMet = 31;
const tableBytes = 32 * 8;
const mostRoom = 2048;
/** Patterns, totals and values of a block. */
const blockBytes = 1 << 22;

/** Address of the weights by size of set, for paths of d features. */
export const weightsAt = (program: LeafProgram, d: number, kind: number): number =>
  program.sumWeightsAt + (d * 5 + kind) * tableBytes;

/** Lays trees out. */
export function layOutLeaves(ensemble: TreeEnsemble, trees: readonly ShapedTree[], pairs: boolean): LeafProgram {
  const paths = trees.map(({ shape }) => leafPaths(shape));
  const features = [...new Set(trees.flatMap(({ shape }) => shape.feature.slice(1)))].sort((a, b) => a - b);
  const slotOf = new Map(features.map((feature, slot) => [feature, slot]));
  const met = pairs ? pairsMet(paths.flat()) : [];
  const pairSlot = new Map(met.map(({ a, b }, i) => [pairKey(a, b), features.length + i]));
  const mostLeaves = paths.reduce((most, { length }) => Math.max(most, length), 1);
  const rowBytes = 8 * (features.length + met.length) + 4 * (features.length + mostLeaves);
  const room = Math.max(4, Math.min(mostRoom, blockBytes / rowBytes)) & -4;
  const writer = createProgramWriter(programOrigin);
  const sumWeightsAt = writer.address();
  for (let d = 0; d <= mostSummed; d++) writeSumWeights(writer, d);
  const meetWeightsAt = writer.address();
  writeMeetWeights(writer);
  const bitsAt = writer.address();
  writer.wordsOf(ensemble.categoryBits);
  let answers = 0;
  const entries = trees.map(({ tree, shape }, t): TreeEntry => {
    const columnAt = (i: number): number => Number(slotOf.get(shape.feature[i + 1])) * room * 4;
    const inner = [...shape.node.keys()].filter((i) => shape.right[i] !== 0);
    const categories = inner.filter((i) => ensemble.categoryOffset[shape.node[i]] >= 0);
    answers = Math.max(answers, categories.length);
    const answerAt = new Map(categories.map((i, k) => [i, (features.length + k) * room * 4]));
    const categoriesAt = writer.address();
    for (const [i, answer] of answerAt) {
      const node = shape.node[i];
      writer.word(columnAt(i));
      writer.word(answer);
      writer.word(bitsAt + 4 * ensemble.categoryOffset[node]);
      writer.word(ensemble.categoryWords[node]);
      writer.word(ensemble.missingLeft[node]);
    }
    const nodesAt = writer.address();
    const bits = bitsOf(shape);
    for (const i of inner) {
      const answer = answerAt.get(i);
      writer.word(answer ?? columnAt(i));
      writer.float(answer === undefined ? ensemble.threshold[shape.node[i]] : 0.5);
      writer.word(answer === undefined ? ensemble.missingLeft[shape.node[i]] : 0);
      for (const place of [i, i + 1, shape.right[i]]) writer.word(16 * place);
      writer.word(bits[i + 1]);
      writer.word(shape.previous[i + 1] === 0 ? bits[i + 1] : 0);
    }
    const leavesAt = writer.address();
    for (const { leaf } of paths[t]) writer.word(16 * leaf);
    const leaves = paths[t].map(({ leaf, edges, own }): LeafEntry => {
      const slotsAt = writer.address();
      for (const feature of own) writer.word(8 * Number(slotOf.get(feature)));
      const pairSlotsAt = writer.address();
      if (pairs) for (const [a, b] of pairsOf(own)) writer.word(8 * Number(pairSlot.get(pairKey(a, b))));
      const fractionsAt = writer.address();
      for (const edge of edges) writer.double(shape.fraction[edge]);
      return { d: own.length, value: ensemble.value[shape.node[leaf]], slotsAt, pairSlotsAt, fractionsAt };
    });
    const places = { categoriesAt, categoryCount: categories.length, nodesAt, nodeCount: inner.length, leavesAt };
    return { output: ensemble.treeOutput[tree], ...places, leaves };
  });
  return {
    trees: entries,
    features,
    pairs: met,
    words: writer.taken(),
    end: writer.address(),
    sumWeightsAt,
    meetWeightsAt,
    room,
    tileColumns: features.length + answers,
    mostLeaves,
    mostPositions: trees.reduce((most, { shape }) => Math.max(most, shape.node.length), 1),
  };
}

/** A leaf, the edges that decide its bits, and their features. */
type LeafPath = { readonly leaf: number; readonly edges: readonly number[]; readonly own: readonly number[] };

function leafPaths(shape: TreeShape): LeafPath[] {
  const leaves = [...shape.node.keys()].filter((i) => shape.right[i] === 0);
  return leaves.map((leaf) => {
    const edges = pathEdges(shape, leaf);
    return { leaf, edges, own: edges.map((edge) => shape.feature[edge]) };
  });
}

/** Pairs of a path's features in the kernel's order: (0,1), (0,2), (1,2), … */
const pairsOf = (own: readonly number[]): (readonly [number, number])[] =>
  own.flatMap((b, j) => own.slice(0, j).map((a) => [a, b] as const));

/** Every pair that some path meets, the smaller feature first. */
function pairsMet(paths: readonly LeafPath[]): { readonly a: number; readonly b: number }[] {
  const met = new Map<number, { a: number; b: number }>();
  for (const { own } of paths) {
    for (const [a, b] of pairsOf(own)) met.set(pairKey(a, b), { a: Math.min(a, b), b: Math.max(a, b) });
  }
  return [...met.values()];
}

/** Bit of each edge's feature among those its path has met, in path order. */
function bitsOf(shape: TreeShape): Int32Array {
  const bits = new Int32Array(shape.node.length);
  for (let i = 1; i < bits.length; i++) {
    bits[i] = shape.previous[i] === 0 ? 1 << shape.distinct[shape.parent[i]] : bits[shape.previous[i]];
  }
  return bits;
}

/** With ω and ω₂ of leaf-tables.ts: g = ω(s) + ω(s−1), k = ω(s−1), a = ω₂(s−2), b = a + ω₂(s−1), c = b + ω₂(s−1) + ω₂(s). */
function writeSumWeights(writer: ProgramWriter, d: number): void {
  const one = d > 0 ? shapleyWeights(d) : new Float64Array(0);
  const two = d > 1 ? pairWeights(d) : new Float64Array(0);
  const at = (weights: Float64Array, s: number): number => (s >= 0 && s < weights.length ? weights[s] : 0);
  const kinds = [
    (s: number): number => at(one, s) + at(one, s - 1),
    (s: number): number => at(one, s - 1),
    (s: number): number => at(two, s - 2),
    (s: number): number => at(two, s - 2) + at(two, s - 1),
    (s: number): number => at(two, s - 2) + 2 * at(two, s - 1) + at(two, s),
  ];
  for (const kind of kinds) for (let s = 0; s < 32; s++) writer.double(kind(s));
}

/**
 * By how many features only the explained row (a) and only the background row (b) satisfies, n = a + b: (a−1)! b! / n! of
 * each in a, −a! (b−1)! / n! of each in b; of pairs ½ (a−2)! b! / (n−1)!, ½ a! (b−2)! / (n−1)!, −½ (a−1)! (b−1)! / (n−1)!.
 */
function writeMeetWeights(writer: ProgramWriter): void {
  const choose = (n: number, k: number): number => {
    let value = 1;
    for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
    return value;
  };
  const kinds = [
    (a: number, b: number): number => (a < 1 ? 0 : 1 / ((a + b) * choose(a + b - 1, b))),
    (a: number, b: number): number => (b < 1 ? 0 : -1 / ((a + b) * choose(a + b - 1, a))),
    (a: number, b: number): number => (a < 2 ? 0 : 1 / (2 * (a + b - 1) * choose(a + b - 2, b))),
    (a: number, b: number): number => (b < 2 ? 0 : 1 / (2 * (a + b - 1) * choose(a + b - 2, a))),
    (a: number, b: number): number => (a < 1 || b < 1 ? 0 : -1 / (2 * (a + b - 1) * choose(a + b - 2, a - 1))),
  ];
  for (const kind of kinds) {
    for (let a = 0; a < 32; a++) for (let b = 0; b < 32; b++) writer.double(kind(a, b));
  }
}
