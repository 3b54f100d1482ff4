import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { dealFolds } from '../../../../main/ml/validation/deal.ts';
import { duplicateCount, duplicateGroups, joinGroups } from '../../../../main/ml/validation/duplicates.ts';
import { forwardSplit } from '../../../../main/ml/validation/forward.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';
import { splitRows } from '../../../../main/ml/validation/split.ts';
import { frameOf, numbers, texts } from '../../../helpers/frames.ts';

const count = (values: ArrayLike<number>, wanted: number): number =>
  Array.from(values).filter((value) => value === wanted).length;

describe('D3 proposal of a validation scheme', () => {
  const base = { task: 'binary', rowCount: 5000, classCounts: [4000, 1000], seed: 1 } as const;

  it('is stratified, forward with a date, by group, or one holdout for many rows; the reason says why', () => {
    expect(planValidation(base)).toMatchObject({ scheme: 'stratified', foldCount: 5 });
    const forward = planValidation({ ...base, timeColumn: 'day' });
    expect(forward).toMatchObject({ scheme: 'forward', column: 'day' });
    expect(forward.reason).toContain('"day"');
    expect(planValidation({ ...base, groupColumn: 'customer' })).toMatchObject({
      scheme: 'stratified-group',
      column: 'customer',
    });
    expect(planValidation({ ...base, rowCount: 250_000 })).toMatchObject({ scheme: 'holdout', foldCount: 1 });
    expect(planValidation({ ...base, task: 'regression', classCounts: [] })).toMatchObject({ scheme: 'kfold' });
  });

  it('never asks for more folds than the smallest class has rows', () => {
    expect(planValidation({ ...base, rowCount: 100, classCounts: [97, 3] }).foldCount).toBe(3);
  });
});

describe('D3 splitting', () => {
  it('keeps class shares, group membership and disjointness for any data', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 30 })), {
          minLength: 20,
          maxLength: 200,
        }),
        fc.integer({ min: 2, max: 6 }),
        fc.boolean(),
        (rows, folds, grouped) => {
          const label = Int32Array.from(rows, ([y]) => y);
          const groups = grouped ? Int32Array.from(rows, ([, g]) => g) : null;
          const plan = planValidation({
            task: 'multiclass',
            rowCount: rows.length,
            classCounts: [rows.length],
            foldCount: folds,
            seed: 3,
          });
          const split = splitRows(plan, { task: 'multiclass', label, groups });
          expect(split).toEqual(splitRows(plan, { task: 'multiclass', label, groups }));
          const seen = new Set(split.folds.flatMap((fold) => Array.from(fold.valid)));
          expect(seen.size).toBe(rows.length);
          for (const { train, valid } of split.folds) {
            expect(train.length + valid.length).toBe(rows.length);
            if (groups !== null) {
              const trained = new Set(Array.from(train, (row) => groups[row]));
              for (const row of valid) expect(trained.has(groups[row])).toBe(false);
              continue;
            }
            for (const k of [0, 1, 2]) {
              const share = count(
                Array.from(valid, (row) => label[row]),
                k,
              );
              expect(Math.abs(share - count(label, k) / folds)).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('balances a numeric target over the folds', () => {
    const rng = createRng(4);
    const label = Float64Array.from({ length: 1000 }, () => Math.exp(2 * rng.normal()));
    const plan = planValidation({ task: 'regression', rowCount: 1000, classCounts: [], seed: 2 });
    const { folds } = splitRows(plan, { task: 'regression', label });
    const limit = Float64Array.from(label).sort()[900];
    for (const { valid } of folds) expect(Array.from(valid).filter((row) => label[row] >= limit).length).toBe(20);
  });

  it('holds out a fifth and trains on the rest', () => {
    const label = new Float64Array(150_000).map((_, i) => (i % 10 === 0 ? 1 : 0));
    const plan = planValidation({ task: 'binary', rowCount: label.length, classCounts: [135_000, 15_000], seed: 2 });
    const { folds, foldOf } = splitRows(plan, { task: 'binary', label });
    expect(folds).toHaveLength(1);
    expect(folds[0].valid.length).toBe(30_000);
    expect(folds[0].valid.filter((row) => label[row] === 1).length).toBe(3000);
    expect(count(foldOf, -1)).toBe(120_000);
  });

  it('trains forward on earlier rows only, keeps equal times together and honours the gap', () => {
    const rng = createRng(6);
    const time = Float64Array.from({ length: 400 }, () => rng.int(90));
    for (const gap of [0, 5]) {
      const { folds } = forwardSplit(time, 4, { gap });
      expect(folds).toHaveLength(4);
      for (const { train, valid } of folds) {
        const start = Math.min(...Array.from(valid, (row) => time[row]));
        const latest = Math.max(...Array.from(train, (row) => time[row]));
        expect(latest).toBeLessThan(start - gap);
      }
    }
    expect(() => forwardSplit(new Float64Array(10).fill(3), 4)).toThrow('too few distinct values');
  });
});

describe('D3 exact duplicates', () => {
  it('share a group exactly when all cells are equal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(1, 2, null, -0, 0), fc.constantFrom('a', 'b', null)), {
          minLength: 1,
          maxLength: 60,
        }),
        (rows) => {
          const frame = frameOf(
            numbers(
              'x',
              rows.map(([x]) => x),
            ),
            texts(
              't',
              rows.map(([, t]) => t),
            ),
          );
          const groups = duplicateGroups(frame);
          const key = ([x, t]: (typeof rows)[number]): string => `${x === 0 ? 0 : x}|${t}`;
          for (let i = 0; i < rows.length; i++) {
            for (let j = 0; j < i; j++) expect(groups[i] === groups[j]).toBe(key(rows[i]) === key(rows[j]));
          }
          expect(duplicateCount(groups)).toBe(rows.length - new Set(rows.map(key)).size);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('stay in one fold', () => {
    const rng = createRng(8);
    const groups = Int32Array.from({ length: 500 }, () => rng.int(100));
    const names = [...new Set(groups)];
    const dense = groups.map((group) => names.indexOf(group));
    const folds = dealFolds(null, dense, 5, createRng(1));
    for (const name of names.keys()) {
      const where = new Set(
        Array.from(folds.keys())
          .filter((i) => dense[i] === name)
          .map((i) => folds[i]),
      );
      expect(where.size).toBe(1);
    }
  });

  it('join with the groups of the user', () => {
    expect(Array.from(joinGroups(Int32Array.of(0, 0, 1, 2), Int32Array.of(0, 1, 1, 2)))).toEqual([0, 0, 0, 1]);
  });
});
