/**
 * Entry of a compute worker thread: takes one task at a time from its port, runs it, answers. On Linux a thread can
 * lower its own priority, so that interactive threads win whenever both want the processor.
 */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { toErrorData } from '../base/errors.ts';
import { controlCells, type TaskReply, type TaskRequest } from './protocol.ts';
import { runTask } from './tasks/index.ts';

const port = parentPort;
if (port === null) throw new Error('compute/worker.ts runs as a worker thread only');

if (process.platform === 'linux' && workerData?.lane === 'batch') {
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Priority is a courtesy: without the right to change it, work goes on at the usual one.
  }
}

port.on('message', async (request: TaskRequest) => {
  const { id, name, input, control } = request;
  const answer = (reply: TaskReply): void => port.postMessage(reply);
  try {
    const output = await runTask(name, input, {
      stop: { stopped: () => Atomics.load(control, controlCells.stop) !== 0 },
      deadline: () => Atomics.load(control, controlCells.deadline) !== 0,
      emit: (event) => answer({ id, kind: 'event', event }),
      now: () => performance.now(),
    });
    answer({ id, kind: 'done', output });
  } catch (error) {
    answer({ id, kind: 'failed', error: toErrorData(error) });
  }
});
