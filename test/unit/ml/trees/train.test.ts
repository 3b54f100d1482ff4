import { describe, expect, it } from 'vitest';
import { createRng, shuffle } from '../../../../main/base/rng.ts';
import type { Task } from '../../../../main/ml/model-spec.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { encodeTrees, validateTrees } from '../../../../main/ml/trees/serialize.ts';
import {
  allRows,
  aucOf,
  matrixOf,
  mixedData,
  type TrainOptions,
  type TreeData,
  train,
} from '../../../helpers/trees.ts';

const tasks: readonly (readonly [Task, number])[] = [
  ['binary', 1],
  ['multiclass', 3],
  ['regression', 1],
];

const split = (count: number, seed: number): { trainRows: Int32Array; validRows: Int32Array } => {
  const rows = shuffle(allRows(count), createRng(seed));
  const cut = Math.floor(count * 0.75);
  return { trainRows: rows.slice(0, cut).sort(), validRows: rows.slice(cut).sort() };
};

const bytesOf = (data: TreeData, options: TrainOptions): string =>
  Buffer.from(encodeTrees(train(data, options).ensemble)).toString('base64');

describe('D1 leaf-wise trees', () => {
  it.each(tasks)('learns %s well beyond the base score and stops early', (task, outputCount) => {
    const data = mixedData(task, 4000, 5);
    const rows = split(4000, 1);
    const result = train(data, {
      task,
      outputCount,
      ...rows,
      params: { rounds: 400, learningRate: 0.15, minDataPerGroup: 20 },
      control: { earlyStoppingRounds: 20 },
    });
    expect(result.bestRound).toBeLessThan(400);
    expect(result.rounds).toBe(result.bestRound + 20);
    const losses = result.history.valid;
    expect(losses.length).toBe(result.rounds);
    expect(losses[result.bestRound - 1]).toBe(Math.min(...losses));
    expect(losses[result.bestRound - 1]).toBeLessThan(losses[0] * (task === 'regression' ? 0.5 : 0.6));
    expect(result.ensemble.treeRoot.length).toBeLessThanOrEqual(result.bestRound * outputCount);
    validateTrees(result.ensemble, data.kinds.length);
  });

  it.each(tasks)(
    'scores validation rows during training exactly as the finished ensemble does: %s',
    (task, outputCount) => {
      const data = mixedData(task, 1500, 6);
      const rows = split(1500, 2);
      const result = train(data, {
        task,
        outputCount,
        ...rows,
        params: { baggingFraction: 0.7, featureFraction: 0.8 },
      });
      const margins = predictTrees(result.ensemble, data.matrix);
      rows.validRows.forEach((row, i) => {
        for (let k = 0; k < outputCount; k++) {
          expect(result.validMargins?.[i * outputCount + k]).toBe(margins[row * outputCount + k]);
        }
      });
    },
  );

  it('gives the same bytes for the same seed, and others for another seed when anything is drawn', () => {
    const data = mixedData('binary', 2000, 7);
    const params = {
      baggingFraction: 0.6,
      featureFraction: 0.6,
      featureFractionByNode: 0.5,
      extraTrees: true,
      pathSmooth: 2,
      alpha: 0.1,
    };
    const first = bytesOf(data, { task: 'binary', params: { ...params, seed: 1 } });
    expect(bytesOf(data, { task: 'binary', params: { ...params, seed: 1 } })).toBe(first);
    expect(bytesOf(data, { task: 'binary', params: { ...params, seed: 2 } })).not.toBe(first);
  });

  it('does not depend on the order in which the training rows are listed in the matrix being sorted', () => {
    const data = mixedData('binary', 3000, 8);
    const order = Array.from(allRows(3000)).sort((a, b) => data.matrix.columns[0][a] - data.matrix.columns[0][b]);
    const sorted: TreeData = {
      kinds: data.kinds,
      matrix: {
        rowCount: 3000,
        columns: data.matrix.columns.map((column) => Float32Array.from(order, (row) => column[row])),
      },
      label: Float64Array.from(order, (row) => data.label[row]),
    };
    const params = { rounds: 40, minDataPerGroup: 20 };
    const a = train(data, { task: 'binary', params }).ensemble;
    const b = train(sorted, { task: 'binary', params }).ensemble;
    const aucA = aucOf(data.label, predictTrees(a, data.matrix));
    const aucB = aucOf(sorted.label, predictTrees(b, sorted.matrix));
    expect(Math.abs(aucA - aucB)).toBeLessThan(0.003);
    expect(bytesOf(sorted, { task: 'binary', params })).toBe(bytesOf(sorted, { task: 'binary', params }));
  });

  it('keeps leaf, depth, weight and count limits', () => {
    const data = mixedData('regression', 2000, 9);
    const { ensemble } = train(data, {
      task: 'regression',
      params: { rounds: 10, leaves: 9, maxDepth: 4, minDataInLeaf: 60, minChildWeight: 70 },
    });
    const depth = new Int32Array(ensemble.feature.length);
    ensemble.feature.forEach((feature, node) => {
      if (feature < 0) {
        expect(ensemble.cover[node]).toBeGreaterThanOrEqual(70);
        expect(depth[node]).toBeLessThanOrEqual(4);
        return;
      }
      expect(ensemble.cover[node]).toBe(ensemble.cover[ensemble.left[node]] + ensemble.cover[ensemble.right[node]]);
      depth[ensemble.left[node]] = depth[node] + 1;
      depth[ensemble.right[node]] = depth[node] + 1;
    });
    const leaves = ensemble.feature.filter((feature) => feature < 0).length;
    expect(leaves).toBeLessThanOrEqual(9 * ensemble.treeRoot.length);
  });

  it('shrinks with lambda, alpha and minGain', () => {
    const data = mixedData('regression', 1000, 10);
    const size = (params: TrainOptions['params']): number => {
      const { ensemble } = train(data, { task: 'regression', params: { rounds: 1, ...params } });
      return ensemble.value.reduce((sum, value) => sum + Math.abs(value), 0) / ensemble.feature.length;
    };
    const plain = size({});
    expect(size({ lambda: 100 })).toBeLessThan(plain);
    expect(size({ alpha: 20 })).toBeLessThan(plain);
    const few = train(data, { task: 'regression', params: { rounds: 1, minGain: 50 } }).ensemble.feature.length;
    expect(few).toBeLessThan(train(data, { task: 'regression', params: { rounds: 1 } }).ensemble.feature.length);
    expect(train(data, { task: 'regression', params: { minGain: 1e9 } }).ensemble.treeRoot.length).toBe(0);
  });

  it('means the same by a weight of k as by k copies of a row, and leaves weight zero out', () => {
    const data = mixedData('regression', 600, 11);
    const weight = Float64Array.from({ length: 600 }, (_, i) => i % 3);
    const copies = [...allRows(600)].flatMap((row) => Array.from({ length: row % 3 }, () => row));
    const repeated: TreeData = {
      kinds: data.kinds,
      matrix: {
        rowCount: copies.length,
        columns: data.matrix.columns.map((column) => Float32Array.from(copies, (row) => column[row])),
      },
      label: Float64Array.from(copies, (row) => data.label[row]),
    };
    const params = { rounds: 8, minDataInLeaf: 0, minChildWeight: 10, maxBins: 255, minDataPerGroup: 0, catSmooth: 0 };
    const a = train(data, { task: 'regression', weight, params }).ensemble;
    const b = train(repeated, { task: 'regression', params }).ensemble;
    const pa = predictTrees(a, data.matrix);
    const pb = predictTrees(b, data.matrix);
    const rms = (x: Float64Array): number => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);
    // Bins differ a little, as copies count in quantiles.
    expect(rms(pa.map((v, i) => v - pb[i]))).toBeLessThan(0.15 * rms(pa.map((v) => v - 1000)));
    const zeros = Float64Array.from({ length: 600 }, (_, i) => (i < 300 ? 1 : 0));
    const half = train(data, { task: 'regression', weight: zeros, params: { rounds: 3 } }).ensemble;
    expect(half.cover[half.treeRoot[0]]).toBe(300);
  });

  it.each(tasks)('chooses splits by few levels of gradients and predicts as well: %s', (task, outputCount) => {
    const data = mixedData(task, 4000, 5);
    const options = (gradientLevels: number, rounds: number): TrainOptions => ({
      task,
      outputCount,
      ...split(4000, 1),
      params: { rounds, leaves: 8, minDataPerGroup: 20, gradientLevels },
    });
    // The largest residuals are many times the usual ones
    const levels = task === 'regression' ? 8 : 2;
    const lossOf = (gradientLevels: number): number =>
      train(data, options(gradientLevels, 60)).history.valid.at(-1) ?? Number.NaN;
    expect(lossOf(levels)).toBeLessThan(1.1 * lossOf(0));
    expect(bytesOf(data, options(levels, 5))).toBe(bytesOf(data, options(levels, 5)));
    expect(bytesOf(data, options(levels, 5))).not.toBe(bytesOf(data, options(0, 5)));
  });

  it('raises the mean probability of positives by scalePosWeight and by class weights alike', () => {
    const data = mixedData('binary', 1000, 12);
    const params = { rounds: 5 };
    const heavy = train(data, { task: 'binary', params: { ...params, scalePosWeight: 4 } }).ensemble;
    const same = train(data, { task: 'binary', params: { ...params, classWeights: [1, 4] } }).ensemble;
    expect(encodeTrees(heavy)).toEqual(encodeTrees(same));
    expect(heavy.baseScore[0]).toBeGreaterThan(train(data, { task: 'binary', params }).ensemble.baseScore[0] + 1.3);
  });

  it('keeps the best so far at a deadline and throws when cancelled', () => {
    const data = mixedData('binary', 1000, 13);
    let polls = 0;
    const cut = train(data, { task: 'binary', params: { rounds: 50 }, control: { deadline: () => ++polls > 100 } });
    const full = train(data, { task: 'binary', params: { rounds: cut.bestRound } });
    expect(cut.bestRound).toBeGreaterThan(0);
    expect(cut.bestRound).toBeLessThan(50);
    expect(encodeTrees(cut.ensemble)).toEqual(encodeTrees(full.ensemble));
    expect(train(data, { task: 'binary', control: { deadline: () => true } }).bestRound).toBe(0);
    let checks = 0;
    const stop = { stopped: () => ++checks > 40 };
    expect(() => train(data, { task: 'binary', control: { stop } })).toThrow(
      expect.objectContaining({ code: 'cancelled' }),
    );
  });

  it('reports every round with losses', () => {
    const data = mixedData('binary', 600, 14);
    const seen: number[] = [];
    const result = train(data, {
      task: 'binary',
      ...split(600, 3),
      params: { rounds: 4 },
      control: {
        trainLoss: true,
        onRound: (round, trainLoss, validLoss) => {
          seen.push(round);
          expect(trainLoss).toBeGreaterThan(0);
          expect(validLoss).toBeGreaterThan(0);
        },
      },
    });
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(result.history.train.length).toBe(4);
    expect(result.history.train[3]).toBeLessThan(result.history.train[0]);
  });

  it('refuses labels, weights and parameters that do not fit, by name', () => {
    const data = mixedData('binary', 50, 15);
    const bad = { ...data, label: data.label.map((y, i) => (i === 7 ? 2 : y)) };
    expect(() => train(bad, { task: 'binary' })).toThrow(/Row 7 has the label 2/);
    const weight = new Float64Array(50).fill(1);
    weight[3] = -1;
    expect(() => train(data, { task: 'binary', weight })).toThrow(/Row 3 has the weight -1/);
    expect(() => train(data, { task: 'binary', weight: new Float64Array(50) })).toThrow(/no training rows/);
    expect(() => train(data, { task: 'binary', params: { leaves: 0 } })).toThrow(/leaves is 0/);
    expect(() => train(data, { task: 'regression', outputCount: 2 })).toThrow(/2 outputs for regression/);
  });
});

