import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, RawColumn } from '../../../../main/ml/frame.ts';
import { knownRows } from '../../../../main/ml/validation/known-rows.ts';

const number = (name: string, values: readonly number[]): RawColumn => ({
  type: 'double',
  name,
  values: Float64Array.from(values),
});
const text = (name: string, values: readonly (string | null)[]): RawColumn => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value)));
  return { type: 'string', name, codes, levels };
};
const frame = (...columns: readonly RawColumn[]): Frame => ({
  rowCount: columns[0].type === 'string' ? columns[0].codes.length : columns[0].values.length,
  columns,
});
const by = { inputs: ['a', 'b'], group: null, time: null };

describe('D1 rows a model that is continued already knows', () => {
  it('are those equal to an earlier one in every column it reads, whatever the other columns say', () => {
    const past = frame(number('a', [1, 2, Number.NaN]), text('b', ['x', 'y', null]), number('y', [0, 1, 0]));
    const now = frame(
      number('a', [2, 2, Number.NaN, 9, -0]),
      text('b', ['y', 'x', null, 'x', 'x']),
      number('y', [0, 0, 1, 1, 1]),
    );
    expect([...knownRows(now, [past], by)]).toEqual([1, 0, 1, 0, 0]);
    expect([...knownRows(now, [], by)]).toEqual([0, 0, 0, 0, 0]);
  });

  it('finds them in any of several earlier tables, as a plain search does', () => {
    const cell = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom('p', 'q', null));
    const rows = fc.array(cell, { minLength: 1, maxLength: 12 });
    const table = (cells: readonly (readonly [number, string | null])[]): Frame =>
      frame(
        number(
          'a',
          cells.map(([a]) => a),
        ),
        text(
          'b',
          cells.map(([, b]) => b),
        ),
      );
    fc.assert(
      fc.property(rows, rows, rows, (now, one, two) => {
        const seen = new Set([...one, ...two].map((row) => JSON.stringify(row)));
        const expected = now.map((row) => (seen.has(JSON.stringify(row)) ? 1 : 0));
        expect([...knownRows(table(now), [table(one), table(two)], by)]).toEqual(expected);
      }),
    );
  });

  it('are those of a group that occurred before, and those not later than the latest before', () => {
    const past = frame(number('a', [1, 2]), text('b', ['x', 'y']), text('g', ['u', 'v']), number('t', [5, 7]));
    const now = frame(
      number('a', [3, 4, 5, 6]),
      text('b', ['x', 'x', 'x', 'x']),
      text('g', ['v', 'w', 'w', 'w']),
      number('t', [9, 7, 8, Number.NaN]),
    );
    expect([...knownRows(now, [past], { ...by, group: 'g' })]).toEqual([1, 0, 0, 0]);
    expect([...knownRows(now, [past], { ...by, time: 't' })]).toEqual([0, 1, 0, 1]);
  });
});
