/**
 * Values of coalitions for k-nearest neighbours. A squared distance is a sum over coordinates, so the distance of a mixture
 * of two rows to a point is the sum of what each player adds in the row it comes from. What every player adds at every point
 * is computed once a row; a coalition is then a sum of tabled parts and a selection of the k nearest, and its complement
 * costs one subtraction, their distances adding up to the same for all coalitions. Distances are float32: values are within
 * about 1e-5 of scoring the mixtures row by row, which is what other models and machines without WebAssembly do.
 */
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { Frame } from '../frame.ts';
import { openNeighbourKernel } from '../kernels/neighbours.ts';
import { type FittedRecipe, type NeighboursModel, rawColumnsOf } from '../model-spec.ts';
import { coordinatesOf, marginsOf } from '../neighbours/predict.ts';
import { applyRecipe } from '../recipe/apply.ts';
import type { Coalition } from './coalitions.ts';

/** Values of coalitions in their order. */
export type CoalitionGame = (coalitions: readonly Coalition[]) => Float64Array;

const playersTogether = 4;
const blockBytes = 256;
const mixturesAtOnce = 64;

/**
 * The game of one output's margin over `pool` (the explained row, then the background); `players[p]` are the columns of
 * player p. Null where features mix columns of several players, and where the kernel cannot be had.
 */
export function createNeighbourGame(
  model: NeighboursModel,
  recipe: FittedRecipe,
  pool: Frame,
  players: readonly (readonly number[])[],
  output: number,
  stop: StopSignal,
): CoalitionGame | null {
  const { coordinates, counts, k, outputCount } = model;
  const playerOf = coordinatePlayers(model, recipe, players);
  if (playerOf === null || coordinates.length === 0) return null;
  const width = coordinates.length;
  const pointCount = counts.length;
  const line = 4 * ((pointCount + 3) & -4);
  const groups = Math.max(1, Math.ceil(players.length / playersTogether));
  const most = k + 1;
  const room = Math.max(64, 4 * most);
  let end = 64;
  const take = (bytes: number): number => {
    const at = end;
    end = (at + bytes + 63) & -64;
    return at;
  };
  const columns = take(width * line);
  const constant = take(line);
  const mine = take(groups * playersTogether * line);
  const theirs = take(groups * playersTogether * line);
  const fixed = take(line);
  const all = take(line);
  const own = take(mixturesAtOnce * line);
  const everyone = take(groups);
  const sets = take(mixturesAtOnce * groups);
  const tables = take(groups * 16 * blockBytes);
  const limits = take(8 * mixturesAtOnce);
  const lengths = take(8 * mixturesAtOnce);
  const lists = take(2 * mixturesAtOnce * room * 8);
  const weights = take(line);
  const targets = take(line);
  const means = take(16 * mixturesAtOnce);
  const opened = openNeighbourKernel(end);
  if (opened === null) return null;
  const { kernel, buffer } = opened;
  const bytes = new Uint8Array(buffer);
  // Points that only fill up are nowhere, and so never near.
  const table = new Float32Array(buffer, columns, (width * line) / 4).fill(Number.NaN);
  for (let c = 0; c < width; c++) {
    for (let p = 0; p < pointCount; p++) table[(c * line) / 4 + p] = model.points[p * width + c];
  }
  new Float32Array(buffer, weights, pointCount).set(counts);
  const wanted = new Float32Array(buffer, targets, pointCount);
  for (let p = 0; p < pointCount; p++) wanted[p] = model.targets[p * outputCount + output];
  const places = coordinatesOf(coordinates, applyRecipe(recipe, pool));
  const squaresOf = (row: number, at: number, others: number | null): void => {
    bytes.fill(0, at, at + groups * playersTogether * line);
    for (let c = 0; c < width; c++) {
      const to = playerOf[c] < 0 ? others : at + playerOf[c] * line;
      if (to !== null) kernel.addSquares(columns + c * line, places[row * width + c], to, line);
    }
  };
  bytes.fill(15, everyone, everyone + groups);
  squaresOf(0, mine, constant);
  bytes.copyWithin(fixed, constant, constant + line);
  new Float32Array(buffer, fixed, line / 4).forEach((value, p, to) => {
    to[p] = 2 * value;
  });
  kernel.addPlayers(mine, line, groups, everyone, fixed);
  const background = pool.rowCount - 1;

  const valueSome = (mixtures: readonly Coalition[]): Float64Array => {
    const count = mixtures.length;
    const sums = new Float64Array(2 * count);
    mixtures.forEach((coalition, m) => {
      const set = sets + m * groups;
      bytes.fill(0, set, set + groups);
      coalition.forEach((bit, p) => {
        bytes[set + (p >> 2)] |= bit << (p & 3);
      });
      const to = own + m * line;
      bytes.copyWithin(to, constant, constant + line);
      kernel.addPlayers(mine, line, groups, set, to);
    });
    for (let row = 1; row <= background; row++) {
      throwIfStopped(stop);
      squaresOf(row, theirs, null);
      bytes.copyWithin(all, fixed, fixed + line);
      kernel.addPlayers(theirs, line, groups, everyone, all);
      kernel.findNearest(own, sets, count, theirs, all, line, groups, most, tables, limits, lengths, lists, room);
      const prior = model.prior[output];
      kernel.averageNearest(lengths, lists, 2 * count, room, most, weights, targets, prior, model.priorWeight, means);
      const margins = new Float64Array(buffer, means, 2 * count).slice();
      marginsOf(model.task, margins);
      for (let side = 0; side < margins.length; side++) sums[side] += margins[side] / background;
    }
    return sums;
  };

  return (coalitions) => {
    const values = new Float64Array(coalitions.length);
    const mixtures = pairUp(coalitions);
    for (let from = 0; from < mixtures.length; from += mixturesAtOnce) {
      const some = mixtures.slice(from, from + mixturesAtOnce);
      const sums = valueSome(some.map(({ at }) => coalitions[at]));
      some.forEach(({ at, complement }, m) => {
        values[at] = sums[2 * m];
        if (complement >= 0) values[complement] = sums[2 * m + 1];
      });
    }
    return values;
  };
}

/** The player of every coordinate, −1 where no player changes it; null where several would. */
function coordinatePlayers(
  model: NeighboursModel,
  recipe: FittedRecipe,
  players: readonly (readonly number[])[],
): Int32Array | null {
  const playerOf = new Map(players.flatMap((columns, p) => columns.map((c) => [recipe.inputs[c].name, p] as const)));
  const found = model.coordinates.map(({ factor }) => {
    const own = rawColumnsOf(recipe.features[factor.feature]).flatMap((name) => playerOf.get(name) ?? []);
    return new Set(own);
  });
  if (found.some(({ size }) => size > 1)) return null;
  return Int32Array.from(found, (own) => own.values().next().value ?? -1);
}

/** Coalitions with where their complement stands in the list, −1 where it does not; each of a pair named once. */
function pairUp(coalitions: readonly Coalition[]): { readonly at: number; readonly complement: number }[] {
  const waiting = new Map<string, number[]>();
  const pairs: { at: number; complement: number }[] = [];
  coalitions.forEach((coalition, at) => {
    const first = waiting.get(coalition.map((bit) => 1 - bit).join(''))?.pop();
    if (first !== undefined) {
      pairs[first].complement = at;
      return;
    }
    const key = coalition.join('');
    const list = waiting.get(key) ?? [];
    waiting.set(key, list);
    list.push(pairs.push({ at, complement: -1 }) - 1);
  });
  return pairs;
}
