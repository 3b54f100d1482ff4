/**
 * An ensemble laid out for the scoring kernel (kernels/assembly/scoring.ts). Each tree takes the form that is cheapest:
 *
 * - bitvectors, up to 64 leaves: every inner node is a test with a mask of the leaves that failing it rules out (those of its
 *   left subtree); the lowest leaf that no failed test ruled out is the row's. Leaves come in planes of 32; a node is listed
 *   in the planes its mask touches. Nodes that send missing left come first (fail: x > t), the others after (fail: not x ≤ t).
 * - a walk of as many steps as the tree is deep, leaves leading to themselves; a node that sends missing left reads the
 *   copy of the column in which missing is −∞.
 *
 * A category test is answered for all rows of a block first, into a column of 0 (left) and 1 (right) of its own, and then is
 * a numeric test against 0.5.
 */
import { createProgramWriter, type ProgramWriter } from '../kernels/program-writer.ts';
import { programAt } from '../kernels/scoring.ts';
import type { TreeEnsemble } from '../model-spec.ts';

export type ScoreProgram = {
  /** The program's words as they lie at `programAt`; the table of trees is `treesAt` (absolute address). */
  readonly words: Uint32Array;
  readonly treesAt: number;
  readonly treeCount: number;
  readonly outputCount: number;
  /** Features that the tile holds, in the order of its columns. */
  readonly used: Int32Array;
  /** Whether columns with −∞ for missing follow the used ones. */
  readonly low: boolean;
  readonly tileColumns: number;
  /** Rows a tile holds: a multiple of 16. */
  readonly blockRows: number;
};

const mostPlanes = 2;
/** Deeper trees are walked to the leaf: fixed steps would be wasted on shallow leaves. */
const mostSteps = 40;
const treeWords = 8;
const mostProgramBytes = 1 << 29;

/** One tree in preorder, without recursion: an imported tree may be a chain of any depth. */
type Tree = {
  readonly nodes: readonly number[];
  /** Leaves in order from left to right. */
  readonly leaves: readonly number[];
  /** By position in `nodes`: first leaf below, and past the last leaf of the left subtree. */
  readonly first: readonly number[];
  readonly leftEnd: readonly number[];
  readonly depth: number;
};

/** O(nodes). Null for an ensemble too large for a program. */
export function planScoring(ensemble: TreeEnsemble): ScoreProgram | null {
  const used = Int32Array.from(new Set(ensemble.feature.filter((f) => f >= 0))).sort();
  const trees = Array.from(ensemble.treeRoot, (root) => shapeOf(ensemble, root));
  const inBits = trees.map((tree) => tree.leaves.length <= 32 * mostPlanes);
  const low = !inBits.every(Boolean);
  const plain = used.length * (low ? 2 : 1);
  const categories = trees.map((tree) =>
    tree.nodes.filter((node) => ensemble.feature[node] >= 0 && ensemble.categoryOffset[node] >= 0),
  );
  const tileColumns = plain + categories.reduce((most, list) => Math.max(most, list.length), 0);
  const blockRows = Math.max(32, Math.min(256, Math.floor(2 ** 17 / (4 * Math.max(1, tileColumns) * 16)) * 16));
  const writer = createProgramWriter(programAt);
  const column = new Int32Array(used.length === 0 ? 0 : used[used.length - 1] + 1);
  used.forEach((feature, i) => {
    column[feature] = i * blockRows * 4;
  });
  const lowBytes = used.length * blockRows * 4;
  const bitsAt = writer.address();
  writer.wordsOf(ensemble.categoryBits);
  const table = new Uint32Array(trees.length * treeWords);
  for (const [t, tree] of trees.entries()) {
    const answers = new Map(categories[t].map((node, i) => [node, (plain + i) * blockRows * 4]));
    const row = table.subarray(t * treeWords, (t + 1) * treeWords);
    row[4] = ensemble.treeOutput[t];
    row[5] = writer.address();
    row[6] = answers.size;
    for (const [node, slot] of answers) {
      writer.word(column[ensemble.feature[node]]);
      writer.word(slot);
      writer.word(bitsAt + 4 * ensemble.categoryOffset[node]);
      writer.word(ensemble.categoryWords[node]);
      writer.word(ensemble.missingLeft[node]);
    }
    if (inBits[t]) writePlanes(ensemble, tree, column, answers, writer, row);
    else writeWalk(ensemble, tree, column, lowBytes, answers, writer, row);
    if (writer.address() > mostProgramBytes) return null;
  }
  const treesAt = writer.address();
  writer.wordsOf(table);
  return {
    words: writer.taken(),
    treesAt,
    treeCount: trees.length,
    outputCount: ensemble.outputCount,
    used,
    low,
    tileColumns,
    blockRows,
  };
}

