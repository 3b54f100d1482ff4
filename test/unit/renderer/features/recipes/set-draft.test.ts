import { describe, expect, test } from 'vitest';
import { featureDefinition } from '../../../../../main/contract/feature-sets.ts';
import { asKind } from '../../../../../renderer/features/recipes/feature-kinds.ts';
import {
  aliasFrom,
  aliasProblem,
  definitionOf,
  draftOf,
  isComplete,
  withAlias,
  withKey,
} from '../../../../../renderer/features/recipes/set-draft.ts';
import { momentText, spanOf } from '../../../../../renderer/features/recipes/spans.ts';

const definition = featureDefinition.parse({
  base: { datasetId: 'ds_base00000', time: 'at', key: ['shop', 'item'], lags: { '*': 60, sold: 3600 } },
  sources: {
    stock: {
      datasetId: 'ds_stock0000',
      version: 3,
      time: 'counted',
      known: 'loaded',
      knownAt: 'import',
      key: ['s', 'i'],
    },
    items: { datasetId: 'ds_items0000', time: null, key: ['place', 'code'] },
  },
  features: [
    { kind: 'latest', name: 'left', source: 'stock', column: 'left', within: 86_400, strict: true },
    { kind: 'join', name: 'kind', source: 'items', column: 'kind' },
    { kind: 'window', name: 'seen', source: 'base', aggregate: 'count', window: { kind: 'session', seconds: 90 } },
    { kind: 'query', name: 'own', sql: 'SELECT "row", 1 AS value FROM stock' },
  ],
});

describe('C2 a feature set as fields of a form', () => {
  const draft = draftOf('set', 'about it', definition);

  test('gives back the definition it was made of', () => {
    expect(definitionOf(draft)).toEqual(definition);
    expect(draft.description).toBe('about it');
    expect(isComplete(draft)).toBe(true);
  });

  test('keeps what other tables match when a key column of the rows goes, and asks for a new one', () => {
    const less = withKey(draft, ['item']);
    expect(less.sources.map(({ table }) => table.key)).toEqual([['i'], ['code']]);
    expect(isComplete(less)).toBe(true);
    const more = withKey(draft, ['item', 'shop', 'day']);
    expect(more.sources.map(({ table }) => table.key)).toEqual([
      ['i', 's', ''],
      ['code', 'place', ''],
    ]);
    expect(isComplete(more)).toBe(false);
  });

  test('renames a table where features read it', () => {
    const renamed = withAlias(draft, 0, 'store');
    expect(renamed.features.map((feature) => ('source' in feature ? feature.source : null))).toEqual([
      'store',
      'items',
      'base',
      null,
    ]);
    expect(renamed.sources.map(({ alias }) => alias)).toEqual(['store', 'items']);
  });

  test('finds names that cannot be, and makes ones that can', () => {
    expect(aliasProblem('1st', [])).toBe('aliasShape');
    expect(aliasProblem('base', [])).toBe('aliasTaken');
    expect(aliasProblem('stock', ['stock'])).toBe('aliasTaken');
    expect(aliasProblem('stock', [])).toBeNull();
    expect(aliasFrom('Web visits (2024)', [])).toBe('web_visits_2024');
    expect(aliasFrom('2024', ['table'])).toBe('table_2');
    expect(isComplete({ ...draft, features: [...draft.features, ...draft.features] })).toBe(false);
  });

  test('takes over name and column when a feature becomes one of another kind', () => {
    const [latest] = definition.features;
    const sources = [{ alias: 'stock', columns: [{ name: 'left', type: 'number' }] }];
    expect(asKind('lag', latest, sources)).toEqual({
      kind: 'lag',
      name: 'left',
      source: 'stock',
      column: 'left',
      steps: 1,
    });
    expect(asKind('query', latest, sources)).toMatchObject({ kind: 'query', name: 'left' });
  });

  test('writes spans in their largest unit and moments without what says nothing', () => {
    expect(spanOf(7200)).toEqual({ count: 2, unit: 'hours' });
    expect(spanOf(90)).toEqual({ count: 90, unit: 'seconds' });
    expect(momentText('2024-05-01T00:00:00Z')).toBe('2024-05-01');
    expect(momentText('2024-05-01T12:30:00.000Z')).toBe('2024-05-01 12:30');
    expect(momentText('2024-05-01T12:30:05Z')).toBe('2024-05-01 12:30:05');
  });
});
