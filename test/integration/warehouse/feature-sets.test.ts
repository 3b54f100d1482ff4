import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRng, type Rng } from '../../../main/base/rng.ts';
import { type FeatureDefinition, featureDefinition } from '../../../main/contract/feature-sets.ts';
import type { FindTable } from '../../../main/warehouse/features/feature-set.ts';
import type { FoundTable } from '../../../main/warehouse/features/tables.ts';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

/** One row of the tables below; times in seconds, v null where missing. */
type Row = { readonly k: string; readonly ev: number; readonly arrived: number; readonly v: number | null };
type Feature = FeatureDefinition['features'][number];

const start = Date.UTC(2024, 0, 1) / 1000;
/** Where the tables are known from their import on, that was in the middle of their times. */
const importedAfter = 610;
const found = (version: Version): FoundTable => ({ version, importedAt: (start + importedAfter) * 1000 });
const iso = (seconds: number): string => new Date((start + seconds) * 1000).toISOString().slice(0, 19);
const csv = (rows: readonly Row[]): string =>
  `k,at,arrived,v\n${rows.map(({ k, ev, arrived, v }) => `${k},${iso(ev)},${iso(arrived)},${v ?? ''}`).join('\n')}\n`;

const randomRows = (rng: Rng, count: number): Row[] =>
  Array.from({ length: count }, () => {
    // Few distinct seconds: many ties.
    const ev = rng.int(40) * 30;
    return {
      k: `k${rng.int(3)}`,
      ev,
      arrived: ev + (rng.next() < 0.4 ? rng.int(400) : 0),
      v: rng.next() < 0.1 ? null : rng.int(50) / 2,
    };
  });

/** Of the rows a base row could see, in the order they happened, those its value is made of. */
function insideOf(
  base: Row,
  seen: readonly Row[],
  feature: Exclude<Feature, { kind: 'query' | 'join' }>,
): readonly Row[] {
  if (feature.kind !== 'window') {
    const { within } = feature;
    const one = seen.at(feature.kind === 'lag' ? -feature.steps : -1);
    return one === undefined || (within !== undefined && base.ev - one.ev > within) ? [] : [one];
  }
  const { window } = feature;
  let inside = seen;
  if (window.kind === 'rows') inside = seen.slice(-window.rows);
  if (window.kind === 'sliding') inside = seen.filter(({ ev }) => ev > base.ev - window.seconds);
  if (window.kind === 'tumbling') {
    const first = Math.floor((start + base.ev) / window.seconds) * window.seconds - start;
    inside = seen.filter(({ ev }) =>
      window.complete === true ? ev >= first - window.seconds && ev < first : ev >= first,
    );
  }
  if (window.kind === 'session') {
    let last = base.ev;
    let from = seen.length;
    while (from > 0 && last - seen[from - 1].ev <= window.seconds) last = seen[--from].ev;
    inside = seen.slice(from);
  }
  return inside;
}

/** When rows come: as they happen, when their column says, or with the import of their table. */
type Coming = 'as they happen' | 'late' | 'with the import' | 'late, with the import';

function knownOf(row: Row, coming: Coming, lag: number): number {
  const arrived = coming.startsWith('late') ? row.arrived : row.ev;
  return Math.max(row.ev, arrived, coming.endsWith('import') ? importedAfter : row.ev) + lag;
}

function usedRows(
  base: Row,
  rows: readonly Row[],
  feature: Feature,
  coming: Coming,
  lag: number,
  self: boolean,
): readonly Row[] {
  if (feature.kind === 'query' || feature.kind === 'join') throw new Error('not by hand');
  const strict = feature.strict ?? self;
  const known = (row: Row): number => knownOf(row, coming, lag);
  const seen = rows
    .map((row, rn) => ({ ...row, rn }))
    .filter((row) => row.k === base.k && (strict ? known(row) < base.ev : known(row) <= base.ev))
    .sort((a, b) => a.ev - b.ev || a.rn - b.rn);
  return insideOf(base, seen, feature);
}

