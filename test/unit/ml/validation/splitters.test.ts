import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuguryError } from '../../../../main/base/errors.ts';
import type { RawColumn } from '../../../../main/ml/frame.ts';
import { planValidation, type ValidationScheme } from '../../../../main/ml/validation/plan.ts';
import { planSeal, sealRows } from '../../../../main/ml/validation/seal.ts';
import { splitRows } from '../../../../main/ml/validation/split.ts';
import { readUserSplit } from '../../../../main/ml/validation/user-split.ts';

const base = { task: 'binary' as const, rowCount: 2000, classCounts: [1200, 800], seed: 1 };
const text = (name: string, values: readonly (string | null)[]): RawColumn => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value)));
  return { type: 'string', name, codes, levels };
};

/** What the splitter gives; a draw in which the gap swallows all rows before a block is rightly refused and tells nothing. */
function splitOrRefused<T>(split: () => T): T {
  try {
    return split();
  } catch (error) {
    fc.pre(!(error instanceof AuguryError && error.code === 'gap-too-long'));
    throw error;
  }
}

describe('D3 the proposal', () => {
  it('repeats folds where rows are few, and follows a split column, a time and groups, each with its reason', () => {
    expect(planValidation({ ...base, rowCount: 400, classCounts: [250, 150] })).toMatchObject({
      scheme: 'repeated',
      repeats: 3,
    });
    expect(planValidation({ ...base, splitColumn: 'part' })).toMatchObject({ scheme: 'split', column: 'part' });
    expect(planValidation({ ...base, task: 'regression', classCounts: [], groupColumn: 'shop' }).scheme).toBe('group');
    const plan = planValidation(base);
    expect(plan.alternatives.map((other) => other.scheme)).toEqual(['repeated', 'nested', 'holdout']);
    for (const other of plan.alternatives) expect(other.reason.length).toBeGreaterThan(20);
  });

  it('does what is asked for and says so', () => {
    for (const scheme of ['nested', 'repeated', 'kfold', 'holdout'] as const) {
      expect(planValidation({ ...base, scheme })).toMatchObject({ scheme });
      expect(planValidation({ ...base, scheme }).reason).toMatch(/as asked for/);
    }
  });
});

describe('D3 no leakage by construction', () => {
  const schemes: readonly ValidationScheme[] = ['group', 'stratified-group', 'repeated', 'nested', 'holdout', 'split'];

  it('never has a group on both sides of a fold, whatever the scheme', () => {
    const rows = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 12 }), fc.integer({ min: -1, max: 2 })), {
      minLength: 30,
      maxLength: 150,
    });
    fc.assert(
      fc.property(rows, fc.constantFrom(...schemes), (drawn, scheme) => {
        const label = Int32Array.from(drawn, ([y]) => (y ? 1 : 0));
        const groups = Int32Array.from(drawn, ([, group]) => group);
        const assigned = Int32Array.from(drawn, ([, , fold]) => fold);
        fc.pre(scheme !== 'split' || assigned.includes(0));
        const plan = planValidation({ ...base, rowCount: drawn.length, groupColumn: 'g', scheme, foldCount: 3 });
        const { folds } = splitRows(plan, { task: 'binary', label, groups, assigned });
        expect(folds.length).toBeGreaterThan(0);
        for (const { train, valid } of folds) {
          const trained = new Set(Array.from(train, (row) => groups[row]));
          for (const row of valid) expect(trained.has(groups[row])).toBe(false);
        }
      }),
      { numRuns: 120 },
    );
  });

  it('forward never trains on a row later than a validation row minus the gap, within an embargo, or of its group', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 60,
      maxLength: 150,
    });
    const width = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(rows, width, width, (drawn, gap, embargo) => {
        const time = Float64Array.from(drawn, ([t]) => t);
        const apart = Int32Array.from(drawn, ([, group]) => group);
        fc.pre(new Set(time).size > 25);
        const plan = planValidation({
          ...base,
          rowCount: drawn.length,
          timeColumn: 't',
          gap,
          embargo,
          foldCount: 3,
        });
        const { folds } = splitOrRefused(() => splitRows(plan, { task: 'binary', label: time, time, apart }));
        const ends: number[] = [];
        for (const { train, valid } of folds) {
          const from = Math.min(...Array.from(valid, (row) => time[row]));
          const validated = new Set(Array.from(valid, (row) => apart[row]));
          for (const row of train) {
            expect(time[row]).toBeLessThan(from - gap);
            for (const end of ends) expect(time[row] > end && time[row] <= end + embargo).toBe(false);
            expect(validated.has(apart[row])).toBe(false);
          }
          ends.push(Math.max(...Array.from(valid, (row) => time[row])));
        }
      }),
      { numRuns: 120 },
    );
  });

  it('repeated folds validate every row once a pass, dealt differently', () => {
    const label = Int32Array.from({ length: 90 }, (_, i) => i % 2);
    const plan = planValidation({ ...base, rowCount: 90, classCounts: [45, 45], scheme: 'repeated', foldCount: 3 });
    const { folds } = splitRows(plan, { task: 'binary', label });
    expect(folds).toHaveLength(9);
    for (let pass = 0; pass < 3; pass++) {
      const seen = folds.slice(3 * pass, 3 * pass + 3).flatMap(({ valid }) => [...valid]);
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from(label, (_, i) => i));
    }
    expect([...folds[0].valid]).not.toEqual([...folds[3].valid]);
  });
});

