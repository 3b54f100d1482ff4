/** The contribution kernel: compiled once a thread, instantiated on a memory of its own for each prepared explainer. */
import { code } from './compiled/shap.ts';
import { kernelOpener } from './kernel-source.ts';

/** See kernels/assembly/shap.ts. Addresses in bytes. */
export type ShapKernel = {
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

/** The kernel on fresh memory of at least `bytes`, or null where it cannot be had. */
export const openShapKernel = kernelOpener<ShapKernel>(code);
