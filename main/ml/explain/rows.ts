/**
 * Raw rows put together from other rows: what perturbation methods ask the model about. Text columns share their levels, so
 * a made-up row costs one index a column.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import { joinArrays } from '../../base/typed-arrays.ts';
import { type Frame, type RawColumn, takeCells } from '../frame.ts';
import { type FittedRecipe, rawColumnsOf } from '../model-spec.ts';
import { inputColumn } from '../recipe/inputs.ts';

/** The model's input columns of several frames, one frame under the other. */
export function stackRows(recipe: FittedRecipe, frames: readonly Frame[]): Frame {
  const rowCount = frames.reduce((sum, frame) => sum + frame.rowCount, 0);
  const columns = recipe.inputs.map((input): RawColumn => {
    const parts = frames.map((frame) => inputColumn(frame, input));
    const { name, type } = input;
    if (type === 'string') {
      const levels: string[] = [];
      const codeOf = new Map<string, number>();
      const codes = new Int32Array(rowCount);
      let at = 0;
      for (const part of parts) {
        if (part.type !== 'string') continue;
        const map = part.levels.map((level) => {
          const known = codeOf.get(level);
          if (known !== undefined) return known;
          codeOf.set(level, levels.length);
          return levels.push(level) - 1;
        });
        for (const code of part.codes) codes[at++] = code < 0 ? -1 : map[code];
      }
      return { type, name, codes, levels };
    }
    const values = parts.flatMap((part) => (part.type === 'string' ? [] : [part.values]));
    return { type, name, values: joinArrays(Float64Array, values) };
  });
  return { rowCount, columns };
}

/** A frame whose cell (i, c) is the cell of row `rows[c][i]`. */
export function pickCells(frame: Frame, rows: readonly Int32Array[], rowCount: number): Frame {
  return { rowCount, columns: frame.columns.map((column, c) => takeCells(column, rows[c])) };
}

/** Whole rows. */
export const takeRows = (frame: Frame, rows: Int32Array): Frame => ({
  rowCount: rows.length,
  columns: frame.columns.map((column) => takeCells(column, rows)),
});

/** Whether two cells of a column hold the same; missing equals missing, and empty text is missing. */
export function sameCell(column: RawColumn, a: number, b: number): boolean {
  if (column.type !== 'string')
    return Object.is(column.values[a], column.values[b]) || column.values[a] === column.values[b];
  const text = (row: number): string => (column.codes[row] < 0 ? '' : column.levels[column.codes[row]]);
  return column.codes[a] === column.codes[b] || text(a) === text(b);
}

/** Indices of the inputs that the model reads at all, in the recipe's order. */
export function usedInputs(recipe: FittedRecipe): number[] {
  const sources = new Set(recipe.features.flatMap(rawColumnsOf));
  return recipe.inputs.flatMap((input, c) => (sources.has(input.name) ? [c] : []));
}

/** `count` rows drawn without replacement, ascending; all when there are no more. The same for a seed. */
export function sampleRows(rowCount: number, count: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: rowCount }, (_, i) => i);
  return rowCount <= count ? all : shuffle(all, createRng(seed)).slice(0, count).sort();
}

/** Seed of a row: a hash of its cells, so that a row is explained alike wherever and whenever it is asked about. */
export function rowSeed(frame: Frame, row: number): number {
  let seed = 0x5eed;
  for (const column of frame.columns) {
    const cell = column.type === 'string' ? (column.levels[column.codes[row]] ?? '') : String(column.values[row]);
    seed = deriveSeed(seed, `${column.name}\u0000${cell}`);
  }
  return seed;
}
