/**
 * Who plays in a sampled explanation of one row: the columns whose value differs from the background somewhere. A column that
 * is the same everywhere has no effect by construction. Of very many columns only the strongest play for themselves,
 * found by exchanging one column at a time; the rest play together.
 */
import type { Frame } from '../frame.ts';
import { pickCells, sameCell } from './rows.ts';
import type { ScoringSteps } from './steps.ts';

export type Players = {
  /** Column indices of the ones that play for themselves, in the frame's order. */
  readonly single: readonly number[];
  /** Columns that play as one; empty when all play for themselves. */
  readonly rest: readonly number[];
};

const screeningRows = 10;

/** `pool`: the explained row first, then the background rows. */
export function* choosePlayers(pool: Frame, used: readonly number[], most: number): ScoringSteps<Players> {
  const active = used.filter((c) => {
    for (let row = 1; row < pool.rowCount; row++) if (!sameCell(pool.columns[c], 0, row)) return true;
    return false;
  });
  if (active.length <= most) return { single: active, rest: [] };
  const drawn = Math.min(screeningRows, pool.rowCount - 1);
  const own = yield {
    frame: pickCells(
      pool,
      pool.columns.map(() => new Int32Array(1)),
      1,
    ),
    fraction: 0,
  };
  const strength = new Map<number, number>();
  for (const c of active) {
    const rows = pool.columns.map((_, other) =>
      Int32Array.from({ length: drawn }, (_row, i) => {
        return other === c ? 1 + Math.floor(((i + 0.5) * (pool.rowCount - 1)) / drawn) : 0;
      }),
    );
    const scores = yield { frame: pickCells(pool, rows, drawn), fraction: 0 };
    let moved = 0;
    for (const score of scores) moved += Math.abs(score - own[0]);
    strength.set(c, moved);
  }
  const ranked = [...active].sort((a, b) => (strength.get(b) ?? 0) - (strength.get(a) ?? 0) || a - b);
  return { single: ranked.slice(0, most).sort((a, b) => a - b), rest: ranked.slice(most).sort((a, b) => a - b) };
}