describe('D3 a split column of the user', () => {
  it('reads train, valid and test in words, seals the test and trains on what is missing', () => {
    const split = readUserSplit(text('part', ['train', 'Valid', 'TEST', null, 'training', 'validation']));
    expect([...split.foldOf]).toEqual([-1, 0, -1, -1, -1, 0]);
    expect([...split.sealed]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...readUserSplit(text('part', ['train', 'test', 'train'])).foldOf]).toEqual([-1, 0, -1]);
  });

  it('reads other values as the names of folds, numbers in their order', () => {
    const numbers: RawColumn = {
      type: 'double',
      name: 'fold',
      values: Float64Array.from([10, 2, 2, 10, 3, Number.NaN]),
    };
    expect(readUserSplit(numbers)).toMatchObject({ foldCount: 3 });
    expect([...readUserSplit(numbers).foldOf]).toEqual([2, 0, 0, 2, 1, -1]);
  });

  it.each([
    [['train', 'train'], /no row is marked for validation/],
    [['train', 'valid', 'maybe'], /also holds "maybe"/],
    [['a', 'a'], /fewer than two values/],
    [Array.from({ length: 60 }, (_, i) => `v${i}`), /more than 50/],
  ])('refuses %j by name', (values, message) => {
    expect(() => readUserSplit(text('part', values))).toThrow(message);
    expect(() => readUserSplit(text('part', values))).toThrow(/"part"/);
  });
});

describe('D9 sealed rows', () => {
  it('are proposed only where they cost nothing, and as asked for otherwise', () => {
    expect(planSeal(5000, null)).toBeNull();
    expect(planSeal(80_000, null)?.share).toBe(0.1);
    expect((planSeal(1_000_000, null)?.share ?? 0) * 1e6).toBeCloseTo(10_000, 6);
    expect(planSeal(1_000_000, 0)).toBeNull();
    expect(planSeal(500, 0.2)).toMatchObject({ share: 0.2 });
    expect(planSeal(50, 0.1)).toBeNull();
  });

  it('are the same for every run, keep groups whole and classes balanced', () => {
    const label = Float64Array.from({ length: 4000 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const groups = Int32Array.from(label, (_, i) => Math.floor(i / 3));
    const input = { task: 'binary' as const, label, groups, time: null };
    const sealed = sealRows({ share: 0.1, reason: '' }, input);
    expect(sealRows({ share: 0.1, reason: '' }, input)).toEqual(sealed);
    const rows = [...sealed.keys()].filter((row) => sealed[row] === 1);
    expect(rows.length / 4000).toBeCloseTo(0.1, 2);
    expect(rows.filter((row) => label[row] === 1).length / rows.length).toBeCloseTo(0.2, 1);
    const inside = new Set(rows.map((row) => groups[row]));
    for (let row = 0; row < 4000; row++) expect(inside.has(groups[row])).toBe(sealed[row] === 1);
  });

  it('are the latest where there is a time, and never part equal times', () => {
    const time = Float64Array.from({ length: 1000 }, (_, i) => Math.floor(((i * 37) % 1000) / 4));
    const label = new Float64Array(1000);
    const sealed = sealRows({ share: 0.2, reason: '' }, { task: 'regression', label, groups: null, time });
    const at = (mark: number) => [...time].filter((_, row) => sealed[row] === mark);
    expect(Math.min(...at(1))).toBeGreaterThan(Math.max(...at(0)));
    expect(at(1)).toHaveLength(200);
  });
});
