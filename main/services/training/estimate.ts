import type { TrainOptions } from '../../contract/models.ts';
import type { JobEstimate } from '../../jobs/types.ts';
import { budgetSecondsOf } from './budget.ts';
import type { DescribeDataset } from './types.ts';

/** Measured on the reference machine; the queue's machine profile corrects both by what jobs here really took. */
const secondsPerCell = 1.1e-6; // one trial on one fold, per row and column, on one worker
const secondsPerFit = 0.25;
const fixedSeconds = 3;
const processBytes = 330 * 1024 * 1024;

/**
 * Time and memory of a training run before it starts: with a budget the time is the budget (less where so few rows end
 * the search early); with a number of trials it is that many fits. Memory is the raw columns, and per worker the
 * features, bins and histograms of the folds it keeps.
 */
export function estimateTraining(
  describe: DescribeDataset,
  options: Pick<TrainOptions, 'datasetId' | 'version' | 'budgetSeconds' | 'trials' | 'folds'>,
  workers: number,
): JobEstimate {
  const { rows, columns } = describe(options.datasetId, options.version);
  const cells = rows * Math.max(1, columns.length);
  const budget = budgetSecondsOf(options);
  const perTrial =
    (options.folds * (secondsPerFit + cells * secondsPerCell)) / Math.max(1, Math.min(workers, options.folds));
  const seconds = options.trials !== undefined ? fixedSeconds + options.trials * perTrial : (budget ?? 60);
  const raw = cells * 8 * 2;
  const keptFolds = Math.min(options.folds, Math.max(1, Math.floor((384 * 1024 * 1024) / (cells * 6 + 1))));
  const perWorker = Math.min(cells * 6 * keptFolds, 384 * 1024 * 1024) + cells * 4 + 60 * 1024 * 1024;
  return {
    seconds: budget !== null && options.trials !== undefined ? Math.min(seconds, budget) : seconds,
    memoryBytes: processBytes + raw + workers * perWorker,
    diskBytes: 20 * 1024 * 1024 + rows * 8 * 40,
    basis: `${rows} rows × ${columns.length} columns, ${options.folds} folds, ${workers} workers${options.trials !== undefined ? `, ${options.trials} trials` : `, a budget of ${budget ?? 60} s`}.`,
  };
}
