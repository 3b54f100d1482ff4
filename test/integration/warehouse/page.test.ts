import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../main/base/rng.ts';
import type { GridFilter } from '../../../main/contract/cleaning.ts';
import type { Cell } from '../../../main/contract/common.ts';
import type { Version } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

const rowCount = 3000;
let bench: Bench;
let version: Version;
let table: Cell[][];

beforeAll(async () => {
  bench = await openBench();
  const rng = createRng(3);
  const lines = ['n,x,t,d'];
  table = [];
  for (let i = 0; i < rowCount; i++) {
    const x = rng.next() < 0.1 ? null : Math.round(rng.normal() * 50) / 4 + 0;
    const t = rng.next() < 0.1 ? null : `Word ${rng.int(40)}`;
    const d = `20${10 + rng.int(10)}-0${1 + rng.int(9)}-1${rng.int(10)}`;
    table.push([i, x, t, d]);
    lines.push([i, x ?? '', t ?? '', d].join(','));
  }
  version = (await bench.importText('p.csv', lines.join('\n'), { chunk: { rows: 700, bytes: 1 << 20 } })).version;
  expect(version.parts.length).toBe(5);
});
afterAll(() => bench.close());

const compare = (a: Cell, b: Cell, descending: boolean): number => {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
};

describe('B3 paging', () => {
  it('gives any range of unsorted rows, across parts', async () => {
    for (const [offset, limit] of [
      [0, 10],
      [695, 20],
      [1399, 2],
      [2990, 50],
      [5000, 10],
      [0, 2000],
    ]) {
      const page = await bench.warehouse.page(version, { offset, limit, sort: [], filters: [], search: '' });
      expect(page.total).toBe(rowCount);
      expect(page.rows).toEqual(table.slice(offset, offset + limit));
    }
  });

  it('sorts stably with missing last, by several columns', async () => {
    const sorts = [
      [{ column: 'x', descending: false }],
      [{ column: 'x', descending: true }],
      [
        { column: 't', descending: true },
        { column: 'd', descending: false },
      ],
    ];
    for (const sort of sorts) {
      const expected = [...table].sort((a, b) => {
        for (const { column, descending } of sort) {
          const i = ['n', 'x', 't', 'd'].indexOf(column);
          const order = compare(a[i], b[i], descending);
          if (order !== 0) return order;
        }
        return Number(a[0]) - Number(b[0]);
      });
      for (const offset of [0, 1234, 2950]) {
        const page = await bench.warehouse.page(version, { offset, limit: 100, sort, filters: [], search: '' });
        expect(page.rows).toEqual(expected.slice(offset, offset + 100));
      }
    }
  });

  const cases: readonly (readonly [GridFilter, (row: Cell[]) => boolean])[] = [
    [{ column: 'x', op: 'greater', value: 5 }, (row) => row[1] !== null && Number(row[1]) > 5],
    [{ column: 'x', op: 'at-most', value: '-2.5' }, (row) => row[1] !== null && Number(row[1]) <= -2.5],
    [{ column: 'x', op: 'equals', value: 0.25 }, (row) => row[1] === 0.25],
    [{ column: 't', op: 'not-equals', value: 'Word 7' }, (row) => row[2] !== 'Word 7'],
    [
      { column: 't', op: 'contains', value: 'WORD 1' },
      (row) => row[2] !== null && String(row[2]).toLowerCase().includes('word 1'),
    ],
    [{ column: 't', op: 'missing' }, (row) => row[2] === null],
    [{ column: 'x', op: 'present' }, (row) => row[1] !== null],
    [{ column: 'd', op: 'at-least', value: '2015-05-10' }, (row) => String(row[3]) >= '2015-05-10'],
    [{ column: 'd', op: 'less', value: '2011-01-01T00:00:00' }, (row) => String(row[3]) < '2011-01-01'],
  ];
  it.each(cases)('filters %j as a brute-force scan does', async (filter, test) => {
    const page = await bench.warehouse.page(version, {
      offset: 0,
      limit: 2000,
      sort: [],
      filters: [filter],
      search: '',
    });
    const expected = table.filter(test);
    expect(page.total).toBe(expected.length);
    expect(page.rows).toEqual(expected.slice(0, 2000));
  });

  it('searches every column, and combines search, filter and sort', async () => {
    const page = await bench.warehouse.page(version, {
      offset: 3,
      limit: 5,
      sort: [{ column: 'n', descending: true }],
      filters: [{ column: 'x', op: 'less', value: 0 }],
      search: 'word 11',
    });
    const expected = table.filter((row) => row[1] !== null && Number(row[1]) < 0 && row[2] === 'Word 11').reverse();
    expect(page.total).toBe(expected.length);
    expect(page.rows).toEqual(expected.slice(3, 8));
  });

  it('takes filter values as data, never as SQL', async () => {
    const filters: GridFilter[] = [{ column: 't', op: 'equals', value: "x' OR 1=1 --" }];
    expect(
      (await bench.warehouse.page(version, { offset: 0, limit: 5, sort: [], filters, search: "'; DROP TABLE x; --" }))
        .total,
    ).toBe(0);
    await expect(
      bench.warehouse.page(version, {
        offset: 0,
        limit: 5,
        sort: [{ column: 'x" DESC, "n', descending: true }],
        filters: [],
        search: '',
      }),
    ).rejects.toMatchObject({ family: 'not-found' });
    await expect(
      bench.warehouse.page(version, {
        offset: 0,
        limit: 5,
        sort: [],
        filters: [{ column: 'x', op: 'less', value: 'abc' }],
        search: '',
      }),
    ).rejects.toMatchObject({ family: 'invalid-input' });
  });

  it('keeps many orders at once without mixing them up', async () => {
    const pages = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        bench.warehouse.page(version, {
          offset: 0,
          limit: 1,
          sort: [{ column: 'n', descending: true }],
          filters: [{ column: 'n', op: 'at-most', value: 100 * i }],
          search: '',
        }),
      ),
    );
    expect(pages.map((page) => page.rows[0][0])).toEqual(Array.from({ length: 12 }, (_, i) => 100 * i));
  });

  it('sends integers beyond 2^53 of Parquet as text and reads rows in order into frames', async () => {
    const frame = await bench.warehouse.readFrame(version, { columns: ['n'], rows: { from: 650, to: 2900 } });
    const [n] = frame.columns;
    expect(n.type === 'double' && n.values.every((value, i) => value === 650 + i)).toBe(true);
  });
});
