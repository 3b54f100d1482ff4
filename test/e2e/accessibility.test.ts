/** Every page in both schemes before axe, and the whole way through the window without a pointer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import {
  addProject,
  failOnProblems,
  type OpenPage,
  type Project,
  projectNames,
  type Served,
  serve,
} from '../helpers/served.ts';
import { seriousFindings, settled, tabTo, walkByTab } from '../helpers/window-checks.ts';
import { views } from '../helpers/window-views.ts';

let served: Served;
let project: Project;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  served = await serve();
  project = await addProject(served);
  opened = await served.open('/');
  page = opened.page;
});
afterEach(() => {
  failOnProblems(opened.problems);
});
afterAll(() => served?.close());

const title = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });

async function inBothSchemes(look: () => Promise<void>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await look();
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

const findsNothing = () => inBothSchemes(async () => expect(await seriousFindings(page)).toEqual([]));

describe('P2 axe finds nothing serious', () => {
  it.each(views.map((view) => [view.name, view] as const))('%s', async (_name, view) => {
    await opened.go(view.address(project));
    await title(view.title).waitFor();
    await settled(page);
    await findsNothing();
  });

  it('in the preview of an import with the readings of a column open', async () => {
    const path = join(served.folder, 'dates.csv');
    writeFileSync(path, `when;price\n${'03/04/2025;1.234\n'.repeat(30)}`);
    await opened.go(`/data/import?path=${encodeURIComponent(JSON.stringify(path))}&column=when`);
    await page.getByText('Second-best reading').waitFor();
    await findsNothing();
  });

  it('with a column and with a row of the grid in the inspector', async () => {
    await opened.go(`/data/${project.datasetId}?tab=grid&row=3`);
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
    await settled(page);
    await findsNothing();
    await opened.go(`/data/${project.datasetId}?tab=profile&column=tenure`);
    await page.getByRole('figure', { name: 'Distribution' }).waitFor();
    await settled(page);
    await findsNothing();
  });

  it('in the palette, the list of shortcuts, the jobs drawer and the dialogs', async () => {
    await opened.go('/');
    await title('Home').waitFor();
    for (const key of ['Control+k', '?', 'Control+j']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await findsNothing();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await opened.go('/models');
    await page.getByRole('button', { name: 'Import model…' }).click();
    await page.getByRole('dialog', { name: 'Import a model' }).waitFor();
    await findsNothing();
    await page.keyboard.press('Escape');
  });

  it('on a page that is not there and on one whose data is gone', async () => {
    await opened.go('/nowhere');
    await page.getByText('There is no such page').waitFor();
    await findsNothing();
    await opened.go('/data/ds_1m7ykbg1sqjh6v7dwv');
    await page.getByRole('alert').waitFor();
    await findsNothing();
    opened.problems.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...opened.problems.filter((text) => !/status of 4\d\d/.test(text)),
    );
  });
});

describe('P2 the keyboard reaches everything and focus shows', () => {
  const walked = [
    'home',
    'data',
    'import',
    'data-set-grid',
    'data-set-profile',
    'train',
    'train-plan',
    'models',
    'model-decide',
    'model-explain',
    'model-use',
    'compare',
    'predict-one',
    'predict-batch',
    'jobs',
    'settings-appearance',
    'settings-machine',
  ];
  it.each(walked)('%s', async (name) => {
    const view = views.find((each) => each.name === name);
    if (view === undefined) throw new Error(`${name} is no view`);
    await opened.go(view.address(project));
    await title(view.title).waitFor();
    await settled(page);
    expect(await walkByTab(page)).toEqual({ unseen: [], unreached: [] });
  });
});

describe('P2 the way through the window by keyboard alone', () => {
  const focused = (attribute: string) =>
    page.evaluate((name) => document.activeElement?.getAttribute(name) ?? '', attribute);

  it('goes to pages by g and a letter, skips the rail, and opens a data set from its row', async () => {
    await opened.go('/');
    await title('Home').waitFor();
    await page.evaluate(() =>
      document.activeElement instanceof HTMLElement ? document.activeElement.blur() : undefined,
    );
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await title('Data').waitFor();
    await page.getByRole('row', { name: projectNames.dataset }).waitFor();
    await tabTo(page, /^Telecom churn/);
    await page.keyboard.press('Enter');
    await title(projectNames.dataset).waitFor();
  });

  it('moves in the grid by arrows, shows a row with Enter and closes it with Escape', async () => {
    await page.getByText('2949-PZKSY').waitFor();
    await tabTo(page, /^Row$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const inspector = page.getByRole('complementary', { name: 'Details' });
    await inspector.getByText('3949-KPJSF').waitFor();
    await page.keyboard.press('Escape');
    await inspector.waitFor({ state: 'detached' });
  });

  it('opens a model from the palette, turns the threshold and walks the tabs', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type(projectNames.linear);
    await page.getByRole('dialog').getByText(projectNames.linear).waitFor();
    await page.keyboard.press('Enter');
    await title(projectNames.linear).waitFor();
    await page.getByRole('figure', { name: 'Profit by threshold' }).waitFor();
    await tabTo(page, /^Act from a probability of/);
    const before = await focused('aria-valuenow');
    await page.keyboard.press('ArrowRight');
    await eventually(async () => expect(await focused('aria-valuenow')).not.toBe(before));
    await page.keyboard.press('Shift+Tab');
    await tabTo(page, /^Decide$/);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Quality', selected: true }).waitFor();
  });

  it('predicts: picks the model, changes a field, hears the answer', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await title('Predict').waitFor();
    await page.getByRole('row', { name: projectNames.linear }).waitFor();
    await tabTo(page, new RegExp(`^${projectNames.linear}`));
    await page.keyboard.press('Enter');
    await title(`Predict with ${projectNames.linear}`).waitFor();
    const answer = page.getByText(/^Probability of Churn = Yes/).locator('..');
    const before = await answer.textContent();
    await tabTo(page, /^tenure/);
    await page.keyboard.press('Control+a');
    await page.keyboard.type('1');
    await eventually(async () => expect(await answer.textContent()).not.toBe(before));
  });

  it('trains: three questions by Tab and arrows', async () => {
    await page.keyboard.press('Escape');
    await opened.go(`/train?dataset=${project.datasetId}`);
    await page.getByText(/^Takes about/).waitFor();
    await tabTo(page, /^10 s|^1 min/);
    await page.keyboard.press('ArrowLeft');
    await eventually(async () => expect(page.url()).toContain('budget=10'));
    await tabTo(page, /^Start training/);
  });

  it('walks the values of a chart and reads them out', async () => {
    await opened.go(`/data/${project.datasetId}?tab=profile&column=tenure`);
    await page.getByRole('figure', { name: 'Distribution' }).waitFor();
    await tabTo(page, /^Distribution\. /);
    await page.keyboard.press('End');
    await page.locator('[aria-live=polite]', { hasText: /^From \d+, To \d+, Rows \d+$/ }).waitFor();
  });

  it('lists its shortcuts on ?, closes them alone with Escape, and gives focus back', async () => {
    const before = await focused('aria-label');
    expect(before).toMatch(/^Distribution/);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await eventually(async () => expect(await focused('aria-label')).toBe(before));
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Details' }).waitFor({ state: 'detached' });
  });
});
