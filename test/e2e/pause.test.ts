import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, type Served, serve } from '../helpers/served.ts';
import { findOverflow, settled } from '../helpers/window-checks.ts';

let served: Served;
let opened: OpenPage;
let dataset: string;

beforeAll(async () => {
  served = await serve();
  const file = join(served.folder, 'amounts.csv');
  const rows = Array.from(
    { length: 1500 },
    (_, i) => `${(i * 37) % 101},${(i * 53) % 97},${((i * 37) % 101) + (i % 7)}`,
  );
  writeFileSync(file, `size,age,amount\n${rows.join('\n')}\n`);
  dataset = (await served.cliJson<{ dataset: string }>('import', file, '--name', 'Amounts')).dataset;
});
afterEach(() => opened?.close());
afterAll(() => served.close());

async function shoot(name: string): Promise<void> {
  await settled(opened.page);
  expect(await findOverflow(opened.page), name).toEqual([]);
  if (process.env.AUGURY_PICTURES) {
    await opened.page.screenshot({ path: `${process.env.AUGURY_PICTURES}/${name}.png`, caret: 'initial' });
  }
}

describe('D4 a training is paused and goes on in the window', () => {
  it('from the live page, and its quantiles stand on a line', async () => {
    opened = await served.open(`/train?dataset=${dataset}&target=amount&trials=3&quantiles=[0.1,0.5,0.9]`);
    const { page } = opened;
    await page.getByLabel('Columns that may act together').waitFor();
    await page.getByText('Nearest neighbours').waitFor();
    await page.getByText('Neural net').waitFor();
    await shoot('train-more');
    await page.getByRole('button', { name: /^Start/ }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Training is paused').waitFor();
    expect(await page.getByText('Running', { exact: true }).count()).toBe(0);
    await shoot('train-paused');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('The model is ready').waitFor({ timeout: 120_000 });
    const { models } = await served.cliJson<{ models: { id: string }[] }>('models');
    await opened.go(`/predict?model=${models[0].id}`);
    await page.getByText('Predicted quantiles').waitFor();
    await shoot('predict-quantiles');
    expect(opened.problems).toEqual([]);
  });
});
