/**
 * Tree configurations worth trying first, in order: chosen by cross-validation on public tables of each kind and size, so
 * that the first entry is good on its own, the next differ most from it and blend well. After the list, `proposeNext`
 * continues from the results.
 */
import { deriveSeed } from '../../base/rng.ts';
import type { Task } from '../model-spec.ts';
import type { TreeParams } from '../trees/params.ts';

export type TreeTrial = {
  /** For the leaderboard: "31 leaves, rate 0.05". */
  readonly label: string;
  readonly params: Partial<TreeParams>;
};

/** Rounds at most; early stopping ends sooner. */
const mostRounds = 4000;

/** The trials for a data set, each with its own seed. */
export function portfolio(task: Task, rowCount: number, featureCount: number, seed: number): TreeTrial[] {
  const few = featureCount < 6 ? { featureFraction: 1, featureFractionByNode: 1 } : {};
  const leastRows = Math.max(2, Math.floor(rowCount / 50));
  return entriesFor(task, rowCount).map((entry, i): TreeTrial => {
    const params: Partial<TreeParams> = {
      rounds: mostRounds,
      ...entry,
      minDataInLeaf: Math.min(entry.minDataInLeaf ?? 20, leastRows),
      ...(task === 'multiclass' ? { learningRate: (entry.learningRate ?? 0.1) * 1.5 } : {}),
      ...few,
      seed: deriveSeed(seed, `portfolio-${i}`),
    };
    return { label: trialLabel(params), params };
  });
}

/** Short description of a configuration. */
export function trialLabel(params: Partial<TreeParams>): string {
  const shape = params.maxDepth ? `depth ${params.maxDepth}` : `${params.leaves ?? 31} leaves`;
  const rate = Number((params.learningRate ?? 0.1).toPrecision(2));
  return `${params.extraTrees === true ? 'extra-random trees, ' : ''}${shape}, rate ${rate}`;
}

function entriesFor(task: Task, rowCount: number): readonly Partial<TreeParams>[] {
  if (rowCount >= 50_000) return task === 'binary' ? largeBinary : largeOther;
  if (rowCount < 3000) return task === 'regression' ? smallRegression : small;
  if (task !== 'binary') return middleOther;
  const [lean, rich, ...rest] = middleBinary;
  return rowCount < 12_000 ? middleBinary : [rich, lean, ...rest];
}

const small: readonly Partial<TreeParams>[] = [
  { leaves: 8, learningRate: 0.05, lambda: 1, featureFraction: 0.8, baggingFraction: 0.8 },
  { leaves: 16, learningRate: 0.03, lambda: 1, featureFraction: 0.5, baggingFraction: 0.7, extraTrees: true },
  { leaves: 4, learningRate: 0.05, lambda: 5, featureFraction: 0.5, baggingFraction: 0.7 },
  { leaves: 31, learningRate: 0.05, lambda: 10, featureFractionByNode: 0.5, minDataInLeaf: 5 },
  { leaves: 6, learningRate: 0.03, lambda: 1, featureFraction: 0.6, baggingFraction: 0.9, pathSmooth: 10 },
  { leaves: 31, learningRate: 0.03, lambda: 3, featureFraction: 0.6, extraTrees: true, minDataInLeaf: 3 },
  { leaves: 12, learningRate: 0.02, lambda: 3, featureFraction: 0.4, baggingFraction: 0.6 },
  { leaves: 2, learningRate: 0.1, lambda: 1, featureFraction: 0.8 },
];

const smallRegression: readonly Partial<TreeParams>[] = [
  { leaves: 16, learningRate: 0.05, lambda: 1, featureFraction: 0.7, baggingFraction: 0.8, minDataInLeaf: 5 },
  { leaves: 31, learningRate: 0.05, lambda: 1, featureFraction: 0.7, extraTrees: true, minDataInLeaf: 3 },
  { leaves: 6, learningRate: 0.05, lambda: 3, featureFraction: 0.6, baggingFraction: 0.8 },
  { leaves: 64, learningRate: 0.04, lambda: 3, featureFraction: 0.6, featureFractionByNode: 0.6, minDataInLeaf: 4 },
  { leaves: 8, learningRate: 0.03, lambda: 1, featureFraction: 0.5, pathSmooth: 10, minDataInLeaf: 8 },
  { leaves: 3, learningRate: 0.1, lambda: 1, featureFraction: 0.8 },
];

