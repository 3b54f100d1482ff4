/** The way of a new user in Chromium, on the served product: from nothing to a decision, predictions, a scored file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { failOnProblems, type OpenPage, openPage, type Served, serve } from '../helpers/served.ts';

const sample = resolve(import.meta.dirname, '../../resources/samples/telecom-churn.csv');

let served: Served;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  served = await serve();
  opened = await openPage(served.browser);
  page = opened.page;
});
afterEach(() => {
  failOnProblems(opened.problems);
});
afterAll(() => served?.close());

const title = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const link = (name: string | RegExp) => page.getByRole('link', { name });
const choose = (group: string, option: string) =>
  page.getByRole('radiogroup', { name: group }).getByText(option, { exact: true }).click();
const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
/** What the answer panel says now. */
const answer = async () =>
  (await page
    .getByText(/^Probability of Churn = Yes/)
    .locator('..')
    .textContent()) ?? '';

describe('P1 the first run', () => {
  it('signs in with the one-time link and offers where to start', async () => {
    await page.goto(served.url);
    await title('Home').waitFor();
    expect(page.url()).not.toContain('token');
    await page.getByRole('heading', { name: 'Start here' }).waitFor();
    await button('Choose a file…').waitFor();
    await button('Paste a table…').waitFor();
  });

  it('shows the link is spent: another browser is not let in', async () => {
    const stranger = await openPage(served.browser);
    const reply = await stranger.page.goto(served.url);
    expect(reply?.status()).toBe(401);
    await stranger.close();
  });

  it('loads the sample project and shows how its columns were read', async () => {
    await button('Load the sample project').click();
    await page.getByText('Rows kept').waitFor();
    await page.getByRole('row', { name: /TotalCharges/ }).waitFor();
    await link('Train a model').click();
    await title('Train on Telecom churn').waitFor();
  });

  it('proposes answers to the three questions and what speaks against columns', async () => {
    await eventually(async () => {
      expect(await page.getByRole('combobox', { name: 'Target column' }).inputValue()).toBe('Churn');
    });
    await page.getByRole('row', { name: /customerID.*looks like an id/ }).waitFor();
    await choose('Time to search', '10 s');
    await page.getByText(/^Takes about/).waitFor();
  });

  it('P3 trains live within ten seconds of search', async () => {
    await button('Start training').click();
    await title(/^Train Churn on Telecom churn/).waitFor();
    await page.getByRole('progressbar', { name: 'Time budget' }).waitFor();
    await page.getByRole('region', { name: 'Leaderboard' }).getByRole('row').nth(2).waitFor();
    await page.getByText('The model is ready').waitFor({ timeout: 90_000 });
  });

  it('leads to a decision with money attached', async () => {
    await link('Decide with it').click();
    await page.getByRole('figure', { name: 'Profit by threshold' }).waitFor();
    await page.getByRole('textbox', { name: 'Act, and it is Yes' }).fill('120');
    await page.getByRole('textbox', { name: 'Act, and it is Yes' }).press('Tab');
    await page.getByText('Not saved', { exact: false }).waitFor();
    await button('Save with the model').click();
    await page.getByText('Decision saved').waitFor();
    await page.getByText('Predictions of this model carry this decision.').waitFor();
  });

  it('takes the saved decision back on Undo, and keeps the next one', async () => {
    await button('Undo').click();
    await page.getByText(/^Undone:/).waitFor();
    await page.getByText('Not saved', { exact: false }).waitFor();
    await button('Save with the model').click();
    await page.getByText('Predictions of this model carry this decision.').waitFor();
  });

  it('moves the threshold by keyboard, in the address too, and goes back to the best', async () => {
    const slider = page.getByRole('slider', { name: 'Act from a probability of' });
    const value = async () => Number(await slider.getAttribute('aria-valuenow')).toFixed(3);
    const before = await value();
    await slider.press('ArrowRight');
    await eventually(async () => expect(page.url()).toContain('threshold='));
    expect(await value()).not.toBe(before);
    await button('Use the best').click();
    await eventually(async () => expect(await value()).toBe(before));
  });
});

describe('F5, F7, G1 one prediction', () => {
  it('answers from the typical row with a waterfall, and moves with the form', async () => {
    await link('Predict').last().click();
    await title(/^Predict with/).waitFor();
    await page.getByRole('figure', { name: 'How the answer comes about' }).waitFor();
    const before = await answer();
    expect(before).toMatch(/\d+\s?%/);
    await page.getByRole('textbox', { name: 'tenure', exact: true }).fill('1');
    await eventually(async () => expect(await answer()).not.toBe(before));
    await eventually(async () => expect(page.url()).toContain('tenure'));
  });

  it('turns a factor without touching the form, then takes it over', async () => {
    const slider = page.getByRole('slider', { name: /^What if/ }).first();
    await slider.press('End');
    await page.getByText(/^was .*, now /).waitFor();
    await button('Take over into the form').click();
    await page.getByText('Move a control to see how the answer changes.').waitFor();
  });

  it('records it in the ledger with the decision it carries', async () => {
    await page.getByPlaceholder('Key of the row (optional)').fill('customer-1');
    await button('Record in the ledger').click();
    await page.getByText(/^Recorded as led_/).waitFor();
    const { items } = await served.client.decisions.ledger({});
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: 'single', rowKey: 'customer-1' });
    expect(items[0]?.action).not.toBeNull();
  });
});

