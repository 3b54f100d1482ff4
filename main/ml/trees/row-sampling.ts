/**
 * Which rows a boosting round is grown on, and what each then counts for, so that sums stay right in expectation.
 *
 * - uniform: each row by a seeded coin; in binary tasks each class may have a share of its own (rows of the thinner class
 *   count for more, so that probabilities are not moved).
 * - GOSS (Ke et al., LightGBM 2017, algorithm 2): rows with the largest gradients, and a draw of the rest.
 * - MVS (Ibragimov & Gusev 2019): each row with probability proportional to √(g² + ρ h²), the sampling of least variance.
 *
 * Draws hash (row, round), so they do not depend on the order of rows or on the number of workers.
 */
import { deriveSeed } from '../../base/rng.ts';
import type { TreeParams } from './params.ts';
import { hashRow } from './quantise.ts';

export type RowDraw = {
  readonly bag: Int32Array;
  /** Training rows not in the bag, whose margins follow by walking. */
  readonly rest: Int32Array;
  /** By absolute row: factor on gradient and hessian of drawn rows; null counts all as one. */
  readonly amplify: Float64Array | null;
};

/** Weight of the hessian in the size of a row for MVS. */
const hessianShare = 0.1;
const unit = 4_294_967_296;

const all = (rows: Int32Array): RowDraw => ({ bag: rows, rest: new Int32Array(0), amplify: null });

/** Draws by coin, with shares by class when given. */
export function drawUniform(rows: Int32Array, params: TreeParams, label: Float64Array, seed: number): RowDraw {
  const { baggingFraction, classBagging } = params;
  if (classBagging === null && baggingFraction >= 1) return all(rows);
  if (classBagging === null) return split(rows, seed, () => baggingFraction, null);
  const most = Math.max(...classBagging);
  const share = (row: number): number => classBagging[label[row] > 0.5 ? 1 : 0];
  return split(rows, seed, share, (row) => most / share(row), label.length);
}

/** Draws by the size of the gradients: `size[row]` ≥ 0 by absolute row, see `gradientSize`. */
export function drawBySize(rows: Int32Array, params: TreeParams, size: Float64Array, seed: number): RowDraw {
  const sorted = Float64Array.from(rows, (row) => size[row]).sort();
  if (params.sampling === 'mvs') {
    const threshold = mvsThreshold(sorted, params.baggingFraction);
    const share = (row: number): number => (threshold > 0 ? Math.min(1, size[row] / threshold) : 1);
    return split(rows, seed, share, (row) => 1 / share(row), size.length);
  }
  const threshold = sorted[Math.max(0, sorted.length - 1 - Math.floor(params.topRate * sorted.length))];
  let large = 0;
  for (const row of rows) if (size[row] > threshold) large++;
  const others = 1 - large / rows.length;
  const drawn = others > 0 ? Math.min(1, params.otherRate / others) : 1;
  const isLarge = (row: number): boolean => size[row] > threshold;
  return split(
    rows,
    seed,
    (row) => (isLarge(row) ? 1 : drawn),
    (row) => (isLarge(row) ? 1 : 1 / drawn),
    size.length,
  );
}

/** Adds what one output contributes to the size of each row: |g| for GOSS, g² + ρh² for MVS (rooted by `finishSize`). */
export function addSize(
  sampling: TreeParams['sampling'],
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  size: Float64Array,
): void {
  for (const row of rows) size[row] += sampling === 'mvs' ? g[row] ** 2 + hessianShare * h[row] ** 2 : Math.abs(g[row]);
}

/** Takes the root for MVS. */
export function finishSize(sampling: TreeParams['sampling'], rows: Int32Array, size: Float64Array): void {
  if (sampling === 'mvs') for (const row of rows) size[row] = Math.sqrt(size[row]);
}

/** Bootstrap: as many draws with replacement as there are rows; a row counts as often as it was drawn. */
export function drawBootstrap(rows: Int32Array, rowCount: number, next: (n: number) => number): RowDraw {
  const amplify = new Float64Array(rowCount);
  for (let i = 0; i < rows.length; i++) amplify[rows[next(rows.length)]]++;
  return { bag: rows.filter((row) => amplify[row] > 0), rest: rows.filter((row) => amplify[row] === 0), amplify };
}

/** μ with Σ min(1, size/μ) = share · n; sizes ascending. */
function mvsThreshold(sorted: Float64Array, share: number): number {
  const wanted = share * sorted.length;
  let sum = 0;
  for (const size of sorted) sum += size;
  // With the k largest certain, the others share wanted − k.
  for (let k = 0; k < wanted; k++) {
    const threshold = sum / (wanted - k);
    const largest = sorted[sorted.length - 1 - k];
    if (largest <= threshold) return threshold;
    sum -= largest;
  }
  return 0;
}

function split(
  rows: Int32Array,
  seed: number,
  share: (row: number) => number,
  factor: ((row: number) => number) | null,
  rowCount = 0,
): RowDraw {
  const key = deriveSeed(seed, 'bag');
  const inside = (row: number): boolean => hashRow(row, key) >>> 0 < share(row) * unit;
  const bag = rows.filter(inside);
  if (bag.length === 0) return all(rows);
  const rest = rows.filter((row) => !inside(row));
  if (factor === null) return { bag, rest, amplify: null };
  const amplify = new Float64Array(rowCount);
  for (const row of bag) amplify[row] = factor(row);
  return { bag, rest, amplify };
}
