/**
 * Every page shows at once what another door changed. The change goes through the command line, attached to the same
 * host; where no command exists (settings), through the door the command line uses. The page is never loaded again.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startCli } from '../helpers/cli-process.ts';
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
import { routerPaths, views } from '../helpers/window-views.ts';

let served: Served;
let project: Project;
let opened: OpenPage;
let page: Page;

beforeAll(async () => {
  served = await serve();
  project = await addProject(served);
  // Whatever was deleted is asked for once more and answers 404: that is how the page learns of it.
  opened = await served.open('/', { expected: /status of 404/ });
  page = opened.page;
});
afterEach(() => {
  failOnProblems(opened.problems);
});
afterAll(() => served?.close());

const cell = (text: string | RegExp) => page.getByRole('cell', { name: text });
const row = (text: string | RegExp) => page.getByRole('row', { name: text });
const fact = (term: string) =>
  page.locator('dt', { hasText: new RegExp(`^${term}$`) }).locator('xpath=following-sibling::dd[1]');

/** Writes a small table with `rows` rows and an extra column that never changes, and gives its path. */
function table(name: string, rows: number): string {
  const path = join(served.folder, `${name}.csv`);
  const lines = Array.from({ length: rows }, (_, i) => `c${i},${i % 7},${i % 3 === 0 ? 'yes' : 'no'},same`);
  writeFileSync(path, ['key,amount,left,constant', ...lines].join('\n'));
  return path;
}

const importTable = (name: string, rows = 50): Promise<{ dataset: string; job: string }> =>
  served.cliJson('import', table(name, rows), '--name', name);

/** Imports another version of a data set of its own. */
const importVersion = (file: string, name: string, rows: number) =>
  served.cliJson('import', table(file, rows), '--name', name);

/** Deletes the model through the command line, sees the page say so, and takes the deletion back. */
async function deleteAndUndo(gone: () => Promise<void>, back: () => Promise<void>): Promise<void> {
  const { eventId } = await served.cliJson<{ eventId: string }>('models', 'delete', projectNames.model);
  await gone();
  await served.client.system.undo({ eventId });
  await back();
}

const modelGone = () => page.getByRole('heading', { level: 1, name: 'This model is not here' }).waitFor();
const modelBack = (selector: () => Promise<void>) => async () => {
  await page.getByRole('heading', { level: 1, name: new RegExp(projectNames.model) }).waitFor();
  await selector();
};

type Change = {
  /** What must be seen before the change; a state that the change ends. */
  readonly before: () => Promise<void>;
  /** Changes the data through another door and waits until the page shows it. */
  readonly change: () => Promise<void>;
  /** Another address than the view's own. */
  readonly address?: () => Promise<string>;
};

const modelTab = (seen: () => Promise<void>): Change => ({
  before: seen,
  change: () => deleteAndUndo(modelGone, modelBack(seen)),
});

/** A view of a data set of its own, changed by importing a second version of it. */
function versioned(tab: string, first: () => Promise<void>, second: () => Promise<void>): Change {
  const name = `Versions of ${tab}`;
  return {
    address: async () => `/data/${(await importTable(name, 40)).dataset}?tab=${tab}`,
    before: first,
    change: async () => {
      await importVersion(`second-${tab}`, name, 45);
      await second();
    },
  };
}

/** Keeps a recipe for the sales table, which has the columns it names whatever other tests import meanwhile. */
const saveRecipe = async (name: string, columns: readonly string[] = ['units']): Promise<string> => {
  const { base } = (await served.client.features.get({ id: project.featureSetId })).definition;
  const steps = columns.map((column) => ({ kind: 'log' as const, columns: [column], keep: true }));
  return (await served.client.features.saveRecipe({ name, steps, datasetId: base.datasetId })).id;
};

/** The project's feature set with one feature more, under a name. */
async function saveSet(name: string): Promise<void> {
  const { definition } = (await served.client.features.list({ search: projectNames.features })).items[0];
  const more = { kind: 'latest' as const, name: 'units before', source: 'base', column: 'units' };
  await served.client.features.save({ name, definition: { ...definition, features: [...definition.features, more] } });
}

