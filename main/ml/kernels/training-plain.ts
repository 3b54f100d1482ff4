/** Training kernels in TypeScript: the reference, and the way where WebAssembly threads are missing. */
import { binOfValue } from '../trees/quantile-cuts.ts';
import { buildHistogram, createHistogramScratch, subtractHistogram } from './histogram.ts';
import { logisticGradients } from './logistic.ts';
import { partitionRows } from './partition.ts';
import { addLeafValues, quantise, sumLeaves } from './row-passes.ts';
import { scanFeatures } from './scan-features.ts';
import { classGradients, softmaxProbabilities } from './softmax.ts';
import { sortFloats } from './sort-floats.ts';
import type { TrainingKernels } from './training.ts';

const scratch = createHistogramScratch();

export const plainKernels: TrainingKernels = {
  bytes: (length) => new Uint8Array(length),
  ints: (length) => new Int32Array(length),
  floats: (length) => new Float32Array(length),
  doubles: (length) => new Float64Array(length),
  mark: () => 0,
  release: () => {},
  hire: () => () => {},
  buildHistogram: (plan, bins, stride, packed, rows, start, end, hist) =>
    buildHistogram(plan, bins, stride, packed, rows, start, end, hist, scratch),
  subtractHistogram,
  partitionRows,
  scanFeatures,
  quantise,
  logisticGradients,
  softmaxProbabilities,
  classGradients,
  addLeafValues,
  sumLeaves,
  sortLists: (lists) => lists.forEach(sortFloats),
  binValues: (values, padded, missingBin, out) => {
    for (let start = 0; start < values.length; start += 1024) {
      binBlock(values, padded, missingBin, out, start, Math.min(values.length, start + 1024));
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
