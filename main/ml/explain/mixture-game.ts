/** The game of a blend with k-nearest neighbours: these by their own kernel, the other members by scoring the mixtures. */
import type { StopSignal } from '../../base/stop.ts';
import type { Frame } from '../frame.ts';
import type { ModelSpec } from '../model-spec.ts';
import { coalitionValues } from './coalitions.ts';
import { type CoalitionGame, createNeighbourGame } from './neighbour-game.ts';
import { marginScorer } from './score.ts';
import { runSteps } from './steps.ts';

/** Makes the game of a row for its players; null where coalitions are to be valued by scoring. */
export type MakeGame = (pool: Frame, players: readonly (readonly number[])[]) => CoalitionGame | null;

/** What values coalitions of a model with neighbours in the margin of `output`; null for other models. */
export function neighbourGames(spec: ModelSpec, output: number, stop: StopSignal): MakeGame | null {
  const near = spec.members.flatMap((member) => (member.kind === 'neighbours' ? [member] : []));
  if (near.length === 0) return null;
  const rest = { ...spec, members: spec.members.filter(({ kind }) => kind !== 'neighbours') };
  return (pool, players) => {
    const games = near.map(({ neighbours }) =>
      createNeighbourGame(neighbours, spec.recipe, pool, players, output, stop),
    );
    if (games.includes(null)) return null;
    return (coalitions) => {
      const values =
        rest.members.length === 0
          ? new Float64Array(coalitions.length)
          : runSteps(coalitionValues(pool, players, coalitions, { from: 0, to: 1 }), marginScorer(rest, output), {
              stop,
            });
      games.forEach((game, m) => {
        game?.(coalitions).forEach((value, i) => {
          values[i] += near[m].weight * value;
        });
      });
      return values;
    };
  };
}
