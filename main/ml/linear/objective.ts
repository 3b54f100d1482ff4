/**
 * The smooth part of a penalised generalised linear model:
 *   F(β) = (1/Σw) Σ w_i loss(y_i, m_i) + l2/2 ‖β‖²
 * with logistic loss (binary), softmax loss (multiclass) or half squared error (regression). Parameters are laid out per
 * output: `columnCount` weights, then the intercept, which is not penalised.
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
};

/** Length of the parameter vector. */
export const parameterCount = (problem: Problem): number => (problem.design.columnCount + 1) * problem.outputCount;

/** True for parameters that are penalised (all but intercepts). */
export const isPenalised = (problem: Problem, j: number): boolean =>
  j % (problem.design.columnCount + 1) !== problem.design.columnCount;

/** Margins of all rows, column-major [output][row]. */
export function margins(problem: Problem, beta: Float64Array): Float64Array[] {
  const width = problem.design.columnCount + 1;
  return Array.from({ length: problem.outputCount }, (_, k) => {
    const out = new Float64Array(problem.design.rowCount);
    multiply(problem.design, beta, k * width, beta[k * width + width - 1], out);
    return out;
  });
}

/** F at `beta` and, in `gradient`, its derivative. `curvature`, if given, receives w_i × the loss' second derivative. */
export function smoothLoss(
  problem: Problem,
  beta: Float64Array,
  gradient: Float64Array | null,
  curvature: Float64Array | null = null,
): number {
  const values = margins(problem, beta);
  const loss =
    problem.task === 'multiclass' ? softmaxResiduals(problem, values) : singleResiduals(problem, values[0], curvature);
  const width = problem.design.columnCount + 1;
  let penalty = 0;
  if (gradient !== null) {
    for (let k = 0; k < problem.outputCount; k++) {
      gradient[k * width + width - 1] = multiplyTransposed(problem.design, values[k], gradient, k * width);
    }
  }
  for (let j = 0; j < beta.length; j++) {
    if (!isPenalised(problem, j)) continue;
    penalty += beta[j] ** 2;
    if (gradient !== null) gradient[j] += problem.l2 * beta[j];
  }
  return loss + (problem.l2 / 2) * penalty;
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

function softmaxResiduals(problem: Problem, values: readonly Float64Array[]): number {
  const { label, weight, outputCount } = problem;
  const row = new Float64Array(outputCount);
  let loss = 0;
  for (let i = 0; i < label.length; i++) {
    for (let k = 0; k < outputCount; k++) row[k] = values[k][i];
    softmaxInto(row, 0, outputCount, row);
    loss -= weight[i] * Math.log(Math.max(row[label[i]], 1e-300));
    for (let k = 0; k < outputCount; k++) values[k][i] = weight[i] * (row[k] - (label[i] === k ? 1 : 0));
  }
  return loss;
}
