/** Orders of a version with so many cells that its first rows are made before all of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Logger, silentLogger } from '../../../main/base/logger.ts';
import type { GridFilter } from '../../../main/contract/cleaning.ts';
import { Duck, type Session } from '../../../main/warehouse/duck.ts';
import { Pager } from '../../../main/warehouse/pager.ts';
import type { Version } from '../../../main/warehouse/types.ts';
import { openViewStore, type ViewStore } from '../../../main/warehouse/view-store.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

const rowCount = 1_400_000;
const kinds = 7;
let bench: Bench;
let version: Version;

beforeAll(async () => {
  bench = await openBench();
  let text = 'place,back,kind\n';
  for (let i = 0; i < rowCount; i++) text += `${i},${rowCount - i},${i % kinds}\n`;
  ({ version } = await bench.importText('many.csv', text));
  expect(version.rows * version.columns.length).toBeGreaterThan(4_000_000);
});
afterAll(() => bench?.close());

const back = [{ column: 'back', descending: false }];
const places = async (
  offset: number,
  sort: readonly { readonly column: string; readonly descending: boolean }[],
  filters: readonly GridFilter[] = [],
  signal?: AbortSignal,
): Promise<{ readonly places: readonly unknown[]; readonly total: number }> => {
  const request = { offset, limit: 3, sort, filters, search: '' };
  const { rows, total } = await bench.warehouse.page(version, request, signal);
  return { places: rows.map((row) => row[0]), total };
};

describe('B8 orders of the largest versions', () => {
  /** Reads pages of an order whose columns are written in the background, in a store that `prepare` may touch first. */
  async function readPages(logger: Logger, prepare: (run: Session['run'], store: ViewStore) => Promise<void>) {
    const folder = mkdtempSync(join(tmpdir(), 'augury-orders-'));
    const settings = { memoryLimitMb: 256, threads: 2, file: null, spillDir: join(folder, 'spill') };
    const duck = await Duck.open({ ...settings, folders: [bench.dir, folder] });
    try {
      const session = await duck.session();
      const store = await openViewStore(session, folder);
      await prepare((sql) => session.run(sql), store);
      const pager = new Pager(duck, session, bench.dir, store, logger, { smallCells: 0, largeCells: 0 });
      const filters: GridFilter[] = [{ column: 'kind', op: 'equals', value: 2 }];
      for (const offset of [0, 150_000, 60_000, 199_999]) {
        const { rows, total } = await pager.page(version, { offset, limit: 2, sort: back, filters, search: '' });
        expect(total).toBe(rowCount / kinds);
        const first = rowCount - kinds + 2 - kinds * offset;
        expect(rows.map((row) => row[0])).toEqual([first, first - kinds].slice(0, total - offset));
      }
      await pager.forget();
    } finally {
      await duck.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('give the same rows by their numbers first and from the columns written afterwards', async () => {
    const warnings: string[] = [];
    await readPages({ ...silentLogger, warn: (message) => warnings.push(message) }, async () => {});
    expect(warnings).toEqual([]);
  });

  it('are read by their numbers where the columns cannot be written, which the log says', async () => {
    const warnings: unknown[] = [];
    const logger: Logger = { ...silentLogger, warn: (message, fields) => warnings.push([message, fields]) };
    await readPages(logger, (run, store) => run(`CREATE TABLE ${store.table('rows_1')} (taken INTEGER)`));
    expect(warnings).toEqual([['the columns of a kept order were not written', { reason: 'unexpected' }]]);
  });
});

describe('B8 orders of large versions', () => {
  it('give first and far rows of a sort alike, and the end', async () => {
    for (const offset of [0, 3000, 9_999, 10_001, 700_000, 5]) {
      const first = rowCount - 1 - offset;
      expect(await places(offset, back)).toEqual({ places: [first, first - 1, first - 2], total: rowCount });
    }
    expect(await places(rowCount - 1, back)).toEqual({ places: [0], total: rowCount });
    expect(await places(rowCount + 5, back)).toEqual({ places: [], total: rowCount });
  });

  it('keep rows with equal values in the order of the table', async () => {
    const sort = [{ column: 'kind', descending: true }];
    expect((await places(0, sort)).places).toEqual([6, 13, 20]);
    expect((await places(100_000, sort)).places).toEqual([700_006, 700_013, 700_020]);
  });

  it('count and cut a filter, with a sort and without', async () => {
    const filters: GridFilter[] = [{ column: 'kind', op: 'equals', value: 3 }];
    const total = rowCount / kinds;
    expect(await places(0, [], filters)).toEqual({ places: [3, 10, 17], total });
    expect(await places(150_000, [], filters)).toEqual({ places: [1_050_003, 1_050_010, 1_050_017], total });
    const last = rowCount - kinds + 3;
    expect(await places(0, back, filters)).toEqual({ places: [last, last - 7, last - 14], total });
    expect((await places(total - 1, back, filters)).places).toEqual([3]);
  });

  it('hold the few rows of a narrow filter whole', async () => {
    const filters: GridFilter[] = [{ column: 'place', op: 'less', value: 4 }];
    expect(await places(1, back, filters)).toEqual({ places: [2, 1, 0], total: 4 });
    expect(await places(4, back, filters)).toEqual({ places: [], total: 4 });
  });

  it('are made again after another question took their place before they were whole', async () => {
    const sort = [{ column: 'place', descending: true }];
    const first = rowCount - 1;
    expect((await places(0, sort)).places).toEqual([first, first - 1, first - 2]);
    expect((await places(0, [{ column: 'kind', descending: false }])).places).toEqual([0, 7, 14]);
    expect((await places(1_000_000, sort)).places).toEqual([399_999, 399_998, 399_997]);
  });

  it('answer the same question again after its only caller left while it was being made', async () => {
    const sort = [
      { column: 'kind', descending: false },
      { column: 'back', descending: false },
    ];
    const gone = new AbortController();
    const left = places(rowCount - 3, sort, [], gone.signal);
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect((await places(rowCount - 3, sort)).places).toEqual([20, 13, 6]);
  });

  it('begin anew when everything was forgotten', async () => {
    await places(500_000, back);
    await bench.warehouse.forgetPages();
    expect((await places(500_000, back)).places).toEqual([899_999, 899_998, 899_997]);
  });
});
