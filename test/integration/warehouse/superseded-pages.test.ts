import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let test: Bench;
let version: Version;
const rows = 400_000;
beforeAll(async () => {
  test = await openBench();
  const lines = Array.from({ length: rows }, (_, i) => `${(i * 7919) % rows},w${i % 977},${i % 13}`);
  ({ version } = await test.importText('big.csv', `a,b,c\n${lines.join('\n')}\n`));
});
afterAll(() => test?.close());

const sortedBy = (column: string) => ({
  offset: 0,
  limit: 5,
  sort: [{ column, descending: true }],
  filters: [],
  search: '',
});

describe('B8 questions nobody waits for any more', () => {
  it('stops a sort when its only caller leaves, and answers the same question afterwards', async () => {
    const gone = new AbortController();
    const first = test.warehouse.page(version, sortedBy('a'), gone.signal);
    gone.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const { rows: page, total } = await test.warehouse.page(version, sortedBy('a'));
    expect(total).toBe(rows);
    expect(page.map((row) => row[0])).toEqual([rows - 1, rows - 2, rows - 3, rows - 4, rows - 5]);
  });

  it('goes on while another caller waits for the same order', async () => {
    const gone = new AbortController();
    const [left, stays] = [
      test.warehouse.page(version, sortedBy('b'), gone.signal).catch(() => null),
      test.warehouse.page(version, sortedBy('b')),
    ];
    gone.abort();
    expect((await stays).rows[0][1]).toBe('w99');
    await left;
  });

  it('answers a plain page while a sort is being carried out', async () => {
    const order: string[] = [];
    const sorting = test.warehouse.page(version, { ...sortedBy('c'), search: 'w97' }).then(() => order.push('sorted'));
    const plain = test.warehouse
      .page(version, { offset: 399_990, limit: 5, sort: [], filters: [], search: '' })
      .then(({ rows: page }) => {
        order.push('plain');
        expect(page).toHaveLength(5);
      });
    await Promise.all([sorting, plain]);
    expect(order).toEqual(['plain', 'sorted']);
  });

  it('refuses a call that was given up before it began', async () => {
    const gone = AbortSignal.abort();
    await expect(test.warehouse.page(version, sortedBy('a'), gone)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
