/**
 * Fitting of the continuous calibrators. Platt (1999) with his smoothed targets; beta calibration (Kull, Silva Filho &
 * Flach 2017) with a, b ≥ 0 so that the order of predictions is kept; temperature scaling (Guo et al. 2017);
 * piecewise: isotonic regression by pool-adjacent-violators, its blocks merged to at most 20 knots and joined by
 * straight lines, because a step would jump on float32 rounding.
 */
import type { Calibrator } from '../model-spec.ts';
import { argsort } from '../stats/argsort.ts';
import { logSigmoid, sigmoid } from '../stats/links.ts';

/** Two-parameter-and-intercept logistic fit by damped Newton steps on the features given; returns [w…, intercept]. */
function logisticFit(features: readonly Float64Array[], targets: Float64Array, start: readonly number[]): number[] {
  const width = features.length + 1;
  const rows = targets.length;
  let weights = [...start];
  const ridge = 1e-9 * rows;
  const lossAt = (w: readonly number[]): number => {
    let loss = 0;
    for (let i = 0; i < rows; i++) {
      const z = linear(features, w, i);
      loss -= targets[i] * logSigmoid(z) + (1 - targets[i]) * logSigmoid(-z);
    }
    return loss;
  };
  let loss = lossAt(weights);
  for (let iteration = 0; iteration < 50; iteration++) {
    const gradient = new Array<number>(width).fill(0);
    const hessian = Array.from({ length: width }, () => new Array<number>(width).fill(0));
    for (let i = 0; i < rows; i++) {
      const p = sigmoid(linear(features, weights, i));
      const error = p - targets[i];
      const curve = p * (1 - p);
      for (let a = 0; a < width; a++) {
        const xa = a < features.length ? features[a][i] : 1;
        gradient[a] += error * xa;
        for (let b = 0; b <= a; b++) hessian[a][b] += curve * xa * (b < features.length ? features[b][i] : 1);
      }
    }
    for (let a = 0; a < width; a++) hessian[a][a] += ridge;
    const step = solveSymmetric(hessian, gradient);
    let scale = 1;
    let next = weights;
    let nextLoss = loss;
    for (; scale > 1e-6; scale /= 2) {
      next = weights.map((w, a) => w - scale * step[a]);
      nextLoss = lossAt(next);
      if (nextLoss <= loss) break;
    }
    const gain = loss - nextLoss;
    if (!(gain >= 0)) break;
    weights = next;
    loss = nextLoss;
    if (gain < 1e-10 * (1 + Math.abs(loss))) break;
  }
  return weights;
}

function linear(features: readonly Float64Array[], weights: readonly number[], i: number): number {
  let z = weights[features.length];
  for (let a = 0; a < features.length; a++) z += weights[a] * features[a][i];
  return z;
}

/** Solves a small symmetric positive definite system given its lower triangle (Cholesky). */
function solveSymmetric(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const n = right.length;
  const l = lower.map((row) => [...row]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let value = lower[i][j];
      for (let k = 0; k < j; k++) value -= l[i][k] * l[j][k];
      l[i][j] = i === j ? Math.sqrt(Math.max(value, 1e-300)) : value / l[j][j];
    }
  }
  const x = [...right];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i][k] * x[k];
    x[i] /= l[i][i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k][i] * x[k];
    x[i] /= l[i][i];
  }
  return x;
}

/** Platt's targets: (positives + 1) / (positives + 2) and 1 / (negatives + 2). */
function smoothedTargets(labels: ArrayLike<number>): Float64Array {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i];
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (labels.length - positives + 2);
  return Float64Array.from(labels, (label) => (label === 1 ? high : low));
}

/** Platt scaling of binary margins; the slope is never negative. */
export function fitPlatt(margins: ArrayLike<number>, labels: ArrayLike<number>): Calibrator {
  const targets = smoothedTargets(labels);
  const [slope, intercept] = logisticFit([Float64Array.from(margins)], targets, [1, 0]);
  if (slope >= 0) return { kind: 'platt', slope, intercept };
  return { kind: 'platt', slope: 0, intercept: logisticFit([], targets, [0])[0] };
}

/** Beta calibration of binary margins with a, b ≥ 0. */
export function fitBeta(margins: ArrayLike<number>, labels: ArrayLike<number>): Calibrator {
  const targets = smoothedTargets(labels);
  const up = Float64Array.from(margins, logSigmoid);
  const down = Float64Array.from(margins, (m) => -logSigmoid(-m));
  const [a, b, c] = logisticFit([up, down], targets, [1, 1, 0]);
  if (a >= 0 && b >= 0) return { kind: 'beta', a, b, c };
  const [only, shift] = logisticFit([a < 0 ? down : up], targets, [1, 0]);
  if (only < 0) return { kind: 'beta', a: 0, b: 0, c: logisticFit([], targets, [0])[0] };
  return a < 0 ? { kind: 'beta', a: 0, b: only, c: shift } : { kind: 'beta', a: only, b: 0, c: shift };
}

