/**
 * The wall-clock budget of a training run. It covers the whole job: reading, the search, calibration, the export through
 * the parity gate and the record. So the search ends early enough to leave room for what must still follow it.
 */
import type { TrainOptions } from '../../contract/models.ts';

const defaultBudgetSeconds = 60;

/** Seconds the run may take; null when only a number of trials ends it. */
export const budgetSecondsOf = (options: Pick<TrainOptions, 'budgetSeconds' | 'trials'>): number | null =>
  options.budgetSeconds ?? (options.trials === undefined ? defaultBudgetSeconds : null);
