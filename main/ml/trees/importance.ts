import type { TreeEnsemble } from '../model-spec.ts';

/** Per feature: summed split gain, number of splits, and summed training weight of the rows split on it. */
export type TreeImportance = {
  readonly gain: Float64Array;
  readonly splits: Float64Array;
  readonly cover: Float64Array;
};

/** Importance of each of `featureCount` features from the structure alone; sums over all trees. */
export function treeImportance(ensemble: TreeEnsemble, featureCount: number): TreeImportance {
  const gain = new Float64Array(featureCount);
  const splits = new Float64Array(featureCount);
  const cover = new Float64Array(featureCount);
  ensemble.feature.forEach((feature, node) => {
    if (feature < 0 || feature >= featureCount) return;
    gain[feature] += ensemble.gain[node];
    splits[feature] += 1;
    cover[feature] += ensemble.cover[node];
  });
  return { gain, splits, cover };
}
