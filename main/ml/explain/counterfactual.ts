/**
 * Counterfactuals: the cheapest permitted changes of a row that give the wanted answer, and several that differ.
 *
 * Search over states (counterfactual-states.ts): a beam adds one move at a time, keeping the states that come furthest and those
 * that come furthest for their cost; because the moves of tree models lie just across the trees' own thresholds, a step
 * is never wasted within a leaf. Background rows that already have the wanted answer are tried as well, taken over as far
 * as the constraints allow, and where nothing is found a guided random search (cross-entropy over moves). Everything that
 * reaches the goal is thinned out greedily: changes that are not needed are taken back, the others shrunk.
 * The choice of k prefers cheap ones, near to rows the model knows, that touch other columns than those already chosen.
 * Cost: about columns × moves × beam rows scored a level.
 */
import type { Frame } from '../frame.ts';
import type { ModelSpec } from '../model-spec.ts';
import { type ColumnMoves, type ColumnRule, columnMoves } from './counterfactual-moves.ts';
import {
  beam,
  cheapest,
  distinct,
  fromKnownRows,
  type GoalScores,
  type GoalSteps,
  guided,
  type SearchContext,
  thinOut,
} from './counterfactual-search.ts';
import { changeCost, isChanged, type State, stateRows, totalCost } from './counterfactual-states.ts';
import { stackRows } from './rows.ts';
import { createSupport, type Support } from './support.ts';

export type CounterfactualInput = {
  readonly spec: Pick<ModelSpec, 'recipe' | 'members'>;
  readonly row: Frame;
  readonly background: Frame;
  readonly rules: readonly ColumnRule[];
  /** Counterfactuals wanted. */
  readonly count: number;
  /** Columns changed at most. */
  readonly mostChanges: number;
  readonly seed: number;
};

export type Counterfactual = {
  /** Names of the changed columns. */
  readonly changed: readonly string[];
  readonly cost: number;
  readonly support: Support;
  /** Not farther from known rows than 95 % of the known rows are from each other. */
  readonly plausible: boolean;
};

export type CounterfactualResult = {
  readonly outcome: 'found' | 'already-there' | 'nothing-may-change' | 'not-found';
  readonly found: readonly Counterfactual[];
  /** The changed rows, in the order of `found`. */
  readonly rows: Frame;
  readonly scored: number;
};

const thinnedOut = 24;

/** Searches the counterfactuals of one row. */
export function* counterfactuals(input: CounterfactualInput): GoalSteps<CounterfactualResult> {
  const { recipe } = input.spec;
  const row = stackRows(recipe, [input.row]);
  const background = stackRows(recipe, [input.background]);
  const moves = columnMoves(input.spec, row, background, input.rules);
  const start = new Int16Array(moves.length).fill(-1);
  let scored = 0;
  const score = function* (states: readonly State[], fraction: number): GoalSteps<GoalScores> {
    scored += states.length;
    return yield { frame: stateRows(row, moves, states), fraction };
  };
  const empty = (outcome: CounterfactualResult['outcome']): CounterfactualResult => {
    return { outcome, found: [], rows: stateRows(row, moves, []), scored };
  };
  const now = yield* score([start], 0);
  if (now.reached[0] === 1) return empty('already-there');
  if (moves.length === 0) return empty('nothing-may-change');
  const context: SearchContext = { moves, start, score, from: now.progress[0], mostChanges: input.mostChanges };
  const reached = yield* beam(context, input.count);
  reached.push(...(yield* fromKnownRows(context, row, background)));
  if (reached.length === 0) reached.push(...(yield* guided(context, input.seed)));
  const thinned: State[] = [];
  for (const state of cheapest(moves, reached, thinnedOut)) thinned.push(yield* thinOut(context, state));
  const fitting = distinct(thinned.filter((state) => isChanged(state).length <= input.mostChanges));
  if (fitting.length === 0) return empty('not-found');
  const supports = createSupport(recipe, input.background)(stateRows(row, moves, fitting));
  const chosen = diverse(moves, fitting, supports, input.count);
  return {
    outcome: 'found',
    found: chosen.map((at) => ({
      changed: isChanged(fitting[at]).map((m) => recipe.inputs[moves[m].input].name),
      cost: changeCost(moves, fitting[at]),
      support: supports[at],
      plausible: isPlausible(supports[at]),
    })),
    rows: stateRows(
      row,
      moves,
      chosen.map((at) => fitting[at]),
    ),
    scored,
  };
}

const isPlausible = (support: Support): boolean => support.fartherShare >= 0.05;

/** Indices of up to `count` states: cheap and plausible first, then those that touch other columns. */
function diverse(
  moves: readonly ColumnMoves[],
  states: readonly State[],
  supports: readonly Support[],
  count: number,
): number[] {
  const columns = states.map((state) => new Set(isChanged(state)));
  const price = states.map((state, i) => totalCost(moves, state) * (isPlausible(supports[i]) ? 1 : 1.5));
  const chosen: number[] = [];
  const overlap = (i: number): number =>
    chosen.reduce((most, j) => {
      const shared = [...columns[i]].filter((m) => columns[j].has(m)).length;
      return Math.max(most, shared / (columns[i].size + columns[j].size - shared));
    }, 0);
  while (chosen.length < count) {
    const open = [...states.keys()].filter((i) => !chosen.includes(i) && overlap(i) < 1);
    if (open.length === 0) break;
    chosen.push(
      open.reduce((best, i) => (price[i] * (1 + 2 * overlap(i)) < price[best] * (1 + 2 * overlap(best)) ? i : best)),
    );
  }
  return chosen;
}