describe('D1 hard data', () => {
  const noise = (count: number, seed: number): number[] => {
    const rng = createRng(seed);
    return Array.from({ length: count }, () => rng.normal());
  };

  it('gives the base score alone for constant, all-missing and unrelated-by-size features', () => {
    const matrix = matrixOf([new Array(100).fill(3), new Array(100).fill(Number.NaN)]);
    const label = Float64Array.from({ length: 100 }, (_, i) => i % 2);
    const result = train({ matrix, kinds: ['numeric', 'category'], label }, { task: 'binary' });
    expect(result.ensemble.treeRoot.length).toBe(0);
    expect([...predictTrees(result.ensemble, matrix)]).toEqual(new Array(100).fill(0));
  });

  it('survives a constant target, one class with one row, and a single row', () => {
    const matrix = matrixOf([noise(60, 1)]);
    const constant = train({ matrix, kinds: ['numeric'], label: new Float64Array(60).fill(7) }, { task: 'regression' });
    expect([...predictTrees(constant.ensemble, matrix)]).toEqual(new Array(60).fill(7));
    const one = new Float64Array(60);
    one[11] = 1;
    for (const params of [{}, { minDataInLeaf: 1, minChildWeight: 0 }]) {
      const binary = train({ matrix, kinds: ['numeric'], label: one }, { task: 'binary', params });
      expect(predictTrees(binary.ensemble, matrix).every(Number.isFinite)).toBe(true);
    }
    const third = Float64Array.from({ length: 60 }, (_, i) => (i === 0 ? 2 : i % 2));
    const multi = train({ matrix, kinds: ['numeric'], label: third }, { task: 'multiclass', outputCount: 4 });
    expect(predictTrees(multi.ensemble, matrix).every(Number.isFinite)).toBe(true);
    const single = train(
      { matrix: matrixOf([[1]]), kinds: ['numeric'], label: Float64Array.of(5) },
      { task: 'regression', params: { minDataInLeaf: 0 } },
    );
    expect([...predictTrees(single.ensemble, matrixOf([[9]]))]).toEqual([5]);
  });

  it('splits infinities off as values, and missing rows off in either direction', () => {
    const infinities = [Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY, Number.NaN];
    const column = Array.from({ length: 400 }, (_, i) => infinities[i % 4]);
    const matrix = matrixOf([column]);
    const label = Float64Array.from({ length: 400 }, (_, i) => [10, 20, 30, 40][i % 4]);
    const params = { rounds: 60, learningRate: 0.5 };
    const { ensemble } = train({ matrix, kinds: ['numeric'], label }, { task: 'regression', params });
    const fitted = predictTrees(ensemble, matrix);
    fitted.forEach((value, i) => {
      expect(Math.abs(value - label[i])).toBeLessThan(1e-3);
    });
    validateTrees(ensemble, 1);
  });

  it('learns that missing itself is the signal', () => {
    const values = noise(1000, 5).map((v, i) => (i % 4 === 0 ? Number.NaN : v));
    const label = Float64Array.from(values, (v) => (Number.isNaN(v) ? 1 : 0));
    const matrix = matrixOf([values]);
    const { ensemble } = train({ matrix, kinds: ['numeric'], label }, { task: 'binary', params: { rounds: 1 } });
    expect(ensemble.feature.length).toBe(3);
    expect(aucOf(label, predictTrees(ensemble, matrix))).toBe(1);
  });

  it('sends rows missing only at prediction time to the heavier side', () => {
    const values = Array.from({ length: 300 }, (_, i) => i);
    const label = Float64Array.from(values, (v) => (v < 60 ? 100 : 0));
    const params = { rounds: 1, leaves: 2 };
    const { ensemble } = train(
      { matrix: matrixOf([values]), kinds: ['numeric'], label },
      { task: 'regression', params },
    );
    const [low, high, missing] = predictTrees(ensemble, matrixOf([[0, 299, Number.NaN]]));
    expect(low).not.toBe(high);
    expect(missing).toBe(high);
  });

  it('overflows nothing with enormous targets and weights, and refuses targets beyond squaring', () => {
    const matrix = matrixOf([noise(200, 6)]);
    const label = Float64Array.from(matrix.columns[0], (v) => 1e30 * v);
    const weight = new Float64Array(200).fill(1e-100);
    const { ensemble } = train(
      { matrix, kinds: ['numeric'], label },
      { task: 'regression', weight, params: { minChildWeight: 0 } },
    );
    expect(ensemble.treeRoot.length).toBeGreaterThan(0);
    expect(ensemble.value.every(Number.isFinite)).toBe(true);
    const huge = Float64Array.from(matrix.columns[0], (v) => 1e300 * v);
    expect(() => train({ matrix, kinds: ['numeric'], label: huge }, { task: 'regression' })).toThrow(/too large/);
  });
});
