/** Facts about one raw column that the checks before training share. */
import type { RawColumn } from '../frame.ts';

export type ColumnFacts = {
  readonly rowCount: number;
  readonly missing: number;
  readonly infinite: number;
  /** Distinct non-missing values. */
  readonly distinct: number;
  /** Numbers only: every finite value is an integer. */
  readonly integers: boolean;
  /** Numbers only: strictly rising or falling down the rows. */
  readonly monotone: boolean;
  /** Numbers only: as many distinct integers as the span from least to greatest holds. */
  readonly consecutive: boolean;
};

/** Reads a column once or twice; O(n log n) for numbers. */
export function columnFacts(column: RawColumn): ColumnFacts {
  if (column.type === 'string') {
    const seen = new Uint8Array(column.levels.length);
    let missing = 0;
    let distinct = 0;
    for (const code of column.codes) {
      if (code < 0 || column.levels[code] === '') missing++;
      else if (seen[code] === 0) {
        seen[code] = 1;
        distinct++;
      }
    }
    const rowCount = column.codes.length;
    return { rowCount, missing, infinite: 0, distinct, integers: false, monotone: false, consecutive: false };
  }
  return numberFacts(column.values);
}

function numberFacts(values: Float64Array): ColumnFacts {
  let missing = 0;
  let infinite = 0;
  let integers = true;
  let rising = true;
  let falling = true;
  let previous = Number.NaN;
  for (const value of values) {
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    if (!Number.isFinite(value)) infinite++;
    else if (integers && !Number.isInteger(value)) integers = false;
    if (!(value > previous) && !Number.isNaN(previous)) rising = false;
    if (!(value < previous) && !Number.isNaN(previous)) falling = false;
    previous = value;
  }
  const sorted = values.slice().sort(); // NaN last
  const known = values.length - missing;
  let distinct = known > 0 ? 1 : 0;
  for (let i = 1; i < known; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  const span = known > 0 ? sorted[known - 1] - sorted[0] + 1 : 0;
  return {
    rowCount: values.length,
    missing,
    infinite,
    distinct,
    integers: integers && known > infinite,
    monotone: known > 1 && (rising || falling),
    consecutive: integers && infinite === 0 && known > 1 && distinct === span,
  };
}

const idWords = new Set([
  'id',
  'ids',
  'uuid',
  'guid',
  'key',
  'pk',
  'index',
  'idx',
  'rownum',
  'rowid',
  'nr',
  'unnamed',
  'identifier',
  'ref',
]);

/** True when the name says that values name things rather than measure them: customerID, row_index, Unnamed: 0. */
export function nameHintsId(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (words[0] === 'unnamed') return true;
  const last = words.at(-1);
  return last !== undefined && idWords.has(last);
}
