import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibratedProbability } from '../../../../main/ml/calibration/apply.ts';
import { rescaleSoftmax, rescaleToProbability } from '../../../../main/ml/explain/rescale.ts';
import { sigmoid, softmaxInto } from '../../../../main/ml/stats/links.ts';

const parts = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 8 });

describe('G1 probability units', () => {
  it('sum to p − p_base, keep signs and order, and say that they are approximate', () => {
    fc.assert(
      fc.property(parts, fc.double({ min: -3, max: 3, noNaN: true }), (values, base) => {
        const result = rescaleToProbability(values, base, sigmoid);
        expect(result.approximate).toBe(true);
        const total = result.values.reduce((a, b) => a + b, 0);
        expect(Math.abs(total - (result.probability - result.baseProbability))).toBeLessThan(1e-12);
        values.forEach((value, f) => {
          if (Math.abs(value) > 1e-6) expect(Math.sign(result.values[f])).toBe(Math.sign(value));
        });
      }),
    );
  });

  it('follow a calibrated probability as well', () => {
    const calibrator = { kind: 'piecewise', margins: [-1, 0, 2], probabilities: [0.1, 0.2, 0.9] } as const;
    const result = rescaleToProbability([1, -0.5], 0, (m) => calibratedProbability(calibrator, m));
    expect(result.baseProbability).toBeCloseTo(0.2, 12);
    expect(result.values[0] + result.values[1]).toBeCloseTo(0.175, 12);
  });

  it('are zero changes where contributions cancel', () => {
    const result = rescaleToProbability([1, -1], 0.3, sigmoid);
    expect(result.values[0] + result.values[1]).toBeCloseTo(0, 12);
    expect(result.values[0]).toBeCloseTo(sigmoid(0.3) * (1 - sigmoid(0.3)), 5);
  });

  it('softmax: sum to the change of the explained class and agree with the binary case for two classes', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const width = Math.min(a.length, b.length);
        const [first, second] = [a.slice(0, width), b.slice(0, width)];
        const result = rescaleSoftmax([first, second], [0.2, -0.1], 1);
        const total = result.values.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(total - (result.probability - result.baseProbability))).toBeLessThan(1e-12);
        const difference = second.map((value, f) => value - first[f]);
        const twin = rescaleToProbability(difference, -0.3, sigmoid);
        expect(result.probability).toBeCloseTo(twin.probability, 12);
        for (let f = 0; f < width; f++) expect(Math.abs(result.values[f] - twin.values[f])).toBeLessThan(2e-2);
      }),
    );
  });

  it('softmax with three classes and a scale starts and ends at the right probabilities', () => {
    const p = Float64Array.of(1, 0, -1);
    softmaxInto(p, 0, 3, p, 1 / 2);
    const result = rescaleSoftmax([[0.5], [0], [-0.5]], [0, 0, 0], 0);
    expect(result.baseProbability).toBeCloseTo(1 / 3, 12);
    expect(result.probability).toBeCloseTo(p[0], 12);
  });
});
