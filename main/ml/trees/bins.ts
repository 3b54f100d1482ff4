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
import { padCuts } from './quantile-cuts.ts';

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
/** Codes below this are counted in an array. */
const smallCodes = 4096;
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
  const numeric = matrix.columns.filter((_, f) => kinds[f] === 'numeric');
  const cuts = kernels.findCuts(numeric, sample, maxBins);
  let next = 0;
  return {
    features: matrix.columns.map((column, f) =>
      kinds[f] === 'category' ? categoryBins(column, sample, maxBins) : numericBins(cuts[next++]),
    ),
  };
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
    else kernels.binCodes(column, bins.binOfCode, bins.missingBin, out);
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

const numericBins = (cuts: Float32Array): NumericBins => ({ kind: 'numeric', cuts, missingBin: cuts.length + 1 });

function categoryBins(column: Float32Array, rows: Int32Array | null, maxBins: number): CategoryBins {
  const byCount = countCodes(column, rows)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, maxBins - 1);
  const codes = Int32Array.from(byCount, ([code]) => code);
  const otherBin = codes.length;
  const binOfCode = new Uint8Array(codes.reduce((most, code) => Math.max(most, code + 1), 0)).fill(otherBin);
  codes.forEach((code, bin) => {
    binOfCode[code] = bin;
  });
  return { kind: 'category', codes, binOfCode, otherBin, missingBin: otherBin + 1 };
}

/** How often each code occurs: small codes in an array, others in a map. */
function countCodes(column: Float32Array, rows: Int32Array | null): [number, number][] {
  const small = new Int32Array(smallCodes);
  const large = new Map<number, number>();
  const count = rows === null ? column.length : rows.length;
  for (let i = 0; i < count; i++) {
    const x = column[rows === null ? i : rows[i]];
    if (!isCode(x)) continue;
    if (x < smallCodes) small[x]++;
    else large.set(x, (large.get(x) ?? 0) + 1);
  }
  const counts = [...large];
  small.forEach((times, code) => {
    if (times > 0) counts.push([code, times]);
  });
  return counts;
}

const isCode = (x: number): boolean => x >= 0 && x <= largestCode && Math.floor(x) === x;
