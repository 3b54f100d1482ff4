/**
 * KernelSHAP for any model (Lundberg & Lee 2017), on raw columns. v(S) is the mean output with the columns of S from the row
 * and the others from background rows. Up to `exactPlayers` columns all 2^d coalitions are valued and the Shapley values
 * are exact (for this background). Beyond, coalitions are drawn in complementary pairs and the constrained regression is
 * solved as in Covert & Lee 2021 (sections 3 and 4):
 *   β = A⁻¹ (b − 1 · (1ᵀA⁻¹b − v(N) + v(∅)) / (1ᵀA⁻¹1)),  A = mean z zᵀ,  b = mean z (v(z) − v(∅)).
 * Standard errors come from the pairs' residuals through the same projection; drawing ends when the largest is below
 * `tolerance` of the span of the values, or at the cap. Values always add up to v(N) − v(∅).
 * Cost: coalitions × background rows scored.
 */
import { createRng } from '../../base/rng.ts';
import type { Frame } from '../frame.ts';
import { factorise, solveFactorised } from '../linear/products.ts';
import type { FittedRecipe } from '../model-spec.ts';
import { allCoalitions, type Coalition, coalitionValues, createCoalitionSampler } from './coalitions.ts';
import type { MakeGame } from './mixture-game.ts';
import type { CoalitionGame } from './neighbour-game.ts';
import { choosePlayers } from './players.ts';
import { sampleRows, stackRows, takeRows, usedInputs } from './rows.ts';
import type { ScoringSteps } from './steps.ts';

export type KernelShapInput = {
  readonly recipe: FittedRecipe;
  /** The row to explain, alone in its frame. */
  readonly row: Frame;
  readonly background: Frame;
  readonly seed: number;
  /** Background rows used; default 100. */
  readonly backgroundRows?: number;
  /** Columns up to which all coalitions are valued; default 11. */
  readonly exactPlayers?: number;
  /** Largest standard error over the span of the values at which drawing ends; default 0.01. */
  readonly tolerance?: number;
  /** Values coalitions where the model has a faster way than scoring their rows. */
  readonly game?: MakeGame | null;
  /** Coalitions drawn at most; default 2048 + 2 · columns. */
  readonly mostCoalitions?: number;
};

export type KernelShapResult = {
  /** Mean output over the background rows used. */
  readonly base: number;
  /** The row's output. */
  readonly output: number;
  /** By input column, in the recipe's order; base + Σ values + rest = output. */
  readonly values: Float64Array;
  /** Of each value; zero where exact. */
  readonly standardErrors: Float64Array;
  /** Value of the columns that were too many to play for themselves, together. */
  readonly rest: number;
  readonly restColumns: number;
  readonly coalitions: number;
  readonly backgroundRows: number;
  readonly exact: boolean;
  readonly converged: boolean;
  /** Largest standard error over the span of the values. */
  readonly error: number;
};

const mostPlayers = 60;
/** Pairs valued between two looks at the standard errors. */
const pairsAtOnce = 64;

/** Explains one row. */
export function* kernelShap(input: KernelShapInput): ScoringSteps<KernelShapResult> {
  const { recipe, background } = input;
  const rows = sampleRows(background.rowCount, input.backgroundRows ?? 100, 1);
  const pool = stackRows(recipe, [input.row, takeRows(background, rows)]);
  const { single, rest } = yield* choosePlayers(pool, usedInputs(recipe), mostPlayers);
  const players = [...single.map((c) => [c]), ...(rest.length > 0 ? [rest] : [])];
  const count = players.length;
  const ends = yield* coalitionValues(pool, players, [new Uint8Array(count), new Uint8Array(count).fill(1)], none);
  const [base, output] = ends;
  const exact = count <= (input.exactPlayers ?? 11);
  const game = { pool, players, fast: input.game?.(pool, players) ?? null };
  const solved = exact ? yield* solveExactly(game, count, ends) : yield* solveBySampling(input, game, count, ends);
  const values = new Float64Array(recipe.inputs.length);
  const standardErrors = new Float64Array(recipe.inputs.length);
  single.forEach((c, p) => {
    values[c] = solved.values[p];
    standardErrors[c] = solved.errors[p];
  });
  const { coalitions, converged, error } = solved;
  return {
    base,
    output,
    values,
    standardErrors,
    rest: rest.length > 0 ? solved.values[count - 1] : 0,
    restColumns: rest.length,
    coalitions,
    backgroundRows: rows.length,
    exact,
    converged,
    error,
  };
}

const none = { from: 0, to: 0 } as const;

type Game = {
  readonly pool: Frame;
  readonly players: readonly (readonly number[])[];
  /** Values coalitions at once; null where their rows have to be scored. */
  readonly fast: CoalitionGame | null;
};

function* valuesOf(
  { pool, players, fast }: Game,
  coalitions: readonly Coalition[],
  progress: Parameters<typeof coalitionValues>[3],
): ScoringSteps<Float64Array> {
  return fast === null ? yield* coalitionValues(pool, players, coalitions, progress) : fast(coalitions);
}

type Solved = {
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly coalitions: number;
  readonly converged: boolean;
  readonly error: number;
};

