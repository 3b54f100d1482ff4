/**
 * A pool of worker threads for pure numeric work. Two lanes: `batch` (training, scoring; as many workers as asked for)
 * and `interactive` (one worker that training never occupies). Columns travel as views on SharedArrayBuffers, so a
 * task costs no copy. A worker that dies fails its own task with a typed error and is replaced. While fewer tasks run than
 * there are workers, the rest of the cores is offered to the running ones for helper threads.
 */
import { Worker } from 'node:worker_threads';
import { bug, cancelled, fromErrorData } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { controlCells, type TaskEvent, type TaskReply, type TaskRequest } from './protocol.ts';
import type { TaskInputs, TaskName, TaskOutputs } from './tasks/index.ts';

export type Lane = 'batch' | 'interactive';

export type RunOptions = {
  readonly lane?: Lane;
  /** Cancels: queued tasks are dropped, running ones stop at their next poll. */
  readonly abort?: AbortSignal;
  /** Milliseconds from now after which the task must return its best so far; null = no limit. */
  readonly deadlineMs?: number | null;
  /** Raises the deadline at once: a running task returns its best so far, one that no worker has taken is dropped. */
  readonly wrapUp?: AbortSignal;
  readonly onEvent?: (event: TaskEvent) => void;
};

export type ComputePool = {
  readonly size: number;
  /** Starts the batch workers ahead of work that is about to come, so that they are there when it does. */
  readonly warm: () => void;
  readonly run: <N extends TaskName>(name: N, input: TaskInputs[N], options?: RunOptions) => Promise<TaskOutputs[N]>;
  readonly close: () => Promise<void>;
};

type Queued = {
  readonly request: TaskRequest;
  readonly options: RunOptions;
  readonly resolve: (output: TaskOutputs[TaskName]) => void;
  readonly reject: (error: Error) => void;
  timer: NodeJS.Timeout | null;
};

type Slot = { worker: Worker; current: Queued | null };