describe('F4 a file of rows', () => {
  const rows = 400;
  const header = (readFileSync(sample, 'utf8').split('\n', 1)[0] ?? '').split(',');

  it('shows what of the file fits the model and maps a renamed column', async () => {
    const lines = readFileSync(sample, 'utf8')
      .split('\n')
      .slice(1, rows + 1);
    const file = join(served.folder, 'new-rows.csv');
    writeFileSync(file, [header.join(',').replace('MonthlyCharges', 'Monthly charge'), ...lines].join('\n'));
    await tab('A file');
    const chooser = page.waitForEvent('filechooser');
    await button('Choose a file…').click();
    await (await chooser).setFiles(file);
    await page.getByRole('row', { name: /MonthlyCharges.*Missing/ }).waitFor();
    expect(await button(/^Score$/).isDisabled()).toBe(true);
    await button('Use all suggestions').click();
    await page.getByRole('row', { name: /MonthlyCharges.*Mapped/ }).waitFor();
  });

  it('scores it as a job and hands the result over', async () => {
    await button(/^Score$/).click();
    await page.getByText('The file is ready').waitFor();
    const download = page.waitForEvent('download');
    await button('Download').click();
    const path = await (await download).path();
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(rows + 1);
    expect(lines[0]).toContain('probability');
  });

  it('is among the jobs, with its log', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await title('Jobs').waitFor();
    await page.getByRole('row', { name: /Scoring.*Done/ }).click();
    await page.getByRole('complementary', { name: 'Details' }).getByText('Log', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' });
  });
});

describe('B1, B2 bringing data in', () => {
  const receiptOf = (column: string) => page.getByRole('row', { name: new RegExp(column) });

  it('takes a chosen file, switches a reading in the preview, and the receipt says so', async () => {
    const file = join(served.folder, 'orders.csv');
    const lines = Array.from({ length: 60 }, (_, i) => `${i + 1};0${(i % 9) + 1}/0${(i % 7) + 1}/2025;${i},5`);
    writeFileSync(file, ['order;placed;amount', ...lines, '61;torn'].join('\n'));
    await opened.go('/data/import');
    const chooser = page.waitForEvent('filechooser');
    await button('Choose a file…').click();
    await (await chooser).setFiles(file);
    const other = page.getByRole('button', { name: 'Use the second reading for placed' });
    await other.waitFor();
    expect(await other.textContent()).toMatch(/values would change/);
    const heading = page.getByRole('columnheader', { name: /placed/ });
    const first = await heading.textContent();
    await other.click();
    await page.getByRole('button', { name: 'Use the first reading for placed' }).waitFor();
    expect(await heading.textContent()).not.toBe(first);
    expect(page.url()).toContain('second=');
    await button(/^Import$/).click();
    await page.getByText('Rows kept').waitFor();
    await receiptOf('placed')
      .getByText(/month.*day|day.*month/i)
      .first()
      .waitFor();
    await page.getByRole('heading', { name: 'Rejected rows' }).waitFor();
    await page.getByText('61;torn').first().waitFor();
    const { items } = await served.client.datasets.list({ search: 'orders' });
    expect(items[0]).toMatchObject({ name: 'orders', rows: 60, columns: 3 });
  });

  it('filters in the address, so that going back works', async () => {
    await link('Open the data set').click();
    await page.getByText('60 rows', { exact: true }).waitFor();
    await button('Add a filter').click();
    await page.getByRole('textbox', { name: 'Value' }).fill('30');
    await button('Apply').click();
    await page.getByText('1 of 60 rows').waitFor();
    expect(decodeURIComponent(page.url())).toContain('"column":"order"');
    await page.goBack();
    await page.getByText('60 rows', { exact: true }).waitFor();
  });

  it('takes a pasted table', async () => {
    await opened.go('/data/import');
    await button('Paste a table…').click();
    await page.getByRole('dialog').getByRole('textbox').fill('city\tpeople\nOslo\t717710\nBergen\t291940\n');
    await button('Use this table').click();
    await page.getByRole('columnheader', { name: /people/ }).waitFor();
    await page.getByRole('textbox', { name: 'Name of the data set' }).fill('Cities');
    await page.getByRole('textbox', { name: 'Name of the data set' }).press('Tab');
    await button(/^Import$/).click();
    await page.getByText('Rows kept').waitFor();
    await link('Open the data set').click();
    await title('Cities').waitFor();
    await page.getByText('717710').waitFor();
  });

  it('says what is wrong with a file that is no table, and where', async () => {
    const file = join(served.folder, 'broken.parquet');
    writeFileSync(file, Buffer.from('PAR1 this is no table'));
    await opened.go('/data/import');
    const chooser = page.waitForEvent('filechooser');
    await button('Choose a file…').click();
    await (await chooser).setFiles(file);
    await page.getByText('The file could not be read').waitFor();
    await button('Another file').click();
    await button('Paste a table…').waitFor();
    opened.problems.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...opened.problems.filter((each) => !/status of 4\d\d/.test(each)),
    );
  });
});
