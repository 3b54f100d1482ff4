import { describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import {
  buildHistogram,
  createHistogramScratch,
  gradientUnit,
  planHistogram,
  subtractHistogram,
} from '../../main/ml/kernels/histogram.ts';
import { partitionRows } from '../../main/ml/kernels/partition.ts';
import { assertQuantisable, hashRow, maxTrainRows, quantisationScale, quantise } from '../../main/ml/trees/quantise.ts';
import { allRows, matrixOf, train } from '../helpers/trees.ts';

const missing = Number.NaN;

/** The best gain over all features, thresholds and missing directions, by sums of squares in float64. */
function bestGain(columns: readonly (readonly number[])[], residual: readonly number[], lambda: number): number {
  const score = (g: number, n: number): number => (g * g) / (n + lambda);
  const total = residual.reduce((a, b) => a + b, 0);
  let best = 0;
  for (const column of columns) {
    for (const cut of new Set([...column.filter((x) => !Number.isNaN(x)), Number.POSITIVE_INFINITY])) {
      for (const missingLeft of [false, true]) {
        let g = 0;
        let n = 0;
        column.forEach((x, i) => {
          if (!(Number.isNaN(x) ? missingLeft : x <= cut)) return;
          g += residual[i];
          n++;
        });
        if (n === 0 || n === column.length) continue;
        best = Math.max(best, score(g, n) + score(total - g, column.length - n) - score(total, column.length));
      }
    }
  }
  return best;
}

describe('D1 splits against exhaustive search', () => {
  it('finds the best numeric split, missing rows sent the better way, and exact leaf values', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const rng = createRng(seed);
      const count = 40 + rng.int(150);
      const columns = Array.from({ length: 4 }, (_, f) =>
        Array.from({ length: count }, () => {
          if (rng.next() < 0.15) return missing;
          return f % 2 === 0 ? Math.fround(rng.normal()) : rng.int(6);
        }),
      );
      const label = Float64Array.from({ length: count }, (_, i) => (columns[1][i] > 2 ? 3 : 0) + rng.normal());
      const mean = label.reduce((a, b) => a + b, 0) / count;
      const spread = Math.sqrt(label.reduce((a, y) => a + (y - mean) ** 2, 0) / count);
      const residual = Array.from(label, (y) => (y - mean) / spread);
      const params = { rounds: 1, leaves: 2, learningRate: 1, lambda: 1.5, minDataInLeaf: 1, minChildWeight: 0, seed };
      const data = { matrix: matrixOf(columns), kinds: columns.map(() => 'numeric' as const), label };
      const { ensemble } = train(data, { task: 'regression', params });
      const expected = bestGain(columns, residual, 1.5);
      expect(Math.abs(ensemble.gain[0] - expected)).toBeLessThan(1e-3 * expected);
      const sums = [0, 0];
      columns[ensemble.feature[0]].forEach((x, i) => {
        const goesLeft = Number.isNaN(x) ? ensemble.missingLeft[0] === 1 : x <= ensemble.threshold[0];
        sums[goesLeft ? 0 : 1] += residual[i];
      });
      sums.forEach((sum, side) => {
        const value = (spread * sum) / (ensemble.cover[1 + side] + 1.5);
        expect(Math.abs(ensemble.value[1 + side] - value)).toBeLessThan(1e-6 * Math.abs(value) + 1e-12);
      });
    }
  });
});

