import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { applyCalibration, calibratedProbability, interpolate } from '../../../../main/ml/calibration/apply.ts';
import { chooseCalibrator } from '../../../../main/ml/calibration/choose.ts';
import { fitVector } from '../../../../main/ml/calibration/vector-scaling.ts';
import { bandCalibrator, vennAbersBand } from '../../../../main/ml/calibration/venn-abers.ts';
import { sigmoid, softmaxInto } from '../../../../main/ml/stats/links.ts';

/** Isotonic regression at `at` by the max–min formula (Barlow et al. 1972): slow and obvious. */
function isotonic(points: readonly { margin: number; label: number }[], at: number): number {
  const margins = [...new Set(points.map(({ margin }) => margin))].sort((a, b) => a - b);
  const mean = (from: number, to: number): number => {
    const inside = points.filter(({ margin }) => margin >= from && margin <= to);
    return inside.reduce((sum, { label }) => sum + label, 0) / inside.length;
  };
  return Math.max(
    ...margins
      .filter((from) => from <= at)
      .map((from) => Math.min(...margins.filter((to) => to >= at).map((to) => mean(from, to)))),
  );
}

describe('D6 Venn–Abers', () => {
  it('gives p₀ and p₁ as the definition says, with any ties', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ margin: fc.integer({ min: -4, max: 4 }), label: fc.constantFrom(0, 1) }), {
          minLength: 2,
          maxLength: 25,
        }),
        (points) => {
          const band = vennAbersBand(
            points.map(({ margin }) => margin),
            points.map(({ label }) => label),
          );
          for (const [i, margin] of band.margins.entries()) {
            expect(band.low[i]).toBeCloseTo(isotonic([...points, { margin, label: 0 }], margin), 12);
            expect(band.high[i]).toBeCloseTo(isotonic([...points, { margin, label: 1 }], margin), 12);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('holds the true probability between its ends for most margins, and narrows with rows', () => {
    const rng = createRng(4);
    const make = (count: number) => {
      const margins = Float64Array.from({ length: count }, () => 2 * rng.normal());
      return vennAbersBand(
        margins,
        margins.map((m) => (rng.next() < sigmoid(1.7 * m - 0.5) ? 1 : 0)),
      );
    };
    const width = (band: ReturnType<typeof make>): number => {
      let total = 0;
      for (let m = -2; m <= 2; m += 0.1)
        total += interpolate(band.margins, band.high, m) - interpolate(band.margins, band.low, m);
      return total;
    };
    const [few, many] = [make(500), make(40_000)];
    expect(width(many)).toBeLessThan(width(few) / 5);
    const calibrator = bandCalibrator(many);
    for (const m of [-2, -1, 0, 1, 2])
      expect(Math.abs(calibratedProbability(calibrator, m) - sigmoid(1.7 * m - 0.5))).toBeLessThan(0.03);
  });

  it('is a continuous calibrator that never falls and never rises faster than the margin', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -6, max: 6, noNaN: true }), fc.boolean()), { minLength: 2, maxLength: 60 }),
        (rows) => {
          const calibrator = bandCalibrator(
            vennAbersBand(
              rows.map(([m]) => m),
              rows.map(([, y]) => Number(y)),
            ),
          );
          let before = calibratedProbability(calibrator, -8);
          for (let m = -7.99; m <= 8; m += 0.01) {
            const p = calibratedProbability(calibrator, m);
            expect(p).toBeGreaterThanOrEqual(before - 1e-12);
            expect(p - before).toBeLessThanOrEqual(0.0101);
            before = p;
          }
          expect(before).toBeGreaterThan(0);
          expect(before).toBeLessThan(1);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('D6 calibration of several classes', () => {
  const classes = (count: number, seed: number, truth: (margins: Float64Array) => void) => {
    const rng = createRng(seed);
    const margins = Float64Array.from({ length: 3 * count }, () => 1.5 * rng.normal());
    const labels = Float64Array.from({ length: count }, (_, i) => {
      const row = margins.slice(3 * i, 3 * i + 3);
      truth(row);
      softmaxInto(row, 0, 3, row);
      const draw = rng.next();
      return draw < row[0] ? 0 : draw < row[0] + row[1] ? 1 : 2;
    });
    return { margins, labels };
  };

  it('vector scaling finds scales and offsets', () => {
    const { margins, labels } = classes(30_000, 3, (row) => {
      row[0] = 0.5 * row[0] + 1;
      row[2] *= 1.5;
    });
    const found = fitVector(margins, labels, 3);
    if (found.kind !== 'vector') throw new Error(found.kind);
    const [scales, offsets] = [found.scales, found.offsets.map((value) => value - found.offsets[1])];
    expect(scales[0]).toBeCloseTo(0.5, 1);
    expect(scales[2]).toBeCloseTo(1.5, 1);
    expect(Math.abs(offsets[0] - 1)).toBeLessThan(0.1);
    const rows = applyCalibration(found, margins.subarray(0, 30), 'multiclass', 3);
    for (let i = 0; i < 10; i++) expect(rows[3 * i] + rows[3 * i + 1] + rows[3 * i + 2]).toBeCloseTo(1, 12);
  });

  it('is chosen when classes need different changes, and temperature when one will do', () => {
    const uneven = classes(6_000, 5, (row) => {
      row[1] = 2 * row[1] - 1;
    });
    const even = classes(6_000, 6, (row) => row.set(row.map((m) => m / 2)));
    const choose = (data: typeof even) =>
      chooseCalibrator(data.margins, data.labels, 'multiclass', { seed: 1, outputCount: 3 }).calibrator.kind;
    expect(choose(uneven)).toBe('vector');
    expect(choose(even)).toBe('temperature');
  });
});
