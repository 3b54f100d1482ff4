/**
 * Stacking with non-negative weights (Breiman, "Stacked regressions", Machine Learning 1996): margin = intercept +
 * Σ weight · margin of the members, fitted to the labels by coordinate Newton steps on the mean loss. A ridge pulls the
 * weights to those of the blend with the pull of `priorRows` rows, so that few rows give the blend back. The result is
 * a weighted sum and therefore needs no other operator in the exported graph. Cost: sweeps × members × rows × outputs.
 */
import type { Task } from '../model-spec.ts';

export type Stack = {
  /** One per member, ≥ 0; they need not sum to 1. */
  readonly weights: readonly number[];
  /** One per output. */
  readonly intercept: readonly number[];
};

const priorRows = 100;
const sweeps = 12;

/** Fits the stack on out-of-fold margins (row-major rows × outputs) of the members, starting at `prior`. */
export function fitStack(
  task: Task,
  members: readonly Float64Array[],
  labels: Float64Array,
  outputCount: number,
  prior: readonly number[],
): Stack {
  const rows = labels.length;
  const weights = [...prior];
  const intercept = new Array<number>(outputCount).fill(0);
  // Regression weights act on deviations from the mean, so that shrinking them does not move the level.
  const level = task === 'regression' ? mean(labels) : 0;
  const centres = members.map((member) => (task === 'regression' ? mean(member) : 0));
  const margin = new Float64Array(rows * outputCount).fill(level);
  members.forEach((member, c) => {
    for (let i = 0; i < margin.length; i++) margin[i] += weights[c] * (member[i] - centres[c]);
  });
  const slopes = new Float64Array(margin.length);
  const ridge = priorRows / Math.max(1, rows);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let c = 0; c < members.length; c++) {
      const member = members[c];
      const centre = centres[c];
      const { gradient, curvature } = derivatives(task, margin, labels, outputCount, slopes, (i) => member[i] - centre);
      if (!(curvature > 0)) continue;
      const step = (gradient + ridge * curvature * (weights[c] - prior[c])) / (curvature * (1 + ridge));
      const next = Math.max(0, weights[c] - step);
      const change = next - weights[c];
      if (change === 0) continue;
      for (let i = 0; i < margin.length; i++) margin[i] += change * (member[i] - centre);
      weights[c] = next;
    }
    for (let k = 0; k < outputCount; k++) {
      const own = (i: number): number => (i % outputCount === k ? 1 : 0);
      const { gradient, curvature } = derivatives(task, margin, labels, outputCount, slopes, own);
      if (!(curvature > 0)) continue;
      const step = gradient / curvature;
      intercept[k] -= step;
      for (let row = 0; row < rows; row++) margin[row * outputCount + k] -= step;
    }
  }
  const taken = weights.reduce((sum, weight, c) => sum + weight * centres[c], 0);
  return { weights, intercept: intercept.map((value) => value + level - taken) };
}

/**
 * What to add to logarithms of predictions so that the predictions' squared error is least: ln of Σ y·p ÷ Σ p². It undoes
 * the shrinkage that boosting in the logarithm leaves in the largest values.
 */
export function fitLogLevel(logs: Float64Array, labels: Float64Array): number {
  let across = 0;
  let squares = 0;
  for (let i = 0; i < logs.length; i++) {
    const predicted = Math.exp(logs[i]);
    across += predicted * labels[i];
    squares += predicted * predicted;
  }
  const level = Math.log(across / squares);
  return Number.isFinite(level) ? level : 0;
}

const mean = (values: Float64Array): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Margins of a stack. */
export function applyStack(stack: Stack, members: readonly Float64Array[], outputCount: number): Float64Array {
  const out = new Float64Array(members[0]?.length ?? 0);
  for (let i = 0; i < out.length; i++) out[i] = stack.intercept[i % outputCount];
  members.forEach((member, c) => {
    const weight = stack.weights[c];
    if (weight !== 0) for (let i = 0; i < out.length; i++) out[i] += weight * member[i];
  });
  return out;
}

/** First and second derivative of the mean loss along one direction; `shares` is scratch for probabilities. */
function derivatives(
  task: Task,
  margin: Float64Array,
  labels: Float64Array,
  outputCount: number,
  shares: Float64Array,
  direction: (i: number) => number,
): { readonly gradient: number; readonly curvature: number } {
  let gradient = 0;
  let curvature = 0;
  const rows = labels.length;
  for (let row = 0; row < rows; row++) {
    if (task === 'regression') {
      const d = direction(row);
      gradient += 2 * (margin[row] - labels[row]) * d;
      curvature += 2 * d * d;
    } else if (task === 'binary') {
      const d = direction(row);
      const p = 1 / (1 + Math.exp(-margin[row]));
      gradient += (p - labels[row]) * d;
      curvature += p * (1 - p) * d * d;
    } else {
      const from = row * outputCount;
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputCount; k++) top = Math.max(top, margin[from + k]);
      let total = 0;
      for (let k = 0; k < outputCount; k++) {
        shares[from + k] = Math.exp(margin[from + k] - top);
        total += shares[from + k];
      }
      let mean = 0;
      let square = 0;
      for (let k = 0; k < outputCount; k++) {
        const d = direction(from + k);
        const p = shares[from + k] / total;
        mean += p * d;
        square += p * d * d;
      }
      gradient += mean - direction(from + labels[row]);
      curvature += square - mean * mean;
    }
  }
  return { gradient: gradient / rows, curvature: curvature / rows };
}
