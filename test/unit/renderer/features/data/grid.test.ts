import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildFilter,
  gridQuery,
  needsValue,
  operatorsFor,
  readSort,
  writeSort,
} from '../../../../../renderer/features/data/grid-query.ts';
import { readDataSearch, readDatasetSearch, readImportSearch } from '../../../../../renderer/features/data/search.ts';
import { scrollStretch } from '../../../../../renderer/features/data/wheel-scale.ts';

describe('B8 the grid’s view lives in the address', () => {
  it('writes and reads any sort back, whatever the column is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.boolean(), (column, descending) => {
        expect(readSort(writeSort({ column, descending }))).toEqual({ column, descending });
      }),
    );
  });

  it('keeps filters that make sense and drops what a hand-edited link got wrong', () => {
    const search = readDatasetSearch({
      tab: 'grid',
      sort: ['-age', 7],
      filters: [
        { column: 'age', op: 'at-least', value: 30 },
        { column: 'age', op: 'nonsense' },
        { column: 'note', op: 'missing', value: { evil: true } },
        'text',
      ],
      q: 'x',
      version: 'two',
    });
    expect(search.filters).toEqual([
      { column: 'age', op: 'at-least', value: 30 },
      { column: 'note', op: 'missing' },
    ]);
    expect(search.sort).toEqual(['-age', '7']);
    expect(search.version).toBeUndefined();
    expect(gridQuery(search, new Set(['age']))).toEqual({
      sort: [{ column: 'age', descending: true }],
      filters: [{ column: 'age', op: 'at-least', value: 30 }],
      search: 'x',
    });
  });

  it('never throws on any address', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('q', 'sort', 'filters', 'tab', 'row', 'header', 'second'), fc.anything()),
        (raw) => {
          readDatasetSearch(raw);
          readDataSearch(raw);
          readImportSearch(raw);
        },
      ),
    );
  });

  it('builds filters of the column’s type and refuses what is no value', () => {
    expect(buildFilter('age', 'integer', 'less', ' 30 ')).toEqual({ column: 'age', op: 'less', value: 30 });
    expect(buildFilter('price', 'number', 'greater', '1,5')).toEqual({ column: 'price', op: 'greater', value: 1.5 });
    expect(buildFilter('age', 'integer', 'less', 'thirty')).toBeNull();
    expect(buildFilter('active', 'boolean', 'equals', 'true')).toEqual({ column: 'active', op: 'equals', value: true });
    expect(buildFilter('note', 'text', 'missing', '')).toEqual({ column: 'note', op: 'missing' });
    expect(buildFilter('note', 'text', 'contains', '  ')).toBeNull();
    for (const type of ['text', 'boolean', 'number', 'integer', 'date', 'datetime'] as const) {
      expect(operatorsFor(type).filter((op) => !needsValue(op))).toContain('missing');
    }
  });

  it('scales the wheel only above the browser’s limit on heights', () => {
    expect(scrollStretch(1000, 28, 28_000, 600)).toBe(1);
    expect(scrollStretch(10_000_000, 28, 32_000_000, 600)).toBeCloseTo(8.75, 2);
    expect(scrollStretch(0, 28, 600, 600)).toBe(1);
  });
});
