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
  readonly split: SplitCandidate;
};