describe('D1 kernels', () => {
  it.each([1, 3, 4, 7, 8, 13])(
    'sums histograms of %i features exactly, in any row order, and by subtraction',
    (width) => {
      const rng = createRng(width);
      const rowCount = 1000;
      const bins = Uint8Array.from({ length: rowCount * width }, () => rng.int(9));
      const packed = Float64Array.from(
        { length: rowCount },
        () => (rng.int(2000) - 1000) * gradientUnit + rng.int(1000),
      );
      const features = Array.from({ length: width }, (_, f) => f);
      const plan = planHistogram(features, new Array(width).fill(9));
      const scratch = createHistogramScratch();
      const build = (rows: Int32Array, start: number, end: number): Float64Array => {
        const hist = new Float64Array(plan.size).fill(7);
        buildHistogram(plan, bins, width, packed, rows, start, end, hist, scratch);
        return hist.subarray(0, plan.size);
      };
      const rows = allRows(rowCount);
      const expected = new Float64Array(plan.size);
      for (const row of rows.subarray(100, 900)) {
        for (let f = 0; f < width; f++) expected[f * 9 + bins[row * width + f]] += packed[row];
      }
      expect(build(rows, 100, 900)).toEqual(expected);
      expect(build(rows.slice(100, 900).reverse(), 0, 800)).toEqual(expected);
      const rest = build(rows, 0, 900);
      subtractHistogram(rest, build(rows, 0, 100), plan.size);
      expect(rest).toEqual(expected);
    },
  );

  it('partitions stably', () => {
    const rng = createRng(3);
    for (const count of [0, 1, 1023, 1024, 5000]) {
      const column = Uint8Array.from({ length: 5000 }, () => rng.int(256));
      const table = Uint8Array.from({ length: 256 }, () => rng.int(2));
      const rows = allRows(5000);
      const left = partitionRows(rows, 0, count, column, table, new Int32Array(5000));
      const old = [...allRows(count)];
      const expected = [...old.filter((r) => table[column[r]]), ...old.filter((r) => !table[column[r]])];
      expect(left).toBe(old.filter((r) => table[column[r]]).length);
      expect([...rows.subarray(0, count)]).toEqual(expected);
    }
  });

  it('quantises without bias and within the integer range', () => {
    const count = 100_000;
    const rows = allRows(count);
    const rng = createRng(8);
    const g = Float32Array.from({ length: count }, () => 0.3 + 1e-4 * rng.normal());
    const h = new Float32Array(count).fill(0.25);
    const packed = new Float64Array(count);
    const scale = quantisationScale(
      g.reduce((a, b) => a + Math.abs(b), 0),
      count,
    );
    const sum = quantise(g, h, rows, scale, quantisationScale(0.25 * count, count), 99, packed);
    const total = Math.floor(sum / gradientUnit);
    expect(total).toBeLessThan(gradientUnit);
    expect(sum - total * gradientUnit).toBeLessThan(gradientUnit);
    const exact = g.reduce((a, b) => a + b, 0) * scale;
    expect(Math.abs(total - exact)).toBeLessThan(4 * Math.sqrt(count / 4));
    const bits = new Float64Array(32);
    for (const row of rows) for (let b = 0; b < 32; b++) bits[b] += (hashRow(row, 5) >>> b) & 1;
    for (const ones of bits) expect(Math.abs(ones / count - 0.5)).toBeLessThan(0.01);
  });

  it('refuses more rows than integer sums can hold, and says what to do', () => {
    assertQuantisable(maxTrainRows);
    expect(() => assertQuantisable(50_000_000)).toThrow('50000000 rows pass the limit of 33554432 for training.');
  });

  it.each([1, 2, 64])('quantises to integers of at most %i where that is asked for, without bias', (levels) => {
    const count = 100_000;
    const rng = createRng(9);
    const g = Float32Array.from({ length: count }, () => rng.normal());
    const h = new Float32Array(count).fill(0.25);
    const size = g.reduce((a, b) => a + Math.abs(b), 0);
    const most = g.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const scale = quantisationScale(size, count, levels / most);
    const packed = new Float64Array(count);
    const sum = quantise(g, h, allRows(count), scale, quantisationScale(0.25 * count, count), 99, packed);
    const total = Math.floor(sum / gradientUnit);
    const exact = g.reduce((a, b) => a + b, 0) * scale;
    expect(Math.abs(total - exact)).toBeLessThan(4 * Math.sqrt(count / 4));
    const largest = packed.reduce((a, both) => Math.max(a, Math.abs(Math.floor(both / gradientUnit))), 0);
    expect(largest).toBeLessThanOrEqual(levels);
    expect(largest).toBeGreaterThanOrEqual(levels - 1);
    expect(quantisationScale(size, count, 1e9)).toBe(quantisationScale(size, count));
  });
});
