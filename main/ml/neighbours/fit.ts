/**
 * k-nearest neighbours: standardised numbers and one-hot levels (two levels apart count like one standard deviation of √2),
 * equal rows joined into one point, k chosen by leave-one-out on a seeded sample of the rows.
 */
import { unsupported } from '../../base/errors.ts';
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { type FeatureMatrix, takeFeatures } from '../frame.ts';
import { planExpansion } from '../linear/design.ts';
import type { Coordinate, NeighboursModel, Task } from '../model-spec.ts';
import type { FeatureKind } from '../recipe/apply.ts';
import { averageNearest, coordinatesOf, createNearest, findNearest } from './predict.ts';

export type NeighboursInput = {
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  readonly label: Float64Array;
  readonly rows: Int32Array;
  readonly task: Task;
  readonly outputCount: number;
};

/** The model keeps every row, and its graph compares with each: more would make files and answers too large. */
export const mostNeighbourRows = 20_000;
const triedNeighbours = [3, 5, 10, 20, 40, 80, 160];
const judgedRows = 1500;
const mostLevels = 40;

/** Fits a model. Throws unsupported `knn-rows` above 20 000 rows, cancelled when stopped. Deterministic by seed. */
export function fitNeighbours(input: NeighboursInput, seed: number, stop: StopSignal): NeighboursModel {
  const { rows, task, outputCount: outputs } = input;
  if (rows.length > mostNeighbourRows) {
    throw unsupported(
      'knn-rows',
      `k-nearest neighbours keep every training row and can be exported with at most ${mostNeighbourRows}; there are ${rows.length}.`,
      { hint: 'Train trees or an additive model (--learners trees,ebm), or take a sample of the rows.' },
    );
  }
  const coordinates = planCoordinates(input, stop);
  const places = coordinatesOf(coordinates, takeFeatures(input.matrix, rows));
  const label = Float64Array.from(rows, (row) => input.label[row]);
  const { points, targets, counts, pointOf } = joinEqual(places, coordinates.length, label, task, outputs);
  const prior = Array.from({ length: outputs }, (_, o) => {
    let sum = 0;
    for (let p = 0; p < counts.length; p++) sum += counts[p] * targets[p * outputs + o];
    return sum / rows.length;
  });
  const model: NeighboursModel = {
    outputCount: outputs,
    task,
    k: 1,
    coordinates,
    points,
    targets,
    counts,
    // A class that no row has still has some share.
    prior: task === 'regression' ? prior : prior.map((share) => Math.min(1 - 1e-6, Math.max(1e-6, share))),
    priorWeight: task === 'regression' ? 1e-6 : 0.5,
  };
  return { ...model, k: chooseK(model, places, label, pointOf, seed, stop) };
}

function planCoordinates(input: NeighboursInput, stop: StopSignal): readonly Coordinate[] {
  const { terms } = planExpansion(input.matrix, input.kinds, input.rows, stop);
  return terms.flatMap((term): Coordinate[] => {
    if (term.kind === 'numeric') {
      const { feature, mean, scale, low, high, impute } = term;
      return [{ factor: { kind: 'number', feature, mean, scale, low, high, impute }, weight: 1 }];
    }
    // "Other" and missing have no coordinate of their own: they lie between all levels.
    return Array.from(
      { length: Math.min(mostLevels, term.levelColumns.length - 1) },
      (_, code): Coordinate => ({
        factor: { kind: 'level', feature: term.feature, code, share: 0 },
        weight: Math.fround(Math.SQRT1_2),
      }),
    );
  });
}

function joinEqual(places: Float32Array, width: number, label: Float64Array, task: Task, outputs: number) {
  const known = new Map<string, number>();
  const pointOf = new Int32Array(label.length);
  const first: number[] = [];
  const bytes = new Int32Array(places.buffer, places.byteOffset, places.length);
  for (let i = 0; i < label.length; i++) {
    const key = bytes.subarray(i * width, (i + 1) * width).join();
    let point = known.get(key);
    if (point === undefined) {
      point = first.length;
      known.set(key, point);
      first.push(i);
    }
    pointOf[i] = point;
  }
  const points = new Float32Array(first.length * width);
  for (const [p, row] of first.entries()) points.set(places.subarray(row * width, (row + 1) * width), p * width);
  const sums = new Float64Array(first.length * outputs);
  const counts = new Float32Array(first.length);
  for (let i = 0; i < label.length; i++) {
    counts[pointOf[i]]++;
    if (task === 'multiclass') sums[pointOf[i] * outputs + label[i]]++;
    else sums[pointOf[i]] += label[i];
  }
  const targets = Float32Array.from(sums, (sum, at) => sum / counts[Math.floor(at / outputs)]);
  return { points, targets, counts, pointOf };
}

function chooseK(
  model: NeighboursModel,
  places: Float32Array,
  label: Float64Array,
  pointOf: Int32Array,
  seed: number,
  stop: StopSignal,
): number {
  const width = model.coordinates.length;
  const pointCount = model.counts.length;
  const tried = triedNeighbours.filter((k) => k < pointCount - 1);
  if (tried.length === 0 || width === 0) return Math.max(0, pointCount - 2);
  const order = shuffle(
    Int32Array.from({ length: label.length }, (_, i) => i),
    createRng(deriveSeed(seed, 'neighbours')),
  );
  const sample = order.subarray(0, judgedRows);
  const losses = new Float64Array(tried.length);
  const nearest = createNearest(tried[tried.length - 1] + 1);
  const means = new Float64Array(model.outputCount);
  for (const row of sample) {
    throwIfStopped(stop);
    // The row's own point is left out whole, equal rows with it: what is asked is how well others speak for it.
    findNearest(model.points, width, places, row * width, pointOf[row], nearest);
    tried.forEach((k, t) => {
      averageNearest(model, nearest, k, means);
      losses[t] += lossOf(model.task, means, label[row]);
    });
  }
  let best = 0;
  for (let t = 1; t < tried.length; t++) if (losses[t] < losses[best]) best = t;
  return tried[best];
}

function lossOf(task: Task, means: Float64Array, label: number): number {
  if (task === 'regression') return (means[0] - label) ** 2;
  const share = task === 'binary' ? (label === 1 ? means[0] : 1 - means[0]) : means[label];
  return -Math.log(Math.max(1e-12, share));
}
