/**
 * The grid over ten million rows: pages from the host, and a scroll script in Chromium drawn by software. A frame is the
 * time between two animation frames while the wheel turns; a blank row is one that stands in view without its number.
 */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { serve } from '../../test/helpers/served.ts';
import { type Measure, quantile } from '../result.ts';

const rowCount = 10_000_000;

async function writeTenMillion(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT range AS place, (range * 7919) % 1000003 AS amount, (range % 997) / 7.0 AS share,
       'word ' || (range % 1000) AS label, DATE '2015-01-01' + CAST(range % 3000 AS INTEGER) AS day
     FROM range(${rowCount})) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

/** Turns the wheel in the page for a time; frame times, and how long the longest row in view stood blank. */
type Scroll = { readonly frames: number[]; readonly longestBlankMs: number };

const notEmpty = (samples: readonly number[]): number => (samples.length === 0 ? Number.NaN : quantile(samples, 0.95));

export async function measureGrid(folder: string, measure: Measure): Promise<void> {
  const path = join(folder, 'ten-million.parquet');
  await writeTenMillion(path);
  const served = await serve();
  try {
    const { dataset } = await served.cliJson<{ dataset: string }>('import', path, '--name', 'Ten million');
    const { client } = served;
    const asked = { id: dataset, limit: 200 };
    const timed = async (samples: number[], work: () => Promise<unknown>): Promise<void> => {
      const started = performance.now();
      await work();
      samples.push(performance.now() - started);
    };
    const plain: number[] = [];
    for (let i = 0; i < 100; i++) {
      const offset = Math.floor(((i * 61) % 100) * (rowCount / 100));
      await timed(plain, () => client.datasets.page({ ...asked, offset }));
    }
    measure({
      what: 'page of 200 rows of 10 M, p95',
      value: quantile(plain, 0.95),
      unit: 'ms',
      bar: '< 50',
      met: quantile(plain, 0.95) < 50,
      detail: `median ${quantile(plain, 0.5).toFixed(1)} ms, random places, through the command line's door`,
    });
    const sort = [{ column: 'amount', descending: true }];
    const first: number[] = [];
    const during: number[] = [];
    let sorted = false;
    const sorting = timed(first, () => client.datasets.page({ ...asked, offset: 0, sort })).finally(() => {
      sorted = true;
    });
    for (let i = 0; !sorted; i++)
      await timed(during, () => client.datasets.page({ ...asked, offset: (i * 10_007) % rowCount }));
    await sorting;
    measure({
      what: 'first page of a sort of 10 M rows',
      value: (first[0] ?? Number.NaN) / 1000,
      unit: 's',
      bar: null,
      met: null,
      detail: `${during.length} plain pages answered meanwhile, p95 ${notEmpty(during).toFixed(0)} ms`,
    });
    const far: number[] = [];
    await timed(far, () => client.datasets.page({ ...asked, sort, offset: rowCount / 2 }));
    measure({
      what: 'first page far down a sort of 10 M rows',
      value: (far[0] ?? Number.NaN) / 1000,
      unit: 's',
      bar: null,
      met: null,
      detail: 'asked for at once: the order of all rows is being written',
    });
    const filters = [{ column: 'share', op: 'less' as const, value: 70 }];
    for (const [what, question] of [
      ['sorted rows', { sort }],
      ['filtered and sorted rows', { sort, filters }],
    ] as const) {
      const { total } = await client.datasets.page({ ...asked, ...question, offset: rowCount / 4 });
      const pages: number[] = [];
      for (let i = 0; i < 100; i++) {
        const offset = Math.floor(((i * 61) % 100) * (total / 100));
        await timed(pages, () => client.datasets.page({ ...asked, ...question, offset }));
      }
      measure({
        what: `page of 200 ${what} of 10 M, p95`,
        value: quantile(pages, 0.95),
        unit: 'ms',
        bar: '< 50',
        met: quantile(pages, 0.95) < 50,
        detail: `median ${quantile(pages, 0.5).toFixed(1)} ms, random places, once the order is there`,
      });
    }

    const opened = await served.open(`/data/${dataset}`);
    const { page } = opened;
    await page.locator('.ag-row[row-index="0"]').first().waitFor();
    await page.waitForTimeout(1500);
    await page.locator('.ag-grid-viewport').hover();
    await page.evaluate(() => {
      const state = { frames: [] as number[], longestBlankMs: 0, on: true };
      const blankSince = new Map<string, number>();
      let last = performance.now();
      const watch = (now: number): void => {
        state.frames.push(now - last);
        last = now;
        const view = document.querySelector('.ag-grid-viewport')?.getBoundingClientRect();
        const standing = new Set<string>();
        for (const row of document.querySelectorAll('.ag-row')) {
          const box = row.getBoundingClientRect();
          if (view === undefined || box.bottom < view.top || box.top > view.bottom) continue;
          if (
            row.querySelector('[col-id="place"]')?.textContent !== '' ||
            row.querySelector('[col-id="place"]') === null
          )
            continue;
          const index = row.getAttribute('row-index') ?? '';
          standing.add(index);
          const since = blankSince.get(index) ?? now;
          blankSince.set(index, since);
          state.longestBlankMs = Math.max(state.longestBlankMs, now - since);
        }
        for (const index of blankSince.keys()) if (!standing.has(index)) blankSince.delete(index);
        if (state.on) requestAnimationFrame(watch);
      };
      requestAnimationFrame(watch);
      Object.assign(window, { scrollWatch: state });
    });
    for (let notch = 0; notch < 200; notch++) {
      await page.mouse.wheel(0, 300);
      await page.waitForTimeout(16);
    }
    const scroll = (await page.evaluate(() => {
      const state = Reflect.get(window, 'scrollWatch') as { frames: number[]; longestBlankMs: number; on: boolean };
      state.on = false;
      return { frames: state.frames, longestBlankMs: state.longestBlankMs };
    })) as Scroll;
    measure({
      what: 'frame while the wheel turns over 10 M rows, p95',
      value: quantile(scroll.frames, 0.95),
      unit: 'ms',
      bar: '< 33',
      met: quantile(scroll.frames, 0.95) < 33,
      detail: `${scroll.frames.length} frames, median ${quantile(scroll.frames, 0.5).toFixed(1)} ms, software-rendered`,
    });
    measure({
      what: 'longest time a row in view stood blank',
      value: scroll.longestBlankMs,
      unit: 'ms',
      bar: '< 150',
      met: scroll.longestBlankMs < 150,
      detail: '200 notches of 300 pixels, one every 16 ms and more',
    });
    await page.locator('.ag-row .ag-cell').first().click();
    await page.keyboard.press('Control+End');
    await page.getByRole('gridcell', { name: String(rowCount - 1), exact: true }).waitFor();
    measure({
      what: 'last row of 10 M reached',
      value: rowCount,
      unit: 'rows',
      bar: 'the last',
      met: true,
      detail: 'by key, with its values',
    });
    await opened.close();
  } finally {
    await served.close();
  }
}