function shapeOf(ensemble: TreeEnsemble, root: number): Tree {
  const nodes: number[] = [];
  const leaves: number[] = [];
  const first: number[] = [];
  const leftEnd: number[] = [];
  let deepest = 0;
  // A negative entry marks the end of the left subtree of position ~entry.
  const pending: number[] = [root, 0];
  while (pending.length > 0) {
    const depth = Number(pending.pop());
    const node = Number(pending.pop());
    if (node < 0) {
      leftEnd[~node] = leaves.length;
      continue;
    }
    deepest = Math.max(deepest, depth);
    const at = nodes.length;
    nodes.push(node);
    first.push(leaves.length);
    leftEnd.push(0);
    if (ensemble.feature[node] < 0) leaves.push(node);
    else pending.push(ensemble.right[node], depth + 1, ~at, 0, ensemble.left[node], depth + 1);
  }
  return { nodes, leaves, first, leftEnd, depth: deepest };
}

function writePlanes(
  ensemble: TreeEnsemble,
  tree: Tree,
  column: Int32Array,
  answers: ReadonlyMap<number, number>,
  writer: ProgramWriter,
  row: Uint32Array,
): void {
  const planes = Math.max(1, Math.ceil(tree.leaves.length / 32));
  row[3] = writer.address();
  for (const leaf of tree.leaves) writer.float(ensemble.value[leaf]);
  row[0] = 0;
  row[1] = writer.address();
  row[2] = planes;
  for (let plane = planes - 1; plane >= 0; plane--) {
    const gt: number[] = [];
    const notLe: number[] = [];
    const masks = tree.nodes.map((node, i) => {
      const mask = ensemble.feature[node] < 0 ? 0 : maskOf(tree.first[i] - 32 * plane, tree.leftEnd[i] - 32 * plane);
      if (mask !== 0) (answers.has(node) || ensemble.missingLeft[node] === 1 ? gt : notLe).push(i);
      return mask;
    });
    writer.word(gt.length);
    writer.word(notLe.length);
    // Places past the last leaf are ruled out from the start.
    if (planes > 1) writer.word(maskOf(tree.leaves.length - 32 * plane, 32));
    for (const i of [...gt, ...notLe]) {
      const node = tree.nodes[i];
      const answer = answers.get(node);
      writer.word(answer ?? column[ensemble.feature[node]]);
      writer.float(answer === undefined ? ensemble.threshold[node] : 0.5);
      writer.word(masks[i]);
    }
  }
}

/** Bits from `from` to before `to`, of those in 0…31. */
function maskOf(from: number, to: number): number {
  const low = Math.max(0, from);
  const high = Math.min(32, to);
  if (low >= high) return 0;
  return (0xffffffff >>> (32 - (high - low))) << low;
}

function writeWalk(
  ensemble: TreeEnsemble,
  tree: Tree,
  column: Int32Array,
  lowBytes: number,
  answers: ReadonlyMap<number, number>,
  writer: ProgramWriter,
  row: Uint32Array,
): void {
  const base = writer.address();
  const addressOf = new Map(tree.nodes.map((node, i) => [node, base + 16 * i]));
  const at = (node: number): number => addressOf.get(node) ?? 0;
  row[0] = tree.depth <= mostSteps ? 1 : 2;
  row[1] = base;
  row[2] = tree.depth;
  for (const node of tree.nodes) {
    const feature = ensemble.feature[node];
    const answer = answers.get(node);
    if (feature < 0) {
      writer.word(0);
      writer.float(ensemble.value[node]);
      writer.word(at(node));
      writer.word(at(node));
      continue;
    }
    writer.word(answer ?? column[feature] + (ensemble.missingLeft[node] === 1 ? lowBytes : 0));
    writer.float(answer === undefined ? ensemble.threshold[node] : 0.5);
    writer.word(at(ensemble.right[node]));
    writer.word(at(ensemble.left[node]));
  }
}
