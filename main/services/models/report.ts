import type { ModelDetail } from '../../contract/models.ts';

/**
 * What is stored with a model version beside its package, as JSON: the parts of the model's page that do not change.
 * Everything a page adds (names, stage, sizes, times) comes from the rows themselves.
 */
export type ModelReport = Pick<
  ModelDetail,
  | 'positive'
  | 'classes'
  | 'metrics'
  | 'baselineMetrics'
  | 'leaderboard'
  | 'honest'
  | 'ensemble'
  | 'calibration'
  | 'intervals'
  | 'validation'
  | 'findings'
  | 'excluded'
  | 'card'
  | 'parity'
  | 'learner'
  | 'rows'
  | 'features'
  | 'trainSeconds'
  | 'datasetName'
  | 'datasetVersion'
  | 'imported'
  | 'origin'
  | 'unscored'
  | 'edits'
  | 'continued'
> & {
  /** Data set versions that the continued models learned from; null where that is not known; absent: none was continued. */
  readonly learnedFrom?: readonly string[] | null;
};
