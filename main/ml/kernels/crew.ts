/**
 * The threads of compiled training kernels: the caller, who leads, and helpers on the same memory. Arguments of an operation
 * lie in a control block (see assembly/training/control.ts) of the module's own page.
 */
import { resourceProblem } from '../../base/errors.ts';
import type { Team } from './team.ts';
import type { TrainingExports } from './training-module.ts';
import { instantiateKernel, type KernelMemory, type KernelModule, pageBytes } from './web-assembly.ts';

export type Crew = {
  readonly kernel: TrainingExports;
  /** Helpers called so far: buffers for that many more threads are needed. */
  readonly helpers: () => number;
  /** Whether helpers take part in an operation of that work (half nanoseconds); they are called once enough was seen. */
  readonly helped: (work: number) => boolean;
  /** Sets integer arguments from `at` on: numbers, or addresses of arrays (null: 0). */
  readonly put: (at: number, ...values: readonly (number | ArrayBufferView | null)[]) => void;
  readonly putDoubles: (at: number, ...values: readonly number[]) => void;
  /** Runs an operation; returns how many threads took part. Throws resource when a helper was lost. */
  readonly lead: (operation: number, units: number, shared: boolean) => number;
  /** Lets helpers take part until the returned function is called. */
  readonly hire: (team: Team | null) => () => void;
};

const controlBytes = 1024;
/** Control blocks fill the rest of the module's own page. */
const firstControl = 4096;
const integersAt = 640;
const doublesAt = 768;
/** Places for helpers in a control block. */
const mostHelpers = 63;
/** Such work seen before helpers are called: a short computation is over before they come. */
const patience = 16_000_000;
/** Work from which calling helpers pays. */
const leastShared = 40_000;

/** A crew of one; `called` is told when helpers have been, before they work. */
export function createCrew(module: KernelModule, memory: KernelMemory, called: () => void): Crew {
  const kernel = instantiateKernel<TrainingExports>(module, memory);
  let helpers = 0;
  let control = firstControl - controlBytes;
  let integers: Int32Array = new Int32Array(0);
  let numbers: Float64Array = new Float64Array(0);
  const chooseControl = (): void => {
    control += controlBytes;
    integers = new Int32Array(memory.buffer, control + integersAt, 32);
    numbers = new Float64Array(memory.buffer, control + doublesAt, 32);
    kernel.chooseControl(control);
  };
  chooseControl();
  let team: Team | null = null;
  let workSeen = 0;
  return {
    kernel,
    helpers: () => helpers,
    helped: (work) => {
      if (team === null || work < leastShared) return false;
      const allowed = team.allowed();
      if (allowed === 0) return false;
      if (helpers > 0) return true;
      workSeen += work;
      if (workSeen < patience || control + 2 * controlBytes > pageBytes) return false;
      helpers = Math.min(allowed, mostHelpers);
      called();
      team.start({ module, memory, control }, helpers);
      return true;
    },
    put: (at, ...values) => {
      for (let i = 0; i < values.length; i++) {
        const value = values[i];
        integers[at + i] = value === null ? 0 : typeof value === 'number' ? value : value.byteOffset;
      }
    },
    putDoubles: (at, ...values) => {
      for (let i = 0; i < values.length; i++) numbers[at + i] = values[i];
    },
    lead: (operation, units, shared) => {
      const threads = kernel.lead(operation, units, shared ? 1 : 0);
      if (threads === 0) throw resourceProblem('tree-helper', 'A helper thread of the training did not come back.');
      return threads;
    },
    hire: (given) => {
      team = given;
      workSeen = 0;
      return () => {
        team = null;
        if (helpers === 0) return;
        helpers = 0;
        kernel.dismiss();
        // Every team has a block of its own, never used again: a helper that starts late still finds there that it may go.
        chooseControl();
      };
    },
  };
}
