import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { Task } from '../../../../main/ml/model-spec.ts';
import { resolveTreeParams, type TreeParams } from '../../../../main/ml/trees/params.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { drawBootstrap, drawBySize, drawUniform } from '../../../../main/ml/trees/row-sampling.ts';
import { decodeTrees, encodeTrees } from '../../../../main/ml/trees/serialize.ts';
import { allRows, matrixOf, mixedData, train } from '../../../helpers/trees.ts';

const tasks: readonly (readonly [Task, number])[] = [
  ['binary', 1],
  ['multiclass', 3],
  ['regression', 1],
];
const halves = (count: number) => ({
  trainRows: allRows(count).filter((row) => row % 3 !== 0),
  validRows: allRows(count).filter((row) => row % 3 === 0),
});
const modes: readonly (readonly [string, Partial<TreeParams>])[] = [
  ['DART', { ensemble: 'dart', skipDrop: 0.3 }],
  ['a random forest', { ensemble: 'forest', leaves: 100, minDataInLeaf: 3, featureFractionByNode: 0.6 }],
  ['extra-trees', { ensemble: 'forest', bootstrap: false, extraTrees: true, leaves: 100, minDataInLeaf: 3 }],
  ['GOSS', { sampling: 'goss' }],
  ['MVS', { sampling: 'mvs', baggingFraction: 0.5 }],
  ['balanced classes', { classWeights: 'balanced' }],
];

