import { describe, expect, it } from 'vitest';
import { createRng, shuffle } from '../../../../main/base/rng.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { allRows, aucOf, matrixOf, train } from '../../../helpers/trees.ts';

describe('D1 native category splits', () => {
  it('separates an arbitrary set of levels in one split', () => {
    const rng = createRng(1);
    const codes = Array.from({ length: 4000 }, () => rng.int(40));
    const good = new Set([3, 7, 8, 31, 32, 39]);
    const label = Float64Array.from(codes, (code) => (good.has(code) ? 1 : 0));
    const params = { rounds: 1, leaves: 2, minDataPerGroup: 10 };
    const { ensemble } = train({ matrix: matrixOf([codes]), kinds: ['category'], label }, { task: 'binary', params });
    expect(aucOf(label, predictTrees(ensemble, matrixOf([codes])))).toBe(1);
    expect(ensemble.feature.length).toBe(3);
  });

  it('splits few levels one against the rest', () => {
    const codes = Array.from({ length: 300 }, (_, i) => i % 3);
    const label = Float64Array.from(codes, (code) => (code === 1 ? 50 : 0));
    const params = { rounds: 1, leaves: 2, learningRate: 1 };
    const { ensemble } = train(
      { matrix: matrixOf([codes]), kinds: ['category'], label },
      { task: 'regression', params },
    );
    const [zero, one, two] = predictTrees(ensemble, matrixOf([[0, 1, 2]]));
    expect([zero, one, two].map(Math.round)).toEqual([0, 50, 0]);
  });

  it('treats unseen and rare codes as one group on the right side', () => {
    const rng = createRng(3);
    const codes = Array.from({ length: 6000 }, (_, i) => (i < 3000 ? rng.int(6) : 10 + rng.int(2000)));
    const label = Float64Array.from(codes, (code) => (code >= 10 ? 1 : 0));
    const { ensemble } = train(
      { matrix: matrixOf([codes]), kinds: ['category'], label },
      { task: 'binary', params: { maxBins: 16, rounds: 20, minDataPerGroup: 10 } },
    );
    const seen = predictTrees(ensemble, matrixOf([[0, 5, 1999, 9999, -3]]));
    expect(seen[0]).toBeLessThan(0);
    expect(seen[1]).toBeLessThan(0);
    expect(seen[3]).toBeGreaterThan(0);
    expect(seen[4]).toBe(seen[3]);
    ensemble.feature.forEach((feature, node) => {
      if (feature >= 0) expect(ensemble.categoryOffset[node]).toBeGreaterThanOrEqual(0);
    });
  });

  it('treats missing as a category that can go either way', () => {
    for (const missingIsHigh of [true, false]) {
      const codes = Array.from({ length: 2000 }, (_, i) => (i % 10 === 9 ? Number.NaN : i % 10));
      const label = Float64Array.from(codes, (code) => (Number.isNaN(code) === missingIsHigh ? 1 : 0));
      const { ensemble } = train(
        { matrix: matrixOf([codes]), kinds: ['category'], label },
        { task: 'binary', params: { rounds: 3, minDataPerGroup: 10 } },
      );
      expect(aucOf(label, predictTrees(ensemble, matrixOf([codes])))).toBe(1);
    }
  });

  it.each([
    ['defaults', {}],
    ['no regularisation of categories', { catL2: 0, catSmooth: 0, minDataPerGroup: 1, minDataInLeaf: 1 }],
    ['random thresholds', { extraTrees: true }],
  ])('scores AUC 0.5 ± 0.02 out of fold on 10 000 random levels against a random target: %s', (_, params) => {
    const rng = createRng(5);
    const count = 20_000;
    const codes = Array.from({ length: count }, () => rng.int(10_000));
    const label = Float64Array.from({ length: count }, () => rng.int(2));
    const data = { matrix: matrixOf([codes]), kinds: ['category'] as const, label };
    const rows = shuffle(allRows(count), rng);
    const scores = new Float64Array(count);
    for (let fold = 0; fold < 5; fold++) {
      const validRows = rows.filter((__, i) => i % 5 === fold).sort();
      const trainRows = rows.filter((__, i) => i % 5 !== fold).sort();
      const result = train(data, { task: 'binary', trainRows, validRows, params: { rounds: 30, ...params } });
      // Folds are pooled by rank-free margins around their own base score.
      validRows.forEach((row, i) => {
        scores[row] = (result.validMargins?.[i] ?? 0) - result.ensemble.baseScore[0];
      });
    }
    expect(Math.abs(aucOf(label, scores) - 0.5)).toBeLessThan(0.02);
  });
});
