/**
 * Arrays on kernel memory, one behind the other: a mark is taken before a computation and released after it. Views stay
 * valid when the memory grows; arrays are zeroed.
 */
import { resourceProblem } from '../../base/errors.ts';
import { type KernelMemory, pageBytes } from './web-assembly.ts';

export type Arena = {
  /** Address of so many bytes, 64-byte aligned, with any contents. */
  readonly take: (bytes: number) => number;
  readonly bytes: (length: number) => Uint8Array;
  readonly ints: (length: number) => Int32Array;
  readonly floats: (length: number) => Float32Array;
  readonly doubles: (length: number) => Float64Array;
  readonly mark: () => number;
  readonly release: (mark: number) => void;
  /** Whether all of the arrays lie on this memory. */
  readonly holds: (...arrays: readonly (ArrayBufferView | null)[]) => boolean;
};

/** Bytes that may be read behind an array: kernels load sixteen at a time. */
const slack = 64;
/** Growth at most beyond what is needed. */
const largestGrowth = 2 ** 26;

/** Hands out memory from `first` on; throws resource when there is no more. */
export function createArena(memory: KernelMemory, first: number): Arena {
  const buffers = new Set<ArrayBufferLike>([memory.buffer]);
  let top = first;
  const take = (bytes: number): number => {
    const at = top;
    const size = memory.buffer.byteLength;
    const missing = at + bytes + slack - size;
    if (missing > 0) {
      try {
        memory.grow(Math.ceil(Math.max(missing, Math.min(size / 4, largestGrowth)) / pageBytes));
      } catch (error) {
        throw resourceProblem('tree-memory', 'Training needs more memory than there is, or more than 4 GB.', {
          hint: 'Train on a sample of the rows or drop features.',
          cause: error,
        });
      }
      buffers.add(memory.buffer);
    }
    top = Math.ceil((at + bytes) / 64) * 64;
    return at;
  };
  // Addresses come first: taking may grow the memory, and with it change the buffer
  return {
    take,
    bytes: (length) => {
      const at = take(length);
      return new Uint8Array(memory.buffer, at, length).fill(0);
    },
    ints: (length) => {
      const at = take(4 * length);
      return new Int32Array(memory.buffer, at, length).fill(0);
    },
    floats: (length) => {
      const at = take(4 * length);
      return new Float32Array(memory.buffer, at, length).fill(0);
    },
    doubles: (length) => {
      const at = take(8 * length);
      return new Float64Array(memory.buffer, at, length).fill(0);
    },
    mark: () => top,
    release: (mark) => {
      top = mark;
    },
    holds: (...arrays) => arrays.every((array) => array === null || buffers.has(array.buffer)),
  };
}