/** Opens the pool; workers start at their first task. `size` is the number of batch workers. */
export function createComputePool(options: {
  readonly size: number;
  readonly workerUrl: URL;
  readonly logger: Logger;
}): ComputePool {
  const lanes: Record<Lane, { readonly limit: number; readonly slots: Slot[]; readonly queue: Queued[] }> = {
    batch: { limit: options.size, slots: [], queue: [] },
    interactive: { limit: 1, slots: [], queue: [] },
  };
  let nextId = 1;
  let closed = false;

  const settle = (slot: Slot): Queued | null => {
    const task = slot.current;
    slot.current = null;
    if (task?.timer) clearTimeout(task.timer);
    return task;
  };

  const spawn = (lane: Lane): Slot => {
    const worker = new Worker(options.workerUrl, { workerData: { lane, workerUrl: options.workerUrl.href } });
    const slot: Slot = { worker, current: null };
    worker.on('message', (reply: TaskReply) => {
      if (slot.current === null || reply.id !== slot.current.request.id) return;
      if (reply.kind === 'event') {
        slot.current.options.onEvent?.(reply.event);
        return;
      }
      const task = settle(slot);
      if (reply.kind === 'done') task?.resolve(reply.output);
      else task?.reject(fromErrorData(reply.error));
      pump(lane);
    });
    worker.on('error', (error) => {
      options.logger.error('compute worker failed', { lane, message: error.message });
      settle(slot)?.reject(bug(`a compute worker failed: ${error.message}`, { cause: error }));
    });
    worker.on('exit', () => {
      settle(slot)?.reject(bug('a compute worker ended while it was working'));
      const at = lanes[lane].slots.indexOf(slot);
      if (at >= 0) lanes[lane].slots.splice(at, 1);
      pump(lane);
    });
    lanes[lane].slots.push(slot);
    return slot;
  };

  /** Cores that no batch task wants are offered to the running ones as helpers. */
  const shareIdle = (): void => {
    const { slots, queue, limit } = lanes.batch;
    const running = slots.flatMap(({ current }) => current ?? []);
    const idle = Math.max(0, limit - running.length - queue.length);
    running.forEach(({ request }, i) => {
      const own = Math.floor(idle / running.length) + (i < idle % running.length ? 1 : 0);
      Atomics.store(request.control, controlCells.helpers, own);
    });
  };

  const pump = (lane: Lane): void => {
    if (closed) return;
    const { slots, queue, limit } = lanes[lane];
    while (queue.length > 0) {
      const free = slots.find((slot) => slot.current === null) ?? (slots.length < limit ? spawn(lane) : null);
      if (free === null) return;
      const task = queue.shift();
      if (task === undefined) return;
      free.current = task;
      free.worker.ref();
      const { deadlineMs } = task.options;
      if (deadlineMs != null) {
        const raise = (): void => void Atomics.store(task.request.control, controlCells.deadline, 1);
        if (deadlineMs <= 0) raise();
        else task.timer = setTimeout(raise, deadlineMs);
      }
      if (lane === 'batch') shareIdle();
      free.worker.postMessage(task.request);
    }
    for (const slot of slots) if (slot.current === null) slot.worker.unref();
    if (lane === 'batch') shareIdle();
  };

  return {
    size: options.size,
    warm: () => {
      const { slots, limit } = lanes.batch;
      while (!closed && slots.length < limit) spawn('batch').worker.unref();
    },
    run: (name, input, runOptions = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(bug('the compute pool is closed'));
        if (runOptions.abort?.aborted) return reject(cancelled());
        if (runOptions.wrapUp?.aborted) return reject(cancelled());
        const lane = runOptions.lane ?? 'batch';
        const control = new Int32Array(new SharedArrayBuffer(4 * controlCells.length));
        // One signal may outlive thousands of tasks: a listener that stayed would keep each task's data
        const forget = (): void => {
          runOptions.abort?.removeEventListener('abort', stop);
          runOptions.wrapUp?.removeEventListener('abort', wrapUp);
        };
        const task: Queued = {
          request: { id: nextId++, name, input, control },
          options: runOptions,
          resolve: (output) => {
            forget();
            resolve(output as TaskOutputs[typeof name]);
          },
          reject: (error) => {
            forget();
            reject(error);
          },
          timer: null,
        };
        const drop = (): void => {
          const at = lanes[lane].queue.indexOf(task);
          if (at < 0) return;
          lanes[lane].queue.splice(at, 1);
          task.reject(cancelled());
        };
        const stop = (): void => {
          Atomics.store(control, controlCells.stop, 1);
          drop();
        };
        const wrapUp = (): void => {
          Atomics.store(control, controlCells.deadline, 1);
          drop();
        };
        runOptions.abort?.addEventListener('abort', stop, { once: true });
        runOptions.wrapUp?.addEventListener('abort', wrapUp, { once: true });
        lanes[lane].queue.push(task);
        pump(lane);
      }),
    close: async () => {
      closed = true;
      const all = [...lanes.batch.slots, ...lanes.interactive.slots];
      const running = all.flatMap(({ current }) => current?.request.control ?? []);
      for (const lane of [lanes.batch, lanes.interactive]) {
        for (const task of lane.queue.splice(0)) task.reject(cancelled('The host is closing.'));
        for (const slot of lane.slots) {
          if (slot.current) Atomics.store(slot.current.request.control, controlCells.stop, 1);
          settle(slot)?.reject(cancelled('The host is closing.'));
        }
      }
      // Idle workers do not hold the process; their end is awaited, so that nothing runs on after close.
      for (const slot of all) slot.worker.ref();
      // An idle worker does not keep the process alive; its end must, or nobody would be left to wait for it.
      for (const slot of all) slot.worker.ref();
      await Promise.all(running.map(leftNative));
      await Promise.all(all.map((slot) => slot.worker.terminate()));
    },
  };
}

const nativePollMs = 5;
const nativeWaitMs = 10_000;

/** Resolves once a stopped task is outside native code, where its thread may be ended. */
async function leftNative(control: Int32Array): Promise<void> {
  for (let waited = 0; waited < nativeWaitMs; waited += nativePollMs) {
    if (Atomics.load(control, controlCells.native) === 0) return;
    await new Promise((resolve) => setTimeout(resolve, nativePollMs));
  }
}
