/**
 * The smooth part of a penalised generalised linear model:
 *   F(β) = (1/Σw) Σ w_i loss(y_i, m_i) + l2/2 ‖β‖²
 * with logistic loss (binary), softmax loss (multiclass) or half squared error (regression). Parameters are interleaved,
 * β[column][output]; the intercepts come last and are not penalised.
 */
import type { Task } from '../model-spec.ts';
import { sigmoid, softmaxInto, softplus } from '../stats/links.ts';
import type { Design } from './design.ts';
import { multiply, multiplyTransposed } from './products.ts';

export type Problem = {
  readonly task: Task;
  readonly outputCount: number;
  readonly design: Design;
  /** 0/1, class index, or standardised target. */
  readonly label: Float64Array;
  /** Sums to 1. */
  readonly weight: Float64Array;
  readonly l2: number;
  readonly l1: number;
  /** Iterations end when the objective falls by less than this share of itself. */
  readonly tolerance: number;
};

/** Length of the parameter vector. */
export const parameterCount = (problem: Problem): number => (problem.design.columnCount + 1) * problem.outputCount;

/** Parameters before this index are penalised; the intercepts follow. */
export const penalisedCount = (problem: Problem): number => problem.design.columnCount * problem.outputCount;

/** F at `beta` and, in `gradient`, its derivative. `curvature`, if given, receives w_i × the loss' second derivative. */
export function smoothLoss(
  problem: Problem,
  beta: Float64Array,
  gradient: Float64Array | null,
  curvature: Float64Array | null = null,
): number {
  const { design, outputCount } = problem;
  const values = new Float64Array(design.rowCount * outputCount);
  multiply(design, beta, outputCount, values);
  const loss =
    problem.task === 'multiclass' ? softmaxResiduals(problem, values) : singleResiduals(problem, values, curvature);
  if (gradient !== null) multiplyTransposed(design, values, outputCount, gradient);
  const last = penalisedCount(problem);
  let squares = 0;
  for (let j = 0; j < last; j++) {
    squares += beta[j] ** 2;
    if (gradient !== null) gradient[j] += problem.l2 * beta[j];
  }
  return loss + (problem.l2 / 2) * squares;
}

/** l1 ‖β‖₁. */
export function lassoPenalty(problem: Problem, beta: Float64Array): number {
  if (problem.l1 === 0) return 0;
  const last = penalisedCount(problem);
  let total = 0;
  for (let j = 0; j < last; j++) total += Math.abs(beta[j]);
  return problem.l1 * total;
}

/** Replaces margins by weighted residuals; returns the loss. */
function singleResiduals(problem: Problem, values: Float64Array, curvature: Float64Array | null): number {
  const { label, weight, task } = problem;
  let loss = 0;
  for (let i = 0; i < values.length; i++) {
    const m = values[i];
    const w = weight[i];
    if (task === 'regression') {
      const residual = m - label[i];
      loss += (w * residual ** 2) / 2;
      values[i] = w * residual;
      if (curvature !== null) curvature[i] = w;
      continue;
    }
    const p = sigmoid(m);
    loss += w * (softplus(m) - label[i] * m);
    values[i] = w * (p - label[i]);
    if (curvature !== null) curvature[i] = w * Math.max(p * (1 - p), 1e-10);
  }
  return loss;
}

function softmaxResiduals(problem: Problem, values: Float64Array): number {
  const { label, weight, outputCount } = problem;
  let loss = 0;
  for (let i = 0; i < label.length; i++) {
    const at = i * outputCount;
    softmaxInto(values, at, outputCount, values);
    loss -= weight[i] * Math.log(Math.max(values[at + label[i]], 1e-300));
    for (let k = 0; k < outputCount; k++) values[at + k] = weight[i] * (values[at + k] - (label[i] === k ? 1 : 0));
  }
  return loss;
}
