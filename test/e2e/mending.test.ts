/** Columns read in another way on the Quality page, and the graph of what a version was made from. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkPicture } from '../helpers/page-picture.ts';
import { failOnProblems, type OpenPage, type Served, serve } from '../helpers/served.ts';

let served: Served;
let opened: OpenPage;

const picture = (name: string): Promise<void> => checkPicture(opened.page, name);

/** Imports a small table under a name and gives its id. */
async function table(name: string, text: string): Promise<string> {
  const file = join(served.folder, `${name}.csv`);
  writeFileSync(file, text);
  return (await served.cliJson<{ dataset: string }>('import', file, '--name', name)).dataset;
}

beforeAll(async () => {
  served = await serve();
  opened = await served.open('/data');
});
afterEach(() => failOnProblems(opened.problems));
afterAll(async () => {
  await opened?.close();
  await served?.close();
});

describe('B5 a column read in another way in the window', () => {
  it('is offered where text is numbers or dates throughout, previewed with what would be missing, and undone', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) =>
        `p${i},${i % 2 === 0 ? 'Rome' : 'Oslo'},${i % 20}.5 kg,${10 + (i % 19)}/Mar/2024:1${i % 10}:00:01,${i % 7}`,
    );
    const id = await table('Parcels', `parcel,city,weight,sent,left\n${rows.join('\n')}\n`);
    const { page, go } = opened;
    await go(`/data/${id}?tab=quality`);
    await page.getByRole('button', { name: 'Read as numbers without "kg": Fix number-as-text of weight' }).waitFor();
    await page.getByText('read as times written DD/MMM/YYYY:hh:mm:ss').waitFor();
    const choose = async (label: string, option: string) => {
      await page.getByRole('combobox', { name: label, exact: true }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    await choose('Column', 'sent');
    await choose('As', 'Dates with times');
    await page.getByRole('combobox', { name: 'Written like' }).fill('DD/MMM/YYYY:hh:mm:ss');
    await picture('quality-change');
    await page.getByRole('button', { name: 'Preview…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Read "sent" as datetime written DD/MMM/YYYY:hh:mm:ss').waitFor();
    await dialog.getByText('2024-03-10T10:00:01').first().waitFor();
    await picture('quality-change-preview');
    await dialog.getByRole('button', { name: 'Apply as a new version' }).click();
    await page.getByText('1 step applied: version 2').waitFor();
    const typeOf = async () =>
      (await served.client.datasets.get({ id })).schema.find(({ name }) => name === 'sent')?.type;
    expect(await typeOf()).toBe('datetime');
    expect((await served.client.datasets.recipe({ id })).steps).toMatchObject([
      { kind: 'convert', column: 'sent', format: 'DD/MMM/YYYY:hh:mm:ss' },
    ]);
    await choose('Column', 'sent');
    await choose('As', 'Times of the zone');
    await page.getByRole('combobox', { name: 'Times of the zone' }).fill('+02:00');
    await page.getByRole('button', { name: 'Preview…' }).click();
    await dialog.getByText('40 cells change').waitFor();
    await dialog.getByText('2024-03-10T08:00:01').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(typeOf).toBe('text');
  });
});

describe('B6 lineage in the window', () => {
  it('is a graph with a way to every version, reachable by keyboard', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `c${i % 3},2024-01-${10 + (i % 19)},${i}`);
    await table('Orders', `customer,day,amount\n${lines.join('\n')}\n`);
    await table('Places', 'customer,city\nc0,Rome \nc1,Paris\nc2,Oslo\n');
    await served.cliJson('clean', 'Places', '--step', '{"kind":"trim","columns":["city"]}');
    const sql = 'SELECT o.*, p.city FROM "Orders" o JOIN "Places" p USING (customer)';
    const { jobId } = await served.client.queries.save({ sql, name: 'Joined' });
    await expect.poll(async () => (await served.client.jobs.get({ id: jobId })).state).toBe('succeeded');
    const joined = (await served.client.datasets.list({ search: 'Joined' })).items[0]?.id;
    const { page, go } = opened;
    await go(`/data/${joined}?tab=versions`);
    const graph = page.getByRole('region', { name: 'Lineage' });
    await graph.getByText('Places.csv').waitFor();
    await graph.getByText('Orders.csv').waitFor();
    expect(await graph.getByRole('link').count()).toBe(4);
    await picture('lineage');
    await graph.focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).not.toContain(String(joined));
    await page.getByRole('heading', { level: 1, name: /Orders|Places/ }).waitFor();
  });
});
