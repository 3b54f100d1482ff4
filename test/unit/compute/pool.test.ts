import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../main/base/logger.ts';
import { type ComputePool, createComputePool } from '../../../main/compute/pool.ts';
import type { FitSplitInput } from '../../../main/compute/tasks/fit-split.ts';
import { entryUrl } from '../../../main/entries.ts';
import { resolveNetParams } from '../../../main/ml/nets/params.ts';
import { defaultTreeParams } from '../../../main/ml/trees/params.ts';
import { churnData } from '../../helpers/churn-frame.ts';

function openPool(size: number): ComputePool {
  const pool = createComputePool({ size, workerUrl: entryUrl('compute-worker'), logger: silentLogger });
  onTestFinished(() => pool.close());
  return pool;
}

function fitInput(rounds: number, seed = 1, rows = 2000): FitSplitInput {
  const data = churnData(rows, 5);
  const trainRows = Int32Array.from({ length: 0.75 * rows }, (_, i) => i);
  const validRows = Int32Array.from({ length: 0.25 * rows }, (_, i) => 0.75 * rows + i);
  return {
    data,
    split: { name: 'one', trainRows, validRows },
    trial: { learner: 'trees', params: { ...defaultTreeParams, rounds, seed }, earlyStoppingRounds: null },
    label: { trial: 0, fold: 0 },
  };
}

describe('A5 the compute pool', () => {
  it('closes while ONNX Runtime trains a net in a worker, and the process lives', async () => {
    const pool = createComputePool({ size: 2, workerUrl: entryUrl('compute-worker'), logger: silentLogger });
    const params = resolveNetParams({ epochs: 100_000, patience: null, hidden: [256, 256] });
    const fits = [1, 2].map((fold) => {
      const input: FitSplitInput = { ...fitInput(1), trial: { learner: 'mlp', params }, label: { trial: 0, fold } };
      const started = Promise.withResolvers<void>();
      const fit = pool.run('fit-split', input, { onEvent: () => started.resolve() });
      fit.catch(() => {});
      return { fit, started: started.promise };
    });
    await Promise.all(fits.map(({ started }) => started));
    await pool.close();
    for (const { fit } of fits) await expect(fit).rejects.toMatchObject({ family: 'cancelled' });
  });

  it('gives the same fit on workers that were started ahead, however often that was asked for', async () => {
    const expected = await openPool(1).run('fit-split', fitInput(10));
    const pool = openPool(2);
    pool.warm();
    pool.warm();
    for (const fit of await Promise.all([1, 1, 1].map(() => pool.run('fit-split', fitInput(10))))) {
      expect(fit.part).toEqual(expected.part);
    }
  });

  it('gives the same fit on any worker', async () => {
    const pool = openPool(2);
    const [a, b, c] = await Promise.all([1, 1, 1].map(() => pool.run('fit-split', fitInput(10))));
    expect(b.validMargins).toEqual(a.validMargins);
    expect(c.part).toEqual(a.part);
  });

  it('gives the same fit of many rows alone, with helpers on idle cores, and beside another fit', async () => {
    const input = fitInput(6, 1, 44_000);
    const alone = await openPool(1).run('fit-split', input);
    const pool = openPool(3);
    const helped = await pool.run('fit-split', input);
    expect(helped.part).toEqual(alone.part);
    const [first, second] = await Promise.all([pool.run('fit-split', input), pool.run('fit-split', input)]);
    expect(first.part).toEqual(alone.part);
    expect(second.validMargins).toEqual(alone.validMargins);
  });

  it('cancels a fit that has helpers, and goes on working', async () => {
    const pool = openPool(2);
    const abort = new AbortController();
    const fit = pool.run('fit-split', fitInput(100_000, 1, 44_000), { abort: abort.signal });
    setTimeout(() => abort.abort(), 1500);
    await expect(fit).rejects.toMatchObject({ family: 'cancelled' });
    await expect(pool.run('fit-split', fitInput(3))).resolves.toMatchObject({ rounds: 3 });
  });

  it('closes while a fit and its helpers work', async () => {
    const pool = openPool(2);
    const fit = pool.run('fit-split', fitInput(100_000, 1, 44_000));
    const refused = expect(fit).rejects.toMatchObject({ family: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await pool.close();
    await refused;
  });

  it('cancels a running task at its next poll and drops a queued one', async () => {
    const pool = openPool(1);
    const running = new AbortController();
    const queued = new AbortController();
    const first = pool.run('fit-split', fitInput(200_000), { abort: running.signal });
    const second = pool.run('fit-split', fitInput(5), { abort: queued.signal });
    queued.abort();
    await expect(second).rejects.toMatchObject({ family: 'cancelled' });
    running.abort();
    await expect(first).rejects.toMatchObject({ family: 'cancelled' });
    await expect(pool.run('fit-split', fitInput(3))).resolves.toMatchObject({ rounds: 3 });
  });

  it('returns the best so far at the deadline', async () => {
    const pool = openPool(1);
    const fit = await pool.run('fit-split', fitInput(5_000_00), { deadlineMs: 300 });
    expect(fit.rounds).toBeLessThan(500_000);
    expect(fit.validMargins?.length).toBe(500);
  });

  it('answers in the interactive lane while every batch worker is busy', async () => {
    const pool = openPool(1);
    const abort = new AbortController();
    const long = pool.run('fit-split', fitInput(200_000), { abort: abort.signal });
    const score = await pool.run(
      'trial-score',
      {
        task: 'binary',
        outputCount: 1,
        label: Float64Array.of(0, 1, 1, 0),
        folds: [{ rows: Int32Array.of(0, 1, 2, 3), margins: Float64Array.of(-1, 2, 1, -2) }],
        metric: 'auc',
      },
      { lane: 'interactive' },
    );
    expect(score.score?.value).toBe(1);
    abort.abort();
    await expect(long).rejects.toMatchObject({ family: 'cancelled' });
  });

  it('reports what a task throws with its family and code', async () => {
    const pool = openPool(1);
    const { frame, inputs } = churnData(100, 1);
    const options = {
      target: 'nowhere',
      task: 'auto',
      positive: null,
      drop: [],
      keep: [],
      time: null,
      group: null,
      validation: 'auto',
      folds: 5,
      seed: 1,
    } as const;
    await expect(pool.run('examine', { frame, specs: inputs, options, prepare: false })).rejects.toMatchObject({
      family: 'invalid-input',
      code: 'no-such-column',
    });
  });
});
