/**
 * What a loss gives the booster. Margins are by absolute row, output by output (see margins.ts); gradients fill one output
 * at a time.
 */
import type { TrainingKernels } from '../kernels/training.ts';

export type Objective = {
  readonly base: Float64Array;
  /** Multiply a Newton step by this to get margin units. */
  readonly stepUnit: number;
  /**
   * Newton steps beyond this are cut; no limit when absent. For log-odds: where a class is rare, its curvature is nearly 0
   * and a leaf full of it would jump by hundreds.
   */
  readonly mostStep?: number;
  /** No row's |g| passes this; absent where nothing is known before. */
  readonly mostGradient?: number;
  /** Called once a round before `gradients`: takes probabilities of all outputs from the margins. */
  readonly beginRound: (margins: Float64Array, rows: Int32Array) => void;
  /** Fills g and h at the given rows for one output; returns [Σ|g|, Σh] through `sums`. */
  readonly gradients: (
    output: number,
    margins: Float64Array,
    rows: Int32Array,
    g: Float32Array,
    h: Float32Array,
    sums: Float64Array,
  ) => void;
  /** The value of a leaf in margin units, where a Newton step is not the best; absent where it is. */
  readonly leafValue?: LeafValue;
  /** The value of a leaf of a forest, seen from the base score; absent where `leafValue` or the Newton step serves. */
  readonly forestLeaf?: LeafValue;
  /** Weighted mean loss: log loss, root of the mean squared error, mean absolute, Huber or pinball loss, or deviance. */
  readonly loss: (margins: Float64Array, rows: Int32Array) => number;
};

/** Rows rows[from…to) of a leaf; `amplify` multiplies weights of drawn rows; λ pulls the value toward 0. */
export type LeafValue = (leaf: {
  readonly output: number;
  readonly margins: Float64Array;
  readonly rows: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly amplify: Float64Array | null;
  readonly lambda: number;
}) => number;

/** Labels and weights by absolute row. */
export type ObjectiveData = {
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  readonly trainRows: Int32Array;
  readonly outputCount: number;
  /** Loops for the gradients of common losses; plain ones without. */
  readonly kernels?: TrainingKernels;
};

/** Rows per call of the inner loops; small functions compile early. */
export const blockRows = 512;
/** Rows of prior class shares mixed into each leaf of a forest, so that pure leaves keep finite log-odds. */
export const forestPrior = 1;

/** Log-odds that one leaf may move by, before shrinkage: from one in 3000 to even. */
export const mostLogOddsStep = 8;

/** A row's weight, 1 without weights. */
export const weightOf = (weight: Float64Array | null, row: number): number => (weight === null ? 1 : weight[row]);
