import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import { rowIntervals } from '../../main/ml/conformal/apply.ts';
import { plusEnds } from '../../main/ml/conformal/cv-plus.ts';
import { fitNumberIntervals } from '../../main/ml/conformal/numbers.ts';
import { buildScoreTable } from '../../main/ml/conformal/score-table.ts';
import type { Member } from '../../main/ml/model-spec.ts';

const foldCount = 5;

/** The straight line through rows by least squares, as a member for one numeric feature. */
function lineThrough(x: readonly number[], y: readonly number[]): Extract<Member, { kind: 'linear' }> {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i] - my), 0) /
    x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const limits = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return {
    kind: 'linear',
    weight: 1 / foldCount,
    linear: {
      outputCount: 1,
      intercept: [my - slope * mx],
      terms: [
        { kind: 'numeric', feature: 0, mean: 0, scale: 1, ...limits, impute: 0, weights: [slope], missingWeights: [0] },
      ],
      termMeans: [[slope * mx]],
    },
  };
}

const draw = (count: number, rng: Rng) => {
  const x = Array.from({ length: count }, () => Math.fround(2 * rng.normal()));
  return { x, y: x.map((value) => 3 * value + 1 + 2 * rng.normal()) };
};

/** Five straight lines, each without a fifth of the rows, and the CV+ intervals of their mean. */
function fitted(count: number, seed: number) {
  const rng = createRng(seed);
  const { x, y } = draw(count, rng);
  const members = Array.from({ length: foldCount }, (_, k) => {
    const kept = x.map((_, i) => i).filter((i) => i % foldCount !== k);
    return lineThrough(
      kept.map((i) => x[i]),
      kept.map((i) => y[i]),
    );
  });
  const predict = (member: (typeof members)[number], value: number): number => {
    const [term] = member.linear.terms;
    return member.linear.intercept[0] + (term.kind === 'numeric' ? term.weights[0] : 0) * value;
  };
  const of = Int32Array.from(x, (_, i) => i % foldCount);
  const intervals = fitNumberIntervals(
    {
      outputs: Float64Array.from(x, (value, i) => predict(members[of[i]], value)),
      labels: Float64Array.from(y),
      matrix: { rowCount: count, columns: [Float32Array.from(x)] },
      kinds: ['numeric'],
      groups: null,
      plus: { folds: members.map((_, k) => ({ trees: null, members: [k] })), of },
      source: 'cv+',
      seed,
    },
    { stop: neverStop, deadline: () => true },
  );
  const interval = (fresh: readonly number[], level: number) => {
    const outputs = Float64Array.from(
      fresh,
      (value) => members.reduce((sum, member) => sum + predict(member, value), 0) / foldCount,
    );
    const matrix = { rowCount: fresh.length, columns: [Float32Array.from(fresh)] };
    const rows = { frame: { rowCount: fresh.length, columns: [] }, matrix, outputs, task: 'regression' as const };
    const found = rowIntervals(intervals, { ...rows, classCount: 0, host: { members } }, level);
    if (found.kind !== 'number') throw new Error('not numbers');
    return found;
  };
  return { x, y, of, members, predict, intervals, rng, interval };
}

describe('D7 CV+ intervals', () => {
  it('end at the order statistics over all rows of fold prediction ± residual, as the definition says', () => {
    const { x, y, of, members, predict, interval } = fitted(60, 4);
    const fresh = [-3, -0.5, 0, 1.25, 4];
    for (const level of [0.5, 0.8, 0.9, 0.95]) {
      const found = interval(fresh, level);
      const rank = Math.ceil((x.length + 1) * level - 1e-9);
      fresh.forEach((value, row) => {
        const ends = x.map((own, i) => {
          const reach = Math.abs(y[i] - predict(members[of[i]], own));
          const centre = predict(members[of[i]], value);
          return { low: centre - reach, high: centre + reach };
        });
        const low = ends.map((end) => end.low).sort((a, b) => b - a)[rank - 1];
        const high = ends.map((end) => end.high).sort((a, b) => a - b)[rank - 1];
        expect(found.low[row]).toBeCloseTo(low, 5);
        expect(found.high[row]).toBeCloseTo(high, 5);
      });
    }
  });

  it('hold 90 % ± 1 % of fresh rows over 20 seeds, and never less than the proven share', () => {
    let inside = 0;
    const each: number[] = [];
    for (let seed = 1; seed <= 20; seed++) {
      const { interval, rng } = fitted(400, seed);
      const { x, y } = draw(2000, rng);
      const { low, high } = interval(x, 0.9);
      const held = y.filter((value, i) => low[i] <= value && value <= high[i]).length;
      each.push(held / y.length);
      inside += held;
    }
    expect(Math.abs(inside / 40_000 - 0.9)).toBeLessThan(0.01);
    expect(Math.min(...each)).toBeGreaterThan(0.8);
  });

  it('grow with the level, and reach to infinity where the rows are too few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 4, maxLength: 40 }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        fc.double({ min: 0.5, max: 0.97, noNaN: true }),
        (scores, shift, level) => {
          const half = scores.length >> 1;
          const tables = [scores.slice(0, half), scores.slice(half)].map(buildScoreTable);
          const part = (centre: number) => ({
            low: Float64Array.of(centre),
            high: Float64Array.of(centre),
            unit: Float64Array.of(1),
          });
          const parts = [part(0), part(shift)];
          const narrow = plusEnds(parts, tables, 1, level);
          const wide = plusEnds(parts, tables, 1, Math.min(0.999, level + 0.02));
          const slack = 1e-7 * (20 + Math.abs(shift));
          expect(wide.high[0]).toBeGreaterThanOrEqual(narrow.high[0] - slack);
          expect(wide.low[0]).toBeLessThanOrEqual(narrow.low[0] + slack);
          const rank = Math.ceil((scores.length + 1) * level - 1e-9);
          expect(Number.isFinite(narrow.high[0])).toBe(rank <= scores.length);
        },
      ),
    );
  });
});
