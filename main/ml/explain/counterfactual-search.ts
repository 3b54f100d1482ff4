/** The search for states that reach a goal: a beam, known rows, a guided random search, and the thinning out of what was found. */
import { createRng } from '../../base/rng.ts';
import type { Frame } from '../frame.ts';
import type { ColumnMoves } from './counterfactual-moves.ts';
import { isChanged, type State, snapTo, totalCost, withMove } from './counterfactual-states.ts';
import type { ScoringSteps } from './steps.ts';

/** What the model says of a block of rows, read against the goal. */
export type GoalScores = {
  /** Larger is nearer to the goal. */
  readonly progress: Float64Array;
  /** 1 where the goal is reached. */
  readonly reached: Uint8Array;
};

export type GoalSteps<T> = ScoringSteps<T, GoalScores>;

const beamWidth = 12;
const movesAtOnce = 160;

export type SearchContext = {
  readonly moves: readonly ColumnMoves[];
  readonly start: State;
  readonly score: (states: readonly State[], fraction: number) => GoalSteps<GoalScores>;
  /** Progress of the unchanged row. */
  readonly from: number;
  readonly mostChanges: number;
};

/** Adds one move at a time to the best states. */
export function* beam(context: SearchContext, wanted: number): GoalSteps<State[]> {
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
export function* fromKnownRows(context: SearchContext, row: Frame, background: Frame): GoalSteps<State[]> {
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
export function* guided(context: SearchContext, seed: number): GoalSteps<State[]> {
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
export function* thinOut(context: SearchContext, from: State): GoalSteps<State> {
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

/** The cheapest `count` states. */
export const cheapest = (moves: readonly ColumnMoves[], states: readonly State[], count: number): State[] =>
  [...states].sort((a, b) => totalCost(moves, a) - totalCost(moves, b)).slice(0, count);

/** Each state once. */
export function distinct(states: readonly State[]): State[] {
  const seen = new Set<string>();
  return states.filter((state) => {
    const key = state.join();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
