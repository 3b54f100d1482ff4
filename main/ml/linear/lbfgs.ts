/**
 * Limited-memory BFGS (Nocedal & Wright 2006, alg. 7.4–7.5), preconditioned, and its orthant-wise variant for an l1
 * penalty (Andrew & Gao 2007): the pseudo-gradient steers, and no step leaves the orthant it started in. The first guess
 * of the inverse Hessian is Böhning's bound (1992) on the softmax Hessian: one Gram matrix for all outputs, factorised
 * once; with very many columns or an l1 penalty its diagonal alone.
 */
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { Design } from './design.ts';
import { lassoPenalty, type Problem, parameterCount, penalisedCount, smoothLoss } from './objective.ts';
import { factorise, gram, solveFactorised } from './products.ts';

const memory = 10;
const flatGradient = 1e-8;

/** Xᵀ·diag(w)·X of a design, lower triangle; shared by all penalties of a path. Null: too many columns, use diagonals. */
export type SharedGram = { readonly gram: Float64Array | null };

/** Most expanded columns for which a Gram matrix is built. */
export const gramColumns = 600;

/** Prepares what all fits on one design share. */
export const shareGram = (design: Design, weight: Float64Array): SharedGram => ({
  gram: design.columnCount <= gramColumns ? gram(design, weight) : null,
});

/** Minimises the problem from `beta`, in place; returns the iterations used. */
export function lbfgs(
  problem: Problem,
  beta: Float64Array,
  maxIterations: number,
  stop: StopSignal,
  shared: SharedGram,
): number {
  const size = parameterCount(problem);
  const last = penalisedCount(problem);
  const precondition = preconditioner(problem, shared);
  let gradient: Float64Array = new Float64Array(size);
  let value = smoothLoss(problem, beta, gradient) + lassoPenalty(problem, beta);
  const pairs: Pair[] = [];
  let small = 0;
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    throwIfStopped(stop);
    const pseudo = pseudoGradient(problem, beta, gradient, last);
    let norm = 0;
    for (let j = 0; j < size; j++) norm = Math.max(norm, Math.abs(pseudo[j]));
    if (norm < flatGradient) return iteration;
    const direction = twoLoop(pseudo, pairs, precondition);
    if (problem.l1 > 0) {
      for (let j = 0; j < last; j++) if (direction[j] * pseudo[j] >= 0) direction[j] = 0;
    }
    let slope = dot(direction, pseudo);
    if (!(slope < 0)) {
      pairs.length = 0;
      direction.set(precondition(pseudo).map((g) => -g));
      slope = dot(direction, pseudo);
    }
    const nextGradient = new Float64Array(size);
    const next = new Float64Array(size);
    let nextValue = Number.POSITIVE_INFINITY;
    for (let scale = 1; scale > 1e-10; scale /= 2) {
      advance(problem, beta, direction, scale, pseudo, last, next);
      nextValue = smoothLoss(problem, next, nextGradient) + lassoPenalty(problem, next);
      if (nextValue <= value + 1e-4 * scale * slope) break;
    }
    if (!(nextValue < value)) return iteration;
    const s = next.map((b, j) => b - beta[j]);
    const y = nextGradient.map((g, j) => g - gradient[j]);
    const curve = dot(s, y);
    if (curve > 1e-14) {
      pairs.push({ s, y, rho: 1 / curve });
      if (pairs.length > memory) pairs.shift();
    }
    const gain = value - nextValue;
    beta.set(next);
    gradient = nextGradient;
    value = nextValue;
    small = gain < problem.tolerance * Math.max(1e-3, Math.abs(value)) ? small + 1 : 0;
    if (small === 2) return iteration;
  }
  return maxIterations;
}

type Pair = { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number };
type Precondition = (vector: Float64Array) => Float64Array;

