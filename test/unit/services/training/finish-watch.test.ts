import { describe, expect, it } from 'vitest';
import { createFinishWatch } from '../../../../main/services/training/finish-watch.ts';

const fitted = (bytes: number, fitMs: number) => ({
  part: { learner: 'trees' as const, recipe: { inputs: [], features: [] }, trees: new Uint8Array(bytes) },
  fitMs,
});

describe('D4 what follows the search, as far as it is known', () => {
  it('is the size of the three best trials, and the slowest fit of the two best with what all rows add', () => {
    const watch = createFinishWatch();
    expect([watch.expectedBytes(), watch.expectedRefitMs()]).toEqual([0, 0]);
    const losses = [0.4, 0.2, 0.3, 0.5];
    losses.forEach((loss, trial) => {
      for (let fold = 1; fold <= 2; fold++) watch.addFit(trial, fitted(100 + trial, 1000 * (trial + 1) * fold));
      watch.addTrial({ trial, loss, state: 'done' });
    });
    watch.addFit(4, fitted(5000, 90_000));
    watch.addTrial({ trial: 4, loss: 0.1, state: 'stopped-early' });
    expect(watch.expectedBytes()).toBe(2 * (100 + 101 + 102));
    expect(watch.expectedRefitMs()).toBeCloseTo(1.6 * 6000, 6);
    expect(watch.expectedRefitMs(5)).toBeCloseTo(5 * 1.6 * 6000, 6);
  });
});
