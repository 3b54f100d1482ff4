/** Collects the nodes of growing trees and packs them into the flat arrays of a TreeEnsemble. */
import type { TreeEnsemble } from '../model-spec.ts';
import type { BinMapper } from './bins.ts';
import type { SplitCandidate } from './split.ts';

/** Growable parallel arrays; children always come after their parent. */
export type TreeBuilder = {
  readonly root: number[];
  readonly output: number[];
  readonly feature: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  readonly missingLeft: number[];
  readonly categoryOffset: number[];
  readonly categoryWords: number[];
  readonly categoryBits: number[];
  readonly value: number[];
  readonly cover: number[];
  readonly gain: number[];
};

export const createTreeBuilder = (): TreeBuilder => ({
  root: [],
  output: [],
  feature: [],
  threshold: [],
  left: [],
  right: [],
  missingLeft: [],
  categoryOffset: [],
  categoryWords: [],
  categoryBits: [],
  value: [],
  cover: [],
  gain: [],
});

/** Appends a leaf of value 0 and returns its index. */
export function appendLeaf(builder: TreeBuilder): number {
  builder.feature.push(-1);
  builder.threshold.push(0);
  builder.left.push(-1);
  builder.right.push(-1);
  builder.missingLeft.push(0);
  builder.categoryOffset.push(-1);
  builder.categoryWords.push(0);
  builder.value.push(0);
  builder.cover.push(0);
  builder.gain.push(0);
  return builder.feature.length - 1;
}

/** Turns leaf `node` into an inner node with two new leaves, left first; returns the left one's index. */
export function splitNode(builder: TreeBuilder, node: number, split: SplitCandidate, mapper: BinMapper): number {
  const left = appendLeaf(builder);
  const right = appendLeaf(builder);
  const bins = mapper.features[split.feature];
  builder.feature[node] = split.feature;
  builder.left[node] = left;
  builder.right[node] = right;
  builder.missingLeft[node] = split.missingLeft ? 1 : 0;
  builder.gain[node] = split.gain;
  if (bins.kind === 'numeric') {
    // The cut after the last value bin sends every value left: missing against the rest.
    builder.threshold[node] = split.bin < bins.cuts.length ? bins.cuts[split.bin] : Number.POSITIVE_INFINITY;
    return left;
  }
  const codes: number[] = [];
  bins.codes.forEach((code, bin) => {
    if ((split.members[bin >> 5] >>> (bin & 31)) & 1) codes.push(code);
  });
  const words = new Uint32Array(codes.reduce((most, code) => Math.max(most, (code >> 5) + 1), 0));
  for (const code of codes) words[code >> 5] |= 1 << (code & 31);
  builder.categoryOffset[node] = builder.categoryBits.length;
  builder.categoryWords[node] = words.length;
  for (const word of words) builder.categoryBits.push(word);
  return left;
}

/** Sizes to cut back to: everything appended later is dropped. */
export type BuilderMark = { readonly trees: number; readonly nodes: number; readonly words: number };

export const markBuilder = (builder: TreeBuilder): BuilderMark => ({
  trees: builder.root.length,
  nodes: builder.feature.length,
  words: builder.categoryBits.length,
});

/** The ensemble of everything before `mark`. */
export function packTrees(builder: TreeBuilder, base: Float64Array, mark: BuilderMark): TreeEnsemble {
  const nodes = mark.nodes;
  return {
    outputCount: base.length,
    baseScore: base.slice(),
    treeRoot: Int32Array.from(builder.root.slice(0, mark.trees)),
    treeOutput: Int32Array.from(builder.output.slice(0, mark.trees)),
    feature: Int32Array.from(builder.feature.slice(0, nodes)),
    threshold: Float32Array.from(builder.threshold.slice(0, nodes)),
    left: Int32Array.from(builder.left.slice(0, nodes)),
    right: Int32Array.from(builder.right.slice(0, nodes)),
    missingLeft: Uint8Array.from(builder.missingLeft.slice(0, nodes)),
    categoryOffset: Int32Array.from(builder.categoryOffset.slice(0, nodes)),
    categoryWords: Int32Array.from(builder.categoryWords.slice(0, nodes)),
    categoryBits: Uint32Array.from(builder.categoryBits.slice(0, mark.words)),
    value: Float32Array.from(builder.value.slice(0, nodes)),
    cover: Float64Array.from(builder.cover.slice(0, nodes)),
    gain: Float32Array.from(builder.gain.slice(0, nodes)),
  };
}
