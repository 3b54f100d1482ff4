/** Margins of k-nearest neighbours by a blocked search over all points: rows × points × coordinates. */
import type { FeatureMatrix } from '../frame.ts';
import { factorValue } from '../linear/derived.ts';
import type { Coordinate, NeighboursModel } from '../model-spec.ts';

/** Coordinates of every row, row-major, float32. */
export function coordinatesOf(coordinates: readonly Coordinate[], matrix: FeatureMatrix): Float32Array {
  const width = coordinates.length;
  const out = new Float32Array(matrix.rowCount * width);
  coordinates.forEach(({ factor, weight }, c) => {
    const column = matrix.columns[factor.feature];
    for (let i = 0; i < matrix.rowCount; i++) out[i * width + c] = factorValue(factor, column[i]) * weight;
  });
  return out;
}

/** The nearest points of one place, nearest first; equal distances go by the number of the point. */
export type Nearest = { readonly index: Int32Array; readonly distance: Float64Array; count: number };

export const createNearest = (most: number): Nearest => ({
  index: new Int32Array(most),
  distance: new Float64Array(most),
  count: 0,
});

/** Fills `nearest` with the points closest to the coordinates at `at`, `skip` left out. */
export function findNearest(
  points: Float32Array,
  width: number,
  place: Float32Array,
  at: number,
  skip: number,
  nearest: Nearest,
): void {
  const { index, distance } = nearest;
  const most = index.length;
  const pointCount = width === 0 ? 0 : points.length / width;
  let count = 0;
  for (let p = 0; p < pointCount; p++) {
    if (p === skip) continue;
    const from = p * width;
    const limit = count < most ? Number.POSITIVE_INFINITY : distance[most - 1];
    let squares = 0;
    for (let c = 0; c < width && squares < limit; c++) {
      const difference = place[at + c] - points[from + c];
      squares += difference * difference;
    }
    if (squares >= limit) continue;
    let slot = count < most ? count++ : most - 1;
    while (slot > 0 && distance[slot - 1] > squares) {
      distance[slot] = distance[slot - 1];
      index[slot] = index[slot - 1];
      slot--;
    }
    distance[slot] = squares;
    index[slot] = p;
  }
  nearest.count = count;
}

/** Weighted mean of the targets of the k nearest, the (k + 1)-th giving the reach. */
export function averageNearest(model: NeighboursModel, nearest: Nearest, k: number, out: Float64Array): void {
  const { outputCount: outputs, targets, counts, prior, priorWeight } = model;
  const reach = k < nearest.count ? nearest.distance[k] : Number.POSITIVE_INFINITY;
  let mass = priorWeight;
  for (let o = 0; o < outputs; o++) out[o] = priorWeight * prior[o];
  for (let j = 0; j < Math.min(k, nearest.count); j++) {
    const p = nearest.index[j];
    const weight = counts[p] * (reach > 0 ? 1 - nearest.distance[j] / reach : 0);
    mass += weight;
    for (let o = 0; o < outputs; o++) out[o] += weight * targets[p * outputs + o];
  }
  for (let o = 0; o < outputs; o++) out[o] /= mass;
}

/** Means as margins, in place. */
export function marginsOf(task: NeighboursModel['task'], means: Float64Array): void {
  for (let o = 0; o < means.length; o++) {
    if (task === 'binary') means[o] = Math.log(means[o]) - Math.log(1 - means[o]);
    else if (task === 'multiclass') means[o] = Math.log(means[o]);
  }
}

/** Margins [row][output]. */
export function predictNeighbours(model: NeighboursModel, matrix: FeatureMatrix): Float64Array {
  const { outputCount: outputs, coordinates, points, k } = model;
  const width = coordinates.length;
  const places = coordinatesOf(coordinates, matrix);
  const nearest = createNearest(k + 1);
  const means = new Float64Array(outputs);
  const margins = new Float64Array(matrix.rowCount * outputs);
  for (let i = 0; i < matrix.rowCount; i++) {
    findNearest(points, width, places, i * width, -1, nearest);
    averageNearest(model, nearest, k, means);
    marginsOf(model.task, means);
    margins.set(means, i * outputs);
  }
  return margins;
}
