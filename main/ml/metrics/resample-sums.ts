/**
 * Resampling of long inputs without visiting every row each time. The Poisson bootstrap (Chamandy et al. 2012) gives every
 * row its own Poisson(1) count; sums over rows that a metric treats alike then get one Poisson draw of their number.
 *
 * - sums of row statistics: rows are dealt to 16 384 random blocks once, and a block's Poisson(1) count stands for those of
 *   its rows; the variance of a sum is that of single rows, within about 1 %.
 * - tables of counts: one draw a cell, exactly the bootstrap of its rows.
 * - orders of one or two scores: rows with equal label in the same equal-mass bin of the score are one cell; the value
 *   of the binned rows is shifted to that of all rows.
 */
import { createRng, type Rng } from '../../base/rng.ts';
import { argsort } from '../stats/argsort.ts';
import type { Evaluator, MetricInput, RowSums } from './metric.ts';

const blockCount = 16_384;
const scoreBins = 2_048;
/** Bins of each score where two are kept together. */
const pairedBins = 128;

/** Draws one resample and gives the metric's value on it. */
export type Draw = () => number;

/** A Poisson count: by inversion below a mean of 12, by a normal with its first skewness term above. */
export function poisson(rng: Rng, mean: number): number {
  if (mean === 0) return 0;
  if (mean < 12) {
    let left = rng.next();
    let probability = Math.exp(-mean);
    let count = 0;
    while (left >= probability && count < 200) {
      left -= probability;
      count++;
      probability *= mean / count;
    }
    return count;
  }
  const z = rng.normal();
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6));
}

/** Block of every row, at random. */
export function dealBlocks(rows: number, seed: number): Uint16Array {
  const rng = createRng(seed);
  return Uint16Array.from({ length: rows }, () => rng.int(blockCount));
}

/** Counts of the blocks in a new resample. */
export function drawBlocks(rng: Rng, counts: Float64Array): void {
  for (let b = 0; b < counts.length; b++) counts[b] = poisson(rng, 1);
}

export const newBlocks = (): Float64Array => new Float64Array(blockCount);

/** Value on a resample of blocks, for sums of row statistics. */
export function blockValue(
  sums: Extract<RowSums, { kind: 'columns' }>,
  blocks: Uint16Array,
): (counts: Float64Array) => number {
  const width = sums.columns.length;
  const byBlock = new Float64Array(blockCount * width);
  sums.columns.forEach((column, c) => {
    for (let i = 0; i < column.length; i++) byBlock[blocks[i] * width + c] += column[i];
  });
  const total = new Float64Array(width);
  return (counts) => {
    total.fill(0);
    for (let b = 0; b < blockCount; b++) {
      const count = counts[b];
      if (count === 0) continue;
      for (let c = 0; c < width; c++) total[c] += count * byBlock[b * width + c];
    }
    return sums.finish(total);
  };
}

/** Values on resamples of a table's cells. */
export function cellDraw(sums: Extract<RowSums, { kind: 'cells' }>, rng: Rng): Draw {
  const counts = new Float64Array(sums.cellCount);
  for (const cell of sums.cellOf) counts[cell]++;
  const used = Int32Array.from(counts.keys()).filter((cell) => counts[cell] > 0);
  const drawn = new Float64Array(sums.cellCount);
  return () => {
    for (const cell of used) drawn[cell] = poisson(rng, counts[cell]);
    return sums.finish(drawn);
  };
}

/** Rows gathered by label and by the bins of their scores: one score a cell and set of predictions, and its rows. */
export type GatheredRows = { readonly inputs: readonly MetricInput[]; readonly counts: Float64Array };

/** Gathers binary predictions of the same rows by one model, or two. */
export function gatherRows(inputs: readonly MetricInput[]): GatheredRows {
  const { labels } = inputs[0];
  const rows = labels.length;
  const most = inputs.length === 1 ? scoreBins : pairedBins;
  const binned = inputs.map((input) => binOf(input.predictions, most));
  const index = new Map<number, number>();
  const cellOf = new Int32Array(rows);
  const cellLabels: number[] = [];
  const cellBins: number[][] = inputs.map(() => []);
  for (let i = 0; i < rows; i++) {
    let key = labels[i] === 1 ? 1 : 0;
    for (const { bins } of binned) key = key * most + bins[i];
    let cell = index.get(key);
    if (cell === undefined) {
      cell = index.size;
      index.set(key, cell);
      cellLabels.push(labels[i]);
      binned.forEach(({ bins }, m) => {
        cellBins[m].push(bins[i]);
      });
    }
    cellOf[i] = cell;
  }
  const counts = new Float64Array(index.size);
  for (const cell of cellOf) counts[cell]++;
  return {
    counts,
    inputs: binned.map(({ means }, m) => ({
      predictions: Float64Array.from(cellBins[m], (bin) => means[bin]),
      labels: cellLabels,
      classCount: 2,
    })),
  };
}

/** Equal-mass bins of scores, equal scores together, with the mean score of each. */
function binOf(scores: ArrayLike<number>, most: number): { bins: Int32Array; means: number[] } {
  const order = argsort(scores);
  const bins = new Int32Array(order.length);
  const means: number[] = [];
  let sum = 0;
  let inside = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    bins[row] = means.length;
    sum += scores[row];
    inside++;
    const full = (i + 1) * most >= order.length * (means.length + 1);
    if (i + 1 < order.length && (!full || scores[order[i + 1]] === scores[row])) continue;
    means.push(sum / inside);
    sum = 0;
    inside = 0;
  }
  return { bins, means };
}

/** Fills `drawn` with a resample of gathered rows. */
export function drawCounts(rng: Rng, counts: Float64Array, drawn: Float64Array): void {
  for (let cell = 0; cell < counts.length; cell++) drawn[cell] = poisson(rng, counts[cell]);
}

/** What an evaluator of gathered rows must be shifted by to equal that of all rows. */
export const shiftOf = (exact: number, gathered: Evaluator, counts: Float64Array): number => exact - gathered(counts);
