import type { RawColumn } from '../frame.ts';

/** Groups of rows by a column's values, as tables name them; numbers by their text. At most `most` groups, the largest. */
export function groupRows(
  column: RawColumn,
  rows: ArrayLike<number>,
  most: number,
): { readonly values: readonly string[]; readonly of: Int32Array } {
  const textOf = (row: number): string | null =>
    column.type === 'string'
      ? column.codes[row] < 0
        ? null
        : column.levels[column.codes[row]]
      : Number.isNaN(column.values[row])
        ? null
        : String(column.values[row]);
  const counts = new Map<string, number>();
  const texts = Array.from(rows, textOf);
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  const values = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
  const index = new Map(values.map((value, i) => [value, i]));
  return { values, of: Int32Array.from(texts, (text) => (text === null ? -1 : (index.get(text) ?? -1))) };
}
