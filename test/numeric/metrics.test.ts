import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { confusion } from '../../main/ml/metrics/classification.ts';
import { evaluateMetric, metricByName } from '../../main/ml/metrics/registry.ts';

type Case = {
  classCount: number;
  labels: number[];
  predictions: number[];
  weights: number[];
  expected: Record<string, [plain: number, weighted: number]>;
  confusion?: number[];
};

const fixture = JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/metrics/metrics.json'), 'utf8')) as {
  cases: Record<string, Case>;
};

describe('D8 metrics equal scikit-learn within 1e-12', () => {
  for (const [name, data] of Object.entries(fixture.cases)) {
    for (const [metric, [plain, weighted]] of Object.entries(data.expected)) {
      it(`${metric}: ${name}`, () => {
        const found = metricByName(metric);
        expect(Math.abs(evaluateMetric(found, data) / plain - 1)).toBeLessThan(1e-12);
        expect(Math.abs(evaluateMetric(found, data, data.weights) / weighted - 1)).toBeLessThan(1e-12);
      });
    }
    if (data.confusion === undefined) continue;
    it(`confusion matrix: ${name}`, () => {
      expect(Array.from(confusion(data).counts)).toEqual(data.confusion);
    });
  }
});
