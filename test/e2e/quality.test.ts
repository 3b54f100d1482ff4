import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkPicture } from '../helpers/page-picture.ts';
import { failOnProblems, type OpenPage, type Served, serve } from '../helpers/served.ts';

let served: Served;
let opened: OpenPage;
let dataset: string;

const rows = Array.from({ length: 400 }, (_, i) => {
  const city = i % 50 === 7 ? 'berlin ' : ['Berlin', 'Paris', 'Rome'][i % 3];
  const price = i % 40 === 3 ? -999 : 50 + ((i * 37) % 101) / 4;
  return `k${i},${city},${price},2024-0${1 + (i % 9)}-1${i % 10},${i % 2 === 0 ? 'yes' : 'no'}`;
});

const picture = (name: string): Promise<void> => checkPicture(opened.page, name);

beforeAll(async () => {
  served = await serve();
  const file = join(served.folder, 'sales.csv');
  writeFileSync(file, `id,city,price,day,left\n${rows.join('\n')}\n`);
  dataset = (await served.cliJson<{ dataset: string }>('import', file, '--name', 'Sales')).dataset;
  opened = await served.open(`/data/${dataset}?tab=quality`);
});
afterEach(() => failOnProblems(opened.problems));
afterAll(async () => {
  await opened?.close();
  await served?.close();
});

describe('B5 B6 cleaning in the window', () => {
  it('lists findings by severity, and an example row opens in the grid', async () => {
    const { page, go } = opened;
    await page.getByRole('heading', { name: 'To check' }).waitFor();
    await page.getByText('-999 in 10 rows looks like a stand-in for missing.').waitFor();
    await picture('quality');
    await page.getByRole('button', { name: 'Open row 4 in the grid' }).click();
    await page.getByRole('heading', { name: 'Row 4' }).waitFor();
    await page.getByText('-999').first().waitFor();
    await go(`/data/${dataset}?tab=quality`);
  });

  it('shows what a fix would change, applies it and takes it back', async () => {
    const { page } = opened;
    const state = page.getByText(/, version \d+ from/);
    await page.getByRole('button', { name: /Set -999 missing: Fix/ }).click();
    await page.getByText('10 cells change').waitFor();
    await picture('quality-preview');
    await page.getByRole('button', { name: 'Apply as a new version' }).click();
    await page.getByText('1 step applied: version 2').waitFor();
    await expect.poll(() => state.textContent()).toContain('version 2');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => state.textContent()).toContain('version 1');
    await page.getByRole('button', { name: /Set -999 missing: Fix/ }).waitFor();
  });

  it('checks a target for leaks and labels', async () => {
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Column to predict' }).click();
    await page.getByRole('option', { name: 'left', exact: true }).click();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Findings for left').waitFor();
  });

  it('shows lineage, recipe and what differs between versions', async () => {
    const { page, go } = opened;
    await served.cliJson('clean', 'Sales', '--findings');
    await go(`/data/${dataset}?tab=versions`);
    await page.getByRole('heading', { name: 'Lineage' }).waitFor();
    await page.getByRole('listitem').getByText('Set "-999" missing in "price".').first().waitFor();
    await page.getByRole('heading', { name: 'Rows by id' }).waitFor();
    await page.getByText(/0 added, 0 removed, \d+ changed/).waitFor();
    await picture('versions');
    await page.getByRole('button', { name: 'Go back to version 1' }).click();
    await page.getByText('Version 1 is the current one').waitFor();
  });
});