function* solveExactly(game: Game, count: number, ends: Float64Array): ScoringSteps<Solved> {
  const value = yield* valuesOf(game, allCoalitions(count), { from: 0, to: 1 });
  // As scored, so that values add up to what the model says.
  [value[0], value[value.length - 1]] = ends;
  // Weight of a coalition of size s that a player joins: s! (d − s − 1)! / d! = 1 / (d · C(d − 1, s))
  const weights = new Float64Array(Math.max(1, count));
  let choose = 1;
  for (let size = 0; size < count; size++) {
    weights[size] = 1 / (count * choose);
    choose = (choose * (count - 1 - size)) / (size + 1);
  }
  const values = new Float64Array(count);
  for (let mask = 0; mask < value.length; mask++) {
    let size = 0;
    for (let p = 0; p < count; p++) size += (mask >>> p) & 1;
    for (let p = 0; p < count; p++) {
      if (((mask >>> p) & 1) === 0) values[p] += weights[size] * (value[mask | (1 << p)] - value[mask]);
    }
  }
  return { values, errors: new Float64Array(count), coalitions: value.length, converged: true, error: 0 };
}

function* solveBySampling(
  input: KernelShapInput,
  game: Game,
  count: number,
  [base, output]: Float64Array,
): ScoringSteps<Solved> {
  const draw = createCoalitionSampler(count, createRng(input.seed));
  const tolerance = input.tolerance ?? 0.01;
  const most = Math.max(2 * count + 8, input.mostCoalitions ?? 2048 + 2 * count);
  const drawn: Coalition[] = [];
  const gains: number[] = [];
  let estimate: Omit<Solved, 'coalitions' | 'converged'> | null = null;
  while (drawn.length < most) {
    const pairs = Math.min(pairsAtOnce, Math.ceil((most - drawn.length) / 2));
    const next: Coalition[] = [];
    for (let i = 0; i < pairs; i++) {
      const coalition = draw();
      next.push(
        coalition,
        coalition.map((bit) => 1 - bit),
      );
    }
    const values = yield* valuesOf(game, next, {
      from: drawn.length / most,
      to: (drawn.length + next.length) / most,
    });
    drawn.push(...next);
    for (const value of values) gains.push(value - base);
    if (drawn.length < 2 * count) continue;
    estimate = regress(drawn, gains, output - base, count);
    if (estimate !== null && estimate.error <= tolerance) break;
  }
  const solved = estimate ?? {
    values: new Float64Array(count).fill((output - base) / count),
    errors: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    error: Number.POSITIVE_INFINITY,
  };
  return { ...solved, coalitions: drawn.length, converged: solved.error <= tolerance };
}

/** The constrained least squares over paired coalitions, with standard errors; null while the system is singular. */
function regress(
  coalitions: readonly Coalition[],
  gains: readonly number[],
  total: number,
  count: number,
): { readonly values: Float64Array; readonly errors: Float64Array; readonly error: number } | null {
  const n = coalitions.length;
  const matrix = new Float64Array(count * count);
  const right = new Float64Array(count);
  coalitions.forEach((z, i) => {
    for (let p = 0; p < count; p++) {
      if (z[p] === 0) continue;
      right[p] += gains[i] / n;
      for (let q = 0; q <= p; q++) matrix[p * count + q] += z[q] / n;
    }
  });
  if (!factorise(matrix, count)) return null;
  const ones = new Float64Array(count).fill(1);
  solveFactorised(matrix, count, ones);
  const scale = ones.reduce((sum, value) => sum + value, 0);
  const project = (vector: Float64Array, wanted: number): Float64Array => {
    solveFactorised(matrix, count, vector);
    const excess = (vector.reduce((sum, value) => sum + value, 0) - wanted) / scale;
    for (let p = 0; p < count; p++) vector[p] -= excess * ones[p];
    return vector;
  };
  const values = project(right, total);
  const pairs = n / 2;
  const sums = new Float64Array(count);
  const squares = new Float64Array(count);
  const residual = new Float64Array(count);
  for (let pair = 0; pair < pairs; pair++) {
    residual.fill(0);
    for (let side = 0; side < 2; side++) {
      const z = coalitions[2 * pair + side];
      let rest = gains[2 * pair + side];
      for (let p = 0; p < count; p++) rest -= z[p] * values[p];
      for (let p = 0; p < count; p++) residual[p] += (z[p] * rest) / 2;
    }
    const pushed = project(residual.slice(), 0);
    for (let p = 0; p < count; p++) {
      sums[p] += pushed[p];
      squares[p] += pushed[p] * pushed[p];
    }
  }
  const errors = Float64Array.from(squares, (square, p) => {
    return Math.sqrt(Math.max(0, square / pairs - (sums[p] / pairs) ** 2) / Math.max(1, pairs - 1));
  });
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let worst = 0;
  for (let p = 0; p < count; p++) {
    low = Math.min(low, values[p]);
    high = Math.max(high, values[p]);
    worst = Math.max(worst, errors[p]);
  }
  return { values, errors, error: worst === 0 ? 0 : worst / Math.max(high - low, Number.MIN_VALUE) };
}