/** Cells (rows × classes) that one number is fitted to; every second, third … row is taken where there are more. */
const temperatureCells = 2_000_000;

/** Temperature of softmax margins (row-major) that minimises log loss, by golden-section search over ln T in [−3, 3]. */
export function fitTemperature(margins: ArrayLike<number>, labels: ArrayLike<number>, outputCount: number): Calibrator {
  const stride = Math.max(1, Math.ceil((labels.length * outputCount) / temperatureCells));
  const lossAt = (logTemperature: number): number => {
    const scale = Math.exp(-logTemperature);
    let loss = 0;
    for (let i = 0; i < labels.length; i += stride) {
      const at = i * outputCount;
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputCount; k++) top = Math.max(top, margins[at + k] * scale);
      let total = 0;
      for (let k = 0; k < outputCount; k++) total += Math.exp(margins[at + k] * scale - top);
      loss += top + Math.log(total) - margins[at + labels[i]] * scale;
    }
    return loss;
  };
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = -3;
  let high = 3;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let leftLoss = lossAt(left);
  let rightLoss = lossAt(right);
  while (high - low > 1e-5) {
    if (leftLoss <= rightLoss) {
      high = right;
      right = left;
      rightLoss = leftLoss;
      left = high - golden * (high - low);
      leftLoss = lossAt(left);
    } else {
      low = left;
      left = right;
      leftLoss = rightLoss;
      right = low + golden * (high - low);
      rightLoss = lossAt(right);
    }
  }
  return { kind: 'temperature', temperature: Math.exp((low + high) / 2) };
}

/** Temperature of binary margins: that of the softmax over (0, m). */
export function fitBinaryTemperature(margins: ArrayLike<number>, labels: ArrayLike<number>): Calibrator {
  const both = new Float64Array(2 * margins.length);
  for (let i = 0; i < margins.length; i++) both[2 * i + 1] = margins[i];
  return fitTemperature(both, labels, 2);
}

type Block = { mass: number; margin: number; positives: number };

/**
 * Isotonic calibration of binary margins as at most `mostKnots` knots; probabilities keep 1 / (n + 2) away from 0 and 1.
 * Knots whose line would rise by more than 1 per unit of margin are merged, so that float32 margins stay close.
 */
export function fitPiecewise(margins: ArrayLike<number>, labels: ArrayLike<number>, mostKnots = 20): Calibrator {
  const order = argsort(margins);
  const blocks: Block[] = [];
  for (let i = 0; i < order.length; i++) {
    const margin = margins[order[i]];
    const previous = i > 0 ? margins[order[i - 1]] : Number.NaN;
    const last = blocks.at(-1);
    if (last !== undefined && margin === previous) add(last, { mass: 1, margin, positives: labels[order[i]] });
    else {
      pool(blocks);
      blocks.push({ mass: 1, margin, positives: labels[order[i]] });
    }
  }
  pool(blocks);
  const merged = mergeSteep(mergeSmallest(blocks, mostKnots));
  const floor = 1 / (order.length + 2);
  return {
    kind: 'piecewise',
    margins: merged.map((block) => block.margin / block.mass),
    probabilities: merged.map((block) => Math.min(1 - floor, Math.max(floor, block.positives / block.mass))),
  };
}

function add(into: Block, block: Block): void {
  into.mass += block.mass;
  into.margin += block.margin;
  into.positives += block.positives;
}

/** Merges the last block backwards while it breaks the order. */
function pool(blocks: Block[]): void {
  while (blocks.length > 1) {
    const last = blocks[blocks.length - 1];
    const before = blocks[blocks.length - 2];
    if (before.positives * last.mass < last.positives * before.mass) return;
    add(before, last);
    blocks.pop();
  }
}

/** Joins neighbours between which the probability rises faster than the margin. */
function mergeSteep(blocks: Block[]): Block[] {
  for (let i = 1; i < blocks.length; ) {
    const [before, here] = [blocks[i - 1], blocks[i]];
    const rise = here.positives / here.mass - before.positives / before.mass;
    const run = here.margin / here.mass - before.margin / before.mass;
    if (run > 0 && rise <= run) {
      i++;
      continue;
    }
    add(before, here);
    blocks.splice(i, 1);
    i = Math.max(1, i - 1);
  }
  return blocks;
}

/** Joins the smallest block with its smaller neighbour until few enough are left. */
function mergeSmallest(blocks: readonly Block[], most: number): Block[] {
  const merged = blocks.map((block) => ({ ...block }));
  while (merged.length > most) {
    let smallest = 0;
    for (let i = 1; i < merged.length; i++) if (merged[i].mass < merged[smallest].mass) smallest = i;
    const left = smallest > 0 ? merged[smallest - 1].mass : Number.POSITIVE_INFINITY;
    const right = smallest + 1 < merged.length ? merged[smallest + 1].mass : Number.POSITIVE_INFINITY;
    const first = left <= right ? smallest - 1 : smallest;
    add(merged[first], merged[first + 1]);
    merged.splice(first + 1, 1);
  }
  return merged;
}
