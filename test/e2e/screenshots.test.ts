/**
 * Pictures of every page in both schemes and two sizes under out/screenshots, and what can be measured of a page's looks:
 * nothing wider than the window, no text cut off outside what is meant to be shortened, its title in place.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  addProject,
  endProcess,
  failOnProblems,
  type OpenPage,
  type Project,
  projectNames,
  type Served,
  serve,
} from '../helpers/served.ts';
import { findClippedTexts, findOverflow, settled } from '../helpers/window-checks.ts';
import { views } from '../helpers/window-views.ts';

const folder = resolve(import.meta.dirname, '../../out/screenshots');
const sizes = [
  [1280, 800],
  [1920, 1080],
] as const;

let served: Served;
let project: Project;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  served = await serve();
  opened = await served.open('/');
  page = opened.page;
});
afterEach(() => {
  failOnProblems(opened.problems);
});
afterAll(() => served?.close());

const title = (text: string | RegExp) => page.getByRole('heading', { level: 1, name: text });

/** Takes the pictures of what is open now, and measures it in every size and scheme. */
async function picture(name: string): Promise<void> {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await settled(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(120); // charts are drawn anew in the other colours
      const file = `${name}-${colorScheme}-${width}x${height}.png`;
      // Hiding the caret would add a style that the policy refuses.
      await page.screenshot({ path: join(folder, file), caret: 'initial', animations: 'allow' });
    }
    expect(await findOverflow(page), `${name} at ${width} px`).toEqual([]);
    expect(await findClippedTexts(page), `${name} at ${width} px`).toEqual([]);
  }
}

describe('P2 pictures of an empty workspace', () => {
  it.each([
    ['home', '/', 'Home'],
    ['data', '/data', 'Data'],
    ['train', '/train', 'Train'],
    ['models', '/models', 'Models'],
    ['compare', '/models/compare', 'Compare two models'],
    ['predict', '/predict', 'Predict'],
    ['jobs', '/jobs', 'Jobs'],
  ])('%s', async (name, address, heading) => {
    await opened.go(address);
    await title(heading).waitFor();
    await picture(`empty-${name}`);
  });
});

