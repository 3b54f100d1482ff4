import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finish, importFile, openTestHost, type TestHost } from '../helpers/host.ts';

let test: TestHost;
let orders: string;
let places: string;

const file = (name: string, text: string): string => {
  const path = join(test.folder, name);
  writeFileSync(path, text);
  return path;
};

beforeAll(async () => {
  test = await openTestHost();
  const lines = Array.from({ length: 40 }, (_, i) => `c${i % 4},2024-01-${String(1 + (i % 28)).padStart(2, '0')},${i}`);
  orders = await importFile(test.client, file('orders.csv', `customer,day,amount\n${lines.join('\n')}\n`));
  places = await importFile(test.client, file('places.csv', 'customer,city\nc0,Rome \nc1,Paris\nc2,Rome\nc3,Oslo\n'));
});
afterAll(() => test.close());

/** Each node as text, with what it was made of. */
async function graphOf(id: string) {
  const { nodes, edges } = await test.client.datasets.lineage({ id });
  const text = (key: string): string => {
    const node = nodes.find((each) => each.key === key);
    return node?.version === undefined ? `${node?.name}` : `${node.name} ${node.version}`;
  };
  return {
    nodes,
    of: Object.fromEntries(
      nodes.map(({ key }) => [text(key), edges.filter(({ to }) => to === key).map(({ from }) => text(from))]),
    ),
  };
}

describe('B6 lineage as a graph', () => {
  it('goes from a file over a cleaned version to a join with several parents, and to its features', async () => {
    const cleaned = await test.client.datasets.clean({ id: places, steps: [{ kind: 'trim', columns: ['city'] }] });
    await finish(test.client, cleaned.jobId);
    const saved = await test.client.queries.save({
      sql: 'SELECT o.*, p.city FROM orders o JOIN places p USING (customer)',
      name: 'joined',
    });
    const joined = (await finish(test.client, saved.jobId)).result as { datasetId: string };
    const set = await test.client.features.save({
      name: 'history',
      definition: {
        base: { datasetId: joined.datasetId, time: 'day', key: ['customer'] },
        sources: { cities: { datasetId: places, time: null, key: ['customer'] } },
        features: [
          { kind: 'lag', name: 'before', source: 'base', column: 'amount', steps: 1 },
          { kind: 'join', name: 'city now', source: 'cities', column: 'city' },
        ],
      },
    });
    const built = await test.client.features.materialise({ id: set.id });
    const made = (await finish(test.client, built.jobId)).result as { datasetId: string };
    const { nodes, of } = await graphOf(made.datasetId);
    expect(nodes[0]).toMatchObject({ kind: 'version', name: 'history', rows: 40 });
    expect(of).toEqual({
      'history 1': ['joined 1', 'places 2'],
      'joined 1': expect.arrayContaining(['orders 1', 'places 2']),
      'places 2': ['places 1'],
      'places 1': ['places.csv'],
      'orders 1': ['orders.csv'],
      'orders.csv': [],
      'places.csv': [],
    });
    expect(nodes.find(({ name, version }) => name === 'places' && version === 2)?.steps).toEqual([
      { kind: 'trim', text: 'Remove stray blanks and invisible characters in "city".' },
    ]);
  });

  it('holds a single import, and says what was deleted since', async () => {
    expect((await graphOf(orders)).of).toEqual({ 'orders 1': ['orders.csv'], 'orders.csv': [] });
    const saved = await test.client.queries.save({ sql: 'SELECT amount FROM orders', name: 'amounts' });
    const { datasetId } = (await finish(test.client, saved.jobId)).result as { datasetId: string };
    await test.client.datasets.delete({ id: orders });
    const { nodes, of } = await graphOf(datasetId);
    expect(of['amounts 1']).toEqual(['orders 1']);
    expect(nodes.map(({ name, gone }) => [name, gone])).toContainEqual(['orders', true]);
  });
});
