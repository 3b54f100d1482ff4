/**
 * Where a kernel's instances come from. The code is compiled once a thread, at its first use; where the machine has no
 * WebAssembly with SIMD, or refuses the memory, there is none, and the caller goes the way without. Every other failure is
 * a fault of ours and comes through.
 */
import { compileKernel, createKernelMemory, instantiateKernel, type KernelModule } from './web-assembly.ts';

/** Builds something on a kernel; null where it cannot be had. */
export type KernelSource = <T>(build: (module: KernelModule) => T) => T | null;

/** The source of a kernel's base64 code. */
export function kernelSource(code: string): KernelSource {
  let compiled: KernelModule | null | undefined;
  return (build) => {
    if (compiled === undefined) compiled = compileKernel(code);
    if (compiled === null) return null;
    try {
      return build(compiled);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  };
}

/** An instance with exports `E` on a memory of its own. */
export type OpenedKernel<E> = { readonly kernel: E; readonly buffer: SharedArrayBuffer };

/** Opens instances on fresh memory of at least `bytes` each; null where they cannot be had. */
export function kernelOpener<E>(code: string): (bytes: number) => OpenedKernel<E> | null {
  const source = kernelSource(code);
  return (bytes) =>
    source((module) => {
      const memory = createKernelMemory(bytes);
      return { kernel: instantiateKernel<E>(module, memory), buffer: memory.buffer };
    });
}
