import { deriveSeed } from '../../../base/rng.ts';
import { resolveTreeParams } from '../../../ml/trees/params.ts';
import type { DataFacts, LearnerEntry } from './entry.ts';

/** Trees of a forest: more hardly help, and the model stays a few megabytes. */
const trees = 150;
const mostLeaves = 400;

const forestSeconds = ({ rows, features, classCount }: DataFacts): number =>
  0.3 + rows * features * 3e-6 * Math.max(1, classCount / 2);

/** A random forest: bootstrapped rows, a share of the columns at every split, leaves averaged without shrinkage. */
export const forestEntry: LearnerEntry = {
  name: 'forest',
  starts: (facts) => [
    {
      spec: { learner: 'forest', params: forestParams(facts, false) },
      label: `random forest, ${trees} trees`,
      role: 'first',
      order: 45,
    },
  ],
  fitSeconds: forestSeconds,
  search: null,
};

/** Extremely randomised trees: all rows, one random cut a column and split. */
export const extraTreesEntry: LearnerEntry = {
  name: 'extra-trees',
  starts: (facts) => [
    {
      spec: { learner: 'extra-trees', params: forestParams(facts, true) },
      label: `extra-trees, ${trees} trees`,
      role: 'first',
      order: 48,
    },
  ],
  fitSeconds: forestSeconds,
  search: null,
};

function forestParams({ task, rows, features, classCount, seed }: DataFacts, extraTrees: boolean) {
  const share = task === 'regression' ? Math.max(1 / 2, 2 / features) : Math.max(1 / Math.sqrt(features), 1 / 5);
  // One tree a class and round: with many classes fewer rounds keep the model's size.
  const rounds = Math.max(20, Math.round(trees / Math.max(1, classCount > 2 ? classCount / 3 : 1)));
  return resolveTreeParams({
    ensemble: 'forest',
    rounds,
    bootstrap: !extraTrees,
    extraTrees,
    leaves: Math.max(8, Math.min(mostLeaves, Math.round(rows / (task === 'regression' ? 6 : 12)))),
    minDataInLeaf: task === 'regression' ? 3 : 5,
    minDataPerGroup: 20,
    featureFractionByNode: Math.min(1, extraTrees ? Math.max(share, 0.5) : share),
    seed: deriveSeed(seed, extraTrees ? 'extra-trees' : 'forest'),
  });
}
