/** A new user's way through the window on loopback: sample, receipt, training, money, prediction; then own data. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, type ServedWindow } from '../helpers/window.ts';

let window: ServedWindow;
const folder = mkdtempSync(join(tmpdir(), 'augury-journey-'));

beforeAll(async () => {
  window = await openWindow();
});
afterEach(() => {
  expect(window.problems.splice(0)).toEqual([]);
});
afterAll(async () => {
  await window.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const button = (name: string | RegExp) => window.page.getByRole('button', { name, exact: typeof name === 'string' });
const link = (name: string | RegExp) => window.page.getByRole('link', { name }).last();

describe('P1 from nothing to a decision', () => {
  it('leads from the sample project over its receipt and a training to the profit curve', async () => {
    const { page } = window;
    await button('Load the sample project').click();
    await page.getByText('How each column was read').waitFor();
    await link('Train a model').click();
    await page.getByText('Churn', { exact: false }).first().waitFor();
    await page.getByText('10 s', { exact: true }).click();
    await button('Start training').click();
    await link('Decide with it').click({ timeout: 90_000 });
    await page.getByText('Profit by threshold').waitFor();
    await page.getByRole('img', { name: /Profit by threshold/ }).waitFor();
  });

  it('keeps the costs with the model, and takes that back on Undo', async () => {
    const { page } = window;
    await button('Save with the model').click();
    await button('Undo').click();
    await page.getByText(/^Undone:/).waitFor();
  });

  it('answers a row with its reasons', async () => {
    const { page } = window;
    await link('Predict').click();
    await page.getByRole('img', { name: /How the answer comes about/ }).waitFor();
  });
});

describe('B2 own data', () => {
  const file = join(folder, 'prices.csv');
  const lines = Array.from(
    { length: 40 },
    (_, n) => `${n + 1};${n + 1}.${100 + n};0${(n % 9) + 1}/0${(n % 8) + 1}/2024`,
  );

  it('shows each column with its second reading and lets it be switched in place', async () => {
    const { page } = window;
    writeFileSync(file, `id;price;day\n${lines.join('\n')}\n41;broken\n`);
    await window.go('/data/import');
    await page.setInputFiles('input[type=file]', file);
    await button('Readings of price').click();
    await page.getByRole('radio', { name: /^Second-best reading/ }).waitFor();
    await button('Use the second reading for price').click();
    await button('Import').click();
    await page.getByText('How each column was read').waitFor();
    expect(
      await page
        .getByRole('row', { name: /^Number price|price/ })
        .first()
        .textContent(),
    ).toContain('because you asked');
    await page.getByRole('heading', { name: 'Rejected rows' }).waitFor();
  });

  it('filters, sorts and searches in the address, so that going back works', async () => {
    const { page } = window;
    await link('Open the data set').click();
    await page.getByText('40 rows', { exact: true }).waitFor();
    await button('Add a filter').click();
    await page.getByRole('textbox', { name: 'Value' }).fill('30');
    await button('Apply').click();
    await page.getByText('1 of 40 rows').waitFor();
    expect(decodeURIComponent(page.url())).toContain('"column":"id"');
    await page.goBack();
    await page.getByText('40 rows', { exact: true }).waitFor();
  });

  it('refuses an empty file with a reason', async () => {
    const { page } = window;
    writeFileSync(join(folder, 'empty.csv'), '');
    await window.go('/data/import');
    await page.setInputFiles('input[type=file]', join(folder, 'empty.csv'));
    await page.getByRole('alert').getByText(/empty/).first().waitFor();
    // The refusal itself is a reply with status 422, which browsers log.
    expect(window.problems.splice(0).filter((text) => !text.includes('422'))).toEqual([]);
  });
});

describe('P2 keyboard', () => {
  it('opens the palette and goes to what was typed', async () => {
    const { page } = window;
    await page.keyboard.press('Control+K');
    await page.getByPlaceholder(/Search pages/).fill('setti');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  });

  it('goes to pages by g and a letter, and lists its shortcuts', async () => {
    const { page } = window;
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Data', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'detached' });
  });

  it('walks the values of a chart and reads them out', async () => {
    const { page } = window;
    await page.getByText('Telecom churn (sample)').first().click();
    await page.getByRole('tab', { name: 'Profile' }).click();
    await page.getByRole('row', { name: /tenure/ }).click();
    const chart = page.getByRole('img', { name: /^Distribution\./ });
    await chart.focus();
    await page.keyboard.press('End');
    await page.locator('[aria-live=polite]', { hasText: /^From \d+, To \d+, Rows \d+$/ }).waitFor();
  });
});
