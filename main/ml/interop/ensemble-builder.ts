/**
 * Puts trees read elsewhere into the flat form. Trees are walked from their roots, so nodes a library pruned are left
 * behind; the cover of inner nodes is the sum below them, so that path-dependent contributions add up exactly.
 */
import type { TreeEnsemble } from '../model-spec.ts';
import { damagedFile, type ForeignLibrary } from './foreign-model.ts';

/** One node of a tree: a leaf, or a test with the keys of its branches. `leftCodes` is a bit set of category codes. */
export type ForeignNode<K> =
  | { readonly leaf: number; readonly cover: number }
  | {
      readonly feature: number;
      /** Left when x ≤ threshold in float32; ignored with `leftCodes`. */
      readonly threshold: number;
      readonly leftCodes: Uint32Array | null;
      readonly missingLeft: boolean;
      readonly left: K;
      readonly right: K;
      readonly gain: number;
    };

export type EnsembleBuilder = {
  /** Adds a tree of at most `mostNodes` to an output; `read` gives the node of a key. Throws data-problem when the nodes form no tree. */
  readonly addTree: <K>(output: number, root: K, read: (key: K) => ForeignNode<K>, mostNodes?: number) => void;
  readonly treeCount: () => number;
  readonly build: (baseScore: readonly number[]) => TreeEnsemble;
};

/** Nodes one tree may have where its file does not say. */
const defaultMost = 1 << 22;

export function createEnsembleBuilder(library: ForeignLibrary): EnsembleBuilder {
  const treeRoot: number[] = [];
  const treeOutput: number[] = [];
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const missingLeft: number[] = [];
  const categoryOffset: number[] = [];
  const categoryWords: number[] = [];
  const categoryBits: number[] = [];
  const value: number[] = [];
  const cover: number[] = [];
  const gain: number[] = [];

  const push = <K>(node: ForeignNode<K>): void => {
    const isLeaf = 'leaf' in node;
    const codes = isLeaf ? null : node.leftCodes;
    if (isLeaf && !Number.isFinite(Math.fround(node.leaf))) throw damagedFile(library, 'a leaf has no finite value');
    if (!isLeaf && codes === null && Number.isNaN(node.threshold))
      throw damagedFile(library, 'a split has no threshold');
    feature.push(isLeaf ? -1 : node.feature);
    threshold.push(isLeaf || codes !== null ? 0 : node.threshold);
    left.push(-1);
    right.push(-1);
    missingLeft.push(!isLeaf && node.missingLeft ? 1 : 0);
    categoryOffset.push(codes === null ? -1 : categoryBits.length);
    categoryWords.push(codes?.length ?? 0);
    for (const word of codes ?? []) categoryBits.push(word);
    value.push(isLeaf ? node.leaf : 0);
    cover.push(isLeaf && node.cover > 0 && Number.isFinite(node.cover) ? node.cover : 0);
    gain.push(isLeaf || !Number.isFinite(node.gain) ? 0 : node.gain);
  };

  const addTree = <K>(output: number, root: K, read: (key: K) => ForeignNode<K>, most = defaultMost): void => {
    const first = feature.length;
    treeRoot.push(first);
    treeOutput.push(output);
    const open: { readonly key: K; readonly parent: number; readonly onLeft: boolean }[] = [
      { key: root, parent: -1, onLeft: true },
    ];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const at = feature.length;
      if (at - first >= most) throw damagedFile(library, 'the branches of a tree run in a circle');
      const node = read(next.key);
      push(node);
      if (next.parent >= 0) (next.onLeft ? left : right)[next.parent] = at;
      if ('leaf' in node) continue;
      open.push({ key: node.right, parent: at, onLeft: false }, { key: node.left, parent: at, onLeft: true });
    }
    // Children come after their parent, so one pass from the end adds them up; a tree without weights gets equal ones.
    let known = false;
    for (let at = first; at < feature.length; at++) known ||= cover[at] > 0;
    for (let at = feature.length - 1; at >= first; at--) {
      if (feature[at] < 0) cover[at] = known ? cover[at] : 1;
      else cover[at] = cover[left[at]] + cover[right[at]];
    }
  };

  return {
    addTree,
    treeCount: () => treeRoot.length,
    build: (baseScore) => ({
      outputCount: baseScore.length,
      baseScore: Float64Array.from(baseScore),
      treeRoot: Int32Array.from(treeRoot),
      treeOutput: Int32Array.from(treeOutput),
      feature: Int32Array.from(feature),
      threshold: Float32Array.from(threshold),
      left: Int32Array.from(left),
      right: Int32Array.from(right),
      missingLeft: Uint8Array.from(missingLeft),
      categoryOffset: Int32Array.from(categoryOffset),
      categoryWords: Int32Array.from(categoryWords),
      categoryBits: Uint32Array.from(categoryBits),
      value: Float32Array.from(value),
      cover: Float64Array.from(cover),
      gain: Float32Array.from(gain),
    }),
  };
}

/** The bit set of the codes 0 … count − 1 that pass. */
export function codeSet(count: number, passes: (code: number) => boolean): Uint32Array {
  const words = new Uint32Array(Math.max(1, Math.ceil(count / 32)));
  for (let code = 0; code < count; code++) if (passes(code)) words[code >>> 5] |= 1 << (code & 31);
  return words;
}
