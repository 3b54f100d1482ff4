import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { bootstrapCi, bootstrapCis, createResampler } from '../../../../main/ml/metrics/bootstrap.ts';
import { pairedBootstrap } from '../../../../main/ml/metrics/paired.ts';
import { metricByName, metricsFor } from '../../../../main/ml/metrics/registry.ts';
import { sigmoid } from '../../../../main/ml/stats/links.ts';
import { percentileInterval } from '../../../../main/ml/stats/quantile.ts';

function draw(rows: number, seed: number, noise = 1) {
  const rng = createRng(seed);
  const labels = new Float64Array(rows);
  const predictions = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const score = rng.normal();
    labels[i] = rng.next() < sigmoid(score) ? 1 : 0;
    predictions[i] = sigmoid(score + (noise - 1) * rng.normal());
  }
  return { predictions, labels, classCount: 2 };
}

describe('D8 bootstrap intervals', () => {
  it('cover the value of the population about as often as they say', () => {
    for (const name of ['auc', 'accuracy']) {
      const metric = metricByName(name);
      const population = metric.prepare(draw(400_000, 1))(null);
      let covered = 0;
      for (let run = 0; run < 200; run++) {
        const interval = bootstrapCi(metric, draw(300, 1000 + run), { seed: run, resamples: 200, level: 0.9 });
        if (interval.low <= population && population <= interval.high) covered++;
      }
      expect(covered / 200).toBeGreaterThan(0.84);
      expect(covered / 200).toBeLessThan(0.96);
    }
  });

  it('repeat for a seed and differ between seeds', () => {
    const data = draw(500, 3);
    const metric = metricByName('auc');
    const first = bootstrapCi(metric, data, { seed: 5, resamples: 100 });
    expect(bootstrapCi(metric, data, { seed: 5, resamples: 100 })).toEqual(first);
    expect(bootstrapCi(metric, data, { seed: 6, resamples: 100 })).not.toEqual(first);
  });

  it('hold the estimate also for the calibration error, which resampling alone raises', () => {
    const interval = bootstrapCi(metricByName('ece'), draw(2000, 4), { seed: 1, resamples: 200 });
    expect(interval.low).toBeLessThanOrEqual(interval.value);
    expect(interval.high).toBeGreaterThanOrEqual(interval.value);
    expect(interval.low).toBeGreaterThanOrEqual(0);
  });

  it('weigh rows: weight 2 equals two copies', () => {
    const data = draw(200, 8);
    const doubled = {
      predictions: Float64Array.from([...data.predictions, ...data.predictions]),
      labels: Float64Array.from([...data.labels, ...data.labels]),
      classCount: 2,
    };
    const weights = new Float64Array(200).fill(2);
    for (const name of ['auc', 'log_loss', 'f1', 'average_precision']) {
      const metric = metricByName(name);
      expect(metric.prepare(data)(weights)).toBeCloseTo(metric.prepare(doubled)(null), 12);
    }
  });
});

describe('D8 paired comparison', () => {
  const metric = metricByName('auc');
  const good = draw(3000, 10);
  const rng = createRng(4);
  const worse = {
    ...good,
    predictions: good.predictions.map((p) => sigmoid(Math.log(p / (1 - p)) + 2 * rng.normal())),
  };
  const alike = { ...good, predictions: good.predictions.map((p) => p + 1e-6 * rng.normal()) };

  it('names the better of two different models, in either order', () => {
    expect(pairedBootstrap(metric, good, worse, { seed: 1, resamples: 300 }).verdict).toBe('a');
    expect(pairedBootstrap(metric, worse, good, { seed: 1, resamples: 300 }).verdict).toBe('b');
  });

  it('knows that a lower loss is better', () => {
    const loss = metricByName('log_loss');
    expect(pairedBootstrap(loss, good, worse, { seed: 1, resamples: 300 }).verdict).toBe('a');
  });

  it('calls models inside the band practically equal', () => {
    expect(pairedBootstrap(metric, good, alike, { seed: 1, resamples: 300, equalBand: 0.002 }).verdict).toBe('equal');
  });
});

describe('D8 intervals of long inputs', () => {
  const rows = 17_000;
  /** Half the width of the interval that visits every row. */
  const byRows = (name: string, data: { predictions: Float64Array; labels: Float64Array; classCount: number }) => {
    const evaluate = metricByName(name).prepare(data);
    const resample = createResampler(1);
    const counts = new Float64Array(data.labels.length);
    const values = Float64Array.from({ length: 200 }, () => {
      resample(counts);
      return evaluate(counts);
    });
    const { low, high } = percentileInterval(values, 0.95);
    return (high - low) / 2;
  };

  it('by sums are those that visit every row: two classes', () => {
    const data = draw(rows, 11);
    const wanted = metricsFor('binary');
    const found = bootstrapCis(wanted, data, { seed: 3, resamples: 1000 });
    wanted.forEach((metric, m) => {
      const { value, low, high } = found[m];
      expect(value).toBe(metric.prepare(data)(null));
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      if (!['auc', 'average_precision', 'log_loss', 'f1'].includes(metric.name)) return;
      const ratio = (high - low) / 2 / byRows(metric.name, data);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    });
  });

  it('by sums are those that visit every row: numbers', () => {
    const rng = createRng(5);
    const labels = Float64Array.from({ length: rows }, () => 10 + rng.normal() ** 3);
    const data = { labels, predictions: labels.map((y) => y + rng.normal() * (1 + Math.abs(y))), classCount: 0 };
    for (const name of ['rmse', 'r2', 'd2', 'mape']) {
      const { low, high } = bootstrapCi(metricByName(name), data, { seed: 3, resamples: 1000 });
      const ratio = (high - low) / 2 / byRows(name, data);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.25);
    }
  });

  it('pair two models: what is hard for both cancels there too', () => {
    const a = draw(rows, 21);
    const rng = createRng(8);
    const b = { ...a, predictions: a.predictions.map((p) => Math.min(1, Math.max(0, p + 0.02 * rng.normal()))) };
    for (const name of ['auc', 'log_loss']) {
      const metric = metricByName(name);
      const { low, high, difference, shares } = pairedBootstrap(metric, a, b, {
        seed: 1,
        resamples: 500,
        equalBand: 1e-3,
      });
      const alone = bootstrapCi(metric, a, { seed: 1, resamples: 500 });
      expect(high - low).toBeLessThan((alone.high - alone.low) / 3);
      expect(low).toBeLessThanOrEqual(difference);
      expect(high).toBeGreaterThanOrEqual(difference);
      expect(shares.a + shares.equal + shares.b).toBeCloseTo(1, 12);
    }
  });
});
