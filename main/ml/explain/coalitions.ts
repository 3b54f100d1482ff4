/** Values of coalitions: the mean output when the members' columns come from the explained row and all others from the background. */
import type { Rng } from '../../base/rng.ts';
import type { Frame } from '../frame.ts';
import { pickCells } from './rows.ts';
import { mostRowsAtOnce, type ScoringSteps } from './steps.ts';

/** A coalition: one byte a player, 1 = in. */
export type Coalition = Uint8Array;

/**
 * Values of coalitions in their order. `pool` holds the explained row first, then the background; `players[p]` are the
 * columns of player p.
 */
export function* coalitionValues(
  pool: Frame,
  players: readonly (readonly number[])[],
  coalitions: readonly Coalition[],
  progress: { readonly from: number; readonly to: number },
): ScoringSteps<Float64Array> {
  const background = pool.rowCount - 1;
  const values = new Float64Array(coalitions.length);
  const atOnce = Math.max(1, Math.floor(mostRowsAtOnce / background));
  const playerOf = new Int32Array(pool.columns.length).fill(-1);
  players.forEach((columns, p) => {
    for (const c of columns) playerOf[c] = p;
  });
  for (let from = 0; from < coalitions.length; from += atOnce) {
    const count = Math.min(atOnce, coalitions.length - from);
    const rows = pool.columns.map((_, c) => {
      const out = new Int32Array(count * background);
      const p = playerOf[c];
      if (p < 0) return out;
      for (let i = 0; i < count; i++) {
        if (coalitions[from + i][p] === 1) continue;
        for (let b = 0; b < background; b++) out[i * background + b] = 1 + b;
      }
      return out;
    });
    const fraction = progress.from + ((progress.to - progress.from) * from) / coalitions.length;
    const scores = yield { frame: pickCells(pool, rows, count * background), fraction };
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let b = 0; b < background; b++) sum += scores[i * background + b];
      values[from + i] = sum / background;
    }
  }
  return values;
}

/** All 2^count coalitions; bit p of the index says whether player p is in. */
export const allCoalitions = (count: number): Coalition[] =>
  Array.from({ length: 2 ** count }, (_, mask) => Uint8Array.from({ length: count }, (_p, p) => (mask >>> p) & 1));

/** Draws coalitions by the Shapley kernel: size k with weight 1 / (k (d − k)), members uniformly. */
export function createCoalitionSampler(count: number, rng: Rng): () => Coalition {
  const cumulative = new Float64Array(count);
  for (let size = 1; size < count; size++) cumulative[size] = cumulative[size - 1] + 1 / (size * (count - size));
  const total = cumulative[count - 1];
  const order = Int32Array.from({ length: count }, (_, p) => p);
  return () => {
    const at = rng.next() * total;
    let size = 1;
    while (size < count - 1 && cumulative[size] <= at) size++;
    const coalition = new Uint8Array(count);
    for (let i = 0; i < size; i++) {
      const j = i + rng.int(count - i);
      const kept = order[i];
      order[i] = order[j];
      order[j] = kept;
      coalition[order[i]] = 1;
    }
    return coalition;
  };
}
