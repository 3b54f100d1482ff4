/** How a net is built and trained. */
export type NetParams = {
  readonly hidden: readonly number[];
  readonly members: number;
  readonly embedding: number;
  /** Intervals of a number's code at most. */
  readonly intervals: number;
  readonly dropout: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Rows of a step at most; fewer where there are few rows. */
  readonly batchRows: number;
  /** Passes over the rows at most. */
  readonly epochs: number;
  /** Passes without a better validation loss after which training ends; null: all passes. */
  readonly patience: number | null;
  readonly seed: number;
};

const defaults: NetParams = {
  hidden: [128, 128],
  members: 4,
  embedding: 8,
  intervals: 16,
  dropout: 0.2,
  learningRate: 4e-3,
  weightDecay: 1e-2,
  batchRows: 256,
  epochs: 80,
  patience: 10,
  seed: 0,
};

/** Complete parameters from some. */
export const resolveNetParams = (given: Partial<NetParams>): NetParams => ({ ...defaults, ...given });
