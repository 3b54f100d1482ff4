import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { orderLeak } from '../../../../main/ml/findings/order-leak.ts';
import type { DoubleColumn } from '../../../../main/ml/frame.ts';

const rng = createRng(5);
const rowCount = 600;
const rows = Int32Array.from({ length: rowCount }, (_, i) => i);
const column = (name: string, draw: (i: number) => number): DoubleColumn => ({
  type: 'double',
  name,
  values: Float64Array.from({ length: rowCount }, (_, i) => draw(i)),
});
const whole = (most: number) => Math.floor(rng.next() * most);

describe('B5 D3 two columns whose order is the target', () => {
  const home = column('home goals', () => whole(5));
  const away = column('away goals', () => whole(4));
  const shots = column('home shots', (i) => home.values[i] * 3 + whole(9));
  const result = Float64Array.from(rows, (i) => Math.sign(home.values[i] - away.values[i]) + 1);

  it('finds the score behind the result of a match, and names both columns', () => {
    const found = orderLeak([shots, home, away], result, rows, 3);
    expect(found?.columns).toEqual(['home goals', 'away goals']);
    expect(found?.share).toBe(1);
  });

  it('finds it with missing values in a few rows, and not in columns that only go along', () => {
    const gap = column('home goals', (i) => (i % 400 === 0 ? Number.NaN : home.values[i]));
    expect(orderLeak([gap, away], result, rows, 3)?.columns).toEqual(['home goals', 'away goals']);
    expect(orderLeak([shots, away], result, rows, 3)).toBeNull();
  });

  it('is silent when one class is nearly everything, and on noise', () => {
    const rare = Float64Array.from(rows, (i) => (i === 7 ? 1 : 0));
    expect(orderLeak([home, away], rare, rows, 2)).toBeNull();
    const coin = Float64Array.from(rows, () => whole(2));
    expect(orderLeak([home, away, shots], coin, rows, 2)).toBeNull();
  });
});
