/** The contribution kernel: compiled once a thread, instantiated on a memory of its own for each prepared explainer. */
import { code } from './compiled/shap.ts';
import { compileKernel, createKernelMemory, instantiateKernel, type KernelModule } from './web-assembly.ts';

/** See kernels/assembly/shap.ts. Addresses in bytes. */
export type ShapExports = {
  readonly explainBlock: (
    trees: number,
    treeCount: number,
    tile: number,
    rows: number,
    masks: number,
    products: number,
    sums: number,
    totals: number,
    slots: number,
    room: number,
  ) => void;
};

let module: KernelModule | null | undefined;

/** The kernel on fresh memory of at least `bytes`, or null where it cannot be had. */
export function openShapKernel(
  bytes: number,
): { readonly run: ShapExports['explainBlock']; readonly buffer: SharedArrayBuffer } | null {
  module ??= compileKernel(code);
  if (module === null) return null;
  try {
    const memory = createKernelMemory(bytes);
    return { run: instantiateKernel<ShapExports>(module, memory).explainBlock, buffer: memory.buffer };
  } catch {
    return null;
  }
}
