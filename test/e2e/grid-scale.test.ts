/** The grid over ten million rows: the last row is reached, and one notch of the wheel never skips a row. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failOnProblems, type OpenPage, type Served, serve } from '../helpers/served.ts';

const rowCount = 10_000_000;

let served: Served;
let opened: OpenPage;
let page: Page;

/** Ten million rows of a number, a remainder and a word, written by the warehouse's own engine. */
async function writeTable(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT range AS place, range % 97 AS amount, 'word ' || (range % 1000) AS label FROM range(${rowCount}))
     TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

beforeAll(async () => {
  served = await serve();
  const path = join(served.folder, 'ten-million.parquet');
  await writeTable(path);
  const { dataset } = await served.cliJson<{ dataset: string }>('import', path, '--name', 'Ten million');
  opened = await served.open(`/data/${dataset}`);
  page = opened.page;
  await page.getByText('10,000,000 rows', { exact: true }).waitFor();
  await page.locator('.ag-row[row-index="0"]').first().waitFor();
});
afterEach(() => {
  failOnProblems(opened.problems);
});
afterAll(() => served?.close());

type Shown = { readonly first: number; readonly last: number };

/** Places of the first and last row that stand whole inside the grid's window, once it drew what it scrolled to. */
const shown = (): Promise<Shown> =>
  page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))));
    const viewport = document.querySelector('.ag-grid-viewport')?.getBoundingClientRect();
    const header = document.querySelector('.ag-header')?.getBoundingClientRect();
    if (viewport === undefined || header === undefined) throw new Error('the grid is not there');
    const places = [...document.querySelectorAll('.ag-row')].flatMap((row) => {
      const box = row.getBoundingClientRect();
      const inside = box.top >= header.bottom - 2 && box.bottom <= viewport.bottom + 2;
      return inside ? [Number(row.getAttribute('row-index'))] : [];
    });
    return { first: Math.min(...places), last: Math.max(...places) };
  });

/** Turns the wheel notch by notch; every row between the first and the last view was in one of them. */
async function turn(notches: number, deltaY: number): Promise<Shown> {
  let before = await shown();
  for (let notch = 0; notch < notches; notch += 1) {
    await page.mouse.wheel(0, deltaY);
    const after = await shown();
    if (deltaY > 0) expect(after.first).toBeLessThanOrEqual(before.last + 1);
    else expect(after.last).toBeGreaterThanOrEqual(before.first - 1);
    before = after;
  }
  return before;
}

const scrollTo = (share: number) =>
  page.evaluate((part) => {
    const viewport = document.querySelector('.ag-grid-viewport');
    if (viewport !== null) viewport.scrollTop = viewport.scrollHeight * part;
  }, share);

describe('B3, B8 a grid of ten million rows', () => {
  it('skips no row by one notch of the wheel, at the start, in the middle, and on the way back', async () => {
    await page.locator('.ag-grid-viewport').hover();
    const start = await turn(25, 100);
    expect(start.first).toBeGreaterThan(25);
    await scrollTo(0.5);
    const middle = await shown();
    expect(middle.first).toBeGreaterThan(rowCount * 0.4);
    expect((await turn(25, 100)).first).toBeGreaterThan(middle.first);
    const back = await shown();
    expect((await turn(25, -100)).first).toBeLessThan(back.first);
  });

  it('reaches the last row by the wheel, whole and with its values', async () => {
    await scrollTo(0.99999);
    let end = await shown();
    for (let notch = 0; notch < 80; notch += 1) {
      await page.mouse.wheel(0, 300);
      const next = await shown();
      if (next.last === end.last && next.last === rowCount - 1) break;
      end = next;
    }
    expect((await shown()).last).toBe(rowCount - 1);
    await page.getByRole('gridcell', { name: '9999999', exact: true }).waitFor();
  });

  it('jumps to the first and the last row by key', async () => {
    await page.locator('.ag-row .ag-cell').first().click();
    await page.keyboard.press('Control+Home');
    await page.locator('.ag-row[row-index="0"]').first().waitFor();
    expect((await shown()).first).toBe(0);
    await page.keyboard.press('Control+End');
    await page.getByRole('gridcell', { name: '9999999', exact: true }).waitFor();
    expect((await shown()).last).toBe(rowCount - 1);
  });
});
