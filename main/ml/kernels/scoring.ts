/**
 * The scoring kernel of this thread: one module, one memory, made at first use and kept. The memory holds the program that
 * was used last, so that alternating between ensembles costs one copy each time and many ensembles cost no memory each.
 */
import { code } from './compiled/scoring.ts';
import { kernelSource } from './kernel-source.ts';
import { createKernelMemory, instantiateKernel, type KernelMemory, pageBytes } from './web-assembly.ts';

type Exports = {
  readonly scoreBlock: (
    trees: number,
    treeCount: number,
    tile: number,
    rows: number,
    margins: number,
    room: number,
  ) => void;
  readonly copyLow: (from: number, to: number, bytes: number) => void;
};

export type ScoringKernel = Exports & {
  readonly memory: KernelMemory;
  /** What lies at `programAt`; identity tells whether it must be copied again. */
  program: object | null;
};

/** Programs are laid out for this address. */
export const programAt = 64;

let kernel: ScoringKernel | null | undefined;

/** The kernel, or null where WebAssembly with SIMD and shared memory is missing. */
export function findScoringKernel(): ScoringKernel | null {
  kernel ??= makeKernel();
  return kernel;
}

const fromKernel = kernelSource(code);

const makeKernel = (): ScoringKernel | null =>
  fromKernel((module) => {
    const memory = createKernelMemory(1 << 20);
    const { scoreBlock, copyLow } = instantiateKernel<Exports>(module, memory);
    return { scoreBlock, copyLow, memory, program: null };
  });

/** Makes room for `bytes`; false when the system refuses. */
export function growTo(memory: KernelMemory, bytes: number): boolean {
  const missing = bytes - memory.buffer.byteLength;
  if (missing <= 0) return true;
  try {
    memory.grow(Math.ceil(missing / pageBytes));
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
