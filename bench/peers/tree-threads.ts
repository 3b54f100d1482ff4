import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { readColumns } from './tree-file.ts';
import type { TreeJob } from './tree-worker.ts';

/** Seconds of one job over the first `rows` rows on so many threads, split evenly. */
export type TreeThreads = {
  readonly seconds: (
    op: TreeJob['op'],
    leaves: number,
    threads: number,
    rows: number,
    background?: number,
  ) => Promise<number>;
  readonly close: () => Promise<void>;
};

/** Threads that share one table. */
export function startThreads(folder: string, most: number): TreeThreads {
  const columns = readColumns(folder);
  const workers = Array.from(
    { length: most },
    () => new Worker(new URL('./tree-worker.ts', import.meta.url), { workerData: { folder, columns } }),
  );
  return {
    seconds: async (op, leaves, threads, rows, background = 0) => {
      const start = performance.now();
      await Promise.all(
        workers.slice(0, threads).map(async (worker, i) => {
          const done = once(worker, 'message');
          const from = Math.floor((rows * i) / threads);
          worker.postMessage({ op, leaves, from, to: Math.floor((rows * (i + 1)) / threads), background });
          await done;
        }),
      );
      return (performance.now() - start) / 1000;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
