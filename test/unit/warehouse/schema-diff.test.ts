import { describe, expect, it } from 'vitest';
import { schemaDiff } from '../../../main/warehouse/schema-diff.ts';

const expected = [
  { name: 'tenure', logicalType: 'integer' },
  { name: 'MonthlyCharges', logicalType: 'number' },
  { name: 'Contract', logicalType: 'text', levels: ['Month-to-month', 'One year', 'Two year'] },
] as const;

describe('F4 schema diff', () => {
  it('accepts the same columns in any order and names extras', () => {
    const diff = schemaDiff(expected, [
      { name: 'Contract', type: 'text' },
      { name: 'note', type: 'text' },
      { name: 'MonthlyCharges', type: 'integer' },
      { name: 'tenure', type: 'integer' },
    ]);
    expect(diff.ok).toBe(true);
    expect(diff.columns.map(({ column, state }) => [column, state])).toEqual([
      ['tenure', 'ok'],
      ['MonthlyCharges', 'ok'],
      ['Contract', 'ok'],
      ['note', 'extra'],
    ]);
  });

  it('suggests renames by name and by values, and never applies them by itself', () => {
    const actual = [
      { name: 'Tenure_', type: 'integer' },
      { name: 'charges monthly', type: 'number' },
      { name: 'plan', type: 'text', examples: ['One year', 'Two year'] },
    ] as const;
    const diff = schemaDiff(expected, actual);
    expect(diff.ok).toBe(false);
    expect(diff.suggestedMap).toEqual({ Tenure_: 'tenure', 'charges monthly': 'MonthlyCharges', plan: 'Contract' });
    expect(diff.columns.filter(({ state }) => state === 'missing')).toHaveLength(3);
    const mapped = schemaDiff(expected, actual, diff.suggestedMap);
    expect(mapped.ok).toBe(true);
    expect(mapped.columns.map(({ state }) => state)).toEqual(['mapped', 'mapped', 'mapped']);
  });

  it('reports a column of another type and does not suggest one of the wrong type', () => {
    const diff = schemaDiff(expected, [
      { name: 'tenure', type: 'text' },
      { name: 'MonthlyCharge', type: 'text' },
      { name: 'Contract', type: 'text' },
    ]);
    expect(diff.ok).toBe(false);
    expect(diff.columns[0]).toMatchObject({ state: 'retyped', expected: 'integer', found: 'text' });
    expect(diff.columns[1]).toMatchObject({ state: 'missing', suggestion: null });
  });
});
