import { describe, expect, it } from 'vitest';
import { createRng, deriveSeed } from '../../../../main/base/rng.ts';
import { rowLosses } from '../../../../main/ml/ensemble/row-loss.ts';
import { evaluateMetric, metricByName } from '../../../../main/ml/metrics/registry.ts';
import { type BiasCorrected, correctSelection } from '../../../../main/ml/validation/bias-corrected.ts';

const metric = metricByName('auc');
const probabilities = (margins: Float64Array): Float64Array => margins.map((m) => 1 / (1 + Math.exp(-m)));

/** Rows with one true signal; candidates see it through noise of different strength. */
function draw(rows: number, candidates: number, seed: number) {
  const rng = createRng(seed);
  const labels = new Float64Array(rows);
  const margins = Array.from({ length: candidates }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    const signal = rng.normal();
    labels[i] = rng.next() < 1 / (1 + Math.exp(-1.2 * signal)) ? 1 : 0;
    for (let c = 0; c < candidates; c++) margins[c][i] = signal + (1.2 + 0.02 * c) * rng.normal();
  }
  return { labels, margins };
}

function correct({ labels, margins }: ReturnType<typeof draw>, seed: number): BiasCorrected | null {
  const losses = margins.map((each) => rowLosses('binary', each, labels, 1));
  const predictions = (c: number) => probabilities(margins[c]);
  return correctSelection({ metric, losses, predictions, labels, classCount: 2, seed, resamples: 80 });
}

const aucOf = (margins: Float64Array, labels: Float64Array): number =>
  evaluateMetric(metric, { predictions: probabilities(margins), labels, classCount: 2 });

describe('D9 the score corrected for selection', () => {
  it('holds the score on fresh data in at least 90 % of 50 simulated searches, and is less optimistic than the raw one', () => {
    const candidates = 20;
    let inside = 0;
    let rawBias = 0;
    let correctedBias = 0;
    for (let search = 0; search < 50; search++) {
      const seen = draw(250, candidates, deriveSeed(search, 'seen'));
      const found = correct(seen, search);
      const losses = seen.margins.map((each) =>
        rowLosses('binary', each, seen.labels, 1).reduce((sum, v) => sum + v, 0),
      );
      const winner = losses.indexOf(Math.min(...losses));
      const fresh = draw(6000, candidates, deriveSeed(search, 'fresh'));
      const truth = aucOf(fresh.margins[winner], fresh.labels);
      if (found === null) throw new Error('nothing was corrected');
      if (found.low <= truth && truth <= found.high) inside++;
      rawBias += (found.apparent - truth) / 50;
      correctedBias += (found.value - truth) / 50;
    }
    expect(inside).toBeGreaterThanOrEqual(45);
    expect(Math.abs(correctedBias)).toBeLessThan(Math.abs(rawBias));
  });

  it('takes the luck out of candidates that know nothing', () => {
    const rng = createRng(3);
    const labels = Float64Array.from({ length: 300 }, () => (rng.next() < 0.5 ? 1 : 0));
    const margins = Array.from({ length: 30 }, () => Float64Array.from(labels, () => 0.5 * rng.normal()));
    const found = correct({ labels, margins }, 4);
    expect(found?.apparent).toBeGreaterThan(0.53);
    expect(found?.value).toBeLessThan((found?.apparent ?? 0) - 0.015);
    expect(found?.low).toBeLessThan(0.51);
  });

  it('changes next to nothing with one candidate, is the same for a seed, and refuses where the metric is undefined', () => {
    const data = draw(400, 1, 5);
    const found = correct(data, 6);
    expect(Math.abs((found?.value ?? 0) - (found?.apparent ?? 1))).toBeLessThan(0.01);
    expect(correct(data, 6)).toEqual(found);
    expect(correct({ labels: new Float64Array(40), margins: [new Float64Array(40)] }, 1)).toBeNull();
  });
});
