import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { applyCalibration, calibratedProbability } from '../../../../main/ml/calibration/apply.ts';
import { chooseCalibrator } from '../../../../main/ml/calibration/choose.ts';
import { fitBeta, fitPiecewise, fitPlatt, fitTemperature } from '../../../../main/ml/calibration/fit.ts';
import { prepareEce } from '../../../../main/ml/metrics/reliability.ts';
import { sigmoid, softmaxInto } from '../../../../main/ml/stats/links.ts';

/** Margins whose true probability is known: labels follow `truth(margin)`. */
function binary(rows: number, seed: number, truth: (margin: number) => number) {
  const rng = createRng(seed);
  const margins = Float64Array.from({ length: rows }, () => 2 * rng.normal());
  const labels = margins.map((margin) => (rng.next() < truth(margin) ? 1 : 0));
  return { margins, labels };
}

const fits = { platt: fitPlatt, beta: fitBeta, piecewise: fitPiecewise };

describe('D6 calibrators', () => {
  it('Platt finds slope and intercept', () => {
    const { margins, labels } = binary(50_000, 1, (m) => sigmoid(0.5 * m - 1));
    const found = fitPlatt(margins, labels);
    expect(found.kind === 'platt' && found.slope).toBeCloseTo(0.5, 1);
    expect(found.kind === 'platt' && found.intercept).toBeCloseTo(-1, 1);
  });

  it('beta finds its own family', () => {
    const wanted = { kind: 'beta', a: 2, b: 0.5, c: 0.3 } as const;
    const { margins, labels } = binary(100_000, 2, (m) => calibratedProbability(wanted, m));
    const found = fitBeta(margins, labels);
    if (found.kind !== 'beta') throw new Error(found.kind);
    for (const m of [-3, -1, 0, 1, 3]) {
      expect(Math.abs(calibratedProbability(found, m) - calibratedProbability(wanted, m))).toBeLessThan(0.02);
    }
  });

  it('piecewise follows any monotone truth with at most 20 knots', () => {
    const truth = (m: number): number => (m < 0 ? 0.1 : m < 1 ? 0.1 + 0.6 * m : 0.7);
    const { margins, labels } = binary(50_000, 3, truth);
    const found = fitPiecewise(margins, labels);
    if (found.kind !== 'piecewise') throw new Error(found.kind);
    expect(found.margins.length).toBeLessThanOrEqual(20);
    for (const m of [-2, -1, 0.5, 1.5, 2.5]) {
      expect(Math.abs(calibratedProbability(found, m) - truth(m))).toBeLessThan(0.05);
    }
  });

  it('are continuous, non-decreasing and inside (0, 1) for any data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -6, max: 6, noNaN: true }), fc.boolean()), { minLength: 5, maxLength: 60 }),
        fc.constantFrom('platt', 'beta', 'piecewise'),
        (rows, kind) => {
          const margins = rows.map(([m]) => m);
          const labels = rows.map(([, y]) => Number(y));
          const calibrator = fits[kind](margins, labels);
          let before = 0;
          for (let m = -8; m <= 8; m += 0.01) {
            const p = calibratedProbability(calibrator, m);
            expect(p).toBeGreaterThanOrEqual(before - 1e-12);
            expect(p).toBeGreaterThanOrEqual(0);
            expect(p).toBeLessThanOrEqual(1);
            before = p;
          }
          if (calibrator.kind !== 'piecewise') return;
          for (let i = 1; i < calibrator.margins.length; i++) {
            const rise = calibrator.probabilities[i] - calibrator.probabilities[i - 1];
            expect(calibrator.margins[i]).toBeGreaterThan(calibrator.margins[i - 1]);
            expect(rise).toBeLessThanOrEqual(calibrator.margins[i] - calibrator.margins[i - 1]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('turn a worthless or inverted model into the base rate, never into its opposite', () => {
    const { margins, labels } = binary(5000, 4, (m) => sigmoid(-2 * m));
    for (const fitOne of [fitPlatt, fitBeta]) {
      const calibrator = fitOne(margins, labels);
      expect(calibratedProbability(calibrator, -5)).toBeCloseTo(calibratedProbability(calibrator, 5), 6);
    }
  });

  it('temperature recovers the factor of softmax margins', () => {
    const rng = createRng(5);
    const margins = Float64Array.from({ length: 30_000 }, () => 2 * rng.normal());
    const labels = new Float64Array(10_000);
    const p = new Float64Array(3);
    for (let i = 0; i < labels.length; i++) {
      p.set(margins.subarray(3 * i, 3 * i + 3));
      softmaxInto(p, 0, 3, p, 1 / 2.5);
      const u = rng.next();
      labels[i] = u < p[0] ? 0 : u < p[0] + p[1] ? 1 : 2;
    }
    const found = fitTemperature(margins, labels, 3);
    expect(found.kind === 'temperature' && found.temperature).toBeCloseTo(2.5, 0);
    const probabilities = applyCalibration(found, margins, 'multiclass', 3);
    expect(probabilities[0] + probabilities[1] + probabilities[2]).toBeCloseTo(1, 12);
  });

  it('temperature of very many classes is fitted to as many rows as one number needs', () => {
    const [rows, width] = [4000, 1000];
    const rng = createRng(6);
    const labels = Float64Array.from({ length: rows }, () => rng.int(width));
    const margins = Float64Array.from({ length: rows * width }, () => rng.next());
    labels.forEach((label, i) => {
      margins[i * width + label] += 4;
    });
    const half = labels.filter((_, i) => i % 2 === 0);
    const ofHalf = margins.filter((_, at) => Math.floor(at / width) % 2 === 0);
    expect(fitTemperature(margins, labels, width)).toEqual(fitTemperature(ofHalf, half, width));
  });
});

describe('D6 choice of a calibrator', () => {
  it('leaves calibrated margins alone most of the time', () => {
    let kept = 0;
    for (let seed = 0; seed < 12; seed++) {
      const { margins, labels } = binary(3000, 100 + seed, sigmoid);
      const choice = chooseCalibrator(margins, labels, 'binary', { seed, outputCount: 1 });
      if (choice.calibrator.kind === 'identity') kept++;
    }
    expect(kept).toBeGreaterThanOrEqual(8);
  });

  it('repairs over-confident margins and says so', () => {
    const { margins, labels } = binary(8000, 7, (m) => sigmoid(m / 3));
    const choice = chooseCalibrator(margins, labels, 'binary', { seed: 1, outputCount: 1 });
    expect(choice.calibrator.kind).not.toBe('identity');
    const ece = prepareEce(10)({ predictions: choice.crossFitted, labels, classCount: 2 })(null);
    expect(ece).toBeLessThan(0.02);
    expect(choice.candidates[0].ece).toBeGreaterThan(0.08);
    expect(choice.note).toContain('chosen by cross-validated log loss');
    expect(chooseCalibrator(margins, labels, 'binary', { seed: 1, outputCount: 1 })).toEqual(choice);
  });

  it('judges every row by a calibrator that has not seen it', () => {
    const rng = createRng(9);
    const margins = Float64Array.from({ length: 1000 }, () => rng.normal());
    const labels = margins.map(() => rng.int(2));
    const choice = chooseCalibrator(margins, labels, 'binary', { seed: 2, outputCount: 1 });
    const piecewise = choice.candidates.find((candidate) => candidate.kind === 'piecewise');
    expect(piecewise?.logLoss).toBeGreaterThan(Math.log(2) - 0.002);
  });

  it('refuses too few rows and says so', () => {
    const few = binary(999, 8, (m) => sigmoid(m / 3));
    const choice = chooseCalibrator(few.margins, few.labels, 'binary', { seed: 1, outputCount: 1 });
    expect(choice.calibrator).toEqual({ kind: 'identity' });
    expect(choice.note).toContain('999 rows are fewer than the 1000');
    const labels = Float64Array.from({ length: 1499 }, (_, i) => i % 3);
    const several = chooseCalibrator(new Float64Array(1499 * 3), labels, 'multiclass', { seed: 1, outputCount: 3 });
    expect(several.calibrator).toEqual({ kind: 'identity' });
    expect(several.note).toContain('smallest class has 499 rows');
  });

  it('passes numbers of a regression through', () => {
    const choice = chooseCalibrator([1, 2], [1, 2], 'regression', { seed: 1, outputCount: 1 });
    expect(Array.from(choice.crossFitted)).toEqual([1, 2]);
  });
});
