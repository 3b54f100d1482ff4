/** Parts of pages that show only after something was done: each is opened as a person would, and its looks are checked. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { createRng } from '../../main/base/rng.ts';
import { checkPicture } from '../helpers/page-picture.ts';
import { failOnProblems, type OpenPage, type Served, serve } from '../helpers/served.ts';

let served: Served;
let opened: OpenPage;

const rng = createRng(5);
const towns = ['North Ostrobothnia with Kainuu', 'Rome', 'Oslo'];
const houses = Array.from({ length: 900 }, (_, i) => {
  const size = rng.next() * 100;
  const price = 3 * size + (i % 3 === 0 ? 20 : 4) * rng.normal();
  return `${size.toFixed(4)},${towns[i % 3]},owner${i}@example.org,${price.toFixed(4)}`;
});
const housesText = (from: number, to: number): string =>
  `size,town,owner,price\n${houses.slice(from, to).join('\n')}\n`;

const written = (name: string, content: string | Buffer): string => {
  const path = join(served.folder, name);
  writeFileSync(path, content);
  return path;
};
const dataset = async (name: string): Promise<string> =>
  (await served.client.datasets.list({ search: name })).items[0]?.id ?? '';

beforeAll(async () => {
  served = await serve();
  opened = await served.open('/data');
});
afterEach(() => failOnProblems(opened.problems));
afterAll(async () => {
  await opened?.close();
  await served?.close();
});

describe('B1 an archive of several files in the window', () => {
  it('offers its files, all in one or each as its own data set', async () => {
    const zip = new ZipFile();
    for (const folder of ['north', 'south and the long name of a folder that nobody would give'])
      zip.addBuffer(Buffer.from(`shop,sold\n${folder},3\n`), `${folder}/sales.csv`, {});
    zip.addBuffer(Buffer.from('id,name\n1,Oslo\n2,Rome\n'), 'shops.csv', {});
    zip.end();
    const path = written('shops.zip', await buffer(zip.outputStream));
    const { page, go } = opened;
    await go(`/data/import?path=${encodeURIComponent(JSON.stringify(path))}`);
    const files = page.getByRole('combobox', { name: 'File in the archive' });
    await files.click();
    await page.getByRole('option', { name: /shops\.csv/ }).waitFor();
    await checkPicture(page, 'import-archive-choice');
    await page.getByRole('option', { name: 'all, each as a data set of its own' }).click();
    await expect.poll(() => files.inputValue()).toBe('all, each as a data set of its own');
    await checkPicture(page, 'import-archive-each');
  });
});

describe('D1 D7 a model on new rows in the window', () => {
  let first: string;

  beforeAll(async () => {
    await served.cliJson('import', written('houses-1.csv', housesText(0, 500)), '--name', 'Houses');
    const train = 'train Houses --target price --drop owner --learners trees --trials 1 --folds 3 --interval-by town';
    const made = await served.cliJson<{ model: string }>(...train.split(' '), '--name', 'First prices');
    first = made.model;
    await served.cliJson('import', written('houses-2.csv', housesText(0, 800)), '--name', 'Houses');
  });

  it('is offered to go on from', async () => {
    const { page, go } = opened;
    await go(`/train?dataset=${await dataset('Houses')}&target=price`);
    const choice = page.getByRole('combobox', { name: 'Go on from a model' });
    await choice.click();
    await page.getByRole('option', { name: 'First prices' }).click();
    await expect.poll(() => choice.inputValue()).toBe('First prices');
    await choice.scrollIntoViewIfNeeded();
    await checkPicture(page, 'train-continue');
  });

  it('says on its card what it was continued from', async () => {
    const train = `train Houses --target price --from ${first} --trials 1`;
    const next = await served.cliJson<{ model: string }>(...train.split(' '), '--name', 'Continued prices');
    const { page, go } = opened;
    await go(`/models/${next.model}?tab=card`);
    await page.getByRole('link', { name: 'First prices' }).waitFor();
    await checkPicture(page, 'model-continued');
  });

  it('shows how often its intervals held on outcomes, by group', async () => {
    await served.cliJson('evaluate', first, written('fresh.csv', housesText(500, 900)));
    const moved = houses.slice(500).map((line) => line.replace(/,([^,]*)$/, (_, price) => `,${Number(price) + 40}`));
    await served.cliJson('evaluate', first, written('moved.csv', `size,town,owner,price\n${moved.join('\n')}\n`));
    const { page, go } = opened;
    await go(`/models/${first}?tab=quality`);
    const table = page.getByRole('region', { name: 'On outcomes' });
    await table.getByText('moved.csv').waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await table.scrollIntoViewIfNeeded();
    await checkPicture(page, 'quality-coverage-on-outcomes');
  });

  it('B7 is among what else holds values that are to be erased', async () => {
    const { page, go } = opened;
    await go(`/data/${await dataset('Houses')}?tab=quality`);
    await page.getByRole('button', { name: 'Mask and erase…' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('What else holds the values').waitFor();
    await drawer.getByText('First prices').waitFor();
    await checkPicture(page, 'mask-dependents');
  });
});
