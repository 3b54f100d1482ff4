/** Takes one task at a time from the thread's port, runs it, answers. */
import type { MessagePort } from 'node:worker_threads';
import { toErrorData } from '../base/errors.ts';
import { controlCells, type TaskReply, type TaskRequest } from './protocol.ts';
import { runTask } from './tasks/index.ts';
import { createTeam } from './team.ts';

/** Serves until the thread ends; `workerUrl` is the entry that helpers of a task start from. */
export function serveTasks(port: MessagePort, workerUrl: string): void {
  port.on('message', async (request: TaskRequest) => {
    const { id, name, input, control } = request;
    const answer = (reply: TaskReply): void => port.postMessage(reply);
    try {
      const output = await runTask(name, input, {
        stop: { stopped: () => Atomics.load(control, controlCells.stop) !== 0 },
        deadline: () => Atomics.load(control, controlCells.deadline) !== 0,
        emit: (event) => answer({ id, kind: 'event', event }),
        now: () => performance.now(),
        native: (inside) => void Atomics.store(control, controlCells.native, inside ? 1 : 0),
        team: createTeam(() => Atomics.load(control, controlCells.helpers), workerUrl),
      });
      answer({ id, kind: 'done', output });
    } catch (error) {
      answer({ id, kind: 'failed', error: toErrorData(error) });
    }
  });
}
