import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { argsort, compareNumbers } from '../../../../main/ml/stats/argsort.ts';
import { sigmoid, softmaxInto, softplus } from '../../../../main/ml/stats/links.ts';
import { normalQuantile, standardDeviation, sum } from '../../../../main/ml/stats/moments.ts';
import { quantileSorted } from '../../../../main/ml/stats/quantile.ts';

describe('argsort', () => {
  it('is stable and puts NaN last, short and long inputs alike', () => {
    const rng = createRng(1);
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 5e-324, -5e-324, 1e308];
    for (const size of [0, 1, 100, 20_000]) {
      const values = Float64Array.from({ length: size }, () =>
        rng.next() < 0.3 ? special[rng.int(special.length)] : Math.round(rng.normal() * 50) * 10 ** (rng.int(20) - 10),
      );
      const order = argsort(values);
      for (let i = 1; i < size; i++) {
        const [before, here] = [values[order[i - 1]], values[order[i]]];
        const comparison = compareNumbers(before, here);
        expect(comparison < 0 || (comparison === 0 && order[i - 1] < order[i])).toBe(true);
      }
    }
  });
});

describe('moments and quantiles', () => {
  it('sums without losing small terms', () => {
    expect(sum([1e16, 1, -1e16])).toBe(1);
    expect(sum([Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
  });
  it('equals published normal quantiles', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 12);
    expect(normalQuantile(2)).toBeNaN();
  });
  it('interpolates quantiles and answers NaN outside its domain', () => {
    expect(quantileSorted([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantileSorted([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantileSorted([], 0.5)).toBeNaN();
    expect(standardDeviation([1])).toBeNaN();
  });
});

describe('links', () => {
  it('stay finite and complementary at both ends', () => {
    fc.assert(
      fc.property(fc.double({ min: -800, max: 800, noNaN: true }), (x) => {
        expect(sigmoid(x) + sigmoid(-x)).toBeCloseTo(1, 14);
        expect(softplus(x) - softplus(-x)).toBeCloseTo(x, 9);
      }),
    );
  });
  it('softmax of huge margins sums to one', () => {
    const out = Float64Array.of(1000, 999, -1000);
    softmaxInto(out, 0, 3, out);
    expect(sum(out)).toBeCloseTo(1, 14);
    expect(out[0] / out[1]).toBeCloseTo(Math.E, 10);
  });
});