describe('P2 pictures of every page', () => {
  beforeAll(async () => {
    project = await addProject(served);
  });

  it.each(views.map((view) => [view.name, view] as const))('%s', async (name, view) => {
    await opened.go(view.address(project));
    await title(view.title).waitFor();
    await picture(name);
  });

  it('the preview of an import with its inspector', async () => {
    const path = join(served.folder, 'orders.csv');
    const lines = Array.from({ length: 40 }, (_, i) => `${i + 1};0${(i % 9) + 1}/0${(i % 7) + 1}/2025;1.${100 + i}`);
    writeFileSync(path, ['order;placed;amount', ...lines, '41;broken'].join('\n'));
    await opened.go(`/data/import?path=${encodeURIComponent(JSON.stringify(path))}&column=placed`);
    await page.getByText('Second-best reading').waitFor();
    await picture('import-preview');
  });

  it('a row of the grid, a column of the profile and a job in the inspector', async () => {
    await opened.go(`/data/${project.datasetId}?tab=grid&row=3`);
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
    await picture('data-set-row');
    await opened.go(`/data/${project.datasetId}?tab=profile&column=tenure`);
    await page.getByRole('figure', { name: 'Distribution' }).waitFor();
    await picture('data-set-column');
    await opened.go(`/jobs?job=${project.jobId}`);
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
    await picture('jobs-inspector');
  });

  it('palette, shortcuts and jobs drawer', async () => {
    await opened.go('/');
    await title('Home').waitFor();
    for (const [name, key] of [
      ['palette', 'Control+k'],
      ['shortcuts', '?'],
      ['jobs-drawer', 'Control+j'],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await picture(name);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });
});

describe('P2 pictures of models with another kind of answer', () => {
  const models = new Map<string, string>();

  beforeAll(async () => {
    const sales = resolve(import.meta.dirname, '../../resources/samples/store-sales.csv');
    await served.cliJson('import', sales, '--name', 'Store sales');
    const small = ['--trials', '1', '--learners', 'trees', '--folds', '3'];
    for (const [kind, dataset, target] of [
      ['number', 'Store sales', 'units'],
      ['several', projectNames.dataset, 'PaymentMethod'],
    ] as const) {
      const made = await served.cliJson<{ model: string }>('train', dataset, '--target', target, ...small);
      models.set(kind, made.model);
    }
  });

  it.each(['number', 'several'])('%s', async (kind) => {
    const id = models.get(kind);
    for (const tab of ['decide', 'quality', 'explain', 'card']) {
      await opened.go(`/models/${id}?tab=${tab}`);
      await page.getByRole('tab', { name: new RegExp(`^${tab}$`, 'i'), selected: true }).waitFor();
      await picture(`model-${kind}-${tab}`);
    }
    await opened.go(`/predict?model=${id}`);
    await page.getByRole('figure', { name: 'How the answer comes about' }).waitFor();
    await picture(`predict-${kind}`);
  });
});

describe('P2 pictures of work that ended', () => {
  it('a scored file with its result', async () => {
    const { modelId, datasetId } = project;
    const { jobId } = await served.client.predictions.scoreFile({
      modelId,
      source: { datasetId },
      destination: { download: 'scored.csv' },
      explain: 3,
    });
    await opened.go(`/predict?model=${modelId}&tab=batch&dataset=${datasetId}&job=${jobId}`);
    await page.getByText('The file is ready').waitFor();
    await picture('predict-batch-done');
  });

  it('a job that failed, on Home and among the jobs', async () => {
    const path = join(served.folder, 'torn.parquet');
    writeFileSync(path, 'PAR1 and nothing more');
    const { jobId } = await served.client.datasets.import({ source: { path } });
    await opened.go('/');
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor();
    await page.getByRole('link', { name: 'Open', exact: true }).first().waitFor();
    await picture('home-attention');
    await opened.go(`/jobs?job=${jobId}`);
    await page.getByText('Why it failed').waitFor();
    await picture('jobs-failed');
  });
});

describe('P2 pictures of what goes wrong', () => {
  const forget = (pattern: RegExp) => {
    opened.problems.splice(0, Number.POSITIVE_INFINITY, ...opened.problems.filter((text) => !pattern.test(text)));
  };

  it('a page that is not there, and data that is gone', async () => {
    await opened.go('/nowhere');
    await page.getByText('There is no such page').waitFor();
    await page.screenshot({ path: join(folder, 'error-not-found.png'), caret: 'initial' });
    await opened.go('/data/ds_1m7ykbg1sqjh6v7dwv');
    await page.getByRole('alert').waitFor();
    await picture('error-gone');
    // Away from it first: a notice of news would ask for it again, and be refused after what is forgotten here.
    await opened.go('/data');
    await title('Data').waitFor();
    forget(/status of 4\d\d/);
  });

  it('a page that waits for its data', async () => {
    await page.route('**/rpc/datasets/profile', () => new Promise(() => {}));
    await served.cli('import', join(served.folder, 'orders.csv'), '--name', 'Orders');
    const { items } = await served.client.datasets.list({ search: 'Orders' });
    await opened.go(`/data/${items[0]?.id}?tab=profile`);
    await title('Orders').waitFor();
    await page.locator('[class*="Skeleton-root"]').first().waitFor();
    await page.waitForTimeout(400);
    await page.screenshot({ path: join(folder, 'loading.png'), caret: 'initial' });
    await page.unroute('**/rpc/datasets/profile');
  });

  it('the engine host gone: said calmly on every page, and the page does not fail', async () => {
    await opened.go('/data');
    await title('Data').waitFor();
    await endProcess(served.process, 'SIGKILL');
    await page.getByText('The engine host is away. Reconnecting; nothing that was saved is lost.').waitFor();
    await page.screenshot({ path: join(folder, 'error-host-away.png'), caret: 'initial' });
    await opened.go('/models');
    await title('Models').waitFor();
    await opened.go('/settings?tab=machine');
    await title('Settings').waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(folder, 'error-host-away-settings.png'), caret: 'initial' });
    forget(/ERR_CONNECTION_REFUSED|WebSocket|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
  });
});
