import { readFileSync } from 'node:fs';
import Papa from 'papaparse';
import type { DoubleColumn, Frame, StringColumn, TimestampColumn } from '../../main/ml/frame.ts';
import type { InputSpec } from '../../main/ml/model-spec.ts';

/** A number column; null is missing. */
export const numbers = (name: string, values: ArrayLike<number | null>): DoubleColumn => ({
  type: 'double',
  name,
  values: Float64Array.from(values, (value) => value ?? Number.NaN),
});

/** A timestamp column from ISO texts; null is missing. */
export const times = (name: string, values: readonly (string | null)[]): TimestampColumn => ({
  type: 'timestamp',
  name,
  values: Float64Array.from(values, (value) => (value === null ? Number.NaN : Date.parse(value) * 1000)),
});

/** A text column with levels in order of appearance; null is missing. */
export function texts(name: string, values: readonly (string | null)[]): StringColumn {
  const index = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const known = index.get(value);
    if (known !== undefined) return known;
    index.set(value, index.size);
    return index.size - 1;
  });
  return { type: 'string', name, codes, levels: [...index.keys()] };
}

export const frameOf = (...columns: Frame['columns']): Frame => {
  const first = columns[0];
  const rowCount = first === undefined ? 0 : first.type === 'string' ? first.codes.length : first.values.length;
  return { rowCount, columns };
};

/** Input specifications of all columns: numbers, datetimes and text. */
export const inputsOf = (frame: Frame): InputSpec[] =>
  frame.columns.map((column) => ({
    name: column.name,
    type: column.type,
    logicalType: column.type === 'string' ? 'text' : column.type === 'timestamp' ? 'datetime' : 'number',
  }));

/** Reads a plain CSV file: a column of numbers (blank is missing) or else text. */
export function csvFrame(path: string, delimiter = ','): Frame {
  const parsed = Papa.parse<string[]>(readFileSync(path, 'utf8').trim(), { delimiter });
  const [header, ...rows] = parsed.data;
  const columns = header.map((name, c) => {
    const cells = rows.map((row) => (row[c] ?? '').trim());
    const numeric = cells.every((cell) => cell === '' || Number.isFinite(Number(cell)));
    return numeric
      ? numbers(
          name,
          cells.map((cell) => (cell === '' ? null : Number(cell))),
        )
      : texts(
          name,
          cells.map((cell) => (cell === '' ? null : cell)),
        );
  });
  return frameOf(...columns);
}
