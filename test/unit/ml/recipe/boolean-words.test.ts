import { describe, expect, it } from 'vitest';
import type { Frame, StringColumn } from '../../../../main/ml/frame.ts';
import type { FittedRecipe } from '../../../../main/ml/model-spec.ts';
import { applyRecipe, countUnseen } from '../../../../main/ml/recipe/apply.ts';
import { alignBooleans } from '../../../../main/ml/recipe/boolean-words.ts';

const recipe = (levels: readonly string[], logicalType: 'boolean' | 'text' = 'boolean'): FittedRecipe => ({
  inputs: [{ name: 'member', type: 'string', logicalType }],
  features: [{ kind: 'category', name: 'member', source: 'member', levels }],
});
const frame = (...texts: (string | null)[]): Frame => {
  const levels = [...new Set(texts.filter((text) => text !== null))];
  const codes = Int32Array.from(texts, (text) => (text === null ? -1 : levels.indexOf(text)));
  return { rowCount: texts.length, columns: [{ type: 'string', name: 'member', codes, levels }] };
};

describe('F4 yes and no in the words of another source', () => {
  it('True of a text file and true of a typed file are the same value', () => {
    const trained = recipe(['False', 'True']);
    const scored = frame('true', 'false', null, 'TRUE', 'True');
    expect(Array.from(applyRecipe(trained, scored).columns[0])).toEqual([1, 0, Number.NaN, 1, 1]);
    expect(countUnseen(trained, scored)).toEqual([]);
    expect(Array.from(applyRecipe(recipe(['true', 'false']), frame('True', 'False')).columns[0])).toEqual([0, 1]);
  });

  it('other pairs are known, other words stay what they are', () => {
    const trained = recipe(['No', 'Yes']);
    expect(Array.from(applyRecipe(trained, frame('true', 'n', '1', 'perhaps')).columns[0])).toEqual([1, 0, 1, 2]);
    expect(countUnseen(trained, frame('true', 'perhaps'))).toEqual([
      { column: 'member', rows: 1, examples: ['perhaps'] },
    ]);
  });

  it('text columns are left alone, and a frame in the right words comes back as it is', () => {
    const text = recipe(['False', 'True'], 'text');
    expect(countUnseen(text, frame('true')).length).toBe(1);
    const same = frame('False', 'True');
    expect(alignBooleans(recipe(['False', 'True']), same)).toBe(same);
    const changed = alignBooleans(recipe(['False', 'True']), frame('true', 'True')).columns[0] as StringColumn;
    expect(changed.levels).toEqual(['True']);
  });
});
