import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuguryError } from '../../../../main/base/errors.ts';
import { averageEnsembles, combineEnsembles } from '../../../../main/ml/trees/combine.ts';
import { treeImportance } from '../../../../main/ml/trees/importance.ts';
import { predictTreeRow, predictTrees } from '../../../../main/ml/trees/predict.ts';
import { decodeTrees, encodeTrees, validateTrees } from '../../../../main/ml/trees/serialize.ts';
import { mixedData, train } from '../../../helpers/trees.ts';

const data = mixedData('multiclass', 900, 21);
const trainOne = (seed: number) =>
  train(data, { task: 'multiclass', outputCount: 3, params: { rounds: 6, leaves: 8, minDataPerGroup: 10, seed } });
const { ensemble } = trainOne(1);

describe('F1 tree models as bytes', () => {
  it('come back equal and write equal bytes again', () => {
    const bytes = encodeTrees(ensemble);
    const back = decodeTrees(bytes);
    expect(back).toEqual(ensemble);
    expect(encodeTrees(back)).toEqual(bytes);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeTrees(shifted.subarray(3))).toEqual(ensemble);
  });

  it('refuse every truncation and every other version', () => {
    const bytes = encodeTrees(ensemble);
    for (const length of [0, 3, 23, 24, 100, bytes.length - 1]) {
      expect(() => decodeTrees(bytes.slice(0, length))).toThrow(AuguryError);
    }
    const newer = bytes.slice();
    newer[4] = 2;
    expect(() => decodeTrees(newer)).toThrow(/format 2/);
  });

  it('either refuse a changed file with an AuguryError or give a model that scores without fault', () => {
    const bytes = encodeTrees(ensemble);
    const edit = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const changed = bytes.slice();
        for (const { at, value } of edits) changed[at] = value;
        try {
          const model = decodeTrees(changed);
          validateTrees(model);
          predictTrees(model, data.matrix);
        } catch (error) {
          if (!(error instanceof AuguryError)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('name cycles, shared nodes and wild indexes', () => {
    const broken = (change: (copy: ReturnType<typeof decodeTrees>) => void): (() => void) => {
      const copy = decodeTrees(encodeTrees(ensemble));
      change(copy);
      return () => decodeTrees(encodeTrees(copy));
    };
    const root = ensemble.treeRoot[0];
    expect(broken((copy) => copy.left.fill(root, root, root + 1))).toThrow(/reached twice/);
    expect(broken((copy) => copy.right.fill(1e6, root, root + 1))).toThrow(/points at node/);
    expect(broken((copy) => copy.treeOutput.fill(3))).toThrow(/output 3/);
    expect(broken((copy) => copy.categoryWords.fill(9_999))).toThrow(/outside the table/);
    expect(broken((copy) => copy.value.fill(Number.NaN))).toThrow(/not finite/);
    expect(broken((copy) => copy.cover.fill(-1))).toThrow(/cover/);
    expect(() => validateTrees(ensemble, 2)).toThrow(/of 2/);
  });
});

describe('D5 combined ensembles', () => {
  it('predict the weighted sum of their parts', () => {
    const other = trainOne(2).ensemble;
    const both = combineEnsembles([
      { ensemble, weight: 0.25 },
      { ensemble: other, weight: 0.75 },
    ]);
    validateTrees(both, data.kinds.length);
    const a = predictTrees(ensemble, data.matrix);
    const b = predictTrees(other, data.matrix);
    predictTrees(both, data.matrix).forEach((value, i) => {
      expect(Math.abs(value - 0.25 * a[i] - 0.75 * b[i])).toBeLessThan(1e-6);
    });
    const mean = predictTrees(averageEnsembles([ensemble, other]), data.matrix);
    mean.forEach((value, i) => {
      expect(Math.abs(value - (a[i] + b[i]) / 2)).toBeLessThan(1e-6);
    });
    expect(() => combineEnsembles([])).toThrow(/no ensembles/);
  });

  it('score one row like a matrix, into a given buffer too', () => {
    const buffer = new Float64Array(900 * 3);
    const margins = predictTrees(ensemble, data.matrix, buffer);
    expect(margins).toBe(buffer);
    const out = new Float64Array(3);
    for (const row of [0, 1, 255, 256, 899]) {
      predictTreeRow(
        ensemble,
        Float32Array.from(data.matrix.columns, (column) => column[row]),
        out,
      );
      expect([...out]).toEqual([...margins.subarray(row * 3, row * 3 + 3)]);
    }
  });
});

describe('G5 structural importance', () => {
  it('ranks signal above noise and counts every split', () => {
    const { gain, splits, cover } = treeImportance(ensemble, data.kinds.length);
    expect(gain[0]).toBeGreaterThan(gain[3]);
    expect(gain[1]).toBeGreaterThan(gain[3]);
    expect(splits.reduce((a, b) => a + b)).toBe(ensemble.feature.filter((f) => f >= 0).length);
    expect(cover[0]).toBeGreaterThan(0);
  });
});
