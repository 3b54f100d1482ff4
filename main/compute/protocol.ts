import type { ErrorData } from '../base/errors.ts';
import type { TaskInputs, TaskName, TaskOutputs } from './tasks/index.ts';

/**
 * Cells of the control block every task carries (Int32 on shared memory). The host writes stop, deadline and helpers, the
 * worker polls them; the worker writes native while it uses a runtime that must not be cut off.
 */
export const controlCells = { stop: 0, deadline: 1, helpers: 2, native: 3, length: 4 } as const;

/** Host → worker. */
export type TaskRequest<N extends TaskName = TaskName> = {
  readonly id: number;
  readonly name: N;
  readonly input: TaskInputs[N];
  readonly control: Int32Array;
};

/** Worker → host. */
export type TaskReply<N extends TaskName = TaskName> =
  | { readonly id: number; readonly kind: 'done'; readonly output: TaskOutputs[N] }
  | { readonly id: number; readonly kind: 'event'; readonly event: TaskEvent }
  | { readonly id: number; readonly kind: 'failed'; readonly error: ErrorData };

/** Progress of a running task, e.g. one boosting round. */
export type TaskEvent = { readonly series: string; readonly [key: string]: string | number | null };
