/**
 * Every page of the window: it shows what was changed through another door, it passes axe in both schemes, and its
 * picture is kept under out/screenshots.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, type ServedWindow } from '../helpers/window.ts';

let window: ServedWindow;
let dataset = '';
let model = '';
const folder = mkdtempSync(join(tmpdir(), 'augury-pages-'));
const table = (name: string, rows: number): string => {
  const file = join(folder, name);
  const lines = Array.from({ length: rows }, (_, n) => {
    const usage = (n * 37) % 101;
    return `${usage},${['basic', 'plus', 'pro'][n % 3]},${(n * 13) % 7},${usage + ((n * 29) % 40) > 75 ? 'yes' : 'no'}`;
  });
  writeFileSync(file, `usage,plan,calls,left\n${lines.join('\n')}\n`);
  return file;
};

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

describe('A1 a change through the command line shows at once', () => {
  it('on Data, when a file is imported', async () => {
    await window.go('/data');
    await window.page.getByText('No data sets yet', { exact: true }).waitFor();
    ({ dataset } = await window.cli<{ dataset: string }>([
      'import',
      table('customers.csv', 1200),
      '--name',
      'Customers',
    ]));
    await window.page.getByText('Customers', { exact: true }).waitFor();
  });

  it('on Jobs, when the file was imported', async () => {
    await window.go('/jobs');
    await window.page
      .getByRole('row', { name: /customers/i })
      .first()
      .waitFor();
  });

  it('on a data set, when a new version arrives', async () => {
    await window.go(`/data/${dataset}?tab=versions`);
    await window.cli(['import', table('customers.csv', 1300), '--name', 'Customers']);
    await window.page
      .getByText(/1,300 rows/)
      .first()
      .waitFor();
  });

  it('on Train, when another data set arrives', async () => {
    await window.go('/train');
    await window.cli(['import', table('others.csv', 300), '--name', 'Others']);
    await window.page.getByText('Others', { exact: true }).first().waitFor();
  });

  it('on Models, when a model is trained', async () => {
    await window.go('/models');
    const made = await window.cli<{ model: string }>(['train', 'Customers', '--target', 'left', '--trials', '2']);
    model = made.model;
    await window.page
      .getByText(/Customers/)
      .first()
      .waitFor();
  });

  it('on Predict, when another model is trained', async () => {
    await window.go('/predict');
    await window.cli(['train', 'Customers', '--target', 'usage', '--trials', '1']);
    await window.page.getByText(/usage/).first().waitFor();
  });

  it('on Home, when a data set is deleted', async () => {
    await window.go('/');
    await window.page.getByText('Others', { exact: true }).waitFor();
    const { datasets } = await window.cli<{ datasets: { id: string; name: string }[] }>(['datasets', 'list']);
    const others = datasets.find((each) => each.name === 'Others');
    await window.cli(['datasets', 'delete', others?.id ?? '']);
    await window.page.getByText('Others', { exact: true }).waitFor({ state: 'detached' });
  });
});

describe('P2 every page in both schemes', () => {
  const pages: readonly (readonly [string, () => string])[] = [
    ['home', () => '/'],
    ['data', () => '/data'],
    ['import', () => '/data/import'],
    ['data-set-grid', () => `/data/${dataset}`],
    ['data-set-profile', () => `/data/${dataset}?tab=profile&column=usage`],
    ['data-set-quality', () => `/data/${dataset}?tab=quality`],
    ['data-set-versions', () => `/data/${dataset}?tab=versions`],
    ['data-set-receipt', () => `/data/${dataset}?tab=receipt`],
    ['train', () => `/train?dataset=${dataset}`],
    ['models', () => '/models'],
    ['model-decide', () => `/models/${model}`],
    ['model-quality', () => `/models/${model}?tab=quality`],
    ['model-explain', () => `/models/${model}?tab=explain`],
    ['model-card', () => `/models/${model}?tab=card`],
    ['model-use', () => `/models/${model}?tab=use`],
    ['predict', () => `/predict?model=${model}`],
    ['jobs', () => '/jobs'],
    ['settings-appearance', () => '/settings'],
    ['settings-machine', () => '/settings?tab=machine'],
    ['settings-workspace', () => '/settings?tab=workspace'],
    ['settings-updates', () => '/settings?tab=updates'],
    ['settings-checks', () => '/settings?tab=doctor'],
    ['settings-about', () => '/settings?tab=about'],
  ];
  it.each(pages)('%s has no serious finding of axe, and its picture is taken', async (name, address) => {
    for (const scheme of ['light', 'dark'] as const) {
      await window.scheme(scheme);
      await window.go(address());
      await window.page.waitForTimeout(400); // charts draw after their chunk has come
      const { violations } = await new AxeBuilder({ page: window.page }).setLegacyMode(true).analyze();
      const serious = violations.filter((each) => each.impact === 'serious' || each.impact === 'critical');
      expect(serious.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
      await window.picture(`${name}-${scheme}`);
    }
  });
});
