/**
 * One trial, rung by rung of its bracket: its folds are fitted, it ends at the first rung where it is behind, and what is
 * finished is scored on the rows its folds held out. Under a budget every fold has its share of the time left.
 */
import { AuguryError } from '../../base/errors.ts';
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';
import type { TrialScoreOutput } from '../../compute/tasks/trial-score.ts';
import { type BracketRule, reasonToStop, rungsOf } from '../../ml/search/bracket.ts';
import type { Fold } from '../../ml/validation/split.ts';
import { type FoldPlan, settleFolds } from './fold-plan.ts';
import type { Proposal, TrialRole } from './learners/entry.ts';
import type { SearchOptions, TrialOutcome } from './search-types.ts';

const rules: Record<TrialRole, BracketRule> = {
  first: { share: null, tolerance: 0.3 },
  start: { share: null, tolerance: 0.03 },
  searched: { share: 0.4, tolerance: 0.03 },
};

/** `stop` gives the running fits up; `wrapUp` ends them with what they have. */
export type Signals = { readonly stop: AbortSignal; readonly wrapUp: AbortSignal };

export type TrialOptions = Omit<SearchOptions, 'folds'> & { readonly folds: FoldPlan; readonly onPlanned: () => void };

/** Runs one trial; a failure of the trial itself is its outcome. Rejects with `cancelled` when the job was, and with bugs. */
export async function runTrial(
  options: TrialOptions,
  trial: number,
  proposal: Proposal,
  known: readonly TrialOutcome[],
  signals: Signals,
): Promise<TrialOutcome> {
  const { data, folds: plan } = options;
  options.onStart(trial, proposal);
  const fits: FitSplitOutput[] = [];
  const foldLosses = new Array<number>(plan.folds.length).fill(Number.NaN);
  const end = async (state: TrialOutcome['state'], message: string): Promise<TrialOutcome> => {
    const scored = state === 'done' ? await scoreTrial(options, plan.folds, fits) : null;
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
  const first = trial === 0;
  const fitFold = async (fold: number, foldsLeft: number): Promise<void> => {
    const kept = await options.store.read(trial, fold);
    const { train, valid } = plan.folds[fold];
    const fitted =
      kept ??
      (await options.pool.run(
        'fit-split',
        {
          data,
          split: { name: `fold-${fold}`, trainRows: train, validRows: valid },
          trial: proposal.spec,
          label: { trial, fold },
        },
        {
          abort: first ? options.abort : signals.stop,
          deadlineMs: foldMs(options, first, foldsLeft),
          onEvent: options.onEvent,
          ...(first ? {} : { wrapUp: signals.wrapUp }),
        },
      ));
    if (kept === null) await options.store.write(trial, fold, fitted);
    fits[fold] = fitted;
    foldLosses[fold] = fitted.validLoss;
    options.onFold(trial, fold, fitted, kept !== null);
  };
  const peers = known.map((outcome) => outcome.foldLosses);
  try {
    const seen: number[] = [];
    for (let next = rungAfter(0, plan.folds.length, first); next.length > 0; ) {
      await Promise.all(next.map((fold) => fitFold(fold, plan.folds.length - seen.length)));
      seen.push(...next);
      if (first && seen.length === next.length) {
        settleFolds(options, plan, fits);
        foldLosses.length = plan.folds.length;
        options.onPlanned();
      }
      const more = seen.length < plan.folds.length;
      const reason = more && !first ? reasonToStop(foldLosses, seen, peers, rules[proposal.role]) : null;
      if (reason !== null) return await end('stopped-early', reason);
      next = more ? rungAfter(seen.length, plan.folds.length, first) : [];
    }
    return await end('done', '');
  } catch (error) {
    if (options.abort.aborted) throw error;
    if (signals.stop.aborted || signals.wrapUp.aborted) return end('stopped-early', 'time was over');
    if (error instanceof AuguryError && error.family !== 'bug') return end('failed', error.message);
    throw error;
  }
}

/** The folds to run next once `seen` are done: those of the bracket's rung; the first trial is not judged on the way. */
function rungAfter(seen: number, foldCount: number, first: boolean): readonly number[] {
  if (first && seen > 0) return Array.from({ length: foldCount - seen }, (_, i) => seen + i);
  return rungsOf(foldCount).find(([start]) => start === seen) ?? [];
}

/** Share of the time left that a fit of the first trial may take, so that others get some. */
const firstFitShare = 0.6;

/**
 * Milliseconds that one fold may take: the folds that a trial has left share the time left fairly (the clock of a fold
 * starts when a worker takes it). The first trial leaves time for others.
 */
function foldMs(options: TrialOptions, first: boolean, foldsLeft: number): number | null {
  const left = options.remainingMs();
  if (left === null) return null;
  // The first fits settle how many folds there will be: they need not leave time for all
  const probes = first && options.foldBudgetMs !== null && foldsLeft === options.folds.folds.length;
  const waves = Math.ceil((probes ? Math.min(2, foldsLeft) : foldsLeft) / options.pool.size);
  const share = Math.max(0, left / waves);
  return first && options.trials === null ? Math.min(share, Math.max(0, left * firstFitShare)) : share;
}

/** Puts the folds of a finished trial together in the interactive lane, so that it does not wait behind long fits. */
function scoreTrial(
  options: TrialOptions,
  folds: readonly Fold[],
  fits: readonly FitSplitOutput[],
): Promise<TrialScoreOutput> {
  const { data, metric, pool } = options;
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
