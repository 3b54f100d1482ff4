import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, type Served, serve } from '../helpers/served.ts';
import { settled } from '../helpers/window-checks.ts';

let served: Served;
let opened: OpenPage;

beforeAll(async () => {
  served = await serve();
  const file = resolve(import.meta.dirname, '../../resources/samples/telecom-churn.csv');
  await served.cliJson('import', file, '--name', 'Telecom churn');
  opened = await served.open('/data/sql');
});
afterAll(async () => {
  await opened?.close();
  await served?.close();
});

describe('B9 queries in the window', () => {
  it('runs what is typed with Ctrl+Enter and completes names', async () => {
    const { page } = opened;
    const editor = page.getByRole('textbox', { name: 'Query' });
    await editor.click();
    await page.keyboard.type('SELECT "Contract", count(*) AS n, avg("MonthlyCharges") AS charges FROM "Tele');
    await page.getByRole('option', { name: /Telecom churn/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(
      'SELECT "Contract", count(*) AS n, avg("MonthlyCharges") AS charges FROM "Telecom churn" GROUP BY ALL ORDER BY n DESC',
    );
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+Enter');
    await page.getByText('5 rows, answered in').waitFor();
    await page.getByRole('region', { name: 'Result' }).getByText('Month-to-month').first().waitFor();
    expect(decodeURIComponent(page.url())).toContain('GROUP+BY+ALL');
    await settled(page);
    if (process.env.AUGURY_PICTURES) await page.screenshot({ path: `${process.env.AUGURY_PICTURES}/sql-table.png` });
  });

  it('draws the result', async () => {
    const { page } = opened;
    await page.getByText('Chart', { exact: true }).click();
    await page.getByRole('figure', { name: 'n by Contract' }).waitFor();
    await settled(page);
    if (process.env.AUGURY_PICTURES) await page.screenshot({ path: `${process.env.AUGURY_PICTURES}/sql-chart.png` });
  });

  it('says what a query may not do, and stops a long one', async () => {
    const { page } = opened;
    const put = async (sql: string) => {
      await page.getByRole('textbox', { name: 'Query' }).click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Delete');
      await page.keyboard.insertText(sql);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
    };
    await put('DELETE FROM "Telecom churn"');
    await page.getByText('Only SELECT queries run here').waitFor();
    if (process.env.AUGURY_PICTURES) await page.screenshot({ path: `${process.env.AUGURY_PICTURES}/sql-error.png` });
    await put('SELECT count(*) FROM range(1000000000000) t(i) WHERE hash(i) % 7 = 3');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await put('SELECT 1 AS one');
    await page.getByText('1 row, answered in').waitFor();
  });

  it('keeps a result as a data set', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Keep as a data set…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('One');
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    await page.getByText('The result is being kept').waitFor();
    await expect
      .poll(async () => (await served.client.datasets.list({ search: 'One' })).items.map((item) => item.name))
      .toContain('One');
    expect(opened.problems.filter((text) => !/400/.test(text))).toEqual([]);
  });
});