describe('D1 ensembles and samplings', () => {
  it.each(modes)('%s: learns every task, shows what it predicts, repeats itself for a seed', (name, params) => {
    for (const [task, outputCount] of tasks) {
      const data = mixedData(task, 1500, 12);
      const options = { task, outputCount, ...halves(1500), params: { rounds: 40, minDataPerGroup: 20, ...params } };
      const first = train(data, options);
      const base = train(data, { ...options, params: { ...options.params, rounds: 0 } });
      const margins = predictTrees(first.ensemble, data.matrix);
      options.validRows.forEach((row, i) => {
        for (let k = 0; k < outputCount; k++) {
          expect(first.validMargins?.[i * outputCount + k]).toBe(margins[row * outputCount + k]);
        }
      });
      const bytes = encodeTrees(first.ensemble);
      expect(encodeTrees(train(data, options).ensemble)).toEqual(bytes);
      expect(decodeTrees(bytes)).toEqual(first.ensemble);
      const drawn = name !== 'balanced classes';
      if (drawn) {
        const other = train(data, { ...options, params: { ...options.params, seed: 99 } });
        expect(encodeTrees(other.ensemble)).not.toEqual(bytes);
      }
      expect(base.ensemble.treeRoot.length).toBe(0);
      const losses = first.history.valid;
      expect(losses[losses.length - 1], task).toBeLessThan(losses[0] * 0.95);
    }
  });

  it('DART stops early at the values of its best round, not at later ones', () => {
    const data = mixedData('binary', 900, 3);
    const rows = halves(900);
    const params = { rounds: 120, learningRate: 0.4, leaves: 31, minDataInLeaf: 3, ensemble: 'dart' as const };
    const { bestRound, rounds, history, validMargins } = train(data, {
      task: 'binary',
      ...rows,
      params,
      control: { earlyStoppingRounds: 10 },
    });
    expect(rounds).toBe(bestRound + 10);
    let loss = 0;
    rows.validRows.forEach((row, i) => {
      const signed = (data.label[row] === 1 ? 1 : -1) * (validMargins?.[i] ?? Number.NaN);
      loss += Math.log1p(Math.exp(-signed)) / rows.validRows.length;
    });
    expect(loss).toBeCloseTo(history.valid[bestRound - 1], 9);
    expect(history.valid[bestRound - 1]).toBe(Math.min(...history.valid));
  });

  it('a forest of one tree without bootstrap has the mean of each leaf, averaged over more trees without shrinkage', () => {
    const data = mixedData('regression', 600, 4);
    const params = { ensemble: 'forest' as const, bootstrap: false, leaves: 10, learningRate: 0.01 };
    const one = train(data, { task: 'regression', params: { ...params, rounds: 1 } }).ensemble;
    const margins = predictTrees(one, data.matrix);
    const groups = new Map<number, number[]>();
    margins.forEach((margin, row) => {
      groups.set(margin, [...(groups.get(margin) ?? []), data.label[row]]);
    });
    expect(groups.size).toBe(10);
    for (const [margin, labels] of groups) {
      expect(margin).toBeCloseTo(labels.reduce((a, b) => a + b, 0) / labels.length, 3);
    }
    const four = train(data, { task: 'regression', params: { ...params, rounds: 4 } }).ensemble;
    // Gradients are rounded at random for each tree, so near ties may fall another way; without shrinkage the size stays.
    const shift = predictTrees(four, data.matrix).reduce(
      (sum, margin, row) => sum + Math.abs(margin - margins[row]),
      0,
    );
    expect(shift / 600).toBeLessThan(20);
  });

  it('a deadline shortens a forest and keeps it an average', () => {
    const data = mixedData('regression', 600, 5);
    let polls = 0;
    const result = train(data, {
      task: 'regression',
      ...halves(600),
      params: { ensemble: 'forest', rounds: 500, leaves: 12 },
      control: { deadline: () => ++polls > 300 },
    });
    expect(result.rounds).toBeGreaterThan(3);
    expect(result.rounds).toBeLessThan(500);
    const mean = predictTrees(result.ensemble, data.matrix).reduce((a, b) => a + b, 0) / 600;
    expect(mean).toBeCloseTo(data.label.reduce((a, b) => a + b, 0) / 600, -1.5);
  });

  it('continues from an ensemble: the same trees as training on, and a lower loss than its start', () => {
    for (const [task, outputCount] of tasks) {
      const data = mixedData(task, 1200, 6);
      const options = { task, outputCount, ...halves(1200) };
      const params = { rounds: 10, minDataPerGroup: 20 };
      const first = train(data, { ...options, params });
      const init = { ensemble: first.ensemble, margins: predictTrees(first.ensemble, data.matrix) };
      const more = train(data, { ...options, params: { ...params, rounds: 15, seed: 5 }, init });
      expect(more.ensemble.treeRoot.length).toBeGreaterThan(first.ensemble.treeRoot.length);
      expect([...more.ensemble.baseScore]).toEqual([...first.ensemble.baseScore]);
      const margins = predictTrees(more.ensemble, data.matrix);
      options.validRows.forEach((row, i) => {
        expect(more.validMargins?.[i * outputCount]).toBeCloseTo(margins[row * outputCount], 9);
      });
      expect(more.history.valid[14]).toBeLessThan(first.history.valid[9]);
    }
  });

  it('fifty rounds and fifty more give what a hundred give: the first trees to the bit, the margins within 1e-9', () => {
    for (const [task, outputCount] of tasks) {
      const data = mixedData(task, 900, 14);
      const options = { task, outputCount, trainRows: allRows(900) };
      const params = { minDataPerGroup: 20, learningRate: 0.05 };
      const whole = train(data, { ...options, params: { ...params, rounds: 100 } });
      const half = train(data, { ...options, params: { ...params, rounds: 50 } });
      const init = { ensemble: half.ensemble, margins: predictTrees(half.ensemble, data.matrix) };
      const both = train(data, { ...options, params: { ...params, rounds: 50 }, init });
      const nodes = half.ensemble.feature.length;
      for (const key of ['feature', 'threshold', 'left', 'right', 'missingLeft', 'value', 'cover', 'gain'] as const) {
        expect([...both.ensemble[key].subarray(0, nodes)], key).toEqual([...half.ensemble[key]]);
      }
      expect(both.grown.treeRoot.length + half.ensemble.treeRoot.length).toBe(both.ensemble.treeRoot.length);
      expect([...both.grown.baseScore]).toEqual(new Array<number>(outputCount).fill(0));
      const expected = predictTrees(whole.ensemble, data.matrix);
      predictTrees(both.ensemble, data.matrix).forEach((margin, i) => {
        expect(margin).toBeCloseTo(expected[i], 9);
      });
    }
  });

  it('stops continuing at once where more trees only hurt: the ensemble stays as it was', () => {
    const data = mixedData('regression', 400, 8);
    const first = train(data, { task: 'regression', ...halves(400), params: { rounds: 60 } });
    const init = { ensemble: first.ensemble, margins: predictTrees(first.ensemble, data.matrix) };
    const noise = { ...data, label: data.label.map((y, row) => (row % 3 === 0 ? y : y + 3000 * Math.sin(row * 99))) };
    const more = train(noise, {
      task: 'regression',
      ...halves(400),
      init,
      params: { rounds: 20, learningRate: 1 },
      control: { earlyStoppingRounds: 5 },
    });
    expect(more.bestRound).toBe(0);
    expect(predictTrees(more.ensemble, data.matrix)).toEqual(init.margins);
  });

  it('draws rows so that sums stay right in expectation', () => {
    const count = 40_000;
    const rows = allRows(count);
    const rng = createRng(1);
    const label = Float64Array.from(rows, () => (rng.next() < 0.05 ? 1 : 0));
    const size = Float64Array.from(rows, () => Math.abs(rng.normal()));
    const sumOf = (draw: ReturnType<typeof drawUniform>, values: Float64Array): number =>
      draw.bag.reduce((sum, row) => sum + values[row] * (draw.amplify?.[row] ?? 1), 0);
    const whole = size.reduce((a, b) => a + b, 0);
    for (const params of [
      { sampling: 'goss', topRate: 0.1, otherRate: 0.1 },
      { sampling: 'mvs', baggingFraction: 0.3 },
    ] as const) {
      const draw = drawBySize(rows, resolveTreeParams(params), size, 7);
      expect(draw.bag.length / count).toBeCloseTo(params.sampling === 'goss' ? 0.2 : 0.3, 1.5);
      expect(draw.bag.length + draw.rest.length).toBe(count);
      expect(Math.abs(sumOf(draw, size) / whole - 1)).toBeLessThan(0.03);
    }
    const flat = drawBySize(rows, resolveTreeParams({ sampling: 'goss' }), new Float64Array(count).fill(1), 7);
    expect(flat.bag.length / count).toBeCloseTo(0.1, 1.5);
    const classes = drawUniform(rows, resolveTreeParams({ classBagging: [0.1, 1] }), label, 7);
    const positives = label.reduce((a, b) => a + b, 0);
    expect(classes.bag.filter((row) => label[row] === 1).length).toBe(positives);
    const ones = new Float64Array(count).fill(1);
    expect(sumOf(classes, label) / sumOf(classes, ones)).toBeCloseTo(positives / count, 2);
    const boot = drawBootstrap(rows, count, rng.int);
    expect(sumOf(boot, ones)).toBe(count);
    expect(boot.bag.length / count).toBeCloseTo(1 - Math.exp(-1), 2);
  });

  it('balances classes: the mean probability moves to one half', () => {
    const data = mixedData('binary', 2000, 9);
    const label = data.label.map((y, row) => (y === 1 && row % 10 === 0 ? 1 : 0));
    const meanOf = (params: Partial<TreeParams>): number => {
      const { ensemble } = train({ ...data, label }, { task: 'binary', params: { rounds: 20, ...params } });
      const margins = predictTrees(ensemble, data.matrix);
      return margins.reduce((sum, m) => sum + 1 / (1 + Math.exp(-m)), 0) / margins.length;
    };
    expect(meanOf({})).toBeLessThan(0.08);
    expect(meanOf({ classWeights: 'balanced' })).toBeGreaterThan(0.18);
  });
});

