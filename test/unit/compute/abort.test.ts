import { getEventListeners } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../main/base/logger.ts';
import { createComputePool } from '../../../main/compute/pool.ts';
import { entryUrl } from '../../../main/entries.ts';

it('A5 a finished task lets go of its signal, so that a long job does not keep the data of every task', async () => {
  const pool = createComputePool({ size: 1, workerUrl: entryUrl('compute-worker'), logger: silentLogger });
  onTestFinished(() => pool.close());
  const abort = new AbortController();
  const input = {
    metric: 'rmse',
    predictions: Float64Array.of(1, 2),
    labels: Float64Array.of(1, 3),
    classCount: 0,
    seed: 1,
  };
  const task = pool.run('metric-interval', input, { abort: abort.signal });
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  await task;
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  const failing = pool.run('metric-interval', { ...input, metric: 'nothing' }, { abort: abort.signal });
  await expect(failing).rejects.toMatchObject({ code: 'unknown-metric' });
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
});
