/** Global summary of exact contributions: which raw columns move the margin, how far, and in which direction. */
import { createRng, shuffle } from '../../base/rng.ts';
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import { argsort } from '../stats/argsort.ts';

export type SummaryPoint = {
  readonly contribution: number;
  /** Where the value lies among the column's values, 0…1 by rank; null for missing and for text. */
  readonly position: number | null;
  readonly value: number | string | null;
};

export type ColumnSummary = {
  readonly column: string;
  /** Mean |contribution| in margin units. */
  readonly meanAbs: number;
  /** Higher values raise or lower the margin, do both, or the column has levels instead of an order. */
  readonly direction: 'raises' | 'lowers' | 'mixed' | 'by-level';
  readonly points: readonly SummaryPoint[];
};

export type SummaryInput = {
  /** Column names in the order of the contributions. */
  readonly inputs: readonly string[];
  /** Row-major [row][input] contributions in the margin of one output. */
  readonly values: ArrayLike<number>;
  /** The explained rows, with at least the columns named. */
  readonly frame: Frame;
  readonly seed: number;
  /** Points a column for a beeswarm; default 200. */
  readonly pointCount?: number;
};

/** Rank correlation from which a direction is named. */
const clearDirection = 0.5;

/** Columns by falling mean |contribution|. Deterministic for a seed. */
export function globalSummary(input: SummaryInput): ColumnSummary[] {
  const { inputs, values, frame } = input;
  const rowCount = frame.rowCount;
  const order = shuffle(
    Int32Array.from({ length: rowCount }, (_, i) => i),
    createRng(input.seed),
  );
  const sample = order.slice(0, input.pointCount ?? 200).sort();
  const summaries = inputs.map((name, c): ColumnSummary => {
    const contributions = Float64Array.from({ length: rowCount }, (_, i) => values[i * inputs.length + c]);
    const column = findColumn(frame, name);
    const positions = column === null ? new Float64Array(rowCount).fill(Number.NaN) : ranks(column);
    let total = 0;
    for (const value of contributions) total += Math.abs(value);
    return {
      column: name,
      meanAbs: rowCount === 0 ? 0 : total / rowCount,
      direction: column === null || column.type === 'string' ? 'by-level' : directionOf(positions, contributions),
      points: Array.from(sample, (row) => ({
        contribution: contributions[row],
        position: Number.isNaN(positions[row]) ? null : positions[row],
        value: column === null ? null : cellValue(column, row),
      })),
    };
  });
  return summaries.sort((a, b) => b.meanAbs - a.meanAbs);
}

/** The value of a cell as plain data; null when missing. */
export function cellValue(column: RawColumn, row: number): number | string | null {
  if (column.type === 'string') return column.codes[row] < 0 ? null : column.levels[column.codes[row]];
  return Number.isNaN(column.values[row]) ? null : column.values[row];
}

/** Mid-rank of every value scaled to 0…1; NaN for missing and for text. */
function ranks(column: RawColumn): Float64Array {
  const rowCount = column.type === 'string' ? column.codes.length : column.values.length;
  const out = new Float64Array(rowCount).fill(Number.NaN);
  if (column.type === 'string') return out;
  const order = argsort(column.values);
  let known = rowCount;
  while (known > 0 && Number.isNaN(column.values[order[known - 1]])) known--;
  for (let from = 0; from < known; ) {
    let to = from + 1;
    while (to < known && column.values[order[to]] === column.values[order[from]]) to++;
    const rank = known > 1 ? (from + to - 1) / 2 / (known - 1) : 0.5;
    for (let i = from; i < to; i++) out[order[i]] = rank;
    from = to;
  }
  return out;
}

/** Spearman's correlation of values and contributions over rows with a value, read as a direction. */
function directionOf(positions: Float64Array, contributions: Float64Array): 'raises' | 'lowers' | 'mixed' {
  const known = Array.from(positions.keys()).filter((i) => !Number.isNaN(positions[i]));
  const x = Float64Array.from(known, (i) => positions[i]);
  const y = ranks({ type: 'double', name: '', values: Float64Array.from(known, (i) => contributions[i]) });
  let sumX = 0;
  let sumY = 0;
  for (let i = 0; i < x.length; i++) {
    sumX += x[i] / x.length;
    sumY += y[i] / x.length;
  }
  let cross = 0;
  let squareX = 0;
  let squareY = 0;
  for (let i = 0; i < x.length; i++) {
    cross += (x[i] - sumX) * (y[i] - sumY);
    squareX += (x[i] - sumX) ** 2;
    squareY += (y[i] - sumY) ** 2;
  }
  const correlation = squareX > 0 && squareY > 0 ? cross / Math.sqrt(squareX * squareY) : 0;
  return correlation >= clearDirection ? 'raises' : correlation <= -clearDirection ? 'lowers' : 'mixed';
}
