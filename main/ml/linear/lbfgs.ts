/**
 * Limited-memory BFGS (Nocedal & Wright 2006, alg. 7.4–7.5) with a diagonal first guess, and its orthant-wise variant for
 * an l1 penalty (Andrew & Gao 2007): the pseudo-gradient steers, and no step leaves the orthant it started in.
 * For many columns or several outputs, where the Hessian is too large.
 */
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { isPenalised, type Problem, parameterCount, smoothLoss } from './objective.ts';

const memory = 10;
const tolerance = 1e-7;

/** Minimises the problem from `beta`, in place; returns the iterations used. */
export function lbfgs(problem: Problem, beta: Float64Array, maxIterations: number, stop: StopSignal): number {
  const size = parameterCount(problem);
  const inverse = diagonalInverse(problem);
  const penalised = Uint8Array.from({ length: size }, (_, j) => (isPenalised(problem, j) ? 1 : 0));
  let gradient: Float64Array = new Float64Array(size);
  let value = smoothLoss(problem, beta, gradient) + l1Norm(problem, beta, penalised);
  const pairs: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    throwIfStopped(stop);
    const pseudo = pseudoGradient(problem, beta, gradient, penalised);
    let norm = 0;
    for (let j = 0; j < size; j++) norm = Math.max(norm, Math.abs(pseudo[j]));
    if (norm < tolerance) return iteration;
    const direction = twoLoop(pseudo, pairs, inverse);
    if (problem.l1 > 0) {
      for (let j = 0; j < size; j++) if (penalised[j] === 1 && direction[j] * pseudo[j] >= 0) direction[j] = 0;
    }
    let slope = dot(direction, pseudo);
    if (!(slope < 0)) {
      pairs.length = 0;
      for (let j = 0; j < size; j++) direction[j] = -pseudo[j] * inverse[j];
      slope = dot(direction, pseudo);
    }
    const nextGradient = new Float64Array(size);
    const next = new Float64Array(size);
    let nextValue = Number.POSITIVE_INFINITY;
    let scale = 1;
    for (; scale > 1e-10; scale /= 2) {
      advance(problem, beta, direction, scale, pseudo, penalised, next);
      nextValue = smoothLoss(problem, next, nextGradient) + l1Norm(problem, next, penalised);
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
    if (gain < 1e-9 * Math.max(1e-3, Math.abs(value)) && scale === 1) return iteration;
  }
  return maxIterations;
}

function twoLoop(
  pseudo: Float64Array,
  pairs: readonly { s: Float64Array; y: Float64Array; rho: number }[],
  inverse: Float64Array,
): Float64Array {
  const q = pseudo.slice();
  const alphas: number[] = [];
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { s, y, rho } = pairs[p];
    const alpha = rho * dot(s, q);
    alphas[p] = alpha;
    for (let j = 0; j < q.length; j++) q[j] -= alpha * y[j];
  }
  const last = pairs.at(-1);
  let gamma = 1;
  if (last !== undefined) {
    let scaled = 0;
    for (let j = 0; j < q.length; j++) scaled += last.y[j] ** 2 * inverse[j];
    gamma = 1 / (last.rho * scaled);
  }
  for (let j = 0; j < q.length; j++) q[j] *= gamma * inverse[j];
  for (let p = 0; p < pairs.length; p++) {
    const { s, y, rho } = pairs[p];
    const step = alphas[p] - rho * dot(y, q);
    for (let j = 0; j < q.length; j++) q[j] += step * s[j];
  }
  for (let j = 0; j < q.length; j++) q[j] = -q[j];
  return q;
}

/** Inverse of a diagonal bound on the Hessian: mean squares of each column (times ¼ for probabilities) + l2. */
function diagonalInverse(problem: Problem): Float64Array {
  const { rowCount, denseCount, slotCount, columnCount, dense, active } = problem.design;
  const width = columnCount + 1;
  const squares = new Float64Array(width);
  for (let i = 0; i < rowCount; i++) {
    const w = problem.weight[i];
    for (let j = 0; j < denseCount; j++) squares[j] += w * dense[i * denseCount + j] ** 2;
    for (let s = 0; s < slotCount; s++) if (active[i * slotCount + s] >= 0) squares[active[i * slotCount + s]] += w;
    squares[columnCount] += w;
  }
  const curve = problem.task === 'regression' ? 1 : 0.25;
  return Float64Array.from({ length: parameterCount(problem) }, (_, j) => {
    const column = j % width;
    return 1 / (curve * squares[column] + (column === columnCount ? 0 : problem.l2) + 1e-12);
  });
}

function pseudoGradient(
  problem: Problem,
  beta: Float64Array,
  gradient: Float64Array,
  penalised: Uint8Array,
): Float64Array {
  const { l1 } = problem;
  if (l1 === 0) return gradient.slice();
  return gradient.map((g, j) => {
    if (penalised[j] === 0) return g;
    if (beta[j] !== 0) return g + l1 * Math.sign(beta[j]);
    return g + l1 < 0 ? g + l1 : g - l1 > 0 ? g - l1 : 0;
  });
}

function advance(
  problem: Problem,
  beta: Float64Array,
  direction: Float64Array,
  scale: number,
  pseudo: Float64Array,
  penalised: Uint8Array,
  out: Float64Array,
): void {
  for (let j = 0; j < beta.length; j++) {
    out[j] = beta[j] + scale * direction[j];
    if (problem.l1 === 0 || penalised[j] === 0) continue;
    const orthant = beta[j] === 0 ? -Math.sign(pseudo[j]) : Math.sign(beta[j]);
    if (Math.sign(out[j]) !== orthant) out[j] = 0;
  }
}

function l1Norm(problem: Problem, beta: Float64Array, penalised: Uint8Array): number {
  if (problem.l1 === 0) return 0;
  let total = 0;
  for (let j = 0; j < beta.length; j++) if (penalised[j] === 1) total += Math.abs(beta[j]);
  return problem.l1 * total;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.length; j++) total += a[j] * b[j];
  return total;
}
