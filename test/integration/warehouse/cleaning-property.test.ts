import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CleaningStep } from '../../../main/contract/cleaning.ts';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
let version: Version;

beforeAll(async () => {
  bench = await openBench();
  const lines = ['key,size,city,when,amount'];
  for (let i = 0; i < 60; i++) {
    lines.push(
      [
        i % 11 === 0 ? 7 : i,
        i % 9 === 0 ? '' : (i % 13) * 2,
        ['Rome ', 'rome', 'Rome', ' Oslo', 'Oslo'][i % 5],
        `0${1 + (i % 9)}.0${1 + (i % 9)}.2024`,
        i % 7 === 0 ? 'about 3' : `${i}.5`,
      ].join(','),
    );
  }
  version = (await bench.importText('table.csv', lines.join('\n'))).version;
});
afterAll(() => bench.close());

const limit = fc.option(fc.integer({ min: 0, max: 30 }), { nil: null });
const step: fc.Arbitrary<CleaningStep> = fc.oneof(
  fc.constantFrom<CleaningStep>(
    { kind: 'drop-duplicates', columns: [] },
    { kind: 'drop-duplicates', columns: ['key'] },
    { kind: 'drop-duplicates', columns: ['city', 'size'] },
    { kind: 'trim', columns: ['city', 'amount'] },
    { kind: 'drop-columns', columns: ['when'] },
    { kind: 'rename', column: 'key', to: 'number' },
    { kind: 'convert', column: 'amount', type: 'number', decimal: '.', dateOrder: 'ymd' },
    { kind: 'convert', column: 'size', type: 'text', decimal: '.', dateOrder: 'ymd' },
    { kind: 'fill', column: 'size', with: 'previous' },
    { kind: 'fill', column: 'size', with: 'most-frequent' },
    { kind: 'fill', column: 'city', with: 'value', value: 'nowhere' },
    {
      kind: 'unify',
      column: 'city',
      mapping: [
        { from: 'rome', to: 'Rome ' },
        { from: 'Rome ', to: 'Rome' },
      ],
    },
    { kind: 'flag', column: 'key', low: 3, high: null, name: 'high key' },
    { kind: 'scale', column: 'key', factor: 0.01, above: 40, below: null, rows: null },
    { kind: 'drop-rows', when: [{ column: 'city', op: 'equals', value: 'rome' }] },
  ),
  fc
    .tuple(limit, limit)
    .filter(([low, high]) => (low !== null || high !== null) && (low ?? 0) <= (high ?? 99))
    .map(([low, high]): CleaningStep => ({ kind: 'cap', column: 'key', low, high })),
  fc
    .array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 3 })
    .map((values): CleaningStep => ({ kind: 'set-missing', column: 'key', values: values.map(String) })),
);

const apply = (from: Version, steps: readonly CleaningStep[]) =>
  bench.warehouse.clean({ version: from, steps, sourceName: 'test' }, bench.hooks());

describe('B6 cleaning steps', () => {
  it('change nothing when they are done twice', async () => {
    await fc.assert(
      fc.asyncProperty(step, async (one) => {
        const cleaned = await apply(version, [one]);
        const { effects } = await bench.warehouse.previewClean({ version: cleaned, steps: [one] });
        expect(effects.map(({ cellsChanged, rowsRemoved }) => [cellsChanged, rowsRemoved])).toEqual([[0, 0]]);
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  it('give the same bytes for the same version and steps, and never touch the version before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 2 }), async (steps) => {
        const outcomes = [];
        for (let k = 0; k < 2; k++) outcomes.push(await apply(version, steps).catch((error: Error) => error.message));
        const [a, b] = outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : outcome.hash));
        expect(a).toBe(b);
        expect(await bench.warehouse.verifyVersion(version)).toEqual([]);
      }),
      { numRuns: 15, seed: 4 },
    );
  });

  it('read numbers and dates out of text as people write them', async () => {
    const { version: wild } = await bench.importText(
      'wild.csv',
      'n,d\n"1,234.50 €",24 March 2023\n(12),05/03/2023\n 7 %,2023-03-06\nmany,someday\n',
      { readings: { n: 'text', d: 'text' } },
    );
    const steps: CleaningStep[] = [
      { kind: 'convert', column: 'n', type: 'number', decimal: '.', dateOrder: 'ymd' },
      { kind: 'convert', column: 'd', type: 'date', decimal: '.', dateOrder: 'dmy' },
    ];
    const made = await apply(wild, steps);
    const { rows } = await bench.warehouse.page(made, { offset: 0, limit: 9, sort: [], filters: [], search: '' });
    expect(rows).toEqual([
      [1234.5, '2023-03-24'],
      [-12, '2023-03-05'],
      [7, '2023-03-06'],
      [null, null],
    ]);
  });
});
