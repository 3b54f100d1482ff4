import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { applyBins, buildBins, type CategoryBins, type NumericBins } from '../../../../main/ml/trees/bins.ts';
import { cutBetween, quantileCuts } from '../../../../main/ml/trees/quantile-cuts.ts';
import { allRows, matrixOf } from '../../../helpers/trees.ts';

const numeric = (values: readonly number[], maxBins = 255): NumericBins => {
  const bins = buildBins(matrixOf([values]), ['numeric'], null, { maxBins }).features[0];
  if (bins.kind !== 'numeric') throw new Error('not numeric');
  return bins;
};

describe('D1 bins', () => {
  it('cuts between every two neighbours when there are few values', () => {
    expect([...numeric([3, 1, 2, 2, 1]).cuts]).toEqual([1.5, 2.5]);
  });

  it('gives missing a bin of its own after all values, infinities being values', () => {
    const values = [Number.NEGATIVE_INFINITY, 0, 7, Number.POSITIVE_INFINITY, Number.NaN];
    const mapper = buildBins(matrixOf([values]), ['numeric'], null, { maxBins: 255 });
    const { columns } = applyBins(mapper, matrixOf([values]));
    expect([...columns[0]]).toEqual([0, 1, 2, 3, 4]);
    expect([...numeric(values).cuts]).toEqual([Number.NEGATIVE_INFINITY, 3.5, 7]);
  });

  it('keeps cuts float32 and strictly between neighbouring float32 values', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.float({ noNaN: true }), (a, b) => {
        fc.pre(a !== b);
        const cut = cutBetween(Math.min(a, b), Math.max(a, b));
        return Math.fround(cut) === cut && cut >= Math.min(a, b) && cut < Math.max(a, b);
      }),
    );
    const low = Math.fround(0.1);
    const high = new Float32Array(new Uint32Array([new Uint32Array(Float32Array.of(low).buffer)[0] + 1]).buffer)[0];
    expect(cutBetween(low, high)).toBe(low);
  });

  it('puts a value left of a cut exactly when its bin is not above the cut', () => {
    const rng = createRng(4);
    const values = Array.from({ length: 3000 }, () => Math.round(rng.normal() * 300) / 7);
    const { cuts } = numeric(values, 64);
    expect(cuts.length).toBe(63);
    const mapper = buildBins(matrixOf([values]), ['numeric'], null, { maxBins: 64 });
    const { columns } = applyBins(mapper, matrixOf([values]));
    const wrong = values.filter((value, i) => cuts.some((cut, b) => Math.fround(value) <= cut !== columns[0][i] <= b));
    expect(wrong).toEqual([]);
  });

  it('shares rows evenly among bins and gives heavy values bins of their own', () => {
    const rng = createRng(9);
    const values = Float32Array.from({ length: 20_000 }, () => (rng.next() < 0.5 ? 0 : rng.normal())).sort();
    const cuts = quantileCuts(values, 32);
    const counts = new Float64Array(cuts.length + 1);
    for (const x of values) counts[cuts.filter((cut) => cut < x).length]++;
    expect(cuts.length).toBe(31);
    const light = [...counts].filter((count) => count < 5000);
    expect(light.length).toBe(31);
    expect(Math.max(...light)).toBeLessThan(600);
    // Its bin may take in less than half an average bin of neighbours.
    const zeros = values.filter((x) => x === 0).length;
    expect(counts.reduce((a, b) => Math.max(a, b)) - zeros).toBeLessThan(10_000 / 31 / 2);
  });

  it('learns from the given rows only', () => {
    const matrix = matrixOf([[1, 2, 100, 200]]);
    const bins = buildBins(matrix, ['numeric'], Int32Array.of(0, 1), { maxBins: 255 }).features[0] as NumericBins;
    expect([...bins.cuts]).toEqual([1.5]);
  });

  it('ranks categories by frequency and lumps the rest, the unseen and the malformed', () => {
    const values = [5, 5, 5, 2, 2, 9, Number.NaN];
    const mapper = buildBins(matrixOf([values]), ['category'], null, { maxBins: 3 });
    const bins = mapper.features[0] as CategoryBins;
    expect([...bins.codes]).toEqual([5, 2]);
    const seen = matrixOf([[5, 2, 9, 77, -1, 2.5, Number.POSITIVE_INFINITY, 1e9, Number.NaN]]);
    expect([...applyBins(mapper, seen).columns[0]]).toEqual([0, 1, 2, 2, 2, 2, 2, 2, 3]);
  });

  it('takes all-missing and constant columns', () => {
    expect(numeric([Number.NaN, Number.NaN])).toMatchObject({ missingBin: 1 });
    expect(numeric([4, 4, 4]).cuts.length).toBe(0);
  });

  it('samples large inputs by strides, the same way each time and on sorted rows too', () => {
    const count = 450_000;
    const column = Float32Array.from({ length: count }, (_, i) => i);
    const matrix = { rowCount: count, columns: [column] };
    const first = buildBins(matrix, ['numeric'], null, { maxBins: 16 }).features[0] as NumericBins;
    const again = buildBins(matrix, ['numeric'], allRows(count), { maxBins: 16 }).features[0] as NumericBins;
    expect([...first.cuts]).toEqual([...again.cuts]);
    first.cuts.forEach((cut, b) => {
      expect(Math.abs(cut / count - (b + 1) / 16)).toBeLessThan(0.001);
    });
  });

  it('writes the same bytes by row and by column', () => {
    const rng = createRng(2);
    const columns = Array.from({ length: 3 }, () => Array.from({ length: 2500 }, () => rng.normal()));
    const matrix = matrixOf(columns);
    const binned = applyBins(buildBins(matrix, ['numeric', 'numeric', 'numeric'], null, { maxBins: 255 }), matrix);
    const byRow = Uint8Array.from({ length: 7500 }, (_, at) => binned.columns[at % 3][Math.floor(at / 3)]);
    expect(binned.rowMajor).toEqual(byRow);
  });
});
