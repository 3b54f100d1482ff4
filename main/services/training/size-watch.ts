/**
 * How large the model will be, as far as the search knows: the fits of the best trials. What follows the search takes time
 * in proportion, so that a run with a small winner may search longer than one with a large one.
 */
import type { FittedPart } from '../../compute/tasks/fit-split.ts';
import { largestModelBytes, partBytes } from './assemble.ts';
import type { TrialOutcome } from './search.ts';

export type SizeWatch = {
  readonly addFit: (trial: number, part: FittedPart) => void;
  readonly addTrial: (outcome: TrialOutcome) => void;
  readonly expectedBytes: () => number;
};

/** A blend rarely has more members that matter. */
const members = 3;

export function createSizeWatch(): SizeWatch {
  const bytesOf = new Map<number, number>();
  const finished: { readonly trial: number; readonly loss: number }[] = [];
  return {
    addFit: (trial, part) => {
      bytesOf.set(trial, (bytesOf.get(trial) ?? 0) + partBytes(part));
    },
    addTrial: ({ trial, loss, state }) => {
      if (state === 'done') finished.push({ trial, loss });
    },
    expectedBytes: () => {
      const likely = finished.length === 0 ? [...bytesOf.keys()] : bestOf(finished);
      const bytes = likely.reduce((sum, trial) => sum + (bytesOf.get(trial) ?? 0), 0);
      return Math.min(largestModelBytes, bytes);
    },
  };
}

const bestOf = (finished: readonly { readonly trial: number; readonly loss: number }[]): number[] =>
  [...finished]
    .sort((a, b) => a.loss - b.loss || a.trial - b.trial)
    .slice(0, members)
    .map(({ trial }) => trial);
