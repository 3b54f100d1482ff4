import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { bootstrapCi, pairedBootstrap } from '../../../../main/ml/metrics/bootstrap.ts';
import { metricByName } from '../../../../main/ml/metrics/registry.ts';
import { sigmoid } from '../../../../main/ml/stats/links.ts';

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
