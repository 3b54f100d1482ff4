/** The feature set editor in the window: another table, as-of joins, windows and SQL with completion; values asked for. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkPicture } from '../helpers/page-picture.ts';
import { failOnProblems, type OpenPage, type Served, serve } from '../helpers/served.ts';

let served: Served;
let opened: OpenPage;
let page: Page;

const hour = (i: number): string => new Date(Date.UTC(2024, 0, 1) + i * 3_600_000).toISOString().slice(0, 19);
const orders = Array.from({ length: 60 }, (_, i) => `c${i % 4},${hour(i * 5)},${10 + (i % 7)}`);
const visits = Array.from({ length: 120 }, (_, i) => `c${i % 4},${hour(i * 2)},${1 + (i % 5)}`);

const picture = (name: string): Promise<void> => checkPicture(page, name);

/** Picks an option of a select in a part of the page. */
async function pick(where: ReturnType<Page['locator']>, label: string, option: string): Promise<void> {
  await where.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

beforeAll(async () => {
  served = await serve();
  const write = (name: string, header: string, rows: readonly string[]): string => {
    const file = join(served.folder, name);
    writeFileSync(file, `${header}\n${rows.join('\n')}\n`);
    return file;
  };
  await served.cliJson('import', write('orders.csv', 'customer,placed,amount', orders), '--name', 'Orders');
  await served.cliJson('import', write('visits.csv', 'client,at,pages', visits), '--name', 'Web visits');
  // A query that is half typed, and a moment that is none, are answered with what is wrong.
  opened = await served.open('/features/edit', { expected: /rpc\/features\/(preview|values)/ });
  page = opened.page;
});
afterEach(() => failOnProblems(opened.problems));
afterAll(async () => {
  await opened?.close();
  await served?.close();
});

describe('C2 feature sets in the window', () => {
  it('are put together with another table, a tolerance, a window and SQL, shown on sampled rows, and kept', async () => {
    await page.reload();
    const body = page.locator('main');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Customers');
    await pick(body, 'Data set', 'Orders');
    await pick(body, 'Event time', 'placed');
    await page.getByRole('combobox', { name: 'Key', exact: true }).click();
    await page.getByRole('option', { name: 'customer', exact: true }).click();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Add a table' }).click();
    const table = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Remove the table/ }) });
    await pick(table, 'Data set', 'Web visits');
    expect(await table.getByRole('textbox', { name: 'Called' }).inputValue()).toBe('web_visits');
    await pick(table, 'Event time', 'at');
    await pick(table, '“customer” is', 'client');
    await table.getByRole('button', { name: 'Add a lag' }).click();
    await pick(table, 'Column', 'pages');

    const feature = (number: number) =>
      page.getByRole('listitem').filter({ has: page.getByRole('button', { name: `Remove feature ${number}` }) });
    await page.getByRole('button', { name: 'Add a feature' }).click();
    await feature(1).getByRole('textbox', { name: 'Name' }).fill('pages seen');
    await pick(feature(1), 'From', 'web_visits');
    await pick(feature(1), 'Column', 'pages');
    await feature(1).getByRole('textbox', { name: 'Not older than' }).fill('2');

    await page.getByRole('button', { name: 'Add a feature' }).click();
    await feature(2).getByRole('textbox', { name: 'Name' }).fill('spent lately');
    await pick(feature(2), 'What', 'Window');
    await pick(feature(2), 'Function', 'Sum');
    await pick(feature(2), 'Over', 'a calendar block');

    await page.getByRole('button', { name: 'Add a feature' }).click();
    await feature(3).getByRole('textbox', { name: 'Name' }).fill('busy');
    await pick(feature(3), 'What', 'SQL');
    const editor = feature(3).getByRole('textbox', { name: 'Query of busy' });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.type('SELECT b."row", count(*) AS value FROM base b JOIN web_v');
    await page.getByRole('option', { name: /web_visits/ }).click();
    await page.keyboard.insertText(' v ON v.client = b.customer AND v.at < b.placed GROUP BY ALL');
    await page.keyboard.press('Escape');

    const preview = page.getByRole('region', { name: 'Values of sampled rows' });
    await preview.getByRole('columnheader', { name: 'busy' }).waitFor();
    await preview
      .getByText(/^2024-01-0\d.* · \d+ rows?$/)
      .first()
      .waitFor();
    await picture('feature-set-editor');

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    const [set] = (await served.client.features.list({ search: 'Customers' })).items;
    expect(set?.definition).toMatchObject({
      base: { time: 'placed', key: ['customer'] },
      sources: { web_visits: { time: 'at', key: ['client'], lags: { pages: 3600 } } },
      features: [
        { kind: 'latest', name: 'pages seen', source: 'web_visits', column: 'pages', within: 172_800 },
        { kind: 'window', name: 'spent lately', aggregate: 'sum', window: { kind: 'tumbling', seconds: 86_400 } },
        { kind: 'query', name: 'busy' },
      ],
    });
  });

  it('say what is wrong with a definition, and are changed without losing anything', async () => {
    const { id } = await served.client.features.save({
      name: 'Kept as it is',
      description: 'told before',
      definition: {
        base: { datasetId: await idOf('Orders'), time: 'placed', key: ['customer'], lags: { '*': 90 } },
        sources: { seen: { datasetId: await idOf('Web visits'), time: 'at', key: ['client'] } },
        features: [{ kind: 'lag', name: 'pages before', source: 'seen', column: 'pages', steps: 2, strict: true }],
      },
    });
    const before = await served.client.features.get({ id });
    await opened.go(`/features/edit?set=${id}`);
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    await expect.poll(() => name.nth(1).inputValue()).toBe('pages before');
    await name.nth(1).fill('customer');
    await page.getByText('A column of the rows is called that').waitFor();
    await name.nth(1).fill('pages two before');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Values of one key' }).waitFor();
    const after = await served.client.features.get({ id });
    expect(after.description).toBe('told before');
    expect(after.definition).toEqual({
      ...before.definition,
      features: [{ ...before.definition.features[0], name: 'pages two before' }],
    });
  });

  it('give the values of one key as of a moment, with when they became known and how fresh the tables were', async () => {
    const { id } = await served.client.features.save({
      name: 'Asked',
      definition: {
        base: { datasetId: await idOf('Orders'), time: 'placed', key: ['customer'] },
        sources: { seen: { datasetId: await idOf('Web visits'), time: 'at', key: ['client'] } },
        features: [
          { kind: 'latest', name: 'amount before', source: 'base', column: 'amount' },
          { kind: 'window', name: 'visits', source: 'seen', aggregate: 'count', window: { kind: 'all' } },
        ],
      },
    });
    await opened.go(`/features/${id}`);
    await page.getByRole('textbox', { name: 'customer', exact: true }).fill('c1');
    await page.getByRole('textbox', { name: 'Moment', exact: true }).fill('2024-01-02 12:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const values = page.getByRole('region', { name: 'Values of one key' });
    // c1 ordered at hours 5 and 25 before hour 36, and visited at 2, 10, 18, 26 and 34.
    const row = (text: string) => values.getByRole('row').filter({ hasText: text });
    await expect.poll(() => row('amount before').textContent()).toMatch(/15\s*2024-01-02 01:00\s*11 h/);
    expect(await row('visits').textContent()).toMatch(/5\s*2024-01-02 10:00\s*2 h.*5\s*seen/);
    const tables = page.getByRole('region', { name: 'Tables read' });
    expect(await tables.getByRole('row').filter({ hasText: 'Web visits' }).textContent()).toContain('2024-01-02 12:00');
    expect(decodeURIComponent(page.url())).toContain('2024-01-02');
    await picture('feature-set-values');
    await page.getByRole('textbox', { name: 'Moment', exact: true }).fill('some day');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('"some day" is no moment.').waitFor();
  });
});

async function idOf(name: string): Promise<string> {
  const found = (await served.client.datasets.list({})).items.find((item) => item.name === name);
  if (found === undefined) throw new Error(`${name} is missing`);
  return found.id;
}
