/** The kernel of contributions leaf by leaf: compiled once a thread, instantiated on a memory of its own. */
import { code } from './compiled/leaves.ts';
import { kernelOpener } from './kernel-source.ts';

/** See kernels/assembly/leaves.ts. Addresses and steps in bytes. */
export type LeafKernel = {
  readonly findPatterns: (
    nodes: number,
    nodeCount: number,
    categories: number,
    categoryCount: number,
    leaves: number,
    leafCount: number,
    tile: number,
    rows: number,
    scratch: number,
    out: number,
    step: number,
  ) => void;
  readonly countShares: (patterns: number, count: number, d: number, unit: number, share: number) => void;
  readonly multiplyShares: (fractions: number, d: number, unit: number, share: number) => void;
  readonly sumSubsets: (share: number, d: number, weights: number, sums: number) => void;
  readonly addSingles: (
    g: number,
    k: number,
    d: number,
    patterns: number,
    rows: number,
    slots: number,
    totals: number,
    step: number,
  ) => void;
  readonly addPairs: (
    a: number,
    b: number,
    c: number,
    d: number,
    patterns: number,
    rows: number,
    slots: number,
    totals: number,
    step: number,
  ) => void;
  readonly meet: (
    full: number,
    background: number,
    count: number,
    unit: number,
    weights: number,
    pairs: boolean,
    patterns: number,
    rows: number,
    slots: number,
    pairSlots: number,
    totals: number,
    step: number,
  ) => void;
};

/** The kernel on fresh memory of at least `bytes`, or null where it cannot be had. */
export const openLeafKernel = kernelOpener<LeafKernel>(code);
