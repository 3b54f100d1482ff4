import { describe, expect, it } from 'vitest';
import { readCompareSearch, readModelSearch, readModelsSearch } from '../../../../renderer/features/models/search.ts';
import { readPredictSearch } from '../../../../renderer/features/predict/search.ts';
import { readTrainSearch } from '../../../../renderer/features/train/search.ts';

const given = (value: object) => Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

describe('P2 view state in the address', () => {
  it('keeps the choices of a training', () => {
    const raw = { dataset: 'ds_1', target: 'Churn', budget: 45, drop: ['a', 'b'], learners: ['trees'], task: 'binary' };
    expect(given(readTrainSearch(raw))).toEqual(raw);
  });
  it('leaves out what does not fit instead of failing', () => {
    const raw = { dataset: 7, budget: -1, folds: 2.5, learners: ['magic'], task: 'guess', drop: 'a', keep: [] };
    expect(given(readTrainSearch(raw))).toEqual({ dataset: '7' });
    expect(given(readModelSearch({ tab: 'weather', threshold: 2, class: '', column: 'a' }))).toEqual({ column: 'a' });
    expect(given(readModelsSearch({ order: 'sideways', sort: 'score' }))).toEqual({ sort: 'score' });
    expect(given(readCompareSearch({ a: null, b: 'md_2' }))).toEqual({ b: 'md_2' });
  });
  it('keeps a row with its types, and drops what is no cell', () => {
    const row = { tenure: 3, vip: true, note: 'x', gone: null };
    const read = readPredictSearch({ model: 'md_1', row: { ...row, list: [1] }, map: { a: 'b' }, reasons: 51 });
    expect(given(read)).toEqual({ model: 'md_1', row, map: { a: 'b' } });
  });
});
