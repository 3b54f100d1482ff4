import { compileKernel, type KernelModule } from '../../ml/kernels/web-assembly.ts';

/** Builds something on a kernel: null where the machine has no WebAssembly with SIMD or refuses the memory. */
export type KernelSource = <T>(build: (module: KernelModule) => T) => T | null;

/** The source of a kernel's code, compiled at its first use. Failures other than of memory are the caller's to see. */
export function kernelSource(code: Parameters<typeof compileKernel>[0]): KernelSource {
  let compiled: KernelModule | null | undefined;
  return (build) => {
    compiled ??= compileKernel(code);
    if (compiled === null) return null;
    try {
      return build(compiled);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  };
}
