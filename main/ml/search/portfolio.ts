/**
 * Tree configurations worth trying first, in order: the list is what a random search keeps finding good on tables of
 * different shapes, arranged so that its first entries differ most. After it, `proposeNext` continues from the results.
 */
import { deriveSeed } from '../../base/rng.ts';
import type { Task } from '../model-spec.ts';
import type { TreeParams } from '../trees/params.ts';

export type TreeTrial = {
  /** For the leaderboard: "31 leaves, rate 0.05". */
  readonly label: string;
  readonly params: Partial<TreeParams>;
};

type Entry = Partial<TreeParams> & { readonly note?: string };

/** The trials for a data set, each with its own seed. Early stopping decides the number of rounds below `rounds`. */
export function portfolio(task: Task, rowCount: number, featureCount: number, seed: number): TreeTrial[] {
  const entries = rowCount < 3000 ? small : rowCount < 50_000 ? middle : large;
  const minData = Math.max(5, Math.min(20, Math.floor(rowCount / 50)));
  const fraction = featureCount < 6 ? 1 : undefined;
  return entries.map((entry, i): TreeTrial => {
    const { note, ...own } = entry;
    const params: Partial<TreeParams> = {
      rounds: 4000,
      minDataInLeaf: minData,
      ...own,
      ...(fraction === undefined ? {} : { featureFraction: fraction, featureFractionByNode: fraction }),
      ...(task === 'multiclass' ? { learningRate: Math.min(0.15, (own.learningRate ?? 0.05) * 1.5) } : {}),
      seed: deriveSeed(seed, `portfolio-${i}`),
    };
    return { label: trialLabel(params, note), params };
  });
}

/** Short description of a configuration. */
export function trialLabel(params: Partial<TreeParams>, note?: string): string {
  const shape = params.maxDepth ? `depth ${params.maxDepth}` : `${params.leaves ?? 31} leaves`;
  const rate = Number((params.learningRate ?? 0.1).toPrecision(2));
  const mode = params.extraTrees === true ? 'extra-random trees, ' : '';
  return `${mode}${shape}, rate ${rate}${note === undefined ? '' : `, ${note}`}`;
}

const small: readonly Entry[] = [
  { leaves: 8, learningRate: 0.05, lambda: 1, featureFraction: 0.8, baggingFraction: 0.8 },
  { leaves: 4, learningRate: 0.05, lambda: 5, featureFraction: 0.5, baggingFraction: 0.7, note: 'shallow' },
  { leaves: 16, learningRate: 0.03, lambda: 1, featureFraction: 0.5, baggingFraction: 0.7, extraTrees: true },
  { leaves: 31, learningRate: 0.05, lambda: 10, featureFractionByNode: 0.5, minDataInLeaf: 5, note: 'strong penalty' },
  { leaves: 2, learningRate: 0.1, lambda: 1, featureFraction: 0.8, note: 'stumps' },
  { leaves: 12, learningRate: 0.02, lambda: 3, featureFraction: 0.4, baggingFraction: 0.6, note: 'slow' },
  { leaves: 31, learningRate: 0.03, lambda: 3, featureFraction: 0.6, extraTrees: true, minDataInLeaf: 3 },
  { leaves: 6, learningRate: 0.03, lambda: 1, featureFraction: 0.6, baggingFraction: 0.9, pathSmooth: 10 },
];

const middle: readonly Entry[] = [
  { leaves: 31, learningRate: 0.05, lambda: 1, featureFraction: 0.8, baggingFraction: 0.8 },
  { leaves: 8, learningRate: 0.05, lambda: 5, featureFraction: 0.6, baggingFraction: 0.8, note: 'shallow' },
  { leaves: 31, learningRate: 0.05, lambda: 1, featureFraction: 0.5, baggingFraction: 0.8, extraTrees: true },
  { leaves: 63, learningRate: 0.04, lambda: 5, featureFractionByNode: 0.5, baggingFraction: 0.9, note: 'deep' },
  {
    leaves: 4,
    learningRate: 0.05,
    lambda: 5,
    featureFraction: 0.4,
    baggingFraction: 0.7,
    minDataInLeaf: 40,
    note: 'stumpy',
  },
  {
    leaves: 16,
    learningRate: 0.02,
    lambda: 10,
    featureFraction: 0.3,
    baggingFraction: 0.7,
    catSmooth: 30,
    note: 'slow',
  },
  { leaves: 127, learningRate: 0.04, lambda: 10, featureFraction: 0.6, baggingFraction: 0.8, minDataInLeaf: 10 },
  { leaves: 63, learningRate: 0.05, lambda: 2, featureFraction: 0.7, extraTrees: true, minDataInLeaf: 10 },
  { leaves: 24, learningRate: 0.03, lambda: 1, featureFraction: 0.5, pathSmooth: 20, minDataInLeaf: 10 },
];

const large: readonly Entry[] = [
  { leaves: 31, learningRate: 0.08, lambda: 1, featureFraction: 0.7, baggingFraction: 0.9 },
  { leaves: 31, learningRate: 0.08, lambda: 1, featureFraction: 0.7, extraTrees: true },
  { leaves: 63, learningRate: 0.06, lambda: 3, featureFraction: 0.5, baggingFraction: 0.8, minDataInLeaf: 20 },
  { leaves: 12, learningRate: 0.1, lambda: 5, featureFraction: 0.5, baggingFraction: 0.8, catSmooth: 30 },
  { leaves: 127, learningRate: 0.06, lambda: 5, featureFraction: 0.6, baggingFraction: 0.8, minDataInLeaf: 30 },
  { leaves: 127, learningRate: 0.08, lambda: 1, featureFraction: 0.6, extraTrees: true },
  { leaves: 255, learningRate: 0.04, lambda: 20, featureFractionByNode: 0.5, minDataInLeaf: 50, note: 'slow' },
];
