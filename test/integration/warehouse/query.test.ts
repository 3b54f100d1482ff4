import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
const versions = new Map<string, Version>();
const find = (name: string): Version | null => versions.get(name.toLowerCase()) ?? null;
const run = (sql: string, limit = 100) => bench.warehouse.query({ sql, find, limit });

beforeAll(async () => {
  bench = await openBench();
  const people = await bench.importText(
    'people.csv',
    'id,name,born,paid,member\n1,Ann,2001-02-03,10.5,yes\n2,"O\'Hara, B",1999-12-31,,no\n3,Çağ,1980-01-01,3.25,yes\n',
    { readings: { member: 'boolean' } },
  );
  const orders = await bench.importText('orders.csv', 'person,amount\n1,5\n1,7\n3,1\n');
  versions.set('the people', people.version);
  versions.set('orders', orders.version);
});
afterAll(() => bench.close());

describe('B9 queries over data sets', () => {
  it('joins, groups and orders, with the types of the result', async () => {
    const result = await run(
      'SELECT p.name, sum(o.amount) AS total, max(p.born) AS born FROM "The people" p LEFT JOIN orders o ON o.person = p.id GROUP BY ALL ORDER BY total DESC NULLS LAST',
    );
    expect(result.columns).toEqual([
      { name: 'name', type: 'text' },
      { name: 'total', type: 'number' },
      { name: 'born', type: 'date' },
    ]);
    expect(result.rows).toEqual([
      ['Ann', 12, '2001-02-03'],
      ['Çağ', 1, '1980-01-01'],
      ["O'Hara, B", null, '1999-12-31'],
    ]);
    expect(result.more).toBe(false);
  });

  it('keeps the order of the query within the limit and says that there is more', async () => {
    const { rows, more } = await run('SELECT i FROM range(1000) t(i) ORDER BY i DESC;  -- the last first', 3);
    expect(rows).toEqual([[999], [998], [997]]);
    expect(more).toBe(true);
  });

  it.each([
    ["SELECT * FROM read_csv('/etc/passwd')", 'query-refused'],
    ["SELECT * FROM '/etc/passwd'", 'query-no-table'],
    ["SELECT * FROM 'data/x.parquet'", 'query-no-table'],
    ["SELECT (SELECT content FROM read_text('/etc/passwd'))", 'query-refused'],
    ["SELECT getenv('HOME')", 'query-refused'],
    ["SELECT current_setting('temp_directory')", 'query-refused'],
    ["SELECT * FROM query('SELECT 1')", 'query-refused'],
    ['SELECT * FROM duckdb_settings()', 'query-refused'],
    ['SELECT * FROM information_schema.tables', 'query-refused'],
    ["WITH a AS (SELECT * FROM glob('/*')) SELECT * FROM a", 'query-refused'],
    ['INSERT INTO orders VALUES (1, 2)', 'query-not-select'],
    ['DROP TABLE orders', 'query-not-select'],
    ["COPY orders TO '/tmp/x.csv'", 'query-not-select'],
    ["ATTACH '/tmp/x.db'", 'query-not-select'],
    ["SET memory_limit = '1GB'", 'query-not-select'],
    ['PRAGMA database_list', 'query-not-select'],
    ['INSTALL httpfs', 'query-not-select'],
    ['SELECT 1; DELETE FROM orders', 'query-not-select'],
    ['SELECT 1; SELECT 2', 'query-several'],
    ['SELECT nothing FROM orders', 'query-failed'],
    ['SELECT * FROM nobody', 'query-no-table'],
    ['   ', 'query-empty'],
  ])('refuses %s', async (sql, code) => {
    await expect(run(sql)).rejects.toMatchObject({ code });
  });

  it('names line and column of what it cannot read', async () => {
    await expect(run('SELECT id\nFROM orders\nWHERE ORDER')).rejects.toMatchObject({
      code: 'query-syntax',
      details: { line: 3, column: 7 },
    });
  });

  it('stops within a second when its caller gives up', async () => {
    const stop = new AbortController();
    const long = bench.warehouse.query({
      sql: 'SELECT count(*) FROM range(100000000000) a(i) WHERE hash(i) % 7 = 3',
      find,
      limit: 10,
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 100);
    await expect(long).rejects.toMatchObject({ family: 'cancelled' });
  });

  it('keeps a result as a version that reads back the same, with what it came from', async () => {
    const sql = 'SELECT id AS "Kunde Nr", upper(name) AS n, paid FROM "The people" ORDER BY id DESC';
    const version = await bench.warehouse.deriveFromQuery({ sql, find, sourceName: 'SQL query' }, bench.hooks());
    const again = await bench.warehouse.deriveFromQuery({ sql, find, sourceName: 'SQL query' }, bench.hooks());
    expect(again.hash).toBe(version.hash);
    expect(version.source.format).toEqual({ kind: 'derived', from: [versions.get('the people')?.hash] });
    expect(version.columns.map(({ name, type, missing }) => [name, type, missing])).toEqual([
      ['Kunde Nr', 'integer', 0],
      ['n', 'text', 0],
      ['paid', 'number', 1],
    ]);
    const page = await bench.warehouse.page(version, { offset: 0, limit: 10, sort: [], filters: [], search: '' });
    expect(page.rows).toEqual([
      [3, 'ÇAĞ', 3.25],
      [2, "O'HARA, B", null],
      [1, 'ANN', 10.5],
    ]);
    const none = bench.warehouse.deriveFromQuery(
      { sql: 'SELECT * FROM orders WHERE false', find, sourceName: 'x' },
      bench.hooks(),
    );
    await expect(none).rejects.toMatchObject({ code: 'no-rows' });
  });
});
