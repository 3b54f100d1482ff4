import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';

/** A seeded sample of at most `count` rows in their order, with text columns cut to the levels that occur. */
export function sampleFrame(
  frame: Frame,
  count: number,
  seed: number,
): { readonly frame: Frame; readonly rows: Int32Array } {
  const order = Int32Array.from({ length: frame.rowCount }, (_, i) => i);
  const rows =
    frame.rowCount <= count
      ? order
      : shuffle(order, createRng(deriveSeed(seed, 'sample')))
          .slice(0, count)
          .sort();
  return { frame: takeFrame(frame, rows), rows };
}

/** The rows named, with text columns cut to the levels that occur. */
export const takeFrame = (frame: Frame, rows: Int32Array): Frame => ({
  rowCount: rows.length,
  columns: frame.columns.map((column) => takeColumn(column, rows)),
});

function takeColumn(column: RawColumn, rows: Int32Array): RawColumn {
  if (column.type !== 'string') return { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
  const index = new Map<number, number>();
  const levels: string[] = [];
  const codes = Int32Array.from(rows, (row) => {
    const code = column.codes[row];
    if (code < 0) return -1;
    let at = index.get(code);
    if (at === undefined) {
      at = levels.length;
      index.set(code, at);
      levels.push(column.levels[code]);
    }
    return at;
  });
  return { ...column, codes, levels };
}
