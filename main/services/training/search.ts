/**
 * The search over trials. Trials start in order; at most two overlap, and trial t is proposed from the outcomes of
 * trials 0 … t−2 only, so the sequence of trials is the same however many workers there are. A trial runs rung by rung of
 * its bracket and ends at the first where it is behind (`ml/search/bracket.ts`). The clock decides only when to stop,
 * never what is tried; a trial that the clock cut is left out, except the first, which keeps the rounds it has, and with a
 * single fold the second, so that large data still give a blend.
 */
import { AuguryError } from '../../base/errors.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { TaskEvent } from '../../compute/protocol.ts';
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { TrialScoreOutput } from '../../compute/tasks/trial-score.ts';
import { type BracketRule, reasonToStop, rungsOf } from '../../ml/search/bracket.ts';
import type { Fold } from '../../ml/validation/split.ts';
import type { FoldStore } from './fold-store.ts';
import type { Proposal, TrialRole } from './learners/entry.ts';

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

export type StopReason = 'trials' | 'budget' | 'plateau' | 'user' | 'exhausted';

const rules: Record<TrialRole, BracketRule> = {
  first: { share: null, tolerance: 0.3 },
  start: { share: null, tolerance: 0.03 },
  searched: { share: 0.4, tolerance: 0.03 },
};

/** Runs the search; returns every outcome in order and why it ended. Rejects with `cancelled` on abort. */
export async function searchTrials(options: SearchOptions): Promise<{ outcomes: TrialOutcome[]; reason: StopReason }> {
  const running: Promise<TrialOutcome>[] = [];
  const outcomes: TrialOutcome[] = [];
  let reason: StopReason = 'exhausted';
  const search = new AbortController();
  const stopSearch = (): void => search.abort();
  options.abort.addEventListener('abort', stopSearch, { once: true });
  const endPoll = setInterval(() => {
    if (options.endNow() || outOfTime(options)) stopSearch();
  }, 50);
  try {
    for (let trial = 0; ; trial++) {
      if (trial >= 2) outcomes[trial - 2] = await running[trial - 2];
      if (options.trials !== null && trial >= options.trials) reason = 'trials';
      else if (trial > 0 && options.endNow()) reason = 'user';
      else if (trial > 0 && outOfTime(options)) reason = 'budget';
      else if (trial > 1 && hasPlateaued(outcomes, options.patience)) reason = 'plateau';
      else {
        const known = outcomes.slice(0, Math.max(0, trial - 1));
        const proposal = options.propose(trial, known);
        if (proposal === null) break;
        const started = runTrial(options, trial, proposal, known, search.signal);
        // Awaited later, and then with its failure; until then a failure must not count as unhandled.
        started.catch(() => {});
        running.push(started);
        continue;
      }
      break;
    }
    const all = await Promise.all(running);
    return { outcomes: all, reason };
  } finally {
    clearInterval(endPoll);
    options.abort.removeEventListener('abort', stopSearch);
    await Promise.allSettled(running);
  }
}

const outOfTime = (options: SearchOptions): boolean => {
  const left = options.remainingMs();
  return left !== null && left <= 0;
};

function hasPlateaued(outcomes: readonly TrialOutcome[], patience: number | null): boolean {
  if (patience === null) return false;
  let best = Number.POSITIVE_INFINITY;
  let since = 0;
  for (const outcome of outcomes) {
    since++;
    if (outcome.loss < best - Math.abs(best === Number.POSITIVE_INFINITY ? 0 : best) * 1e-4) {
      best = outcome.loss;
      since = 0;
    }
  }
  return since >= patience;
}

async function runTrial(
  options: SearchOptions,
  trial: number,
  proposal: Proposal,
  known: readonly TrialOutcome[],
  search: AbortSignal,
): Promise<TrialOutcome> {
  const { data, folds } = options;
  options.onStart(trial, proposal);
  const fits: FitSplitOutput[] = [];
  const foldLosses = new Array<number>(folds.length).fill(Number.NaN);
  const end = async (state: TrialOutcome['state'], message: string): Promise<TrialOutcome> => {
    const scored = state === 'done' ? await scoreTrial(options, fits) : null;
    const outcome: TrialOutcome = {
      trial,
      proposal,
      state,
      foldLosses,
      loss: scored?.loss ?? Number.NaN,
      margins: scored?.margins ?? null,
      score: scored?.score ?? null,
      rounds: fits.map((fit) => fit?.rounds ?? 0),
      fitSeconds: fits.reduce((sum, fit) => sum + (fit?.fitMs ?? 0), 0) / 1000,
      message,
    };
    options.onTrial(outcome);
    return outcome;
  };
  const mustEnd = trial === 0 || (trial === 1 && folds.length === 1);
  const fitFold = async (fold: number): Promise<void> => {
    const kept = await options.store.read(trial, fold);
    const deadlineMs = mustEnd ? deadlineOf(options, trial) : null;
    const fitted =
      kept ??
      (await options.pool.run(
        'fit-split',
        {
          data,
          split: { name: `fold-${fold}`, trainRows: folds[fold].train, validRows: folds[fold].valid },
          trial: proposal.spec,
          label: { trial, fold },
        },
        { abort: mustEnd ? options.abort : search, deadlineMs, onEvent: options.onEvent },
      ));
    if (kept === null) await options.store.write(trial, fold, fitted);
    fits[fold] = fitted;
    foldLosses[fold] = fitted.validLoss;
    options.onFold(trial, fold, fitted, kept !== null);
  };
  const peers = known.map((outcome) => outcome.foldLosses);
  try {
    const seen: number[] = [];
    for (const rung of trial === 0 ? [folds.map((_, f) => f)] : rungsOf(folds.length)) {
      await Promise.all(rung.map(fitFold));
      seen.push(...rung);
      const reason = seen.length < folds.length ? reasonToStop(foldLosses, seen, peers, rules[proposal.role]) : null;
      if (reason !== null) return await end('stopped-early', reason);
    }
    return await end('done', '');
  } catch (error) {
    if (options.abort.aborted) throw error;
    if (search.aborted) return end('stopped-early', 'time was over');
    if (error instanceof AuguryError && error.family !== 'bug') return end('failed', error.message);
    throw error;
  }
}

/**
 * Milliseconds that one fold of the first trials may take. The folds of the first share the time left fairly (the clock
 * of a fold starts when a worker takes it); the second has what is left when it starts.
 */
function deadlineOf(options: SearchOptions, trial: number): number | null {
  const left = options.remainingMs();
  if (left === null) return null;
  const waves = Math.ceil(options.folds.length / options.pool.size);
  return Math.max(0, trial === 0 ? left / waves : left);
}

/** Puts the folds of a finished trial together in the interactive lane, so that it does not wait behind long fits. */
function scoreTrial(options: SearchOptions, fits: readonly FitSplitOutput[]): Promise<TrialScoreOutput> {
  const { data, folds, metric, pool } = options;
  const validated = folds.flatMap((fold, f) => {
    const margins = fits[f].validMargins;
    return margins === null ? [] : [{ rows: fold.valid, margins }];
  });
  return pool.run(
    'trial-score',
    {
      task: data.task,
      outputCount: data.outputCount,
      label: data.label,
      folds: validated,
      metric,
      ...(data.objective === undefined ? {} : { objective: data.objective }),
    },
    { lane: 'interactive', abort: options.abort },
  );
}
