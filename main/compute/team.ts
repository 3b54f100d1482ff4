/** Helper threads of a computation: they run the same entry as compute workers, in another role. */
import { Worker } from 'node:worker_threads';
import type { Team } from '../ml/kernels/team.ts';

/** Threads for one computation of the calling thread; they start when first needed and end when sent away. */
export function createTeam(allowed: () => number, workerUrl: string): Team {
  return {
    allowed,
    start: (work, helpers) => {
      for (let i = 0; i < helpers; i++) {
        const worker = new Worker(new URL(workerUrl), { workerData: { helps: work } });
        // A helper that cannot start is missed by nobody: results do not depend on how many there are.
        worker.on('error', () => {});
        worker.unref();
      }
    },
  };
}
