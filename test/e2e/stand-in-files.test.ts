/** Files the system opens with us, and a second instance: built main, preload and renderer under the stand-in. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LaunchedApp, launchApp } from '../helpers/stand-in/launch.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-files-'));
const missing = (name: string) => join(folder, `${name}.augury-model`);
let app: LaunchedApp;

beforeAll(async () => {
  app = await launchApp({ args: [missing('first'), '--flag', 'notes.txt'] });
  await app.page.locator('h1', { hasText: 'Home' }).waitFor();
});
afterAll(async () => {
  await app.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** The page imports the package; what it says of a file that is not there names it. */
const mentions = (name: string) => app.page.getByText(`${name}.augury-model`, { exact: false }).first().waitFor();

describe('A2 file association', () => {
  it('opens a model named on the command line once the page listens', async () => {
    await mentions('first');
  });

  it('opens a model that the system hands over later', async () => {
    expect(await app.ask('openFile', missing('second'))).toBe(true);
    await mentions('second');
  });

  it('takes the file of a second instance, relative to its folder, and comes to the front', async () => {
    await app.ask('secondInstance', { argv: ['augury', 'third.augury-model'], folder });
    await mentions('third');
    expect((await app.state()).windowCalls).toContain('focus');
  });

  it('ends at once when another instance runs', async () => {
    await expect(launchApp({ env: { STAND_IN_SECOND: '1' } })).rejects.toThrow('ended with 0 before its window opened');
  });
});

describe('A2 a workspace that another process has open', () => {
  it('is told in a dialog with the process, and the window quits', async () => {
    const second = await launchApp({ home: app.home });
    await expect
      .poll(async () => (await second.state()).asked.at(-1)?.message, { timeout: 15_000 })
      .toMatch(/^Another Augury \(process \d+\) has this workspace open\.$/);
    await second.ask('answerDialog', { response: 0 });
    await second.dispose();
  });

  it('is told in words when the workspace cannot be written at all', async () => {
    const file = join(folder, 'not-a-folder');
    writeFileSync(file, '');
    await expect(launchApp({ home: join(file, 'home') })).rejects.toThrow('ended with 1 before its window opened');
    const home = join(folder, 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'workspace'), 'a file where the folder should be');
    const launched = await launchApp({ home });
    await expect.poll(async () => (await launched.state()).asked.length, { timeout: 15_000 }).toBe(1);
    const [told] = (await launched.state()).asked;
    expect(told?.message).not.toBe('');
    await launched.ask('answerDialog', { response: 0 });
    await launched.dispose();
  });
});
