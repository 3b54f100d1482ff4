import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Team } from '../../main/ml/kernels/team.ts';

/** A team of real threads, and a promise for the end of all that were started. */
export function testTeam(helpers: number): { readonly team: Team; readonly ended: () => Promise<void> } {
  const workers: Promise<unknown>[] = [];
  const start: Team['start'] = (work, count) => {
    for (let i = 0; i < count; i++) {
      const worker = new Worker(new URL('./training-helper.ts', import.meta.url), { workerData: work });
      workers.push(once(worker, 'exit'));
    }
  };
  return {
    team: { allowed: () => helpers, start },
    ended: async () => {
      await Promise.all(workers);
    },
  };
}
