/**
 * The search over trials. Trials start in order; at most two overlap, and trial t is proposed from the outcomes of
 * trials 0 … t−2 only, so the sequence of trials is the same however many workers there are. A trial runs rung by rung of
 * its bracket and ends at the first where it is behind (`ml/search/bracket.ts`). The clock decides only when to stop,
 * never what is tried. Under a budget every fold of a trial has its share of the time left, and when time is over the
 * running folds end with the rounds they have: a trial counts when all its folds gave a model, and is left out when some
 * never started. A trial that would not get through is not begun.
 */
import type { FoldPlan } from './fold-plan.ts';
import { runTrial, type Signals } from './run-trial.ts';
import type { SearchOptions, TrialOutcome } from './search-types.ts';

export type { SearchOptions, TrialOutcome } from './search-types.ts';

export type StopReason = 'trials' | 'budget' | 'plateau' | 'user' | 'exhausted';

/** How the search ended, and with how many of the folds (the first ones) every finished trial was measured. */
export type SearchResult = {
  readonly outcomes: TrialOutcome[];
  readonly reason: StopReason;
  readonly foldCount: number;
  /** Seconds one fit took where that is why there are fewer folds; else null. */
  readonly slowFitSeconds: number | null;
};

/** Runs the search; returns every outcome in order and why it ended. Rejects with `cancelled` on abort. */
export async function searchTrials(options: SearchOptions): Promise<SearchResult> {
  const running: Promise<TrialOutcome>[] = [];
  const outcomes: TrialOutcome[] = [];
  let reason: StopReason = 'exhausted';
  const ends = { stop: new AbortController(), wrapUp: new AbortController() };
  const stopSearch = (): void => ends.stop.abort();
  options.abort.addEventListener('abort', stopSearch, { once: true });
  const endPoll = setInterval(() => {
    const left = options.remainingMs();
    if (options.endNow() || (left !== null && left <= -graceMs)) stopSearch();
    else if (left !== null && left <= 0) ends.wrapUp.abort();
  }, 50);
  const signals: Signals = { stop: ends.stop.signal, wrapUp: ends.wrapUp.signal };
  const folds: FoldPlan = { folds: options.folds, slowFitSeconds: null };
  try {
    for (let trial = 0; ; trial++) {
      if (trial >= 2) outcomes[trial - 2] = await running[trial - 2];
      if (options.trials !== null && trial >= options.trials) reason = 'trials';
      else if (trial > 0 && options.endNow()) reason = 'user';
      else if (trial > 0 && (outOfTime(options) || cannotFinish(options, outcomes))) reason = 'budget';
      else if (trial > 1 && hasPlateaued(outcomes, options.patience)) reason = 'plateau';
      else {
        const known = outcomes.slice(0, Math.max(0, trial - 1));
        const proposal = options.propose(trial, known);
        if (proposal === null) break;
        const plan = Promise.withResolvers<void>();
        const started = runTrial({ ...options, folds, onPlanned: plan.resolve }, trial, proposal, known, signals);
        // Awaited later, and then with its failure; until then a failure must not count as unhandled.
        started.catch(() => {});
        running.push(started);
        // The first trial settles how many folds there are, where they may become fewer
        if (trial === 0 && options.foldBudgetMs !== null && options.folds.length > 2)
          await Promise.race([plan.promise, started]);
        continue;
      }
      break;
    }
    const all = await Promise.all(running);
    return { outcomes: all, reason, foldCount: folds.folds.length, slowFitSeconds: folds.slowFitSeconds };
  } finally {
    clearInterval(endPoll);
    options.abort.removeEventListener('abort', stopSearch);
    await Promise.allSettled(running);
  }
}

/** Milliseconds that running fits have to hand over what they have; learners that cannot in that time are given up. */
const graceMs = 300;

/** True when the time left is less than most of what trials took: one more would end with too few rounds to matter. */
function cannotFinish(options: SearchOptions, outcomes: readonly TrialOutcome[]): boolean {
  const left = options.remainingMs();
  const took = outcomes.flatMap(({ state, fitSeconds }) => (state === 'done' ? [fitSeconds] : []));
  if (left === null || took.length === 0) return false;
  const cheapest = Math.min(...took.slice(-4));
  return left < (leastShare * cheapest * 1000) / options.pool.size;
}

/** Share of a trial's time that must be left to begin one. */
const leastShare = 0.6;

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
