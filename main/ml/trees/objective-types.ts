/**
 * What a loss gives the booster. Margins are row-major rowCount × outputCount by absolute row; gradients fill one output at
 * a time.
 */
export type Objective = {
  readonly base: Float64Array;
  /** Multiply a Newton step by this to get margin units. */
  readonly stepUnit: number;
  /** Called once a round before `gradients`: takes probabilities of all outputs from the margins. */
  readonly beginRound: (margins: Float64Array, rows: Int32Array) => void;
  /** Fills g and h at the given rows for one output; returns [Σ|g|, Σh] through `sums`. */
  readonly gradients: (
    output: number,
    margins: Float64Array,
    rows: Int32Array,
    g: Float64Array,
    h: Float64Array,
    sums: Float64Array,
  ) => void;
  /** Weighted mean loss: log loss, or the root of the mean squared error in target units. */
  readonly loss: (margins: Float64Array, rows: Int32Array) => number;
};

/** Labels and weights by absolute row. */
export type ObjectiveData = {
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  readonly trainRows: Int32Array;
  readonly outputCount: number;
};

/** Rows per call of the inner loops; small functions compile early. */
export const blockRows = 512;
export const leastHessian = 1e-16;

/** A row's weight, 1 without weights. */
export const weightOf = (weight: Float64Array | null, row: number): number => (weight === null ? 1 : weight[row]);
