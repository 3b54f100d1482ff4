import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { sortFloats } from '../../../../main/ml/kernels/sort-floats.ts';

describe('D1 float sorting', () => {
  it.each([0, 1, 100, 4095, 4096, 30_000])('orders %i values as the built-in sort does', (count) => {
    const rng = createRng(count);
    const special = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, -1e-45, 1e-45, 3.4e38, -3.4e38];
    const values = Float32Array.from({ length: count + 2 }, () =>
      rng.int(10) === 0 ? special[rng.int(special.length)] : rng.normal() * 10 ** rng.int(30),
    ).subarray(2);
    const expected = values.slice().sort();
    expect(sortFloats(values)).toBe(values);
    expect(values).toEqual(expected);
  });
});
