/**
 * Features as bytes. A numeric feature becomes the index of its quantile bin, a category the rank of its level by
 * frequency; missing has a bin of its own after all others. The mapper is learned from training rows alone and then
 * applied to any matrix, so that validation rows never shape a cut.
 *
 * Category bins: 0…k−1 the k most frequent codes, k everything else (rare, unseen, malformed), k+1 missing.
 */
import { invalidInput, resourceProblem } from '../../base/errors.ts';
import { createRng } from '../../base/rng.ts';
import type { FeatureMatrix } from '../frame.ts';
import { openTrainingKernels, type TrainingKernels } from '../kernels/training.ts';
import { plainKernels } from '../kernels/training-plain.ts';
import { padCuts, quantileCuts } from './quantile-cuts.ts';

export type FeatureKind = 'numeric' | 'category';

export type NumericBins = { readonly kind: 'numeric'; readonly cuts: Float32Array; readonly missingBin: number };

export type CategoryBins = {
  readonly kind: 'category';
  /** Level code of each listed bin. */
  readonly codes: Int32Array;
  /** Bin of each code; codes beyond are `otherBin`. */
  readonly binOfCode: Uint8Array;
  readonly otherBin: number;
  readonly missingBin: number;
};

export type FeatureBins = NumericBins | CategoryBins;

/** One entry a feature. `missingBin` is always the last bin, so a feature has `missingBin + 1` bins, at most 256. */
export type BinMapper = { readonly features: readonly FeatureBins[] };

/** The same bytes twice: by row for histograms, by column for partitions. */
export type BinnedMatrix = {
  readonly rowCount: number;
  readonly featureCount: number;
  /** rowCount × featureCount */
  readonly rowMajor: Uint8Array;
  /** featureCount arrays of rowCount */
  readonly columns: readonly Uint8Array[];
  /** The loops that run over these bytes, on whose memory they lie. */
  readonly kernels: TrainingKernels;
};

/** Rows that shape the cuts at most; above it a stratified sample of them does. */
export const cutSampleRows = 200_000;
/** Columns whose sampled values are held and sorted together. */
const columnsTogether = 8;
const largestCode = 16_777_215; // float32 holds every integer up to here

/**
 * Learns cuts and category bins from `rows` (null: all rows). Samples above 200 000 rows: one row at a seeded place in each
 * of 200 000 equal strides. Throws invalid-input when kinds and columns disagree.
 */
export function buildBins(
  matrix: FeatureMatrix,
  kinds: readonly FeatureKind[],
  rows: Int32Array | null,
  options: { readonly maxBins: number },
  kernels: TrainingKernels = plainKernels,
): BinMapper {
  if (kinds.length !== matrix.columns.length) {
    throw invalidInput('tree-kinds', `${kinds.length} feature kinds for ${matrix.columns.length} features.`);
  }
  const maxBins = Math.min(255, Math.max(2, Math.floor(options.maxBins)));
  const sample = sampleRows(rows, rows === null ? matrix.rowCount : rows.length);
  const count = sample === null ? matrix.rowCount : sample.length;
  const features = new Array<FeatureBins>(kinds.length);
  // A few columns at a time: threads can share them, and memory stays small
  const buffers = Array.from({ length: Math.min(columnsTogether, kinds.length) }, () => new Float32Array(count));
  for (let first = 0; first < kinds.length; first += columnsTogether) {
    const values = matrix.columns
      .slice(first, first + columnsTogether)
      .map((column, k) => takeValues(column, sample, count, buffers[k]));
    kernels.sortLists(values.filter((_, k) => kinds[first + k] === 'numeric'));
    values.forEach((own, k) => {
      features[first + k] = kinds[first + k] === 'category' ? categoryBins(own, maxBins) : numericBins(own, maxBins);
    });
  }
  return { features };
}

/** Applies a mapper to all rows of a matrix. Throws resource when the table would pass 2³¹ cells. */
export function applyBins(
  mapper: BinMapper,
  matrix: FeatureMatrix,
  kernels: TrainingKernels = openTrainingKernels(matrix.rowCount * mapper.features.length),
): BinnedMatrix {
  const { rowCount } = matrix;
  const featureCount = mapper.features.length;
  if (matrix.columns.length !== featureCount) {
    throw invalidInput('tree-features', `${matrix.columns.length} features given, the mapper has ${featureCount}.`);
  }
  if (rowCount * featureCount >= 2 ** 31) {
    throw resourceProblem('tree-size', `${rowCount} rows × ${featureCount} features pass the learner's limit.`, {
      hint: 'Train on a sample of the rows or drop features.',
    });
  }
  const rowMajor = kernels.bytes(rowCount * featureCount);
  const columns = mapper.features.map((bins, f) => {
    const out = kernels.bytes(rowCount);
    const column = matrix.columns[f];
    if (bins.kind === 'numeric') kernels.binValues(column, padCuts(bins.cuts), bins.missingBin, out);
    else
      for (let at = 0; at < rowCount; at += 1024)
        binCategoryBlock(bins, column, out, at, Math.min(rowCount, at + 1024));
    return out;
  });
  kernels.transpose(columns, rowMajor);
  return { rowCount, featureCount, rowMajor, columns, kernels };
}

function sampleRows(rows: Int32Array | null, count: number): Int32Array | null {
  if (count <= cutSampleRows) return rows;
  const rng = createRng(count);
  const stride = count / cutSampleRows;
  return Int32Array.from({ length: cutSampleRows }, (_, i) => {
    const at = Math.min(count - 1, Math.floor((i + rng.next()) * stride));
    return rows === null ? at : rows[at];
  });
}

/** The sampled values that are there, at the front of `values`. */
function takeValues(column: Float32Array, rows: Int32Array | null, count: number, values: Float32Array): Float32Array {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const x = column[rows === null ? i : rows[i]];
    if (!Number.isNaN(x)) values[kept++] = x;
  }
  return values.subarray(0, kept);
}

/** From ascending values. */
function numericBins(values: Float32Array, maxBins: number): NumericBins {
  const cuts = quantileCuts(values, maxBins);
  return { kind: 'numeric', cuts, missingBin: cuts.length + 1 };
}

function categoryBins(values: Float32Array, maxBins: number): CategoryBins {
  const counts = new Map<number, number>();
  for (const code of values) if (isCode(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, maxBins - 1);
  const codes = Int32Array.from(byCount, ([code]) => code);
  const otherBin = codes.length;
  const binOfCode = new Uint8Array(codes.reduce((most, code) => Math.max(most, code + 1), 0)).fill(otherBin);
  codes.forEach((code, bin) => {
    binOfCode[code] = bin;
  });
  return { kind: 'category', codes, binOfCode, otherBin, missingBin: otherBin + 1 };
}

const isCode = (x: number): boolean => x >= 0 && x <= largestCode && Math.floor(x) === x;

function binCategoryBlock(bins: CategoryBins, column: Float32Array, out: Uint8Array, start: number, end: number): void {
  const { binOfCode, otherBin, missingBin } = bins;
  for (let i = start; i < end; i++) {
    const x = column[i];
    if (Number.isNaN(x)) out[i] = missingBin;
    else out[i] = isCode(x) && x < binOfCode.length ? binOfCode[x] : otherBin;
  }
}
