import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginLoss, selectBlend } from '../../../../main/ml/ensemble/blend.ts';

const finite = fc.double({ min: -5, max: 5, noNaN: true });

describe('D5 greedy selection over out-of-fold margins', () => {
  it('never loses to the best single candidate, and its weights add up to 1', () => {
    const problem = fc.integer({ min: 2, max: 30 }).chain((rows) =>
      fc.record({
        labels: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows }),
        candidates: fc.array(fc.array(finite, { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(problem, ({ labels, candidates }) => {
        const label = Float64Array.from(labels);
        const given = candidates.map((margins) => ({ margins: Float64Array.from(margins) }));
        const blend = selectBlend('binary', given, label, 1, { steps: 8, maxMembers: 3 });
        const singles = given.map(({ margins }) => marginLoss('binary', margins, label, 1));
        expect(blend.bestSingleLoss).toBe(Math.min(...singles));
        expect(blend.loss).toBeLessThanOrEqual(blend.bestSingleLoss);
        expect(blend.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        expect(blend.weights.filter((weight) => weight > 0).length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 60 },
    );
  });

  it('halves two opposite errors', () => {
    const label = Float64Array.of(1, 2, 3, 4);
    const blend = selectBlend(
      'regression',
      [{ margins: label.map((v) => v + 1) }, { margins: label.map((v) => v - 1) }],
      label,
      1,
      { steps: 6, maxMembers: 2 },
    );
    expect(blend.weights).toEqual([0.5, 0.5]);
    expect(blend.loss).toBe(0);
  });

  it('computes the multiclass log loss of a hand-worked row and skips rows never validated', () => {
    const margins = Float64Array.of(0, Math.log(2), 0, Number.NaN, 0, 0);
    expect(marginLoss('multiclass', margins, Float64Array.of(1, 0), 3)).toBeCloseTo(-Math.log(2 / 4), 12);
  });
});
