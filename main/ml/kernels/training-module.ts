/** What assembly/training.ts exports, and the numbers of its operations. */
export type TrainingExports = {
  readonly chooseControl: (at: number) => void;
  readonly lead: (operation: number, units: number, shared: number) => number;
  readonly follow: () => void;
  readonly dismiss: () => void;
  readonly subtract: (parent: number, child: number, size: number) => void;
  readonly leftBefore: (unit: number) => number;
  readonly partitionAlone: (
    rows: number,
    start: number,
    end: number,
    column: number,
    table: number,
    scratch: number,
  ) => number;
};

/** Numbers of operations, as assembly/training.ts has them. */
export const operations = {
  histogram: 0,
  partition: 1,
  place: 2,
  quantise: 3,
  addLeaves: 4,
  sumLeaves: 5,
  logistic: 6,
  bin: 7,
  transpose: 8,
  softmax: 9,
  classGradient: 10,
  cuts: 11,
  scan: 12,
  code: 13,
  histogramParts: 14,
  siblings: 15,
  residuals: 16,
  deviance: 17,
  walk: 18,
} as const;
