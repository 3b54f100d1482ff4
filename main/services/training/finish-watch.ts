/**
 * How large the model will be and how long its last fit will take, as far as the search knows: the fits of the best trials.
 * What follows the search takes time in proportion, so that a run with a small winner may search longer than one with a
 * large one.
 */
import type { FitSplitOutput } from '../../compute/tasks/fit-split.ts';
import { largestModelBytes, partBytes } from './assemble.ts';
import { refitFactor } from './refit.ts';
import type { TrialOutcome } from './search.ts';

export type FinishWatch = {
  readonly addFit: (trial: number, fit: Pick<FitSplitOutput, 'part' | 'fitMs'>) => void;
  readonly addTrial: (outcome: Pick<TrialOutcome, 'trial' | 'loss' | 'state'>) => void;
  readonly expectedBytes: () => number;
  /** Milliseconds that so many more fits of each of the two best trials will take, both side by side. */
  readonly expectedRefitMs: (fits?: number) => number;
};

/** A blend rarely has more members that matter. */
const members = 3;

export function createFinishWatch(): FinishWatch {
  const bytesOf = new Map<number, number>();
  const slowestOf = new Map<number, number>();
  const finished: { readonly trial: number; readonly loss: number }[] = [];
  return {
    addFit: (trial, { part, fitMs }) => {
      slowestOf.set(trial, Math.max(slowestOf.get(trial) ?? 0, fitMs));
      bytesOf.set(trial, (bytesOf.get(trial) ?? 0) + partBytes(part));
    },
    addTrial: ({ trial, loss, state }) => {
      if (state === 'done') finished.push({ trial, loss });
    },
    expectedBytes: () => {
      const likely = finished.length === 0 ? [...bytesOf.keys()] : bestOf(finished, members);
      const bytes = likely.reduce((sum, trial) => sum + (bytesOf.get(trial) ?? 0), 0);
      return Math.min(largestModelBytes, bytes);
    },
    expectedRefitMs: (fits = 1) =>
      fits * refitFactor * bestOf(finished, 2).reduce((most, trial) => Math.max(most, slowestOf.get(trial) ?? 0), 0),
  };
}

const bestOf = (finished: readonly { readonly trial: number; readonly loss: number }[], count: number): number[] =>
  [...finished]
    .sort((a, b) => a.loss - b.loss || a.trial - b.trial)
    .slice(0, count)
    .map(({ trial }) => trial);
