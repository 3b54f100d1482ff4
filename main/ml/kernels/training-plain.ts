/** Training kernels in TypeScript: the reference, and the way where WebAssembly threads are missing. */
import { binOfValue, quantileCuts } from '../trees/quantile-cuts.ts';
import { buildHistogram, createHistogramScratch, subtractHistogram } from './histogram.ts';
import { logisticGradients } from './logistic.ts';
import { partitionRows } from './partition.ts';
import { devianceGradients, residualGradients } from './regression.ts';
import { addLeafValues, quantise, sumLeaves } from './row-passes.ts';
import { scanFeatures } from './scan-list.ts';
import { classGradients, softmaxProbabilities } from './softmax.ts';
import { sortFloats } from './sort-floats.ts';
import type { TrainingKernels } from './training.ts';
import { walkRows } from './walk-rows.ts';

const scratch = createHistogramScratch();

export const plainKernels: TrainingKernels = {
  bytes: (length) => new Uint8Array(length),
  ints: (length) => new Int32Array(length),
  floats: (length) => new Float32Array(length),
  doubles: (length) => new Float64Array(length),
  mark: () => 0,
  release: () => {},
  hire: () => () => {},
  buildHistogram: ({ plan, bins, stride, packed, rows, start, end }, hist) =>
    buildHistogram(plan, bins, stride, packed, rows, start, end, hist, scratch),
  searchSiblings: (source, parent, small, list, smallScan, largeScan) => {
    const { plan, bins, stride, packed, rows, start, end } = source;
    buildHistogram(plan, bins, stride, packed, rows, start, end, small, scratch);
    subtractHistogram(parent, small, plan.size);
    if (smallScan !== null) scanFeatures(small, list, smallScan);
    scanFeatures(parent, list, largeScan);
  },
  subtractHistogram,
  partitionRows,
  scanFeatures,
  quantise,
  logisticGradients,
  softmaxProbabilities,
  classGradients,
  residualGradients,
  devianceGradients,
  addLeafValues,
  sumLeaves,
  walkRows,
  findCuts: (columns, rows, maxBins) => {
    const values = new Float32Array(rows === null ? (columns[0]?.length ?? 0) : rows.length);
    return columns.map((column) => quantileCuts(sortFloats(takeValues(column, rows, values)), maxBins));
  },
  binValues: (values, padded, missingBin, out) => {
    for (let start = 0; start < values.length; start += 1024) {
      binBlock(values, padded, missingBin, out, start, Math.min(values.length, start + 1024));
    }
  },
  binCodes: (values, codes, missingBin, out) => {
    for (let start = 0; start < values.length; start += 1024) {
      codeBlock(values, codes, missingBin, out, start, Math.min(values.length, start + 1024));
    }
  },
  transpose: (columns, table) => {
    const stride = columns.length;
    const count = stride === 0 ? 0 : table.length / stride;
    for (let start = 0; start < count; start += 256) {
      for (let f = 0; f < stride; f++) scatterBlock(columns[f], table, stride, f, start, Math.min(count, start + 256));
    }
  },
};

/** The values of the rows that are there, at the front of `values`. */
function takeValues(column: Float32Array, rows: Int32Array | null, values: Float32Array): Float32Array {
  let kept = 0;
  for (let i = 0; i < values.length; i++) {
    const x = column[rows === null ? i : rows[i]];
    if (!Number.isNaN(x)) values[kept++] = x;
  }
  return values.subarray(0, kept);
}

function codeBlock(
  values: Float32Array,
  codes: Uint8Array,
  missingBin: number,
  out: Uint8Array,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    const x = values[i];
    if (Number.isNaN(x)) out[i] = missingBin;
    else out[i] = x >= 0 && x < codes.length && Math.floor(x) === x ? codes[x] : missingBin - 1;
  }
}

function binBlock(
  values: Float32Array,
  padded: Float32Array,
  missingBin: number,
  out: Uint8Array,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    const x = values[i];
    out[i] = Number.isNaN(x) ? missingBin : binOfValue(padded, x);
  }
}

function scatterBlock(from: Uint8Array, to: Uint8Array, stride: number, f: number, start: number, end: number): void {
  for (let i = start, at = start * stride + f; i < end; i++, at += stride) to[at] = from[i];
}