/** The definition, applied to every row by looking at every other. */
function bruteForce(
  base: Row,
  rows: readonly Row[],
  feature: Feature,
  coming: Coming,
  lag: number,
  self: boolean,
): number | null {
  const inside = usedRows(base, rows, feature, coming, lag, self);
  if (feature.kind === 'query' || feature.kind === 'join') throw new Error('not by hand');
  if (feature.kind !== 'window') return inside[0]?.v ?? null;
  const values = inside.flatMap(({ v }) => (v === null ? [] : [v]));
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  switch (feature.aggregate) {
    case 'count':
      return feature.column === undefined ? inside.length : values.length;
    case 'distinct':
      return new Set(values).size;
    case 'sum':
      return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0);
    case 'mean':
      return values.length === 0 ? null : mean;
    case 'min':
      return values.length === 0 ? null : Math.min(...values);
    case 'max':
      return values.length === 0 ? null : Math.max(...values);
    case 'std':
      return values.length === 0
        ? null
        : Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  }
}

const windows = [
  { kind: 'all' },
  { kind: 'rows', rows: 3 },
  { kind: 'sliding', seconds: 200 },
  { kind: 'tumbling', seconds: 300 },
  { kind: 'tumbling', seconds: 300, complete: true },
  { kind: 'session', seconds: 60 },
] as const;
const aggregates = ['count', 'sum', 'mean', 'min', 'max', 'std', 'distinct'] as const;

const featuresOf = (source: string): Feature[] => [
  { kind: 'latest', name: `${source} latest`, source, column: 'v' },
  { kind: 'latest', name: `${source} latest strict`, source, column: 'v', strict: true },
  { kind: 'lag', name: `${source} lag 2`, source, column: 'v', steps: 2 },
  { kind: 'latest', name: `${source} latest within`, source, column: 'v', within: 60 },
  { kind: 'lag', name: `${source} lag 2 within`, source, column: 'v', steps: 2, within: 120 },
  ...windows.flatMap((window, w) =>
    aggregates
      .filter((_, a) => (a + w) % 2 === 0)
      .map(
        (aggregate): Feature => ({
          kind: 'window',
          name: `${source} ${w} ${aggregate}`,
          source,
          column: 'v',
          aggregate,
          window,
        }),
      ),
  ),
  {
    kind: 'window',
    name: `${source} rows seen`,
    source,
    aggregate: 'count',
    window: { kind: 'sliding', seconds: 500 },
  },
];

