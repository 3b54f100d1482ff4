import type { SplitCandidate } from './split.ts';

/** A leaf of the growing tree: rows[start … start+count) of the grower's row array. */
export type GrowingLeaf = {
  node: number;
  parent: number;
  start: number;
  count: number;
  depth: number;
  gradient: number;
  hessian: number;
  histogram: Float64Array | null;
  extraL2: number;
  /** Bounds of the leaf's step in quantised units; infinite without monotone constraints. */
  low: number;
  high: number;
  /** Features used from the root to here, kept only under interaction constraints. */
  path: readonly number[];
  /** Features the next split may use; null allows all. */
  allowed: Uint8Array | null;
  readonly split: SplitCandidate;
};
