import { describe, expect, it } from 'vitest';
import { inTimeFolds } from '../../../../main/ml/validation/in-time.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';

const rows = 200;
const label = Float64Array.from({ length: rows }, (_, i) => i % 7);
const shape = { task: 'regression' as const, rowCount: rows, classCounts: [], seed: 3 };

describe('D3 folds of random rows beside a forward plan', () => {
  it('hold out every row once, and never a part of a group', () => {
    const plan = planValidation({ ...shape, timeColumn: 'day' });
    const groups = Int32Array.from({ length: rows }, (_, i) => i >> 2);
    const folds = inTimeFolds(plan, { task: 'regression', label, groups }) ?? [];
    expect(folds).toHaveLength(5);
    const held = folds.flatMap(({ valid }) => [...valid]).sort((a, b) => a - b);
    expect(held).toEqual(Array.from({ length: rows }, (_, i) => i));
    for (const { train, valid } of folds) {
      const outside = new Set([...valid].map((row) => groups[row]));
      expect(train.some((row) => outside.has(groups[row]))).toBe(false);
      expect(train.length + valid.length).toBe(rows);
    }
  });

  it('are absent for other plans, and where all rows belong together', () => {
    const alone = Int32Array.from({ length: rows }, (_, i) => i);
    expect(inTimeFolds(planValidation(shape), { task: 'regression', label, groups: alone })).toBeNull();
    const plan = planValidation({ ...shape, timeColumn: 'day' });
    expect(inTimeFolds(plan, { task: 'regression', label, groups: new Int32Array(rows) })).toBeNull();
  });
});