describe('C2 features as of each row’s time', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test.each([
    { coming: 'as they happen', lag: 0, seed: 1 },
    { coming: 'as they happen', lag: 90, seed: 2 },
    { coming: 'late', lag: 0, seed: 3 },
    { coming: 'late', lag: 45, seed: 4 },
    { coming: 'with the import', lag: 0, seed: 5 },
    { coming: 'late, with the import', lag: 45, seed: 6 },
  ] as const)('equal a brute-force loop (rows come $coming, lag: $lag s)', async ({ coming, lag, seed }) => {
    const rng = createRng(seed);
    const [baseRows, otherRows] = [randomRows(rng, 60), randomRows(rng, 80)];
    const base = (await bench.importText(`base-${seed}.csv`, csv(baseRows))).version;
    const other = (await bench.importText(`other-${seed}.csv`, csv(otherRows))).version;
    const table = {
      time: 'at',
      key: ['k'],
      lags: { '*': lag },
      ...(coming.startsWith('late') ? { known: 'arrived' } : {}),
      ...(coming.endsWith('import') ? { knownAt: 'import' } : {}),
    };
    const definition = featureDefinition.parse({
      base: { datasetId: 'ds_base00000', ...table },
      sources: { other: { datasetId: 'ds_other0000', ...table } },
      features: [...featuresOf('base'), ...featuresOf('other')],
    });
    const find: FindTable = ({ datasetId }) => found(datasetId === 'ds_base00000' ? base : other);
    const made = await bench.warehouse.features.materialise({ definition, find, name: 'test' }, bench.hooks());
    const { rows } = await bench.warehouse.page(made, { offset: 0, limit: 1000, sort: [], filters: [], search: '' });
    expect(rows).toHaveLength(60);
    definition.features.forEach((feature, f) => {
      const self = feature.kind !== 'query' && feature.source === 'base';
      baseRows.forEach((row, r) => {
        const expected = bruteForce(row, self ? baseRows : otherRows, feature, coming, lag, self);
        const stored = rows[r][4 + f];
        const where = `${feature.name}, row ${r}`;
        if (expected === null) expect(stored, where).toBeNull();
        else expect(Number(stored), where).toBeCloseTo(expected, 9);
      });
    });
    const proof = await bench.warehouse.features.prove({
      definition,
      find,
      stored: made,
      columns: ['k', 'v'],
      moments: 5,
      rows: 40,
      seed: 1,
    });
    expect(proof.differences.filter(({ reason }) => reason !== 'same-row')).toEqual([]);
    const asked = await bench.warehouse.features.valuesAt({ definition, find, key: ['k1'], at: iso(900) });
    const probe = { k: 'k1', ev: 900, arrived: 900, v: null };
    definition.features.forEach((feature, f) => {
      const self = feature.kind !== 'query' && feature.source === 'base';
      const expected = bruteForce(probe, self ? baseRows : otherRows, feature, coming, lag, self);
      if (expected === null) expect(asked.values[f].value, feature.name).toBeNull();
      else expect(Number(asked.values[f].value), feature.name).toBeCloseTo(expected, 9);
    });
    // Every previewed value is the stored one, and says how many rows made it and when the newest of them was known.
    const preview = await bench.warehouse.features.preview({ definition, find, rows: 25, seed: 1 });
    expect(preview.rows).toHaveLength(25);
    for (const { row, key, at, values } of preview.rows) {
      expect([key, at]).toEqual([[baseRows[row].k], `${iso(baseRows[row].ev)}Z`]);
      definition.features.forEach((feature, f) => {
        const self = feature.kind !== 'query' && feature.source === 'base';
        const used = usedRows(baseRows[row], self ? baseRows : otherRows, feature, coming, lag, self);
        const newest = Math.max(...used.map((each) => knownOf(each, coming, lag)));
        expect(values[f], `${feature.name}, row ${row}`).toEqual({
          value: rows[row][4 + f],
          knownAt: used.length === 0 ? null : `${iso(newest)}Z`,
          rows: used.length,
        });
      });
    }
    const known = (all: readonly Row[]): number =>
      Math.max(...all.map((each) => knownOf(each, coming, lag)).filter((moment) => moment <= 900));
    expect(asked.knownUntil).toEqual(
      new Map([
        ['base', `${iso(known(baseRows))}Z`],
        ['other', `${iso(known(otherRows))}Z`],
      ]),
    );
  });

  test('a missing key or time belongs to nothing, and its row stays', async () => {
    const base = (
      await bench.importText(
        'holes.csv',
        'k,at,v\na,2024-01-01T00:00:00,1\n,2024-01-01T00:01:00,2\na,,3\na,2024-01-01T00:02:00,4\n',
      )
    ).version;
    const definition = featureDefinition.parse({
      base: { datasetId: 'ds_base00000', time: 'at', key: ['k'] },
      features: [{ kind: 'latest', name: 'before', source: 'base', column: 'v' }],
    });
    const made = await bench.warehouse.features.materialise(
      { definition, find: () => found(base), name: 'holes' },
      bench.hooks(),
    );
    const { rows } = await bench.warehouse.page(made, { offset: 0, limit: 10, sort: [], filters: [], search: '' });
    expect(rows.map((row) => row[3])).toEqual([null, null, null, 1]);
  });

  test('C3 the proof fails what was made before it was said that nothing is known before the import', async () => {
    const rows = randomRows(createRng(11), 200);
    const base = (await bench.importText('since.csv', csv(rows))).version;
    const definition = featureDefinition.parse({
      base: { datasetId: 'ds_base00000', time: 'at', key: ['k'] },
      sources: { other: { datasetId: 'ds_base00000', time: 'at', key: ['k'] } },
      features: [
        { kind: 'window', name: 'seen', source: 'other', column: 'v', aggregate: 'count', window: { kind: 'all' } },
      ],
    });
    const since = { ...definition, sources: { other: { ...definition.sources.other, knownAt: 'import' as const } } };
    const find = () => found(base);
    const prove = async (made: typeof definition, proved: typeof definition) => {
      const stored = await bench.warehouse.features.materialise({ definition: made, find, name: 'x' }, bench.hooks());
      const request = { find, stored, columns: [], moments: 12, rows: 200, seed: 3 };
      return (await bench.warehouse.features.prove({ definition: proved, ...request })).differences;
    };
    expect(await prove(definition, definition)).toEqual([]);
    expect(await prove(since, since)).toEqual([]);
    const differences = await prove(definition, since);
    expect(new Set(differences.map(({ reason }) => reason))).toEqual(new Set(['late-arrival']));
    expect(differences[0]).toMatchObject({ column: 'seen', recomputed: 0 });
    const timeless = { ...definition, sources: { other: { ...since.sources.other, time: null } } };
    await expect(bench.warehouse.features.check(timeless, find)).rejects.toMatchObject({ code: 'known-without-time' });
  });

  test('C3 the proof tells future rows, late arrivals and same-row columns apart, and is silent on clean sets', async () => {
    const rng = createRng(9);
    const rows = randomRows(rng, 200);
    const base = (await bench.importText('leaks.csv', csv(rows))).version;
    const definition = featureDefinition.parse({
      base: { datasetId: 'ds_base00000', time: 'at', key: ['k'], known: 'arrived', lags: { v: 3600 } },
      features: [
        {
          kind: 'query',
          name: 'centred mean',
          sql: `SELECT a."row", avg(b.v) AS value FROM base a JOIN base b ON a.k = b.k AND b.at BETWEEN a.at - INTERVAL 5 MINUTE AND a.at + INTERVAL 5 MINUTE GROUP BY a."row"`,
        },
      ],
    });
    const prove = async (features: Feature[], columns: string[], lags = {}) => {
      const changed = { ...definition, base: { ...definition.base, lags }, features };
      const made = await bench.warehouse.features.materialise(
        { definition: changed, find: () => found(base), name: 'x' },
        bench.hooks(),
      );
      return bench.warehouse.features.prove({
        definition: changed,
        find: () => found(base),
        stored: made,
        columns,
        moments: 8,
        rows: 60,
        seed: 3,
      });
    };
    const future = await prove(definition.features, ['k']);
    expect(future.differences.map(({ reason }) => reason)).toContain('future-row');
    expect(future.differences[0]).toMatchObject({ column: 'centred mean' });
    const lateSql = `SELECT a."row", count(b.v) AS value FROM base a JOIN base b ON a.k = b.k AND b.at < a.at GROUP BY a."row"`;
    const late = await prove([{ kind: 'query', name: 'seen', sql: lateSql }], ['k']);
    expect(late.differences.length).toBeGreaterThan(0);
    expect(new Set(late.differences.map(({ reason }) => reason))).toEqual(new Set(['late-arrival']));
    const clean: Feature = {
      kind: 'window',
      name: 'seen',
      source: 'base',
      column: 'v',
      aggregate: 'count',
      window: { kind: 'all' },
    };
    const same = await prove([clean], ['k', 'v'], { v: 3600 });
    expect(same.differences.map(({ column, reason }) => ({ column, reason }))).toEqual([
      { column: 'v', reason: 'same-row' },
    ]);
    expect(same.differences[0].message).toContain('1 hour after its row');
    expect((await prove([clean], ['k', 'v'])).differences).toEqual([]);
    expect((await prove([clean], ['k'], { v: 3600 })).differences).toEqual([]);
  });
});
