import { describe, expect, it } from 'vitest';
import { buildRules, freedomsOf, freeRule } from '../../../../../renderer/features/predict/change-rules.ts';
import type { FormField } from '../../../../../renderer/features/predict/form-fields.ts';

const number: FormField = {
  name: 'tenure',
  type: 'integer',
  control: { kind: 'number', whole: true, step: 1, low: 0, high: 72, min: 0, max: 72 },
  typical: 20,
  importance: 1,
  idle: false,
  missingShare: 0,
};
const level: FormField = {
  ...number,
  name: 'plan',
  type: 'text',
  control: { kind: 'select', levels: [{ value: 'a', share: 1 }], open: true },
};

describe('F7 rules of the editor', () => {
  it('F7 sends only what was limited', () => {
    expect(buildRules([number, level], { tenure: freeRule })).toEqual([]);
    const drafts = {
      tenure: { ...freeRule, freedom: 'up' as const, min: '3', max: 'abc', step: '0,5' },
      plan: { ...freeRule, freedom: 'fixed' as const, levels: ['a'] },
    };
    expect(buildRules([number, level], drafts)).toEqual([
      { column: 'tenure', direction: 'up', min: 3, step: 0.5 },
      { column: 'plan', immutable: true },
    ]);
  });

  it('F7 levels limit texts alone, and texts have no direction', () => {
    expect(buildRules([level], { plan: { ...freeRule, levels: ['a'], min: '3' } })).toEqual([
      { column: 'plan', levels: ['a'] },
    ]);
    expect(freedomsOf(level)).toEqual(['free', 'fixed']);
    expect(freedomsOf(number)).toContain('up');
  });
});