const middleBinary: readonly Partial<TreeParams>[] = [
  { leaves: 8, learningRate: 0.06, lambda: 5, featureFraction: 0.5 },
  { leaves: 24, learningRate: 0.06, lambda: 1, featureFraction: 0.5, pathSmooth: 20, minDataInLeaf: 10 },
  { leaves: 4, learningRate: 0.08, lambda: 5, featureFraction: 0.4, baggingFraction: 0.7, minDataInLeaf: 40 },
  { leaves: 31, learningRate: 0.05, lambda: 1, featureFraction: 0.5, baggingFraction: 0.8, extraTrees: true },
  { leaves: 12, learningRate: 0.04, lambda: 10, featureFraction: 0.3, pathSmooth: 50, minDataInLeaf: 10 },
  { leaves: 63, learningRate: 0.05, lambda: 5, featureFraction: 0.5, minDataInLeaf: 8 },
  { leaves: 8, learningRate: 0.05, lambda: 5, featureFraction: 0.5, baggingFraction: 0.7 },
  { leaves: 63, learningRate: 0.05, lambda: 2, featureFraction: 0.7, extraTrees: true, minDataInLeaf: 5 },
  { leaves: 6, learningRate: 0.05, lambda: 20, featureFraction: 0.3, catSmooth: 50, minDataInLeaf: 30 },
];

const middleOther: readonly Partial<TreeParams>[] = [
  { leaves: 63, learningRate: 0.08, lambda: 1, featureFraction: 0.6, minDataInLeaf: 5 },
  { leaves: 127, learningRate: 0.08, lambda: 0.1, featureFraction: 0.8, extraTrees: true, minDataInLeaf: 3 },
  { leaves: 127, learningRate: 0.06, lambda: 5, featureFraction: 0.5, minDataInLeaf: 8 },
  { leaves: 31, learningRate: 0.06, lambda: 1, featureFraction: 0.5, pathSmooth: 10, minDataInLeaf: 10 },
  { leaves: 255, learningRate: 0.05, lambda: 1, featureFraction: 0.5, pathSmooth: 5, minDataInLeaf: 4 },
  { leaves: 127, learningRate: 0.03, lambda: 1, featureFraction: 0.7, extraTrees: true, minDataInLeaf: 5 },
  { leaves: 64, learningRate: 0.04, lambda: 3, featureFractionByNode: 0.4, baggingFraction: 0.8, minDataInLeaf: 5 },
  { leaves: 8, learningRate: 0.1, lambda: 5, featureFraction: 0.6 },
];

const largeBinary: readonly Partial<TreeParams>[] = [
  { leaves: 31, learningRate: 0.08, lambda: 5, featureFraction: 0.4 },
  { leaves: 255, learningRate: 0.08, lambda: 10, featureFraction: 0.5, minDataInLeaf: 20 },
  { leaves: 12, learningRate: 0.08, lambda: 5, featureFraction: 0.4, minDataInLeaf: 50 },
  { leaves: 63, learningRate: 0.07, lambda: 5, featureFraction: 0.5, extraTrees: true },
  { leaves: 127, learningRate: 0.06, lambda: 5, featureFraction: 0.5, minDataInLeaf: 30 },
  { leaves: 31, learningRate: 0.04, lambda: 5, featureFraction: 0.3, minDataInLeaf: 50, pathSmooth: 50 },
];

const largeOther: readonly Partial<TreeParams>[] = [
  { leaves: 127, learningRate: 0.1, lambda: 1, featureFraction: 0.6 },
  { leaves: 255, learningRate: 0.08, lambda: 5, featureFraction: 0.6, minDataInLeaf: 10 },
  { leaves: 255, learningRate: 0.1, lambda: 0.1, featureFraction: 0.8, extraTrees: true, minDataInLeaf: 5 },
  { leaves: 31, learningRate: 0.1, lambda: 1, featureFraction: 0.6 },
  { leaves: 511, learningRate: 0.06, lambda: 5, featureFraction: 0.5, minDataInLeaf: 5 },
];