/** What changes on each view; the names are those of the list of all views. */
const changes: Readonly<Record<string, Change>> = {
  home: {
    before: () => row(projectNames.dataset).waitFor(),
    change: async () => {
      await importTable('Seen at home');
      await row('Seen at home').waitFor();
    },
  },
  data: {
    before: () => row(projectNames.dataset).waitFor(),
    change: async () => {
      const { dataset } = await importTable('Seen in the list');
      await row('Seen in the list').waitFor();
      await served.cliJson('datasets', 'delete', dataset);
      await row('Seen in the list').waitFor({ state: 'detached' });
    },
  },
  import: {
    // The import runs in the command line's name; the page of the same job follows it to its receipt.
    address: async () => {
      const path = join(served.folder, 'long.csv');
      writeFileSync(path, `key,amount,left\n${'abcdefgh,12.25,yes\n'.repeat(3_000_000)}`);
      startCli(['import', path, '--workspace', served.workspace], { program: served.program, cwd: served.folder });
      let id = '';
      await eventually(async () => {
        const running = await served.client.jobs.list({ kinds: ['import'], states: ['queued', 'running'] });
        id = running.items[0]?.id ?? '';
        expect(id).not.toBe('');
      });
      return `/data/import?job=${id}`;
    },
    before: () => page.getByText('The import goes on when you leave this page.').waitFor(),
    change: () => page.getByText('3,000,000').first().waitFor({ timeout: 60_000 }),
  },
  'features-sets': {
    before: () => row(projectNames.features).waitFor(),
    change: async () => {
      await saveSet('Seen in the list of sets');
      await row('Seen in the list of sets').waitFor();
    },
  },
  'features-recipes': {
    before: () => page.getByText('No recipe yet', { exact: true }).waitFor(),
    change: async () => {
      await saveRecipe('Seen in the list of recipes');
      await row('Seen in the list of recipes').waitFor();
    },
  },
  recipe: {
    before: () => page.getByRole('button', { name: 'Add a step' }).waitFor(),
    address: async () => `/features/recipe?recipe=${await saveRecipe('Steps that grow')}`,
    change: async () => {
      await saveRecipe('Steps that grow', ['units', 'price']);
      await page.getByText('1. Logarithm').waitFor();
    },
  },
  'feature-set-edit': {
    before: () => page.getByRole('button', { name: 'Add a feature' }).waitFor(),
    change: () => page.getByText(projectNames.features).first().waitFor(),
  },
  'feature-set': {
    before: () => page.getByText('Version 1: 1 feature', { exact: true }).waitFor(),
    change: async () => {
      await saveSet(projectNames.features);
      await page.getByText('Version 2: 2 features').waitFor();
    },
  },
  sql: {
    before: () => page.getByRole('button', { name: projectNames.dataset, exact: true }).waitFor(),
    change: async () => {
      await importTable('Seen as a table');
      await page.getByRole('button', { name: 'Seen as a table', exact: true }).waitFor();
    },
  },
  'data-set-grid': versioned(
    'grid',
    () => page.getByText('40 rows', { exact: true }).waitFor(),
    () => page.getByText('45 rows', { exact: true }).waitFor(),
  ),
  'data-set-profile': versioned(
    'profile',
    () => row(/key.* 40 /).waitFor(),
    () => row(/key.* 45 /).waitFor(),
  ),
  'data-set-quality': {
    address: async () => {
      const path = join(served.folder, 'clean.csv');
      writeFileSync(path, 'amount,left\n1,yes\n2,no\n3,yes\n2,no\n1,no\n');
      const { dataset } = await served.cliJson<{ dataset: string }>('import', path, '--name', 'Clean');
      return `/data/${dataset}?tab=quality`;
    },
    before: async () => expect(await row(/constant/).count()).toBe(0),
    change: async () => {
      await importVersion('unclean', 'Clean', 60);
      await row(/constant/)
        .first()
        .waitFor();
    },
  },
  'data-set-versions': versioned(
    'versions',
    () => cell(/Versions of versions\.csv/).waitFor(),
    () => cell(/second-versions\.csv/).waitFor(),
  ),
  'data-set-receipt': versioned(
    'receipt',
    () => fact('Source').getByText('Versions of receipt.csv').first().waitFor(),
    () => fact('Source').getByText('second-receipt.csv').first().waitFor(),
  ),
  train: {
    before: () => row(projectNames.dataset).waitFor(),
    change: async () => {
      await importTable('Learn from this');
      await row('Learn from this').waitFor();
    },
  },
  'train-plan': {
    address: async () => `/train?dataset=${(await importTable('Plan', 60)).dataset}&target=left`,
    before: () => page.getByText(/^60 rows.*version 1/).waitFor(),
    change: async () => {
      await importVersion('plan-two', 'Plan', 80);
      await page.getByText(/^80 rows.*version 2/).waitFor();
    },
  },
  'train-live': {
    // Started by the command line; the page of its job shows the leaderboard growing and the model at the end.
    address: async () => {
      await importTable('Live', 400);
      const train = ['train', 'Live', '--target', 'left', '--trials', '3', '--drop', 'key', '--name', 'Live model'];
      startCli([...train, '--workspace', served.workspace], { program: served.program, cwd: served.folder });
      let id = '';
      await eventually(async () => {
        const running = await served.client.jobs.list({ kinds: ['train'], states: ['queued', 'running'] });
        id = running.items[0]?.id ?? '';
        expect(id).not.toBe('');
      });
      return `/train?job=${id}`;
    },
    before: () => page.getByRole('button', { name: 'Stop and keep the best' }).waitFor(),
    change: async () => {
      await page.getByText('The model is ready').waitFor({ timeout: 60_000 });
      expect(await page.getByRole('region', { name: 'Leaderboard' }).getByRole('row').count()).toBeGreaterThan(3);
    },
  },
  models: {
    before: () => row(projectNames.linear).waitFor(),
    change: async () => {
      const { eventId } = await served.cliJson<{ eventId: string }>('models', 'delete', projectNames.linear);
      await row(projectNames.linear).waitFor({ state: 'detached' });
      await served.client.system.undo({ eventId });
      await row(projectNames.linear).waitFor();
    },
  },
  'model-decide': modelTab(() => page.getByRole('figure', { name: 'Profit by threshold' }).waitFor()),
  'model-quality': modelTab(() => page.getByRole('figure', { name: 'Do the probabilities hold?' }).waitFor()),
  'model-explain': modelTab(() => page.getByRole('figure', { name: 'What moves the answer' }).waitFor()),
  'model-curves': modelTab(() => page.getByText('This model has no curves').waitFor()),
  'model-card': modelTab(() => page.getByRole('heading', { name: 'What it is' }).waitFor()),
  'model-use': modelTab(() => page.getByRole('heading', { name: 'On the command line' }).waitFor()),
  compare: {
    before: () => page.getByText('Practically equal').waitFor(),
    change: () =>
      deleteAndUndo(
        () =>
          page
            .getByRole('alert')
            .getByText(/was deleted/)
            .waitFor(),
        () => page.getByText('Practically equal').waitFor(),
      ),
  },
  predict: {
    before: () => row(projectNames.model).first().waitFor(),
    change: () =>
      deleteAndUndo(
        () => row(new RegExp(`^${projectNames.model}`)).waitFor({ state: 'detached' }),
        () => row(new RegExp(`^${projectNames.model}`)).waitFor(),
      ),
  },
  'predict-one': modelTab(() => page.getByRole('figure', { name: 'How the answer comes about' }).waitFor()),
  'predict-batch': {
    address: async () => `/predict?model=${project.modelId}&tab=batch`,
    before: () => page.getByRole('combobox', { name: 'or a data set' }).waitFor(),
    change: async () => {
      await importTable('Score this');
      await page.getByRole('combobox', { name: 'or a data set' }).click();
      await page.getByRole('option', { name: 'Score this' }).waitFor();
      await page.keyboard.press('Escape');
    },
  },
  jobs: {
    before: () => row(/telecom-churn\.csv/).waitFor(),
    change: async () => {
      await importTable('A new job');
      await row(/A new job\.csv.*Done/).waitFor();
    },
  },
  'settings-appearance': {
    before: async () => expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('light'),
    change: async () => {
      const scheme = (name: string) => page.locator(`html[data-mantine-color-scheme="${name}"]`).waitFor();
      await served.client.system.updateSettings({ theme: 'dark' });
      await scheme('dark');
      await served.client.system.updateSettings({ theme: 'auto' });
      await scheme('light');
    },
  },
  'settings-machine': {
    before: async () => expect(await page.getByRole('textbox', { name: 'Processor cores' }).inputValue()).toBe('0'),
    change: async () => {
      await served.client.system.updateSettings({ threads: 1 });
      await eventually(async () =>
        expect(await page.getByRole('textbox', { name: 'Processor cores' }).inputValue()).toBe('1'),
      );
      await served.client.system.updateSettings({ threads: 0 });
    },
  },
  'settings-workspace': {
    before: () => page.getByText(/\d+ hits?, \d+ miss(es)?$/).waitFor(),
    change: async () => {
      const { misses } = await served.client.predictions.cacheStats({});
      await served.client.predictions.one({ modelId: project.modelId, row: { tenure: 3, Contract: 'Two year' } });
      await page.getByText(new RegExp(`, ${misses + 1} miss(es)?$`)).waitFor();
    },
  },
  'settings-updates': {
    before: async () => expect(await page.getByRole('radio', { name: 'Stable' }).isChecked()).toBe(true),
    change: async () => {
      await served.client.system.updateSettings({ updateChannel: 'beta' });
      await eventually(async () => expect(await page.getByRole('radio', { name: 'Beta' }).isChecked()).toBe(true));
      await served.client.system.updateSettings({ updateChannel: 'stable' });
    },
  },
  'settings-doctor': {
    before: () => row(/files/).waitFor(),
    change: async () => {
      const files = await row(/recorded files/).textContent();
      await importTable('Looked over');
      // Looking everything over is asked for, never done behind one's back.
      await page.getByRole('button', { name: 'Check again' }).click();
      await eventually(async () => expect(await row(/recorded files/).textContent()).not.toBe(files));
    },
  },
  'settings-about': {
    // Nothing here changes while the host runs; it names the version that the command line names.
    before: () => fact('Version').waitFor(),
    change: async () => {
      const { stdout } = await served.cli('--version');
      expect(await fact('Version').textContent()).toBe(stdout.trim());
    },
  },
};

describe('A1, P2 every page shows what another door changed', () => {
  it('has an entry for every path of the router and every view', () => {
    expect([...new Set(views.map((view) => view.path))].sort()).toEqual([...routerPaths()].sort());
    expect(Object.keys(changes).sort()).toEqual(views.map((view) => view.name).sort());
  });

  it.each(views.map((view) => [view.name, view] as const))('%s', async (name, view) => {
    const entry = changes[name];
    if (entry === undefined) throw new Error(`${name} has no entry`);
    await opened.go(entry.address === undefined ? view.address(project) : await entry.address());
    await entry.before();
    await page.evaluate(() => Reflect.set(window, 'loadedOnce', true));
    await entry.change();
    expect(await page.evaluate(() => Reflect.get(window, 'loadedOnce'))).toBe(true);
  });

  it('jobs drawer', async () => {
    await opened.go('/');
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await page.keyboard.press('Control+j');
    const drawer = page.getByRole('dialog', { name: 'Jobs' });
    await drawer.waitFor();
    await importTable('Told in the drawer');
    await drawer.getByText('Import Told in the drawer.csv').first().waitFor();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });
});
