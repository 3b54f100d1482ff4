/**
 * The heavy loops of training behind one door: compiled and, with a team, on several threads, or in plain TypeScript. All
 * ways give the same bits, because sums are exact integers or taken in blocks of fixed size. Arrays that the loops work on
 * come from here; compiled loops leave arrays that lie elsewhere to the TypeScript ones.
 */
import type { GradientKernel } from './gradient-sums.ts';
import type { HistogramSource } from './histogram.ts';
import type { DevianceShape, ResidualShape } from './regression.ts';
import type { LeafRange } from './row-passes.ts';
import type { LeafScan, ScanList } from './scan-features.ts';
import type { ClassShape } from './softmax.ts';
import type { Team } from './team.ts';
import { openCompiledKernels } from './training-compiled.ts';
import { plainKernels } from './training-plain.ts';
import type { SlotTree } from './walk-rows.ts';

export type TrainingKernels = {
  /** Zeroed arrays, valid until `release` of an earlier mark. */
  readonly bytes: (length: number) => Uint8Array;
  readonly ints: (length: number) => Int32Array;
  readonly floats: (length: number) => Float32Array;
  readonly doubles: (length: number) => Float64Array;
  readonly mark: () => number;
  /** Gives back all arrays handed out since the mark. */
  readonly release: (mark: number) => void;
  /** Lets helpers take part in large operations from now on, until the returned function is called. */
  readonly hire: (team: Team | null) => () => void;

  /** Clears `hist` and fills it. */
  readonly buildHistogram: (source: HistogramSource, hist: Float64Array) => void;
  /** Best cuts of listed columns: see scan-features.ts. */
  readonly scanFeatures: (hist: Float64Array, list: ScanList, scan: LeafScan) => void;
  /**
   * Clears `small` and fills it, takes it off the parent's histogram, which leaves that of the sibling, and scans the
   * sibling and, unless null, the smaller child. The list names all columns of the plan.
   */
  readonly searchSiblings: (
    source: HistogramSource,
    parent: Float64Array,
    small: Float64Array,
    list: ScanList,
    smallScan: LeafScan | null,
    largeScan: LeafScan,
  ) => void;
  /** parent −= child. */
  readonly subtractHistogram: (parent: Float64Array, child: Float64Array, size: number) => void;
  /** Reorders rows[start…end) stably by table[column[row]], 1 first; returns how many those are. */
  readonly partitionRows: (
    rows: Int32Array,
    start: number,
    end: number,
    column: Uint8Array,
    table: Uint8Array,
    scratch: Int32Array,
  ) => number;
  readonly quantise: (
    g: Float32Array,
    h: Float32Array,
    rows: Int32Array,
    gradientScale: number,
    hessianScale: number,
    key: number,
    packed: Float64Array,
  ) => number;
  readonly logisticGradients: GradientKernel<Float64Array>;
  /** Margins and probabilities lie class by class; other operations get the margins of one output. */
  readonly softmaxProbabilities: (
    margins: Float64Array,
    rows: Int32Array,
    classes: number,
    probabilities: Float32Array,
  ) => void;
  readonly classGradients: GradientKernel<Float32Array, [shape: ClassShape]>;
  readonly residualGradients: GradientKernel<Float64Array, [shape: ResidualShape]>;
  readonly devianceGradients: GradientKernel<Float64Array, [shape: DevianceShape]>;
  /** Rows ascend within each leaf, here and in sumLeaves. */
  readonly addLeafValues: (
    rows: Int32Array,
    leaves: readonly LeafRange[],
    values: Float64Array,
    margins: Float64Array,
  ) => void;
  readonly sumLeaves: (
    rows: Int32Array,
    leaves: readonly LeafRange[],
    leafCount: number,
    g: Float32Array,
    h: Float32Array,
    out: Float64Array,
  ) => void;
  /** Adds values[leaf] to the margins of rows, each listed once, led through a tree by `stride` bins a row. */
  readonly walkRows: (
    tree: SlotTree,
    values: Float64Array,
    bins: Uint8Array,
    stride: number,
    rows: Int32Array,
    margins: Float64Array,
  ) => void;
  /** Cuts (see quantile-cuts.ts) of numeric columns of one length from the values of `rows`, null for all; NaN is left out. */
  readonly findCuts: (columns: readonly Float32Array[], rows: Int32Array | null, maxBins: number) => Float32Array[];
  /** Bins of numeric values by padded cuts (see padCuts), NaN in `missingBin`. */
  readonly binValues: (values: Float32Array, padded: Float32Array, missingBin: number, out: Uint8Array) => void;
  /** Bins of category codes: `codes` by code, missingBin − 1 for others, NaN in `missingBin`. */
  readonly binCodes: (values: Float32Array, codes: Uint8Array, missingBin: number, out: Uint8Array) => void;
  /** Columns of equal length to a table by row. */
  readonly transpose: (columns: readonly Uint8Array[], table: Uint8Array) => void;
};

/** Fewer cells are not worth a memory of their own. */
const leastCells = 16_384;

/** Kernels for a table of so many cells: compiled ones where the machine runs them and the table is worth it. */
export function openTrainingKernels(
  cells: number,
  choice: 'compiled' | 'plain' | 'auto' = cells < leastCells ? 'plain' : 'auto',
): TrainingKernels {
  const compiled = choice === 'plain' ? null : openCompiledKernels(cells);
  if (compiled === null && choice === 'compiled') throw new RangeError('Compiled kernels cannot run here.');
  return compiled ?? plainKernels;
}