describe('D1 trees on bad input', () => {
  const numeric = (columns: readonly (readonly number[])[]) => ({
    matrix: matrixOf(columns),
    kinds: columns.map(() => 'numeric' as const),
  });

  it('takes constant and duplicated columns, infinities, and one class almost alone', () => {
    const rng = createRng(4);
    const x = Array.from({ length: 3000 }, (_, i) =>
      i % 50 === 0 ? Infinity : i % 51 === 0 ? -Infinity : rng.normal(),
    );
    const columns = [x, x, x.map(() => 7), x.map(() => Number.NaN)];
    const label = Float64Array.from(x, (value, i) => (value > 1 && i % 100 === 0 ? 1 : 0));
    expect(label.reduce((a, b) => a + b, 0)).toBeGreaterThan(2);
    for (const ensemble of ['boosted', 'forest', 'dart'] as const) {
      const result = train(
        { ...numeric(columns), label },
        { task: 'binary', params: { ensemble, monotone: [1, 0, 0, 0] } },
      );
      expect(predictTrees(result.ensemble, matrixOf(columns)).every(Number.isFinite)).toBe(true);
      expect([...result.ensemble.feature].every((f) => f < 2)).toBe(true);
    }
  });

  it('keeps perfectly separable data finite', () => {
    const x = Array.from({ length: 400 }, (_, i) => i);
    const label = Float64Array.from(x, (value) => (value >= 200 ? 1 : 0));
    for (const ensemble of ['boosted', 'forest'] as const) {
      const { ensemble: trees } = train(
        { ...numeric([x]), label },
        { task: 'binary', params: { rounds: 400, learningRate: 1, ensemble } },
      );
      const margins = predictTrees(trees, matrixOf([x]));
      expect(margins.every(Number.isFinite)).toBe(true);
      margins.forEach((m, i) => {
        expect(m > 0).toBe(label[i] === 1);
      });
    }
  });

  it('names the row of a missing target and of a negative weight; leaves out rows of weight zero', () => {
    const x = [1, 2, 3, 4];
    const run = (label: number[], weight: number[]) =>
      train(
        { ...numeric([x]), label: Float64Array.from(label) },
        { task: 'regression', weight: Float64Array.from(weight) },
      );
    expect(() => run([1, Number.NaN, 3, 4], [1, 1, 1, 1])).toThrow('Row 1 has the label NaN');
    expect(() => run([1, 2, 3, 4], [1, 1, -1, 1])).toThrow('Row 2 has the weight -1');
    expect(() => run([1, 2, 3, 4], [0, 0, 0, 0])).toThrow('no training rows with a positive weight');
    expect(run([5, 5, 5, 900], [1, 1, 1, 0]).ensemble.baseScore[0]).toBe(5);
  });

  it('10 000 columns × 200 rows', () => {
    const rng = createRng(2);
    const columns = Array.from({ length: 10_000 }, () => Float32Array.from({ length: 200 }, () => rng.normal()));
    const label = Float64Array.from({ length: 200 }, (_, i) => (columns[77][i] > 0 ? 1 : 0));
    const data = { matrix: { rowCount: 200, columns }, kinds: columns.map(() => 'numeric' as const), label };
    const { ensemble } = train(data, { task: 'binary', params: { rounds: 3, leaves: 8 } });
    expect(ensemble.feature[0]).toBe(77);
  });

  it('1 000 classes of few rows stay within bounds of size', () => {
    const rng = createRng(3);
    const count = 5000;
    const columns = Array.from({ length: 6 }, () => Array.from({ length: count }, () => rng.normal()));
    const label = Float64Array.from({ length: count }, (_, i) => i % 1000);
    for (let i = 0; i < count; i++) columns[0][i] = Math.floor(label[i] / 10) + 0.1 * rng.normal();
    const { ensemble, history } = train(
      { ...numeric(columns), label },
      { task: 'multiclass', outputCount: 1000, ...halves(count), params: { rounds: 2, leaves: 8 } },
    );
    expect(ensemble.outputCount).toBe(1000);
    expect(ensemble.feature.length).toBeLessThanOrEqual(2 * 1000 * 15);
    expect(history.valid[1]).toBeLessThan(Math.log(1000));
  });

  it('a deadline that is over leaves the base score', () => {
    const data = mixedData('regression', 200, 1);
    for (const ensemble of ['boosted', 'dart', 'forest'] as const) {
      const result = train(data, { task: 'regression', params: { ensemble }, control: { deadline: () => true } });
      expect(result.rounds).toBe(0);
      expect(result.ensemble.treeRoot.length).toBe(0);
    }
  });
});
