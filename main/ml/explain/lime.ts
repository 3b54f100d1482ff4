/**
 * LIME on tables (Ribeiro, Singh & Guestrin 2016), for any model, on raw columns.
 *
 * Each column of the explained row defines a neighbourhood: its quarter of the background (numbers and dates), its level
 * (text), or being missing. Perturbed rows draw every column on its own: with probability ½ from background rows of the
 * neighbourhood, else from any background row, so values, levels and gaps occur as they did in training. z says by
 * column whether the drawn cell lies in the neighbourhood. A ridge regression (α = 1) of the model's output on z,
 * weighted by exp(−D² / 2w²) with D² the number of columns outside and width w = 0.75 · √columns, is the local
 * model. Contributions are read against the background: weight · (1 − share of background rows in the neighbourhood).
 *
 * The whole is repeated with fresh draws until the five strongest columns keep their order for three runs and the
 * largest standard error of the mean is below 3 % of the span, at most `mostRuns` times; seeded by the row's own hash.
 */
import { createRng, deriveSeed, type Rng } from '../../base/rng.ts';
import type { Frame, RawColumn } from '../frame.ts';
import { factorise, solveFactorised } from '../linear/products.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { compareContributions, strongest } from './agreement.ts';
import { choosePlayers } from './players.ts';
import { pickCells, sameCell, stackRows, usedInputs } from './rows.ts';
import type { ScoringSteps } from './steps.ts';

export type LimeInput = {
  readonly recipe: FittedRecipe;
  readonly row: Frame;
  readonly background: Frame;
  /** Best the row's own hash (rowSeed). */
  readonly seed: number;
  /** Perturbed rows a run; default 1000. */
  readonly samples?: number;
  readonly mostRuns?: number;
};

export type LimeResult = {
  /** The local model over the background. */
  readonly base: number;
  /** What the model says of the row … */
  readonly output: number;
  /** … and what the local model says: base + Σ values. */
  readonly localOutput: number;
  /** By input column, in the recipe's order. */
  readonly values: Float64Array;
  readonly standardErrors: Float64Array;
  /** Weighted R² of the local model, mean over the runs. */
  readonly fidelity: number;
  readonly runs: number;
  readonly samples: number;
  readonly kernelWidth: number;
  /** True when the ranks settled before the cap. */
  readonly stable: boolean;
  /** Mean rank correlation of single runs with their mean. */
  readonly rankCorrelation: number;
  /** Share of the runs whose three strongest columns are the three of the mean. */
  readonly topKept: number;
};

const mostColumns = 100;
const leastRuns = 5;
const steadyRuns = 3;
const alpha = 1;

/** Explains one row. */
export function* lime(input: LimeInput): ScoringSteps<LimeResult> {
  const { recipe } = input;
  const pool = stackRows(recipe, [input.row, input.background]);
  const { single } = yield* choosePlayers(pool, usedInputs(recipe), mostColumns);
  const near = single.map((c) => neighbours(pool.columns[c], pool.rowCount));
  const share = near.map(({ rows }) => rows.length / (pool.rowCount - 1));
  const kernelWidth = 0.75 * Math.sqrt(Math.max(1, single.length));
  const samples = input.samples ?? Math.max(1000, 20 * single.length);
  const mostRuns = input.mostRuns ?? 25;
  const own = yield {
    frame: pickCells(
      pool,
      pool.columns.map(() => new Int32Array(1)),
      1,
    ),
    fraction: 0,
  };
  const found: LocalModel[] = [];
  const values = new Float64Array(single.length);
  const errors = new Float64Array(single.length);
  let order = '';
  let steady = 0;
  while (found.length < mostRuns) {
    const rng = createRng(deriveSeed(input.seed, `lime ${found.length}`));
    const { rows, z } = drawRows(pool, single, near, samples, rng);
    const scores = yield { frame: pickCells(pool, rows, samples), fraction: found.length / mostRuns };
    found.push(fitLocal(z, scores, share, kernelWidth));
    averageInto(found, values, errors);
    const now = strongest(values, 5).join();
    steady = now === order ? steady + 1 : 1;
    order = now;
    const span = Math.max(...values, 0) - Math.min(...values, 0);
    if (found.length >= leastRuns && steady >= steadyRuns && Math.max(...errors, 0) <= 0.03 * span) break;
    if (single.length === 0) break;
  }
  const all = new Float64Array(recipe.inputs.length);
  const standardErrors = new Float64Array(recipe.inputs.length);
  single.forEach((c, i) => {
    all[c] = values[i];
    standardErrors[c] = errors[i];
  });
  const mean = (read: (run: LocalModel) => number): number =>
    found.reduce((sum, run) => sum + read(run), 0) / found.length;
  const base = mean((run) => run.base);
  return {
    base,
    output: own[0],
    localOutput: values.reduce((sum, value) => sum + value, base),
    values: all,
    standardErrors,
    fidelity: mean((run) => run.fidelity),
    runs: found.length,
    samples,
    kernelWidth,
    stable: found.length < mostRuns || steady >= steadyRuns,
    rankCorrelation: mean((run) => compareContributions(run.values, values).rankCorrelation),
    topKept: mean((run) => (compareContributions(run.values, values, 3).topShared === 1 ? 1 : 0)),
  };
}

