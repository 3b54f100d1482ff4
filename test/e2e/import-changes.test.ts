/**
 * Next month's file: what changed since the last import is shown before anything is stored, and has to be accepted. And
 * the files of an archive: those that are refused are named, and stay.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { eventually } from '../helpers/eventually.ts';
import { checkPicture } from '../helpers/page-picture.ts';
import { failOnProblems, type OpenPage, type Served, serve } from '../helpers/served.ts';

let served: Served;
let opened: OpenPage;

const picture = (name: string): Promise<void> => checkPicture(opened.page, name);

const header = 'id,day,amount,city';
const rows = Array.from({ length: 40 }, (_, i) => `k${i},2024-01-${10 + (i % 19)},${i}.5,${i % 2 ? 'Rome' : 'Oslo'}`);
const file = (name: string, lines: readonly string[]): string => {
  const path = join(served.folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};
const address = (path: string, name: string): string =>
  `/data/import?path=${encodeURIComponent(JSON.stringify(path))}&name=${encodeURIComponent(name)}`;
const versionOf = async (name: string) => (await served.client.datasets.list({ search: name })).items[0]?.version;

beforeAll(async () => {
  served = await serve();
  opened = await served.open('/data');
});
afterEach(() => failOnProblems(opened.problems));
afterAll(async () => {
  await opened?.close();
  await served?.close();
});

describe("B1 changes of next month's file in the window", () => {
  it('are listed in the preview and imported when they are accepted', async () => {
    await served.cliJson('import', file('sales-1.csv', [header, ...rows]), '--name', 'Sales');
    const changed = rows.map((row) => row.replace(/^(.*),(Rome|Oslo)$/, '$1,shop,$2').replace('.5', ' or so'));
    const { page, go } = opened;
    await go(address(file('sales-2.csv', ['id,day,amount,place,town', ...changed]), 'Sales'));
    const changes = page.getByRole('region', { name: 'Changes since the last import' });
    await changes.getByText('Column city is gone').waitFor();
    await changes.getByText('Column amount has another type').waitFor();
    expect(await changes.getByRole('row').count()).toBe(5);
    await picture('import-changes');
    await page.getByRole('button', { name: 'Import with these changes' }).click();
    await page.getByRole('link', { name: 'Open the data set' }).waitFor();
    expect(await versionOf('Sales')).toBe(2);
  });

  it('that stand further down stop the import, which goes on when they are accepted', async () => {
    await served.cliJson('import', file('long-1.csv', [header, ...rows]), '--name', 'Long');
    const many = Array.from({ length: 30_000 }, (_, i) => `k${i},2024-01-11,${i}.5,Rome`);
    const { page, go } = opened;
    await go(address(file('long-2.csv', [header, ...many, 'k1,soon,1.5,Rome', 'k2,later,1.5,Oslo']), 'Long'));
    await page.getByText('The next version of “Long”').waitFor();
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('alert').getByText('Column "day" was date and is text.').waitFor();
    expect(await versionOf('Long')).toBe(1);
    await picture('import-stopped');
    await page.getByRole('button', { name: 'Accept the changes…' }).click();
    await page.getByText('The changes that were found are accepted').waitFor();
    await page.getByRole('button', { name: 'Import with these changes' }).click();
    await page.getByRole('link', { name: 'Open the data set' }).waitFor();
    expect(await versionOf('Long')).toBe(2);
  });

  it('leave what was asked for last time as it was, until it is to be found out anew', async () => {
    const sold = rows.map((row) => row.replaceAll(',', '|'));
    const asked = ['--delimiter', '|', '--comment', '%', '--header-rows', '1'];
    await served.cliJson(
      'import',
      file('asked-1.csv', [header.replaceAll(',', '|'), ...sold]),
      '--name',
      'Asked',
      ...asked,
    );
    const { page, go } = opened;
    await go(address(file('asked-2.csv', [header.replaceAll(',', '|'), ...sold.slice(9)]), 'Asked'));
    const delimiter = page.getByRole('combobox', { name: 'Delimiter' });
    const remarks = page.getByRole('textbox', { name: 'Remark lines begin with', exact: true });
    const headerRows = page.getByRole('combobox', { name: 'Header rows' });
    await expect.poll(() => delimiter.inputValue()).toBe('as last time: bar |');
    expect(await headerRows.inputValue()).toBe('as last time: one line of names');
    expect(await remarks.getAttribute('placeholder')).toBe('as last time: %');
    await delimiter.click();
    await page.getByRole('option', { name: 'found out anew' }).click();
    await expect.poll(() => delimiter.inputValue()).toBe('found: |');
    await page.getByRole('button', { name: 'Find out anew what remark lines begin with' }).click();
    await expect.poll(() => remarks.getAttribute('placeholder')).toBe('as found');
    await picture('import-recalled');
  });
});

describe('B1 the files of an archive in the window', () => {
  it('that are refused are named and stay to be imported again', async () => {
    const path = join(served.folder, 'shops.zip');
    const zip = new ZipFile();
    for (const name of ['north.csv', 'south.csv']) zip.addBuffer(Buffer.from([header, ...rows].join('\n')), name);
    zip.end();
    const archive = await buffer(zip.outputStream);
    writeFileSync(path, archive);
    const { page, problems, close } = await served.open(
      `/data/import?path=${encodeURIComponent(JSON.stringify(path))}&member=${encodeURIComponent('**')}`,
      { expected: /status of 404/ },
    );
    await page.getByRole('heading', { name: 'Head of the file' }).waitFor();
    rmSync(path);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const left = page.getByRole('alert').filter({ hasText: '2 files of the archive could not be imported' });
    await left.waitFor();
    expect(await left.getByRole('listitem').allTextContents()).toEqual([
      expect.stringMatching(/^north\.csv: ./),
      expect.stringMatching(/^south\.csv: ./),
    ]);
    writeFileSync(path, archive);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByRole('link', { name: 'Open the data set' }).waitFor();
    await eventually(async () => expect([await versionOf('north'), await versionOf('south')]).toEqual([1, 1]));
    failOnProblems(problems);
    await close();
  });
});
