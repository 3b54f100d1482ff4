import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { brierSplit, prepareEce, reliability } from '../../../../main/ml/metrics/reliability.ts';

/** Bins by the definition, slowly. */
function bruteEce(predictions: number[], labels: number[], bins: number): number {
  const rows = predictions.map((p, i) => ({ p, y: labels[i] })).sort((a, b) => a.p - b.p);
  let gap = 0;
  let at = 0;
  let made = 0;
  while (at < rows.length) {
    const from = at;
    made++;
    while (at < rows.length) {
      at++;
      const full = at * bins >= rows.length * made;
      if (at === rows.length || (full && rows[at].p !== rows[at - 1].p)) break;
    }
    const bin = rows.slice(from, at);
    gap += Math.abs(bin.reduce((sum, row) => sum + row.p - row.y, 0));
  }
  return gap / rows.length;
}

describe('D6 calibration error over equal-mass bins', () => {
  it('equals the slow definition, ties included, in any row order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 2, max: 15 }),
        (rows, bins) => {
          const predictions = rows.map(([p]) => p / 20);
          const labels = rows.map(([, y]) => Number(y));
          const found = prepareEce(bins)({ predictions, labels, classCount: 2 })(null);
          expect(found).toBeCloseTo(bruteEce(predictions, labels, bins), 10);
          const reversed = { predictions: [...predictions].reverse(), labels: [...labels].reverse(), classCount: 2 };
          expect(prepareEce(bins)(reversed)(null)).toBeCloseTo(found, 10);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives ten bins of one tenth each and Wilson intervals that hold the rate', () => {
    const rng = createRng(2);
    const predictions = Float64Array.from({ length: 5000 }, () => rng.next());
    const labels = predictions.map((p) => (rng.next() < p ? 1 : 0));
    const bins = reliability({ predictions, labels, classCount: 2 });
    expect(bins.map((bin) => bin.weight)).toEqual(new Array(10).fill(500));
    for (const bin of bins) {
      expect(bin.low).toBeLessThan(bin.observed);
      expect(bin.high).toBeGreaterThan(bin.observed);
    }
    expect(bins.filter((bin) => bin.low <= bin.predicted && bin.predicted <= bin.high).length).toBeGreaterThanOrEqual(
      8,
    );
  });

  it('splits the Brier score exactly', () => {
    const rng = createRng(3);
    const predictions = Float64Array.from({ length: 900 }, () => rng.next() ** 2);
    const labels = predictions.map((p) => (rng.next() < p * 0.8 ? 1 : 0));
    const split = brierSplit({ predictions, labels, classCount: 2 });
    const sum = split.reliability - split.resolution + split.uncertainty + split.withinBin;
    expect(sum).toBeCloseTo(split.brier, 14);
    expect(split.resolution).toBeGreaterThan(split.reliability);
  });

  it('judges several classes by the predicted one', () => {
    const predictions = [0.7, 0.2, 0.1, 0.6, 0.3, 0.1];
    expect(prepareEce(1)({ predictions, labels: [0, 1], classCount: 3 })(null)).toBeCloseTo(0.65 - 0.5, 12);
  });
});
