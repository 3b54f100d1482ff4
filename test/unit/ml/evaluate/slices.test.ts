import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { cutColumn } from '../../../../main/ml/evaluate/cut-columns.ts';
import { rowLosses } from '../../../../main/ml/evaluate/row-loss.ts';
import { findSlices } from '../../../../main/ml/evaluate/slices.ts';
import type { RawColumn } from '../../../../main/ml/frame.ts';

const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

function table(count: number, seed: number) {
  const rng = createRng(seed);
  const text = (name: string, levels: readonly string[]): RawColumn => ({
    type: 'string',
    name,
    levels,
    codes: Int32Array.from({ length: count }, () => rng.int(levels.length)),
  });
  const number = (name: string): RawColumn => ({
    type: 'double',
    name,
    values: Float64Array.from({ length: count }, () => rng.normal()),
  });
  const columns = [
    text('city', ['Rome', 'Oslo', 'Lima']),
    number('age'),
    ...Array.from({ length: 6 }, (_, i) => number(`noise ${i}`)),
    text('plan', ['basic', 'pro']),
  ];
  const cut = columns.map((column) => cutColumn(column, all(count)));
  return { columns, cut: cut.filter((column) => column !== null), rng };
}

describe('D8 weak slices without named columns', () => {
  it('finds the condition under which the model loses, and says it in its terms', () => {
    const count = 6_000;
    const { columns, cut, rng } = table(count, 1);
    const [city, age] = columns;
    if (city.type !== 'string' || age.type === 'string') throw new Error('columns');
    const losses = Float64Array.from({ length: count }, (_, i) => {
      const weak = city.codes[i] === 1 && age.values[i] >= 0.68;
      return Math.abs(rng.normal()) + (weak ? 1.5 : 0);
    });
    const { slices } = findSlices(losses, cut, { seed: 1 });
    const named = slices.map(({ terms }) => terms.map(({ column }) => column).join('+'));
    expect(named).toContain('city+age');
    const found = slices[named.indexOf('city+age')];
    expect(found.terms[0]).toEqual({ column: 'city', cell: 'Oslo' });
    expect(found.terms[1].cell).toMatch(/ and more$/);
    expect(found.loss.low).toBeGreaterThan(found.elsewhere + 0.8);
    expect(found.rows.length).toBeGreaterThan(350);
    const beside = slices.filter(({ terms }) => !terms.some(({ column }) => column === 'city' || column === 'age'));
    // One in twenty discoveries may be chance
    expect(beside.length).toBeLessThanOrEqual(1);
  });

  it('finds nothing where there is nothing, almost always', () => {
    let found = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { cut, rng } = table(1_500, seed);
      const losses = Float64Array.from({ length: 1_500 }, () => Math.abs(rng.normal()));
      if (findSlices(losses, cut, { seed }).slices.length > 0) found++;
    }
    expect(found).toBeLessThanOrEqual(3);
  });

  it('cuts text into frequent values and numbers into quarters, with missing apart', () => {
    const numbers = cutColumn(
      { type: 'double', name: 'x', values: Float64Array.from({ length: 101 }, (_, i) => (i === 100 ? Number.NaN : i)) },
      all(101),
    );
    expect(numbers?.cells).toEqual(['below 25', '25 to 50', '50 to 75', '75 and more', '(missing)']);
    expect([0, 25, 99, 100].map((row) => numbers?.cellOf[row])).toEqual([0, 1, 3, 4]);
    const few = cutColumn({ type: 'double', name: 'x', values: Float64Array.of(1, 2, 1, 2) }, all(4));
    expect(few?.cells).toEqual(['1', '2', '(missing)']);
    const levels = Array.from({ length: 40 }, (_, i) => String(i));
    const asText = cutColumn({ type: 'string', name: 'x', codes: all(40), levels }, all(40));
    expect(asText?.cells[0]).toBe('below 10');
    const names = cutColumn({ type: 'string', name: 'x', codes: all(40), levels: levels.map((l) => `n${l}`) }, all(40));
    expect(names?.cells.slice(-2)).toEqual(['(other)', '(missing)']);
    expect(cutColumn({ type: 'double', name: 'x', values: new Float64Array(5) }, all(5))).toBeNull();
  });

  it('measures loss by what the truth was given', () => {
    expect(Array.from(rowLosses({ predictions: [0.25, 0.25], labels: [1, 0], classCount: 2 }))).toEqual([
      -Math.log(0.25),
      -Math.log(0.75),
    ]);
    expect(Array.from(rowLosses({ predictions: [0.2, 0.3, 0.5], labels: [2], classCount: 3 }))).toEqual([
      -Math.log(0.5),
    ]);
    expect(Array.from(rowLosses({ predictions: [4], labels: [7], classCount: 0 }))).toEqual([3]);
  });
});
