/**
 * Dropout for boosting (Rashmi & Gilad-Bachrach, "DART", 2015): before a round some earlier rounds are taken out of the
 * margins, the new trees are fitted to what they leave, and both are scaled so that their sum keeps its size: with k rounds
 * dropped and learning rate η, new trees by 1/(k+η) and dropped ones by k/(k+η).
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import type { BinnedMatrix } from './bins.ts';
import type { TreeParams } from './params.ts';
import { addStoredTree, type StoredTree } from './stored-tree.ts';
import type { TreeBuilder } from './tree-builder.ts';

export type Dart = {
  /** Takes a seeded draw of earlier rounds out of the margins. */
  readonly begin: (round: number) => void;
  /** Scales the round's trees and the dropped ones, and puts both into the margins. */
  readonly end: (grown: readonly StoredTree[]) => void;
  /** Trees of all finished rounds, in order. */
  readonly trees: StoredTree[];
};

/** Dropout over `rows` (training and validation), whose margins it keeps. */
export function createDart(
  builder: TreeBuilder,
  binned: BinnedMatrix,
  rows: Int32Array,
  margins: Float64Array,
  outputs: number,
  params: TreeParams,
): Dart {
  const trees: StoredTree[] = [];
  let dropped: StoredTree[] = [];
  let droppedRounds = 0;
  const add = (tree: StoredTree, sign: number): void =>
    addStoredTree(tree, builder.value, sign, binned, rows, margins, outputs);
  const scale = (tree: StoredTree, factor: number): void => {
    for (const node of tree.leafNode) builder.value[node] = Math.fround(builder.value[node] * factor);
  };
  return {
    trees,
    begin: (round) => {
      const rng = createRng(deriveSeed(params.seed, `drop ${round}`));
      const chosen = new Set<number>();
      if (rng.next() >= params.skipDrop) {
        const rounds = [...new Set(trees.map((tree) => tree.round))];
        for (const each of rounds) if (rng.next() < params.dropRate && chosen.size < params.maxDrop) chosen.add(each);
        // At least one round goes, or a drop without dropping would be plain boosting.
        if (chosen.size === 0 && rounds.length > 0) chosen.add(rounds[rng.int(rounds.length)]);
      }
      dropped = trees.filter((tree) => chosen.has(tree.round));
      droppedRounds = chosen.size;
      for (const tree of dropped) add(tree, -1);
    },
    end: (grown) => {
      const divisor = droppedRounds + params.learningRate;
      for (const tree of dropped) {
        scale(tree, droppedRounds / divisor);
        add(tree, 1);
      }
      for (const tree of grown) {
        if (droppedRounds > 0) scale(tree, 1 / divisor);
        add(tree, 1);
      }
      trees.push(...grown);
    },
  };
}