function twoLoop(pseudo: Float64Array, pairs: readonly Pair[], precondition: Precondition): Float64Array {
  const q = pseudo.slice();
  const alphas: number[] = [];
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { s, y, rho } = pairs[p];
    const alpha = rho * dot(s, q);
    alphas[p] = alpha;
    for (let j = 0; j < q.length; j++) q[j] -= alpha * y[j];
  }
  const latest = pairs.at(-1);
  const gamma = latest === undefined ? 1 : 1 / (latest.rho * dot(latest.y, precondition(latest.y)));
  const r = precondition(q);
  for (let j = 0; j < r.length; j++) r[j] *= gamma;
  for (let p = 0; p < pairs.length; p++) {
    const { s, y, rho } = pairs[p];
    const step = alphas[p] - rho * dot(y, r);
    for (let j = 0; j < r.length; j++) r[j] += step * s[j];
  }
  for (let j = 0; j < r.length; j++) r[j] = -r[j];
  return r;
}

/** Solves (c·XᵀWX + l2·I)·x = v for every output, c bounding the loss' curvature; or divides by the diagonal. */
function preconditioner(problem: Problem, shared: SharedGram): Precondition {
  const { outputCount, design } = problem;
  const curve = problem.task === 'regression' ? 1 : outputCount === 1 ? 0.25 : 0.5 * (1 - 1 / outputCount);
  const width = design.columnCount + 1;
  const factor = shared.gram === null || problem.l1 > 0 ? null : shared.gram.map((value) => value * curve);
  if (factor !== null) {
    for (let j = 0; j < width; j++) factor[j * width + j] += (j < width - 1 ? problem.l2 : 0) + 1e-10;
  }
  if (factor === null || !factorise(factor, width)) {
    const diagonal = diagonalInverse(problem, curve);
    return (vector) => vector.map((value, j) => value * diagonal[j]);
  }
  const right = new Float64Array(width);
  return (vector) => {
    const out = new Float64Array(vector.length);
    for (let k = 0; k < outputCount; k++) {
      for (let j = 0; j < width; j++) right[j] = vector[j * outputCount + k];
      solveFactorised(factor, width, right);
      for (let j = 0; j < width; j++) out[j * outputCount + k] = right[j];
    }
    return out;
  };
}

/** Inverse of the diagonal of that bound: mean squares of each column times the curvature, plus l2. */
function diagonalInverse(problem: Problem, curve: number): Float64Array {
  const { rowCount, denseCount, slotCount, columnCount, dense, active } = problem.design;
  const squares = new Float64Array(columnCount + 1);
  for (let i = 0; i < rowCount; i++) {
    const w = problem.weight[i];
    for (let j = 0; j < denseCount; j++) squares[j] += w * dense[i * denseCount + j] ** 2;
    for (let s = 0; s < slotCount; s++) if (active[i * slotCount + s] >= 0) squares[active[i * slotCount + s]] += w;
    squares[columnCount] += w;
  }
  return Float64Array.from({ length: parameterCount(problem) }, (_, j) => {
    const column = Math.floor(j / problem.outputCount);
    return 1 / (curve * squares[column] + (column === columnCount ? 0 : problem.l2) + 1e-12);
  });
}

function pseudoGradient(problem: Problem, beta: Float64Array, gradient: Float64Array, last: number): Float64Array {
  const { l1 } = problem;
  if (l1 === 0) return gradient.slice();
  return gradient.map((g, j) => {
    if (j >= last) return g;
    if (beta[j] !== 0) return g + l1 * Math.sign(beta[j]);
    return g + l1 < 0 ? g + l1 : Math.max(g - l1, 0);
  });
}

function advance(
  problem: Problem,
  beta: Float64Array,
  direction: Float64Array,
  scale: number,
  pseudo: Float64Array,
  last: number,
  out: Float64Array,
): void {
  for (let j = 0; j < beta.length; j++) {
    out[j] = beta[j] + scale * direction[j];
    if (problem.l1 === 0 || j >= last) continue;
    const orthant = beta[j] === 0 ? -Math.sign(pseudo[j]) : Math.sign(beta[j]);
    if (Math.sign(out[j]) !== orthant) out[j] = 0;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j] * b[j];
  return total;
}
