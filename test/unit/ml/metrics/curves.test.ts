import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { liftCurve, prCurve, predictedActual, residualSummary, rocCurve } from '../../../../main/ml/metrics/curves.ts';
import { evaluateMetric, metricByName } from '../../../../main/ml/metrics/registry.ts';

const rng = createRng(5);
const predictions = Float64Array.from({ length: 5000 }, () => rng.next());
const labels = predictions.map((p) => (rng.next() < p ? 1 : 0));
const input = { predictions, labels, classCount: 2 };

describe('P5 curve data for charts', () => {
  it('ROC runs from corner to corner in at most 200 points and encloses the AUC', () => {
    const points = rocCurve(input);
    expect(points.length).toBeLessThanOrEqual(200);
    expect(points[0]).toMatchObject({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(points.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
    let area = 0;
    for (let i = 1; i < points.length; i++) {
      const width = points[i].falsePositiveRate - points[i - 1].falsePositiveRate;
      area += (width * (points[i].truePositiveRate + points[i - 1].truePositiveRate)) / 2;
    }
    expect(area).toBeCloseTo(evaluateMetric(metricByName('auc'), input), 3);
  });

  it('precision and recall at a threshold equal a count', () => {
    const point = prCurve(input)[70];
    const acted = Array.from(predictions.keys()).filter((i) => predictions[i] >= point.threshold);
    const hits = acted.filter((i) => labels[i] === 1).length;
    expect(point.precision).toBeCloseTo(hits / acted.length, 12);
    expect(point.recall).toBeCloseTo(hits / labels.reduce((a, b) => a + b, 0), 12);
  });

  it('gain ends at all positives and lift at one', () => {
    const points = liftCurve(input);
    expect(points.at(-1)).toEqual({ share: 1, gain: 1, lift: 1 });
    expect(points.length).toBeLessThanOrEqual(200);
  });

  it('summarises residuals with every row counted once', () => {
    const target = predictions.map((p) => 10 * p + rng.normal());
    const summary = residualSummary({ predictions: predictions.map((p) => 10 * p), labels: target, classCount: 0 });
    expect(summary.histogram.reduce((total, bin) => total + bin.count, 0)).toBe(5000);
    expect(summary.quantiles.find((entry) => entry.probability === 0.5)?.residual).toBeCloseTo(0, 1);
  });

  it('bins predictions against actual values in equal counts', () => {
    const bins = predictedActual({ predictions, labels: predictions.map((p) => 2 * p), classCount: 0 }, 10);
    expect(bins.map((bin) => bin.rows)).toEqual(new Array(10).fill(500));
    for (const bin of bins) expect(bin.actual).toBeCloseTo(2 * bin.predicted, 12);
  });
});
