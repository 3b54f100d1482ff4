/** The search of a run, watched: what it tries is proposed, and what comes of it is shown while it goes on. */
import type { TrainOptions } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { ValidationScheme } from '../../ml/validation/plan.ts';
import { baselineScore } from './baseline.ts';
import { type Budget, budgetSecondsOf, type FinishSize } from './budget.ts';
import type { FinishWatch } from './finish-watch.ts';
import type { FoldStore } from './fold-store.ts';
import { createHonestWatch } from './honest-watch.ts';
import type { Proposal } from './learners/entry.ts';
import type { OpenedRun } from './open-run.ts';
import { createProposer } from './proposals.ts';
import { type SearchResult, searchTrials } from './search.ts';
import type { TrainingDeps } from './types.ts';

/** Trials in a row that may bring nothing better before the search ends. */
export const patienceTrials = 30;

const nestedSearchShare = 0.35;

export type WatchedSearchInput = {
  readonly options: TrainOptions;
  readonly context: JobContext;
  readonly opened: OpenedRun;
  /** Tried first: the best of an earlier run. */
  readonly warm: readonly Proposal[];
  readonly endNow: () => boolean;
  readonly budget: Budget;
  /** Told of every fit and trial. */
  readonly finishing: FinishWatch;
  /** Size of what follows the search, as far as known now. */
  readonly finish: () => FinishSize;
  readonly store: FoldStore;
  /** Time of the monotonic clock at which the run began. */
  readonly startedMs: number;
};

/** Searches; resolves when the last correction of the score has been shown too. Rejects with `cancelled` on abort. */
export async function watchedSearch(
  { pool, clock }: Pick<TrainingDeps, 'pool' | 'clock'>,
  input: WatchedSearchInput,
): Promise<SearchResult> {
  const { options, context, opened, budget, finishing, finish, store } = input;
  const { data, prepared, examination, classes, learners, metric, baseline } = opened;
  const { task, inputs } = data;
  const nested = examination.validation.scheme === 'nested';
  const searchMs = budget.searchMs(finish());
  // Nested validation makes every choice again in every fold: the search proper leaves it most of the time.
  const searchLeft = (): number | null => {
    const left = budget.searchMs(finish());
    return left === null || !nested ? left : left - (searchMs ?? 0) * (1 - nestedSearchShare);
  };
  const trialTarget = options.trials ?? null;
  const budgetMs = (budgetSecondsOf(options) ?? 0) * 1000;
  let finishedFits = 0;
  let bestLoss = Number.POSITIVE_INFINITY;
  const progress = (message: string): void => {
    const left = budget.searchMs(finish());
    const share =
      trialTarget !== null
        ? finishedFits / (trialTarget * prepared.folds.length)
        : left === null || searchMs === null
          ? 0
          : 1 - Math.max(0, left) / Math.max(1, searchMs);
    context.report({ stage: 'search', fraction: 0.05 + 0.83 * Math.min(1, share), message });
  };
  context.metric({
    series: 'baseline',
    metric,
    score: baselineScore(metric, task, data.label, baseline, data.objective),
  });
  const honest = createHonestWatch({
    data,
    metric,
    seed: options.seed,
    pool,
    abort: context.abort,
    emit: (point) => context.metric(point),
  });
  const result = await searchTrials({
    data,
    folds: prepared.folds,
    metric,
    propose: createProposer({
      task,
      rows: data.label.length,
      features: inputs.length,
      categories: inputs.filter((spec) => spec.type === 'string').length,
      classCount: classes.length,
      learners,
      seed: options.seed,
      ...(trialTarget === null
        ? { budget: { seconds: budgetMs / 1000, workers: pool.size, folds: prepared.folds.length } }
        : {}),
      warm: input.warm,
      startsOnly: nested,
      columnsFixed: opened.continued !== null,
    }),
    trials: trialTarget,
    remainingMs: searchLeft,
    foldBudgetMs: trialTarget === null && mayDropFolds.has(examination.validation.scheme) ? budgetMs : null,
    endNow: input.endNow,
    patience: trialTarget === null ? patienceTrials : null,
    pool,
    store,
    abort: context.abort,
    onEvent: (event) => context.metric(event),
    onStart: (trial, proposal) => {
      context.metric({
        series: 'leaderboard',
        trial,
        learner: proposal.spec.learner,
        label: proposal.label,
        state: 'running',
        score: null,
        low: null,
        high: null,
        fitSeconds: 0,
      });
      progress(`Trial ${trial + 1}: ${proposal.label}`);
    },
    onFold: (trial, fold, fit, reused) => {
      finishedFits++;
      finishing.addFit(trial, fit);
      if (!reused) context.countWork(1);
      progress(`Trial ${trial + 1}, fold ${fold + 1} of ${prepared.folds.length}`);
    },
    onTrial: (outcome) => {
      const { score } = outcome;
      honest.add(outcome);
      finishing.addTrial(outcome);
      context.metric({
        series: 'leaderboard',
        trial: outcome.trial,
        learner: outcome.proposal.spec.learner,
        label: outcome.proposal.label,
        state: outcome.state,
        score: score?.value ?? null,
        low: score?.low ?? null,
        high: score?.high ?? null,
        fitSeconds: outcome.fitSeconds,
        note: outcome.message,
      });
      if (outcome.state === 'done' && outcome.loss < bestLoss && score !== null) {
        bestLoss = outcome.loss;
        context.metric({
          series: 'best',
          trial: outcome.trial,
          seconds: (clock.monotonic() - input.startedMs) / 1000,
          score: score.value,
        });
      }
    },
  });
  await honest.settled();
  return result;
}

/** Schemes whose folds are dealt alike, so that the first ones stand for all. */
const mayDropFolds: ReadonlySet<ValidationScheme> = new Set([
  'stratified',
  'kfold',
  'group',
  'stratified-group',
  'repeated',
]);
