import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { ComputePool } from '../../../../main/compute/pool.ts';
import type { FitSplitOutput } from '../../../../main/compute/tasks/fit-split.ts';
import type { TaskInputs, TaskName, TaskOutputs } from '../../../../main/compute/tasks/index.ts';
import type { ObjectiveSpec } from '../../../../main/ml/objective-spec.ts';
import { chooseLoss, type LossChoiceInput } from '../../../../main/services/training/loss-choice.ts';

const rng = createRng(6);
const counts = Float64Array.from({ length: 2000 }, () => Math.round(Math.exp(1 + 1.2 * rng.normal())));
const half = (from: number): Int32Array => Int32Array.from({ length: 1000 }, (_, i) => 2 * i + from);

/** What the run chooses where squared error misses by one part of the target and Poisson by another. */
async function chosen(
  misses: { readonly squared: number; readonly poisson: number; readonly inBetween?: number },
  change: Partial<LossChoiceInput['options']> & { label?: Float64Array; seconds?: number | null; fitMs?: number } = {},
) {
  const { label = counts, seconds = null, fitMs = 10, ...options } = change;
  let fits = 0;
  const run = async <N extends TaskName>(_name: N, input: TaskInputs[N]): Promise<TaskOutputs[N]> => {
    const { data, split } = input as TaskInputs['fit-split'];
    fits++;
    const poisson = data.objective?.kind === 'poisson';
    const byPoisson = split.name === 'loss-1' ? (misses.inBetween ?? misses.poisson) : misses.poisson;
    const margins = Float64Array.from(split.validRows ?? [], (row, i) => {
      const away = label[row] * (1 + (i % 2 === 0 ? 1 : -1) * (poisson ? byPoisson : misses.squared));
      return poisson ? Math.log(Math.max(away, 1e-6)) : away;
    });
    const fit: FitSplitOutput = {
      part: {
        learner: 'linear',
        recipe: { inputs: [], features: [] },
        linear: { outputCount: 1, intercept: [0], terms: [], termMeans: [] },
      },
      validMargins: margins,
      validLoss: 0,
      rounds: 1,
      fitMs,
    };
    return fit as TaskOutputs[N];
  };
  const pool: ComputePool = { size: 2, warm: () => {}, run, close: async () => {} };
  const squared: ObjectiveSpec = { kind: 'squared' };
  const choice = await chooseLoss({
    pool,
    data: {
      session: 's',
      frame: { rowCount: label.length, columns: [] },
      inputs: [],
      task: 'regression',
      outputCount: 1,
      label,
      weight: null,
      objective: squared,
    },
    folds: [
      { train: half(0), valid: half(1) },
      { train: half(1), valid: half(0) },
    ],
    options: { learners: ['trees', 'linear', 'ebm'], seed: 7, ...options },
    budgetSeconds: seconds,
    abort: new AbortController().signal,
  });
  return { choice, fits };
}

describe('D4 the loss of a regression', () => {
  it('is Poisson, judged by squared error, where that is closer beyond noise, and says so', async () => {
    const { choice } = await chosen({ squared: 0.3, poisson: 0.1 });
    expect(choice?.objective).toEqual({ kind: 'poisson', judged: 'squared' });
    expect(choice?.reason).toMatch(/\d\d % lower; --objective squared/);
  });

  it('stays squared where Poisson is no better on one of the folds, or the comparison ran out of time', async () => {
    expect((await chosen({ squared: 0.2, poisson: 0.2 })).choice).toBeNull();
    expect((await chosen({ squared: 0.3, poisson: 0.1, inBetween: 0.3 })).choice).toBeNull();
    expect((await chosen({ squared: 0.3, poisson: 0.1 }, { seconds: 10, fitMs: 1000 })).choice).toBeNull();
  });

  it('is not looked into where it was asked for, where a learner was named that knows squared error only, or in a short run', async () => {
    for (const change of [
      { objective: 'squared' as const },
      { learners: ['linear' as const] },
      { learners: ['trees' as const, 'mlp' as const] },
      { seconds: 5 },
      { label: counts.map((value) => -value) },
      { label: counts.map((_, i) => i % 50) },
    ]) {
      expect(await chosen({ squared: 0.3, poisson: 0.1 }, change)).toEqual({ choice: null, fits: 0 });
    }
  });
});
