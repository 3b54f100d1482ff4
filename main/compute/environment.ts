import type { StopSignal } from '../base/stop.ts';
import type { Team } from '../ml/kernels/team.ts';
import type { TaskEvent } from './protocol.ts';

/** What a task is given beside its input. */
export type TaskEnvironment = {
  /** Up when the owner gave up: the task throws `cancelled`. */
  readonly stop: StopSignal;
  /** Up when time is over: the task returns the best it has. */
  readonly deadline: () => boolean;
  readonly emit: (event: TaskEvent) => void;
  /** Monotonic milliseconds, for measured durations that are reported but decide nothing. */
  readonly now: () => number;
  /**
   * Says that the thread is inside a native runtime, or has left it: a thread that is ended inside takes the process with
   * it. After entering, the stop signal is to be read before anything else.
   */
  readonly native?: (inside: boolean) => void;
  /** Helpers on cores that no other task wants at the time; absent where there are none to be had. */
  readonly team?: Team;
};
