/**
 * Helpers of one computation: threads that work on its shared memory. Who owns threads provides a team; kernels call on it
 * for large operations while it allows. Helpers join when they are ready, and results do not depend on how many there are.
 */
import type { KernelMemory, KernelModule } from './web-assembly.ts';

/** What a helper needs: the module, the memory, and the address of the control block. */
export type TeamWork = { readonly module: KernelModule; readonly memory: KernelMemory; readonly control: number };

export type Team = {
  /** Helpers that may work now, besides the caller; asked before each large operation. */
  readonly allowed: () => number;
  /** Starts so many helpers, once; each calls `followTraining` and ends when that returns. */
  readonly start: (work: TeamWork, helpers: number) => void;
};
