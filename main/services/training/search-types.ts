/** What the search is asked for, and what comes of a trial. */
import type { ComputePool } from '../../compute/pool.ts';
import type { TaskEvent } from '../../compute/protocol.ts';
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { TrialScoreOutput } from '../../compute/tasks/trial-score.ts';
import type { Fold } from '../../ml/validation/split.ts';
import type { FoldStore } from './fold-store.ts';
import type { Proposal } from './learners/entry.ts';

export type TrialOutcome = {
  readonly trial: number;
  readonly proposal: Proposal;
  readonly state: 'done' | 'stopped-early' | 'failed';
  /** Loss per validated fold; NaN where the fold was not run. */
  readonly foldLosses: readonly number[];
  /** Mean loss over all folds; NaN unless done. */
  readonly loss: number;
  /** Out-of-fold margins of all rows, NaN where never validated; null unless done. */
  readonly margins: Float64Array | null;
  /** The metric with a quick interval; null unless done. */
  readonly score: TrialScoreOutput['score'];
  readonly rounds: readonly number[];
  readonly fitSeconds: number;
  readonly message: string;
};

export type SearchOptions = {
  readonly data: TrainingData;
  readonly folds: readonly Fold[];
  /** Metric of the leaderboard. */
  readonly metric: string;
  readonly propose: (trial: number, known: readonly TrialOutcome[]) => Proposal | null;
  /** Stop after this many trials; null = no limit. */
  readonly trials: number | null;
  /** Milliseconds left for the search, measured now; null = no limit. */
  readonly remainingMs: () => number | null;
  /** Milliseconds of the whole budget where fewer folds may be used to keep to it; null: all folds always. */
  readonly foldBudgetMs: number | null;
  /** True once the user asked to keep the best so far. */
  readonly endNow: () => boolean;
  /** End when this many trials in a row brought nothing; null = never. */
  readonly patience: number | null;
  readonly pool: ComputePool;
  readonly store: FoldStore;
  readonly abort: AbortSignal;
  readonly onEvent: (event: TaskEvent) => void;
  readonly onStart: (trial: number, proposal: Proposal) => void;
  readonly onFold: (trial: number, fold: number, fitted: FitSplitOutput, reused: boolean) => void;
  readonly onTrial: (outcome: TrialOutcome) => void;
};
