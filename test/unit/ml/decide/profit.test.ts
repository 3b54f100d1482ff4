import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { OutcomeMatrix } from '../../../../main/ml/decide/money.ts';
import { profitAt, profitCurve } from '../../../../main/ml/decide/profit.ts';

const matrix: OutcomeMatrix = { truePositive: 80, falsePositive: -20, trueNegative: 0, falseNegative: -50 };

/** Profit of one threshold by the definition. */
function brute(p: number[], y: number[], m: OutcomeMatrix, threshold: number, values: number[] | null): number {
  let total = 0;
  for (let i = 0; i < p.length; i++) {
    const value = values === null ? 1 : values[i];
    if (p[i] >= threshold) total += y[i] === 1 ? m.truePositive * value : m.falsePositive;
    else total += y[i] === 1 ? m.falseNegative * value : m.trueNegative;
  }
  return total;
}

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean(), fc.integer({ min: 0, max: 5 })), {
  minLength: 1,
  maxLength: 40,
});
const money = fc.integer({ min: -100, max: 100 });

describe('F5 profit over all thresholds', () => {
  it('equals brute force for any money, values, capacity and ties', () => {
    fc.assert(
      fc.property(
        rows,
        money,
        money,
        money,
        money,
        fc.boolean(),
        fc.option(fc.integer({ min: 0, max: 40 })),
        (data, a, b, c, d, valued, capacity) => {
          const p = data.map(([level]) => level / 12);
          const y = data.map(([, positive]) => Number(positive));
          const values = valued ? data.map(([, , value]) => value) : null;
          const m: OutcomeMatrix = { truePositive: a, falsePositive: b, trueNegative: c, falseNegative: d };
          const curve = profitCurve(p, y, m, { values, capacity, seed: 1, resamples: 3 });
          let best = Number.NEGATIVE_INFINITY;
          for (const threshold of [...new Set(p), 2]) {
            if (p.filter((value) => value >= threshold).length > (capacity ?? 99)) continue;
            best = Math.max(best, brute(p, y, m, threshold, values));
          }
          expect(curve.best.profit).toBeCloseTo(best, 9);
          expect(curve.best.profit).toBeCloseTo(brute(p, y, m, curve.best.threshold, values), 9);
          expect(curve.actOnAll).toBeCloseTo(brute(p, y, m, 0, values), 9);
          expect(curve.actOnNone).toBeCloseTo(brute(p, y, m, 2, values), 9);
          for (const point of curve.points) {
            expect(point.profit).toBeCloseTo(brute(p, y, m, point.threshold, values), 9);
            expect(point.rows).toBe(p.filter((value) => value >= point.threshold).length);
          }
          const { truePositive, falsePositive, trueNegative, falseNegative } = curve.best.counts;
          expect(truePositive + falsePositive + trueNegative + falseNegative).toBe(p.length);
          expect(truePositive + falsePositive).toBe(curve.best.rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  const rng = createRng(3);
  const p = Array.from({ length: 4000 }, () => rng.next());
  const y = p.map((value) => (rng.next() < value ? 1 : 0));

  it('finds the break-even probability of calibrated predictions', () => {
    const breakEven = 20 / 150; // acting gains 130 on a positive and loses 20 on a negative
    const curve = profitCurve(p, y, matrix, { seed: 5, resamples: 200 });
    expect(curve.best.thresholdLow).toBeLessThan(breakEven + 0.05);
    expect(curve.best.thresholdHigh).toBeGreaterThan(breakEven - 0.05);
    expect(curve.points.length).toBeLessThanOrEqual(200);
    expect(curve.best.profit).toBeGreaterThan(curve.actOnAll);
  });

  it('gives intervals that hold the profit and repeat for a seed', () => {
    const curve = profitCurve(p, y, matrix, { seed: 5, resamples: 100 });
    for (const point of curve.points) {
      expect(point.low).toBeLessThanOrEqual(point.profit);
      expect(point.high).toBeGreaterThanOrEqual(point.profit);
    }
    expect(profitCurve(p, y, matrix, { seed: 5, resamples: 100 })).toEqual(curve);
    const chosen = profitAt(p, y, matrix, curve.best.threshold, { seed: 5, resamples: 100 });
    expect(chosen.profit).toBeCloseTo(curve.best.profit, 6);
    expect(chosen.counts).toEqual(curve.best.counts);
  });

  it('keeps to the capacity', () => {
    expect(profitCurve(p, y, matrix, { seed: 1, capacity: 100, resamples: 20 }).best.rows).toBeLessThanOrEqual(100);
    expect(profitCurve(p, y, matrix, { seed: 1, capacity: 0, resamples: 20 }).best.rows).toBe(0);
  });

  it('acts on no one when acting never pays, even with a probability of 1', () => {
    const losing: OutcomeMatrix = { truePositive: -1, falsePositive: -1, trueNegative: 0, falseNegative: 0 };
    const curve = profitCurve([1, 0.5], [1, 0], losing, { seed: 1, resamples: 10 });
    expect(curve.best).toMatchObject({ rows: 0, profit: 0 });
    expect(1 >= curve.best.threshold).toBe(false);
  });

  it('refuses money that is not a number', () => {
    expect(() => profitCurve(p, y, { ...matrix, truePositive: Number.NaN }, { seed: 1 })).toThrow('truePositive');
  });
});
