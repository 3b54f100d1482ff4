/**
 * Newton's method for single-output models with few columns (iteratively reweighted least squares). Each step minimises
 * the quadratic model: by a Cholesky solve, or with an l1 penalty by cyclic coordinate descent on the p × p Hessian
 * (Friedman, Hastie & Tibshirani 2010, "covariance updates"). Steps are halved until the objective falls.
 */
import { bug } from '../../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { lassoPenalty, type Problem, smoothLoss } from './objective.ts';
import { factorise, gram, solveFactorised } from './products.ts';

/** Xᵀ·diag(weight)·X of a squared error, whose curvature is the same at every point: computed once a design. */
export type SharedCurvature = { squares: Float64Array | null };

/** Minimises the problem from `beta`, in place; returns the iterations used. */
export function newton(
  problem: Problem,
  beta: Float64Array,
  maxIterations: number,
  stop: StopSignal,
  shared: SharedCurvature = { squares: null },
): number {
  if (problem.outputCount !== 1) throw bug('Newton steps are for one output');
  const width = problem.design.columnCount + 1;
  const gradient = new Float64Array(width);
  const curvature = new Float64Array(problem.design.rowCount);
  let value = smoothLoss(problem, beta, gradient, curvature) + lassoPenalty(problem, beta);
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    throwIfStopped(stop);
    const hessian = shared.squares?.slice() ?? gram(problem.design, curvature);
    if (problem.task === 'regression') shared.squares ??= hessian.slice();
    for (let j = 0; j < width - 1; j++) hessian[j * width + j] += problem.l2;
    const step = problem.l1 > 0 ? descend(problem, hessian, gradient, beta) : solve(hessian, gradient);
    let scale = 1;
    let candidate = beta;
    let candidateValue = Number.POSITIVE_INFINITY;
    for (; scale > 1e-5; scale /= 2) {
      candidate = beta.map((b, j) => b + scale * step[j]);
      candidateValue = smoothLoss(problem, candidate, null) + lassoPenalty(problem, candidate);
      if (candidateValue <= value) break;
    }
    if (!(candidateValue <= value)) return iteration;
    const gain = value - candidateValue;
    beta.set(candidate);
    value = smoothLoss(problem, beta, gradient, curvature) + lassoPenalty(problem, beta);
    if (gain <= problem.tolerance * Math.max(1e-3, Math.abs(value))) return iteration;
  }
  return maxIterations;
}

function solve(hessian: Float64Array, gradient: Float64Array): Float64Array {
  const width = gradient.length;
  let largest = 0;
  for (let j = 0; j < width; j++) largest = Math.max(largest, hessian[j * width + j]);
  for (let jitter = 1e-12 * (largest + 1e-12); ; jitter *= 100) {
    const factor = hessian.slice();
    for (let j = 0; j < width; j++) factor[j * width + j] += jitter;
    if (!factorise(factor, width)) continue;
    const step = gradient.map((g) => -g);
    solveFactorised(factor, width, step);
    return step;
  }
}

/** Coordinate descent on gᵀd + ½ dᵀHd + l1 ‖β + d‖₁; `hessian` holds the lower triangle. */
function descend(problem: Problem, hessian: Float64Array, gradient: Float64Array, beta: Float64Array): Float64Array {
  const width = gradient.length;
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) hessian[j * width + i] = hessian[i * width + j];
  const step = new Float64Array(width);
  const slope = gradient.slice(); // g + H d
  for (let sweep = 0; sweep < 200; sweep++) {
    let moved = 0;
    for (let j = 0; j < width; j++) {
      const curve = hessian[j * width + j];
      if (!(curve > 0)) continue;
      const current = beta[j] + step[j];
      const goal = current - slope[j] / curve;
      const threshold = j === width - 1 ? 0 : problem.l1 / curve;
      const next = goal > threshold ? goal - threshold : goal < -threshold ? goal + threshold : 0;
      const delta = next - current;
      if (delta === 0) continue;
      step[j] += delta;
      moved = Math.max(moved, curve * delta ** 2);
      const at = j * width;
      for (let k = 0; k < width; k++) slope[k] += hessian[at + k] * delta;
    }
    if (moved < 1e-14) break;
  }
  return step;
}
