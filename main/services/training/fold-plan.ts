/**
 * How many folds a trial has. Where one fit takes so much of the budget that only a trial or two could be finished, fewer
 * folds are used: more trials on fewer folds blend into a better model. The first fits decide it, by times that are kept
 * with them, so that a resumed run decides alike.
 */
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';
import type { Fold } from '../../ml/validation/split.ts';
import type { SearchOptions } from './search-types.ts';

/** The folds in use; set once, by the first trial. */
export type FoldPlan = { folds: readonly Fold[]; slowFitSeconds: number | null };

/** Share of the budget that the first trial may take before folds are dropped. */
const firstTrialShare = 0.18;

/** How many folds a trial may have when a fit takes `fitMs`: at least two of more than two. Repeats go before folds. */
export function foldsForTime(fitMs: number, foldCount: number, workers: number, budgetMs: number): number {
  const most = Math.floor((firstTrialShare * budgetMs * Math.min(workers, foldCount)) / Math.max(1, fitMs));
  return Math.min(foldCount, Math.max(2, most));
}

/** Drops folds that the budget has no time for, by what the first fits took. */
export function settleFolds(
  options: Pick<SearchOptions, 'foldBudgetMs' | 'pool'>,
  plan: FoldPlan,
  fits: readonly FitSplitOutput[],
): void {
  if (options.foldBudgetMs === null || plan.folds.length <= fits.length) return;
  const fitMs = fits.reduce((sum, fit) => sum + fit.fitMs, 0) / fits.length;
  const count = foldsForTime(fitMs, plan.folds.length, options.pool.size, options.foldBudgetMs);
  if (count === plan.folds.length) return;
  plan.folds = plan.folds.slice(0, count);
  plan.slowFitSeconds = fitMs / 1000;
}