/** Background rows (from row 1 of the pool) that lie where the explained row lies. */
function neighbours(column: RawColumn, rowCount: number): { readonly rows: Int32Array; readonly inside: Uint8Array } {
  const inside = new Uint8Array(rowCount);
  if (column.type === 'string' || Number.isNaN(column.values[0])) {
    for (let row = 0; row < rowCount; row++) inside[row] = sameCell(column, 0, row) ? 1 : 0;
  } else {
    const sorted = sortedFinite(column.values.subarray(1));
    const cuts = [0.25, 0.5, 0.75].map((p) => (sorted.length === 0 ? 0 : quantileSorted(sorted, p)));
    const quarter = (value: number): number => (Number.isNaN(value) ? -1 : cuts.filter((cut) => value > cut).length);
    const own = quarter(column.values[0]);
    for (let row = 0; row < rowCount; row++) inside[row] = quarter(column.values[row]) === own ? 1 : 0;
  }
  const rows: number[] = [];
  for (let row = 1; row < rowCount; row++) if (inside[row] === 1) rows.push(row);
  return { rows: Int32Array.from(rows), inside };
}

function drawRows(
  pool: Frame,
  single: readonly number[],
  near: readonly { readonly rows: Int32Array; readonly inside: Uint8Array }[],
  samples: number,
  rng: Rng,
): { readonly rows: Int32Array[]; readonly z: Uint8Array[] } {
  const rows = pool.columns.map(() => new Int32Array(samples));
  const z = single.map(() => new Uint8Array(samples));
  for (let i = 0; i < samples; i++) {
    single.forEach((c, p) => {
      const { rows: inside, inside: isInside } = near[p];
      // A neighbourhood that no background row shares holds the row itself
      const stay = rng.next() < 0.5;
      const row = stay ? (inside.length === 0 ? 0 : inside[rng.int(inside.length)]) : 1 + rng.int(pool.rowCount - 1);
      rows[c][i] = row;
      z[p][i] = isInside[row];
    });
  }
  return { rows, z };
}

type LocalModel = { readonly base: number; readonly values: Float64Array; readonly fidelity: number };

/** The weighted ridge on z; the intercept is not penalised. */
function fitLocal(z: readonly Uint8Array[], scores: Float64Array, share: readonly number[], width: number): LocalModel {
  const count = z.length;
  const size = count + 1;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  const weights = new Float64Array(scores.length);
  const row = new Float64Array(size);
  for (let i = 0; i < scores.length; i++) {
    let outside = 0;
    for (let p = 0; p < count; p++) {
      row[p] = z[p][i];
      outside += 1 - row[p];
    }
    row[count] = 1;
    weights[i] = Math.exp(-outside / (2 * width * width));
    for (let p = 0; p < size; p++) {
      if (row[p] === 0) continue;
      right[p] += weights[i] * scores[i];
      for (let q = 0; q <= p; q++) matrix[p * size + q] += weights[i] * row[q];
    }
  }
  for (let p = 0; p < count; p++) matrix[p * size + p] += alpha;
  const solved = factorise(matrix, size);
  if (solved) solveFactorised(matrix, size, right);
  else right.fill(0);
  let base = right[count];
  for (let p = 0; p < count; p++) base += right[p] * share[p];
  return {
    base,
    values: Float64Array.from(z, (_, p) => right[p] * (1 - share[p])),
    fidelity: weightedFit(z, scores, weights, right),
  };
}

function weightedFit(
  z: readonly Uint8Array[],
  scores: Float64Array,
  weights: Float64Array,
  beta: Float64Array,
): number {
  let total = 0;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    total += weights[i];
    sum += weights[i] * scores[i];
  }
  const mean = sum / total;
  let spread = 0;
  let missed = 0;
  for (let i = 0; i < scores.length; i++) {
    let local = beta[z.length];
    for (let p = 0; p < z.length; p++) local += beta[p] * z[p][i];
    spread += weights[i] * (scores[i] - mean) ** 2;
    missed += weights[i] * (scores[i] - local) ** 2;
  }
  return spread === 0 ? 1 : 1 - missed / spread;
}

/** Means over the runs and their standard errors. */
function averageInto(runs: readonly LocalModel[], values: Float64Array, errors: Float64Array): void {
  for (let p = 0; p < values.length; p++) {
    let sum = 0;
    for (const run of runs) sum += run.values[p];
    values[p] = sum / runs.length;
    let square = 0;
    for (const run of runs) square += (run.values[p] - values[p]) ** 2;
    errors[p] = runs.length < 2 ? Number.POSITIVE_INFINITY : Math.sqrt(square / (runs.length - 1) / runs.length);
  }
}
