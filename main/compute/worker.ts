/**
 * Entry of a compute thread, in one of two roles: a worker that serves tasks, or a helper that takes shares of one
 * computation and ends with it. On Linux a thread can lower its own priority, so that interactive threads win whenever
 * both want the processor.
 */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { followTraining } from '../ml/kernels/follow-training.ts';
import type { TeamWork } from '../ml/kernels/team.ts';
import type { Lane } from './pool.ts';

const port = parentPort;
if (port === null) throw new Error('compute/worker.ts runs as a worker thread only');
const role = workerData as { readonly lane: Lane; readonly workerUrl: string } | { readonly helps: TeamWork };

if (process.platform === 'linux' && !('lane' in role && role.lane === 'interactive')) {
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Priority is a courtesy: without the right to change it, work goes on at the usual one.
  }
}

if ('helps' in role) {
  followTraining(role.helps);
} else {
  // Only here: a helper starts faster without the tasks.
  const { serveTasks } = await import('./serve-tasks.ts');
  serveTasks(port, role.workerUrl);
}
