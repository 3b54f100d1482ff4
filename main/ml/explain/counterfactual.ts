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
import { createRng } from '../../base/rng.ts';
import type { Frame } from '../frame.ts';
import type { ModelSpec } from '../model-spec.ts';
import { type ColumnMoves, type ColumnRule, columnMoves } from './counterfactual-moves.ts';
import { changeCost, isChanged, type State, snapTo, stateRows, totalCost, withMove } from './counterfactual-states.ts';
import { stackRows } from './rows.ts';
import type { ScoringSteps } from './steps.ts';
import { createSupport, type Support } from './support.ts';

/** What the model says of a block of rows, read against the goal. */
export type GoalScores = {
  /** Larger is nearer to the goal. */
  readonly progress: Float64Array;
  /** 1 where the goal is reached. */
  readonly reached: Uint8Array;
};

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

type Steps<T> = ScoringSteps<T, GoalScores>;

const beamWidth = 12;
const movesAtOnce = 160;
const thinnedOut = 24;

/** Searches the counterfactuals of one row. */
export function* counterfactuals(input: CounterfactualInput): Steps<CounterfactualResult> {
  const { recipe } = input.spec;
  const row = stackRows(recipe, [input.row]);
  const background = stackRows(recipe, [input.background]);
  const moves = columnMoves(input.spec, row, background, input.rules);
  const start = new Int16Array(moves.length).fill(-1);
  let scored = 0;
  const score = function* (states: readonly State[], fraction: number): Steps<GoalScores> {
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

type SearchContext = {
  readonly moves: readonly ColumnMoves[];
  readonly start: State;
  readonly score: (states: readonly State[], fraction: number) => Steps<GoalScores>;
  /** Progress of the unchanged row. */
  readonly from: number;
  readonly mostChanges: number;
};

const isPlausible = (support: Support): boolean => support.fartherShare >= 0.05;

/** Adds one move at a time to the best states. */
function* beam(context: SearchContext, wanted: number): Steps<State[]> {
  const { moves, start, mostChanges } = context;
  const reached: State[] = [];
  const every = moves.flatMap((entry, m) => Array.from(entry.cells, (_, cell) => ({ m, cell })));
  let steps = every;
  let states: State[] = [start];
  for (let depth = 1; depth <= mostChanges; depth++) {
    const next = distinct(
      states.flatMap((state) => steps.filter(({ m }) => state[m] < 0).map(({ m, cell }) => withMove(state, m, cell))),
    );
    if (next.length === 0) break;
    const { progress, reached: there } = yield* context.score(next, (depth - 1) / (mostChanges + 1));
    const gain = (i: number): number => progress[i] - context.from;
    const open: number[] = [];
    next.forEach((state, i) => {
      if (there[i] === 1) reached.push(state);
      else open.push(i);
    });
    const worth = (i: number): number => gain(i) / totalCost(moves, next[i]);
    if (depth === 1) steps = bestOf(every.keys(), gain, worth, movesAtOnce).map((i) => every[i]);
    if (new Set(reached.map((state) => isChanged(state).join())).size >= 2 * wanted) break;
    states = bestOf(open, gain, worth, beamWidth).map((i) => next[i]);
  }
  return reached;
}

/** The `count` best by each of two measures. */
function bestOf(
  indices: Iterable<number>,
  first: (i: number) => number,
  second: (i: number) => number,
  count: number,
): number[] {
  const all = [...indices];
  const top = (measure: (i: number) => number): number[] =>
    [...all].sort((a, b) => measure(b) - measure(a) || a - b).slice(0, count);
  return [...new Set([...top(first), ...top(second)])];
}

/** Known rows that have the wanted answer, taken over as far as the moves allow. */
function* fromKnownRows(context: SearchContext, row: Frame, background: Frame): Steps<State[]> {
  const { moves } = context;
  const scores = yield { frame: background, fraction: 0.8 };
  const there = Array.from({ length: background.rowCount }, (_, i) => i).filter((i) => scores.reached[i] === 1);
  const states = distinct(there.map((at) => snapTo(row, background, at, moves))).filter(
    (state) => isChanged(state).length > 0,
  );
  const near = cheapest(moves, states, 60);
  if (near.length === 0) return [];
  const { reached } = yield* context.score(near, 0.82);
  return near.filter((_, i) => reached[i] === 1);
}

/** Random combinations of moves, drawn more and more like the ones that came furthest. */
function* guided(context: SearchContext, seed: number): Steps<State[]> {
  const { moves, mostChanges, start } = context;
  const rng = createRng(seed);
  const reached: State[] = [];
  const liking = moves.map((entry) => new Float64Array(entry.cells.length).fill(1));
  for (let round = 0; round < 4 && reached.length === 0; round++) {
    const states = distinct(
      Array.from({ length: 1200 }, () => {
        const state = start.slice();
        const changes = 1 + rng.int(mostChanges);
        for (let i = 0; i < changes; i++) {
          const m = draw(
            liking.map((entry) => entry.reduce((sum, value) => sum + value, 0)),
            rng.next(),
          );
          state[m] = draw(liking[m], rng.next());
        }
        return state;
      }),
    );
    const { progress, reached: there } = yield* context.score(states, 0.85 + 0.02 * round);
    states.forEach((state, i) => {
      if (there[i] === 1) reached.push(state);
    });
    const elite = [...states.keys()].sort((a, b) => progress[b] - progress[a] || a - b).slice(0, 100);
    for (const i of elite) for (const m of isChanged(states[i])) liking[m][states[i][m]] += 4;
  }
  return reached;
}

function draw(weights: ArrayLike<number>, at: number): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  let left = at * total;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.length - 1;
}

/** Takes back what is not needed, most expensive first, then shrinks what is, until neither helps. */
function* thinOut(context: SearchContext, from: State): Steps<State> {
  const { moves } = context;
  let state = from;
  for (;;) {
    const before = state;
    for (;;) {
      const fewer = isChanged(state).map((m) => withMove(state, m, -1));
      if (fewer.length < 2) break;
      const { reached } = yield* context.score(fewer, 0.93);
      const kept = cheapest(
        moves,
        fewer.filter((_, i) => reached[i] === 1),
        1,
      );
      if (kept.length === 0) break;
      state = kept[0];
    }
    for (const m of isChanged(state)) {
      const smaller = Array.from({ length: state[m] }, (_, cell) => withMove(state, m, cell));
      if (smaller.length === 0) continue;
      const { reached } = yield* context.score(smaller, 0.96);
      const first = smaller.find((_, i) => reached[i] === 1);
      if (first !== undefined) state = first;
    }
    if (state === before) return state;
  }
}

const cheapest = (moves: readonly ColumnMoves[], states: readonly State[], count: number): State[] =>
  [...states].sort((a, b) => totalCost(moves, a) - totalCost(moves, b)).slice(0, count);

function distinct(states: readonly State[]): State[] {
  const seen = new Set<string>();
  return states.filter((state) => {
    const key = state.join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

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
