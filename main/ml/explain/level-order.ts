/**
 * An order for levels that have none, as accumulated effects need one (Apley & Zhu 2020, section 3.2 and their ALEPlot): levels
 * whose rows are alike in the other columns become neighbours. Distance of two levels: summed over the other columns, the
 * Kolmogorov–Smirnov distance of numbers, or half the absolute difference of the shares of texts. One dimension is then
 * taken by classical scaling.
 */
import type { Frame, RawColumn } from '../frame.ts';

/** Up to `most` most frequent levels of the column among the rows, in their order. Ties in frequency go by text. */
export function orderLevels(frame: Frame, column: RawColumn & { readonly type: 'string' }, most: number): string[] {
  const rowsOf = new Map<string, number[]>();
  column.codes.forEach((code, row) => {
    const level = code < 0 ? '' : column.levels[code];
    if (level === '') return;
    const rows = rowsOf.get(level);
    if (rows === undefined) rowsOf.set(level, [row]);
    else rows.push(row);
  });
  const frequent = [...rowsOf]
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const levels = frequent.map(([level]) => level);
  if (levels.length < 3) return levels;
  const distances = new Float64Array(levels.length ** 2);
  for (const other of frame.columns) {
    if (other.name === column.name) continue;
    const compare = other.type === 'string' ? shareDistances(other, frequent) : rankDistances(other, frequent);
    for (let i = 0; i < levels.length; i++) {
      for (let j = 0; j < i; j++) {
        const distance = compare(i, j);
        distances[i * levels.length + j] += distance;
        distances[j * levels.length + i] += distance;
      }
    }
  }
  const place = principalCoordinate(distances, levels.length);
  return levels
    .map((level, i) => ({ level, at: place[i] }))
    .sort((a, b) => a.at - b.at || (a.level < b.level ? -1 : 1))
    .map(({ level }) => level);
}

type Groups = readonly (readonly [string, readonly number[]])[];

function rankDistances(
  column: Extract<RawColumn, { readonly values: Float64Array }>,
  groups: Groups,
): (i: number, j: number) => number {
  const sorted = groups.map(([, rows]) =>
    Float64Array.from(
      rows.filter((row) => !Number.isNaN(column.values[row])),
      (row) => column.values[row],
    ).sort(),
  );
  return (i, j) => {
    const [a, b] = [sorted[i], sorted[j]];
    if (a.length === 0 || b.length === 0) return a.length === b.length ? 0 : 1;
    let worst = 0;
    for (let x = 0, y = 0; x < a.length && y < b.length; ) {
      const value = Math.min(a[x], b[y]);
      while (x < a.length && a[x] <= value) x++;
      while (y < b.length && b[y] <= value) y++;
      worst = Math.max(worst, Math.abs(x / a.length - y / b.length));
    }
    return worst;
  };
}

function shareDistances(
  column: RawColumn & { readonly type: 'string' },
  groups: Groups,
): (i: number, j: number) => number {
  const shares = groups.map(([, rows]) => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const level = column.codes[row] < 0 ? '' : column.levels[column.codes[row]];
      counts.set(level, (counts.get(level) ?? 0) + 1 / rows.length);
    }
    return counts;
  });
  return (i, j) => {
    let sum = 0;
    for (const level of new Set([...shares[i].keys(), ...shares[j].keys()])) {
      sum += Math.abs((shares[i].get(level) ?? 0) - (shares[j].get(level) ?? 0));
    }
    return sum / 2;
  };
}

/** First coordinate of classical scaling: the leading eigenvector of the doubly centred squared distances, by power iteration. */
function principalCoordinate(distances: Float64Array, size: number): Float64Array {
  const squared = distances.map((distance) => distance * distance);
  const rowMean = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += squared[i * size + j];
    return sum / size;
  });
  const mean = rowMean.reduce((sum, value) => sum + value, 0) / size;
  const centred = squared.map((value, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    return -0.5 * (value - rowMean[i] - rowMean[j] + mean);
  });
  // Shifted so that the eigenvalue wanted (the largest) is also the largest in size
  let shift = 0;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += Math.abs(centred[i * size + j]);
    shift = Math.max(shift, sum);
  }
  let vector = Float64Array.from({ length: size }, (_, i) => Math.sin(i + 1));
  for (let step = 0; step < 500; step++) {
    const next = Float64Array.from({ length: size }, (_, i) => {
      let sum = shift * vector[i];
      for (let j = 0; j < size; j++) sum += centred[i * size + j] * vector[j];
      return sum;
    });
    const norm = Math.hypot(...next);
    if (norm === 0) return vector;
    vector = next.map((value) => value / norm);
  }
  const lead = vector.reduce((best, value, i) => (Math.abs(value) > Math.abs(vector[best]) ? i : best), 0);
  return vector[lead] < 0 ? vector.map((value) => -value) : vector;
}
