import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { buildHistogram, createHistogramScratch } from '../../../../main/ml/kernels/histogram.ts';
import { applyBins, buildBins } from '../../../../main/ml/trees/bins.ts';
import { layOutHistograms, readBundled } from '../../../../main/ml/trees/bundles.ts';
import { planFeatures } from '../../../../main/ml/trees/feature-plan.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { allRows, matrixOf, train } from '../../../helpers/trees.ts';

/** A 12-level code as dummies (one of them holding missing values), a dense feature, and a sparse count. */
function oneHot(rowCount: number, seed: number) {
  const rng = createRng(seed);
  const codes = Array.from({ length: rowCount }, () => rng.int(12));
  const dense = Array.from({ length: rowCount }, () => rng.normal());
  const sparse = Array.from({ length: rowCount }, () => (rng.int(10) === 0 ? 1 + rng.int(5) : 0));
  const dummies = Array.from({ length: 12 }, (_, level) =>
    codes.map((code) => (code === level ? (level === 3 ? Number.NaN : 1) : 0)),
  );
  const matrix = matrixOf([...dummies, dense, sparse]);
  const kinds = matrix.columns.map(() => 'numeric' as const);
  const label = Float64Array.from(
    codes,
    (code, i) => (code % 3) + 0.5 * dense[i] + 0.3 * sparse[i] + 0.1 * rng.normal(),
  );
  return { matrix, kinds, label, codes };
}

describe('D1 exclusive feature bundling', () => {
  it('collapses one-hot columns and reads each feature back without loss', () => {
    const { matrix, kinds } = oneHot(3000, 1);
    const mapper = buildBins(matrix, kinds, null, { maxBins: 255 });
    const binned = applyBins(mapper, matrix);
    const features = kinds.map((_, f) => f);
    const layout = layOutHistograms(binned, mapper, features, allRows(3000));
    expect(layout.stride).toBeLessThanOrEqual(3);
    const rng = createRng(2);
    const packed = Float64Array.from({ length: 3000 }, () => (rng.int(2001) - 1000) * 2 ** 26 + rng.int(500));
    const rows = allRows(3000).filter(() => rng.int(3) === 0);
    const plan = planFeatures(layout, features);
    const hist = new Float64Array(plan.histogram.size);
    const scratch = createHistogramScratch();
    buildHistogram(plan.histogram, layout.rowMajor, layout.stride, packed, rows, 0, rows.length, hist, scratch);
    const total = rows.reduce((sum, row) => sum + packed[row], 0);
    for (const f of features) {
      const bins = mapper.features[f].missingBin + 1;
      const expected = new Float64Array(bins);
      for (const row of rows) expected[binned.columns[f][row]] += packed[row];
      const own = new Float64Array(256);
      if (layout.shift[f] >= 0) readBundled(layout, f, bins, hist, plan.offsets[f], total, own);
      else own.set(hist.subarray(plan.offsets[f], plan.offsets[f] + bins));
      expect(own.subarray(0, bins)).toEqual(expected);
    }
  });

  it('leaves features apart that share a row', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => i);
    const matrix = matrixOf([0, 1, 2].map((k) => rows.map((i) => (i % 10 === k || i === 999 ? 1 : 0))));
    const mapper = buildBins(matrix, ['numeric', 'numeric', 'numeric'], null, { maxBins: 255 });
    const layout = layOutHistograms(applyBins(mapper, matrix), mapper, [0, 1, 2], allRows(1000));
    expect([...layout.shift]).toEqual([-1, -1, -1]);
    const without = layOutHistograms(applyBins(mapper, matrix), mapper, [0, 1, 2], allRows(999));
    expect(without.stride).toBe(1);
  });

  it('trains on bundles as on single columns', () => {
    const data = oneHot(2400, 3);
    // A thirteenth row type in which all dummies are set keeps them apart.
    const clash = data.matrix.columns.map((column, f) => {
      const out = new Float32Array(2401);
      out.set(column);
      out[2400] = f < 12 ? 1 : 0;
      return out;
    });
    const label = new Float64Array(2401);
    label.set(data.label);
    const params = { rounds: 30, featureFraction: 0.7, featureFractionByNode: 0.8 };
    const both = [
      train(data, { task: 'regression', params }),
      train({ matrix: { rowCount: 2401, columns: clash }, kinds: data.kinds, label }, { task: 'regression', params }),
    ].map(({ ensemble }) => {
      const margins = predictTrees(ensemble, data.matrix);
      return Math.sqrt(margins.reduce((sum, value, i) => sum + (value - data.label[i]) ** 2, 0) / margins.length);
    });
    expect(Math.abs(both[0] - both[1])).toBeLessThan(0.1 * both[1]);
  });
});
