/** The built main, preload and renderer under the stand-in for Electron: what the window does. Bodies speak to `page`. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../renderer/client/bridge.ts';
import { eventually } from '../helpers/eventually.ts';
import { failOnProblems } from '../helpers/served.ts';
import { type LaunchedApp, launchApp } from '../helpers/stand-in/launch.ts';

let app: LaunchedApp;
const problems: string[] = [];

beforeAll(async () => {
  app = await launchApp({ env: { AUGURY_SAMPLE: 'telecom-churn' } });
  app.page.on('pageerror', (error) => problems.push(error.message));
  app.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await app.page.locator('h1', { hasText: 'Home' }).waitFor();
});
afterEach(() => {
  failOnProblems(problems);
});
afterAll(() => app.dispose());

const go = (hash: string) =>
  app.page.evaluate((target) => {
    window.location.hash = target;
  }, hash);
const engine = async () => (await app.state()).utilities.find((each) => each.serviceName === 'Augury engine')?.pid ?? 0;

describe('A2 the window', () => {
  it('opens one window with the application in it, over the port', async () => {
    const { windows, windowCalls, asked } = await app.state();
    expect(windows).toBe(1);
    expect(windowCalls).toContain('show');
    expect(asked).toEqual([]);
    await app.page.getByText('Telecom churn', { exact: false }).first().waitFor();
  });

  it.each([
    ['/data', 'Data'],
    ['/train', 'Train'],
    ['/models', 'Models'],
    ['/predict', 'Predict'],
    ['/jobs', 'Jobs'],
    ['/settings', 'Settings'],
  ])('shows %s with data that came over the port', async (path, title) => {
    await go(path);
    await app.page.locator('h1', { hasText: title }).waitFor();
    await app.page.getByText('Loading', { exact: true }).waitFor({ state: 'detached' });
  });

  it('offers the menu of the issue with accelerators, and standard roles', async () => {
    const { menu } = await app.state();
    const accelerators = Object.fromEntries(
      menu.flatMap(({ label, accelerator }) => (accelerator ? [[label, accelerator]] : [])),
    );
    expect(accelerators).toMatchObject({
      'New Import…': 'CmdOrCtrl+O',
      'Train a Model': 'CmdOrCtrl+T',
      'Command Palette': 'CmdOrCtrl+K',
      'Toggle Light and Dark': 'CmdOrCtrl+Shift+L',
    });
    const roles = menu.flatMap(({ role }) => (role === undefined ? [] : [role]));
    expect(roles).toEqual(expect.arrayContaining(['editMenu', 'windowMenu', 'help', 'quit', 'togglefullscreen']));
    expect(roles).not.toContain('toggleDevTools');
  });

  it('carries menu commands to the page', async () => {
    await go('/');
    await app.ask('clickMenu', 'Train a Model');
    await app.page.locator('h1', { hasText: 'Train' }).waitFor();
    await app.ask('clickMenu', 'Command Palette');
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
    const scheme = () => app.page.locator('html').getAttribute('data-mantine-color-scheme');
    const before = await scheme();
    await app.ask('clickMenu', 'Toggle Light and Dark');
    await eventually(async () => expect(await scheme()).not.toBe(before));
  });

  it('imports a file chosen in the native dialog', async () => {
    await app.ask('answerDialog', {
      canceled: false,
      filePaths: [join(process.cwd(), 'resources/samples/store-sales.csv')],
    });
    await app.ask('clickMenu', 'New Import…');
    await app.page.getByText('store-sales.csv').first().waitFor();
    expect((await app.state()).asked.at(-1)).toMatchObject({ kind: 'open', title: 'Import a table' });
    expect(app.page.url()).toContain('/data/import');
  });

  it('asks where to save through the bridge, with a bare name whatever the page suggests', async () => {
    await app.ask('answerDialog', { canceled: false, filePath: '/tmp/out.csv' });
    expect(await app.page.evaluate(() => window.augury?.saveDialog('data', '../../etc/passwd'))).toBe('/tmp/out.csv');
    expect((await app.state()).asked.at(-1)).toMatchObject({ kind: 'save', name: 'passwd' });
    await app.ask('answerDialog', { canceled: true, filePaths: [] });
    expect(await app.page.evaluate(() => window.augury?.openDialog('data'))).toBeNull();
  });

  it('looks for updates when asked, and says when there is none', async () => {
    await app.ask('clickMenu', 'Check for Updates…');
    await eventually(async () => expect((await app.state()).asked.at(-1)?.message).toBe('Augury is up to date.'));
    await app.ask('answerDialog', { response: 0 });
  });

  it('knows the path of a file the user gave', async () => {
    const path = await app.page.evaluate(() => {
      Reflect.set(window, '__standInPaths', { 'a.csv': '/home/user/a.csv' });
      return window.augury?.pathForFile(new File(['x'], 'a.csv'));
    });
    expect(path).toBe('/home/user/a.csv');
  });
});

describe('A2 the inference process', () => {
  const inference = async () =>
    (await app.state()).utilities.flatMap(({ serviceName, pid }) => (serviceName === 'Augury inference' ? [pid] : []));

  it('is started by the window for the host, reached over a port, and replaced when it dies', async () => {
    await go('/settings');
    await app.page.getByRole('tab', { name: 'Machine' }).click();
    const cpu = app.page.getByRole('row').filter({ hasText: /^cpu/ });
    await cpu.filter({ hasText: 'in use' }).waitFor();
    const before = await inference();
    expect(before).toHaveLength(1);
    process.kill(before[0] ?? 0, 'SIGKILL');
    await eventually(async () => expect(await inference()).toEqual([]));
    await app.page.getByRole('button', { name: 'Try again' }).click();
    await eventually(async () => {
      const [after] = await inference();
      expect(after).toBeDefined();
      expect(after).not.toBe(before[0]);
    });
    await cpu.filter({ hasText: 'in use' }).waitFor();
  });
});

/** Keeps what the page sends for its next call. */
async function rememberCall(): Promise<void> {
  await app.page.evaluate(() => {
    const send = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (this: MessagePort, data: unknown) {
      // React's scheduler uses ports as well; calls are text.
      if (typeof data === 'string') Reflect.set(window, 'remembered', data);
      send.call(this, data);
    };
  });
  await go('/models');
  await app.page.waitForFunction(() => 'remembered' in window);
}

