import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { betaBinomialTails, judgeCoverage } from '../../main/ml/evaluate/coverage.ts';

describe('D7 coverage of intervals on outcomes', () => {
  it('has the tails of the beta-binomial law', () => {
    const exact = (x: number, m: number, a: number, b: number): number => {
      // By numerical integration of the binomial over the beta density
      let above = 0;
      let all = 0;
      const steps = 20_000;
      for (let s = 0; s < steps; s++) {
        const p = (s + 0.5) / steps;
        const density = Math.exp((a - 1) * Math.log(p) + (b - 1) * Math.log(1 - p) + 0.1 * m);
        let mass = Math.exp(m * Math.log(1 - p));
        let total = 0;
        for (let i = 0; i <= x; i++) {
          total += mass;
          mass *= ((m - i) / (i + 1)) * (p / (1 - p));
        }
        above += density * total;
        all += density;
      }
      return above / all;
    };
    for (const [x, m, a, b] of [
      [17, 20, 91, 10],
      [12, 20, 46, 5],
      [3, 30, 5, 46],
    ] as const) {
      const { atMost, atLeast } = betaBinomialTails(x, m, a, b);
      expect(atMost).toBeCloseTo(exact(x, m, a, b), 6);
      expect(atLeast).toBeCloseTo(1 - exact(x - 1, m, a, b), 6);
    }
    expect(betaBinomialTails(1_000_000, 1_000_000, 91, 10).atMost).toBeCloseTo(1, 9);
  });

  it('calls intervals off target in about one of twenty cases where nothing is wrong, however few rows made them', () => {
    const rng = createRng(3);
    const level = 0.9;
    for (const calibrationRows of [50, 400]) {
      let off = 0;
      const rounds = 600;
      for (let round = 0; round < rounds; round++) {
        const scores = Float64Array.from({ length: calibrationRows }, () => rng.next()).sort();
        const bound = scores[Math.ceil((calibrationRows + 1) * level - 1e-9) - 1];
        let inside = 0;
        const rows = 300;
        for (let i = 0; i < rows; i++) if (rng.next() <= bound) inside++;
        if (judgeCoverage(level, { rows, inside, calibrationRows })?.verdict !== 'held') off++;
      }
      expect(off / rounds).toBeLessThan(0.08);
    }
  });

  it('names intervals that are off, in either direction, and says when the rows are too few', () => {
    const calibrationRows = 1000;
    expect(judgeCoverage(0.9, { rows: 1000, inside: 860, calibrationRows })?.verdict).toBe('below');
    expect(judgeCoverage(0.9, { rows: 1000, inside: 940, calibrationRows })?.verdict).toBe('above');
    expect(judgeCoverage(0.9, { rows: 1000, inside: 895, calibrationRows })?.verdict).toBe('held');
    expect(judgeCoverage(0.9, { rows: 1000, inside: 866, calibrationRows }, 20)?.verdict).toBe('held');
    expect(judgeCoverage(0.9, { rows: 20, inside: 0, calibrationRows })?.verdict).toBe('few');
    expect(judgeCoverage(0.9, { rows: 0, inside: 0, calibrationRows })).toBeNull();
  });
});
