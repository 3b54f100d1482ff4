/** States of a counterfactual search: which move each changeable column has taken, and the rows they stand for. */
import type { Frame, RawColumn } from '../frame.ts';
import type { ColumnMoves } from './counterfactual-moves.ts';

/** By entry of the moves: index of the cell taken, −1 for unchanged. */
export type State = Int16Array;

/** Price of touching one more column, in units of cost: few changes are worth more than small ones. */
export const priceOfChange = 0.5;

export const isChanged = (state: State): number[] => {
  const out: number[] = [];
  for (let m = 0; m < state.length; m++) if (state[m] >= 0) out.push(m);
  return out;
};

/** Cost of the changes alone. */
export const changeCost = (moves: readonly ColumnMoves[], state: State): number =>
  isChanged(state).reduce((sum, m) => sum + moves[m].costs[state[m]], 0);

/** Cost with the price of every touched column. */
export const totalCost = (moves: readonly ColumnMoves[], state: State): number =>
  changeCost(moves, state) + priceOfChange * isChanged(state).length;

/** The state with one more move. */
export function withMove(state: State, m: number, cell: number): State {
  const next = state.slice();
  next[m] = cell;
  return next;
}

/** Rows of the states; `row` holds the row to change, alone, in the recipe's column order. */
export function stateRows(row: Frame, moves: readonly ColumnMoves[], states: readonly State[]): Frame {
  const byInput = new Map(moves.map((entry, m) => [entry.input, m]));
  const columns = row.columns.map((column, c): RawColumn => {
    const m = byInput.get(c);
    if (column.type === 'string') {
      const own = column.codes[0];
      if (m === undefined) return { ...column, codes: new Int32Array(states.length).fill(own) };
      const levels = [...column.levels, ...(moves[m].levels ?? [])];
      const codes = Int32Array.from(states, (state) =>
        state[m] < 0 ? own : column.levels.length + moves[m].cells[state[m]],
      );
      return { ...column, codes, levels };
    }
    const own = column.values[0];
    const values = Float64Array.from(states, (state) =>
      m === undefined || state[m] < 0 ? own : moves[m].cells[state[m]],
    );
    return { ...column, values };
  });
  return { rowCount: states.length, columns };
}

/** The state nearest to a background row that the moves allow. */
export function snapTo(row: Frame, background: Frame, at: number, moves: readonly ColumnMoves[]): State {
  return Int16Array.from(moves, (entry) => {
    const column = background.columns[entry.input];
    const own = row.columns[entry.input];
    if (column.type === 'string' || own.type === 'string') {
      const level = column.type === 'string' && column.codes[at] >= 0 ? column.levels[column.codes[at]] : null;
      return level === null ? -1 : (entry.levels?.indexOf(level) ?? -1);
    }
    const wanted = column.values[at];
    let best = -1;
    let gap = Math.abs(own.values[0] - wanted);
    if (Number.isNaN(wanted)) return -1;
    if (Number.isNaN(gap)) gap = Number.POSITIVE_INFINITY;
    for (let k = 0; k < entry.cells.length; k++) {
      const distance = Math.abs(entry.cells[k] - wanted);
      if (distance < gap) {
        gap = distance;
        best = k;
      }
    }
    return best;
  });
}