/** Asks for a port and makes the remembered call on it as soon as it comes; the answer may be late. */
const repeatCall = (): Promise<void> =>
  app.page.evaluate(
    () =>
      new Promise<void>((done) => {
        const take = (event: MessageEvent): void => {
          const [port] = event.ports;
          port?.addEventListener('message', () => Reflect.set(window, 'answered', true));
          port?.start();
          port?.postMessage(Reflect.get(window, 'remembered'));
          done();
        };
        // This very port must be served: the page asks for others by itself.
        window.addEventListener('message', take, { once: true });
        window.augury?.connect();
      }),
  );

describe('A2 the engine host', () => {
  it('is started again after it dies; pending calls are rejected and the page goes on', async () => {
    await go('/data');
    await app.page.locator('h1', { hasText: 'Data' }).waitFor();
    const before = await engine();
    process.kill(before, 'SIGKILL');
    await app.page
      .getByRole('status')
      .filter({ hasText: /engine|connection/i })
      .first()
      .waitFor();
    await eventually(async () => expect(await engine()).not.toBe(before));
    await go('/jobs');
    await app.page.getByText('telecom-churn', { exact: false }).first().waitFor();
    expect((await app.state()).asked.filter(({ message }) => message.includes('engine'))).toEqual([]);
    problems.length = 0;
  });

  it('is left alone with a question when it keeps dying, and tried again on request', async () => {
    await rememberCall();
    for (let death = 0; death < 6; death++) {
      await eventually(async () => expect(await engine()).toBeGreaterThan(0), 20_000);
      process.kill(await engine(), 'SIGKILL');
      await eventually(async () => expect(await engine()).toBe(0));
      if ((await app.state()).asked.some(({ message }) => message.includes('several times'))) break;
    }
    await eventually(async () =>
      expect((await app.state()).asked.at(-1)?.message).toBe('The engine stopped several times in a row.'),
    );
    expect(await engine()).toBe(0);
    await repeatCall();
    await app.ask('answerDialog', { response: 0 });
    await app.page.waitForFunction(() => Reflect.get(window, 'answered') === true);
    await eventually(async () => expect(await engine()).toBeGreaterThan(0));
    await go('/data');
    await app.page.getByText('Telecom churn', { exact: false }).first().waitFor();
    problems.length = 0;
  });
});

describe('A2 leaving and coming back', () => {
  it('keeps where the window was, quits in order, and comes back there', async () => {
    const home = mkdtempSync(join(tmpdir(), 'augury-app-'));
    const first = await launchApp({ home });
    await first.page.locator('h1', { hasText: 'Home' }).waitFor();
    await first.ask('moveWindow', { x: 40, y: 30, width: 1100, height: 760 });
    expect(await first.quit()).toBe(0);
    await first.dispose();
    const kept = JSON.parse(readFileSync(join(home, 'window/window-state.json'), 'utf8'));
    expect(kept).toMatchObject({ x: 40, y: 30, width: 1100, height: 760 });
    const second = await launchApp({ home });
    expect((await second.state()).bounds).toEqual({ x: 40, y: 30, width: 1100, height: 760 });
    expect(await second.quit()).toBe(0);
    await second.dispose();
    rmSync(home, { recursive: true, force: true });
  });

  it('brings a window from a screen that is gone back onto one that is there', async () => {
    const home = mkdtempSync(join(tmpdir(), 'augury-app-'));
    const displays = '[{"id":1,"workArea":{"x":0,"y":0,"width":1366,"height":768}}]';
    const first = await launchApp({ home });
    await first.ask('moveWindow', { x: 3000, y: 200, width: 1500, height: 900 });
    await first.quit();
    await first.dispose();
    const second = await launchApp({ home, env: { STAND_IN_DISPLAYS: displays } });
    expect((await second.state()).bounds).toEqual({ x: 0, y: 0, width: 1366, height: 768 });
    await second.quit();
    await second.dispose();
    rmSync(home, { recursive: true, force: true });
  });
});
