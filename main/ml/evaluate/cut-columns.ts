/** Raw columns cut into a few cells each: the frequent values of text, quarters of numbers and dates. */
import type { RawColumn } from '../frame.ts';
import type { CutColumn } from './slices.ts';

const mostLevels = 12;
/** Distinct numbers up to which each is a cell of its own. */
const fewNumbers = 6;
const missing = '(missing)';

/** Cuts a column; null where all rows are in one cell. `rows` are the rows of the column that are judged. */
export function cutColumn(column: RawColumn, rows: ArrayLike<number>): CutColumn | null {
  const cut = column.type === 'string' ? cutText(column, rows) : cutNumbers(column, rows);
  const first = cut.cellOf[0];
  return cut.cellOf.every((cell) => cell === first) ? null : { name: column.name, ...cut };
}

type Cut = Pick<CutColumn, 'cells' | 'cellOf'>;

function cutText(column: Extract<RawColumn, { type: 'string' }>, rows: ArrayLike<number>): Cut {
  const counts = new Float64Array(column.levels.length);
  for (let i = 0; i < rows.length; i++) if (column.codes[rows[i]] >= 0) counts[column.codes[rows[i]]]++;
  const used = Array.from(counts.keys()).filter((code) => counts[code] > 0);
  const numbers = column.levels.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
  // Numbers that came as text have no frequent values, but quarters
  if (used.length > mostLevels && used.every((code) => Number.isFinite(numbers[code]))) {
    const values = Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : numbers[code]));
    return cutNumbers({ type: 'double', name: column.name, values }, rows);
  }
  const frequent = used.sort((a, b) => counts[b] - counts[a] || a - b).slice(0, mostLevels);
  const cellOfCode = new Map(frequent.map((code, cell) => [code, cell]));
  const cells = [...frequent.map((code) => column.levels[code]), '(other)', missing];
  const other = frequent.length;
  return {
    cells,
    cellOf: Uint8Array.from(rows, (row) => {
      const code = column.codes[row];
      return code < 0 ? other + 1 : (cellOfCode.get(code) ?? other);
    }),
  };
}

function cutNumbers(column: Exclude<RawColumn, { type: 'string' }>, rows: ArrayLike<number>): Cut {
  const { values } = column;
  const known = Float64Array.from(rows, (row) => values[row])
    .filter((value) => Number.isFinite(value))
    .sort();
  const show = (value: number): string =>
    column.type === 'timestamp'
      ? new Date(value / 1000).toISOString().slice(0, 10)
      : String(Number(value.toPrecision(6)));
  const distinct = distinctUpTo(known, fewNumbers);
  if (distinct !== null) {
    const cells = [...distinct.map(show), missing];
    return {
      cells,
      cellOf: Uint8Array.from(rows, (row) => {
        const at = distinct.indexOf(values[row]);
        return at < 0 ? cells.length - 1 : at;
      }),
    };
  }
  const cuts = [...new Set([0.25, 0.5, 0.75].map((p) => known[Math.floor(p * known.length)]))];
  const cells = [
    `below ${show(cuts[0])}`,
    ...cuts.map((cut, i) => (i + 1 < cuts.length ? `${show(cut)} to ${show(cuts[i + 1])}` : `${show(cut)} and more`)),
    missing,
  ];
  return {
    cells,
    cellOf: Uint8Array.from(rows, (row) => {
      const value = values[row];
      if (Number.isNaN(value)) return cells.length - 1;
      const at = cuts.findIndex((cut) => value < cut);
      return at < 0 ? cuts.length : at;
    }),
  };
}

function distinctUpTo(sorted: Float64Array, most: number): number[] | null {
  const found: number[] = [];
  for (const value of sorted) {
    if (value === found.at(-1)) continue;
    if (found.length === most) return null;
    found.push(value);
  }
  return found;
}
