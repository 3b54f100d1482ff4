/**
 * Finds two or three numeric columns that together are the target of a regression (a total and its parts), though none
 * of them gives it away alone: greedy forward selection by explained variance on standardised columns. Cost: one Gram
 * matrix of the sampled rows.
 */
import type { RawColumn } from '../frame.ts';

/** Share of variance that the columns must explain together to count as the parts of a total. */
const togetherLimit = 0.9995;
const mostParts = 3;
const mostRows = 5000;
const mostColumns = 60;

/** Names of the columns and the share explained, or null. `rows` are in random order. */
export function sumLeak(
  columns: readonly RawColumn[],
  label: ArrayLike<number>,
  rows: Int32Array,
): { columns: string[]; explained: number } | null {
  const used = rows.subarray(0, mostRows);
  const numeric = columns.filter((column) => column.type === 'double').slice(0, mostColumns);
  if (used.length < 50 || numeric.length < 2) return null;
  const vectors = numeric.map((column) => standardised(Float64Array.from(used, (row) => column.values[row])));
  let residual = standardised(Float64Array.from(used, (row) => label[row]));
  const chosen: { name: string; vector: Float64Array }[] = [];
  let left = 1;
  while (chosen.length < mostParts && left > 1 - togetherLimit) {
    let best = -1;
    let bestGain = 0;
    let bestVector = residual;
    for (let c = 0; c < numeric.length; c++) {
      const vector = orthogonal(vectors[c], chosen);
      if (vector === null) continue;
      const gain = dot(vector, residual) ** 2;
      if (gain > bestGain) [best, bestGain, bestVector] = [c, gain, vector];
    }
    if (best < 0) return null;
    const along = dot(bestVector, residual);
    residual = residual.map((value, i) => value - along * bestVector[i]);
    left = dot(residual, residual);
    chosen.push({ name: numeric[best].name, vector: bestVector });
  }
  if (left > 1 - togetherLimit || chosen.length < 2) return null;
  return { columns: chosen.map((part) => part.name), explained: 1 - left };
}

/** Centred on its known finite values, the others 0, scaled to length 1. */
function standardised(values: Float64Array): Float64Array {
  let total = 0;
  let known = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    total += value;
    known++;
  }
  const centred = values.map((value) => (Number.isFinite(value) ? value - total / known : 0));
  const length = Math.sqrt(dot(centred, centred));
  return length > 0 ? centred.map((value) => value / length) : centred;
}

/** What of a vector points away from the chosen ones, scaled to length 1; null when nearly nothing does. */
function orthogonal(vector: Float64Array, chosen: readonly { vector: Float64Array }[]): Float64Array | null {
  let rest = vector;
  for (const part of chosen) {
    const along = dot(rest, part.vector);
    rest = rest.map((value, i) => value - along * part.vector[i]);
  }
  const length = Math.sqrt(dot(rest, rest));
  return length > 1e-6 ? rest.map((value) => value / length) : null;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}
