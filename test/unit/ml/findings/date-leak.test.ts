import { describe, expect, test } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { dateLeaks } from '../../../../main/ml/findings/date-leak.ts';
import type { RawColumn } from '../../../../main/ml/frame.ts';

const rowCount = 600;
const all = Int32Array.from({ length: rowCount }, (_, i) => i);
const hour = 3.6e9;
const start = Date.UTC(2024, 0, 1) * 1000;

const dates = (name: string, make: (row: number) => number): RawColumn => ({
  type: 'timestamp',
  name,
  values: Float64Array.from(all, make),
});

/** Trips of a random length, with an order of their own. */
function trips(seed: number) {
  const rng = createRng(seed);
  const from = Float64Array.from(all, () => start + Math.floor(rng.next() * 8000) * hour);
  const hours = Float64Array.from(all, () => 1 + rng.int(40));
  const noise = Float64Array.from(all, () => rng.next());
  return { from, hours, noise };
}

describe('C3 dates that are known only after their row', () => {
  const { from, hours, noise } = trips(1);
  const pickUp = dates('pick-up', (row) => from[row]);
  const dropOff = dates('drop-off', (row) => from[row] + hours[row] * hour);

  test('give a duration away together with the date they follow', () => {
    const label = Float64Array.from(hours, (value, i) => value + 0.1 * noise[i]);
    const found = dateLeaks([pickUp, dropOff], label, all, 'regression', 0);
    expect(found.map(({ later, earlier }) => [later, earlier])).toEqual([['drop-off', 'pick-up']]);
    expect(found[0]?.strength).toBeGreaterThan(0.975);
  });

  test('give away whether something was late', () => {
    const label = Float64Array.from(hours, (value) => (value > 30 ? 1 : 0));
    expect(dateLeaks([dropOff, pickUp], label, all, 'binary', 2)).toMatchObject([
      { later: 'drop-off', earlier: 'pick-up' },
    ]);
  });

  test('are not deadlines, dates of another thing, or dates that lie on both sides', () => {
    for (let seed = 2; seed < 22; seed++) {
      const clean = trips(seed);
      const rng = createRng(seed + 100);
      const label = Float64Array.from(all, (row) => (clean.noise[row] + clean.hours[row] / 80 > 0.8 ? 1 : 0));
      const ordered = dates('ordered', (row) => clean.from[row]);
      const due = dates('due', (row) => clean.from[row] + clean.hours[row] * hour);
      const born = dates('born', () => start - rng.int(20_000) * 24 * hour);
      const seen = dates('seen', (row) => clean.from[row] + (rng.int(40) - 20) * hour);
      const empty = dates('empty', () => Number.NaN);
      expect(dateLeaks([ordered, due, born, seen, empty], label, all, 'binary', 2), `seed ${seed}`).toEqual([]);
      const amount = Float64Array.from(all, (row) => clean.hours[row] + 30 * clean.noise[row]);
      expect(dateLeaks([ordered, due, born, seen, empty], amount, all, 'regression', 0), `seed ${seed}`).toEqual([]);
    }
  });
});
