/**
 * The columns an additive model is boosted on: for every term the cell of every row as one byte. A feature's cells are its
 * quantile bins with missing last; codes of categories are numbers here, ordered by frequency, and a code that training
 * never showed has a cell of its own. A pair's cells are products of coarser bins, each a run of neighbouring bins, so
 * that what a pair shows of one feature alone can be moved into that feature's own term without loss.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { FeatureKind } from '../recipe/apply.ts';
import { applyBins, buildBins, type NumericBins } from '../trees/bins.ts';

/** One feature in bins; the last cell is missing. */
export type FeatureCells = {
  readonly feature: number;
  readonly isCategory: boolean;
  readonly cuts: Float32Array;
  /** Cell of every row of the matrix. */
  readonly column: Uint8Array;
  readonly cellCount: number;
};

/** The features whose rows fall into more than one cell, in bins learned from `rows`. */
export function featureCells(
  matrix: FeatureMatrix,
  kinds: readonly FeatureKind[],
  rows: Int32Array,
  maxBins: number,
): readonly FeatureCells[] {
  const mapper = buildBins(
    matrix,
    kinds.map(() => 'numeric' as const),
    rows,
    { maxBins: Math.min(253, maxBins) },
  );
  const features = mapper.features.map((bins, f): NumericBins => {
    const cuts = bins.kind === 'numeric' ? bins.cuts : new Float32Array(0);
    return withUnseenCell(cuts, kinds[f], matrix.columns[f], rows);
  });
  const { columns } = applyBins({ features }, matrix);
  const found: FeatureCells[] = [];
  features.forEach(({ cuts, missingBin }, feature) => {
    const column = columns[feature];
    const first = column[rows[0]];
    if (rows.every((row) => column[row] === first)) return;
    const isCategory = kinds[feature].kind === 'category';
    found.push({ feature, isCategory, cuts, column, cellCount: missingBin + 1 });
  });
  return found;
}

/** Parts "other" from the rarest level when no training row has it. */
function withUnseenCell(cuts: Float32Array, kind: FeatureKind, column: Float32Array, rows: Int32Array): NumericBins {
  let all = cuts;
  if (kind.kind === 'category') {
    let most = -1;
    for (const row of rows) if (column[row] > most) most = column[row];
    if (most < kind.levelCount) all = Float32Array.of(...cuts, most + 0.5);
  }
  return { kind: 'numeric', cuts: all, missingBin: all.length + 1 };
}

/** Coarser cells of one feature for pairs. */
export type CoarseCells = {
  /** Group of each cell of the feature, missing included. */
  readonly groupOf: Uint8Array;
  readonly groupCount: number;
  /** The feature's cuts that part two groups. */
  readonly cuts: Float32Array;
};

/**
 * Groups neighbouring cells: numbers into at most `most` parts of about equal weight, categories into the most frequent
 * levels and the rest. Missing keeps a group of its own.
 */
export function coarsen(cells: FeatureCells, rows: Int32Array, most: number): CoarseCells {
  const valueCells = cells.cellCount - 1;
  const groupOf = new Uint8Array(cells.cellCount);
  const counts = new Float64Array(cells.cellCount);
  for (const row of rows) counts[cells.column[row]]++;
  let left = 0;
  for (let c = 0; c < valueCells; c++) left += counts[c];
  const single = cells.isCategory || valueCells <= most;
  let group = 0;
  let inGroup = 0;
  let target = left / most;
  const cuts: number[] = [];
  for (let c = 0; c < valueCells; c++) {
    groupOf[c] = group;
    inGroup += counts[c];
    if (group === most - 1 || c === valueCells - 1 || !(single || inGroup >= target)) continue;
    cuts.push(cells.cuts[c]);
    group++;
    left -= inGroup;
    inGroup = 0;
    target = left / (most - group);
  }
  groupOf[valueCells] = group + 1;
  return { groupOf, groupCount: group + 2, cuts: Float32Array.from(cuts) };
}

/** The cells of two features together, at most 256. */
export function pairColumn(a: FeatureCells, b: FeatureCells, inA: CoarseCells, inB: CoarseCells): Uint8Array {
  const out = new Uint8Array(a.column.length);
  const width = inB.groupCount;
  for (let i = 0; i < out.length; i++) out[i] = inA.groupOf[a.column[i]] * width + inB.groupOf[b.column[i]];
  return out;
}
