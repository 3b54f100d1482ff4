/** Raw rows as JSON, column by column: missing is null, infinities are spelled out, text is dictionary-coded when read. */
import * as z from 'zod';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import { numberToJson } from './package-schema.ts';

const cellNumber = z
  .union([z.number(), z.null(), z.enum(['Infinity', '-Infinity'])])
  .transform((value) => (value === null ? Number.NaN : Number(value)));

/** The JSON form of a frame. */
export const rowsSchema = z.object({
  rowCount: z.number().int().min(0).max(10_000_000),
  columns: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('double'), name: z.string(), values: z.array(cellNumber) }),
      z.object({ type: z.literal('timestamp'), name: z.string(), values: z.array(cellNumber) }),
      z.object({ type: z.literal('string'), name: z.string(), values: z.array(z.string().nullable()) }),
    ]),
  ),
});

/** A frame as plain JSON. */
export function rowsToJson(frame: Frame): z.input<typeof rowsSchema> {
  const number = (value: number): number | 'Infinity' | '-Infinity' | null => {
    if (Number.isNaN(value)) return null;
    const json = numberToJson(value);
    return typeof json === 'number' ? json : value > 0 ? 'Infinity' : '-Infinity';
  };
  return {
    rowCount: frame.rowCount,
    columns: frame.columns.map((column) =>
      column.type === 'string'
        ? {
            type: column.type,
            name: column.name,
            values: Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code])),
          }
        : { type: column.type, name: column.name, values: Array.from(column.values, number) },
    ),
  };
}

/** The frame of parsed JSON; null when a column's length is not the row count. */
export function rowsFromJson(rows: z.output<typeof rowsSchema>): Frame | null {
  if (rows.columns.some((column) => column.values.length !== rows.rowCount)) return null;
  const columns = rows.columns.map((column): RawColumn => {
    if (column.type !== 'string') return { ...column, values: Float64Array.from(column.values) };
    const index = new Map<string, number>();
    const codes = Int32Array.from(column.values, (value) => {
      if (value === null) return -1;
      const code = index.get(value) ?? index.size;
      index.set(value, code);
      return code;
    });
    return { type: 'string', name: column.name, codes, levels: [...index.keys()] };
  });
  return { rowCount: rows.rowCount, columns };
}
