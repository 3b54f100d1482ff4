/** electron-updater's own code against a feed on loopback, driven by our wiring. Only `electron` itself is a double. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppImageUpdater, AppUpdater, NsisUpdater } from 'electron-updater';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkForUpdate, configureUpdater, type UpdatePrompts } from '../../../main/app/updater.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-updater-'));
const double = new URL('../../helpers/updater-electron.cjs', import.meta.url).href;
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: double, shortCircuit: true } : next(specifier, context),
});
type Parts = {
  readonly AppImageUpdater: new (options: object, app: object) => AppImageUpdater;
  readonly NsisUpdater: new (options: object, app: object) => NsisUpdater;
};
const require = createRequire(import.meta.url);
const { AppImageUpdater: LinuxUpdater, NsisUpdater: WindowsUpdater }: Parts = require('electron-updater');
const { ElectronHttpExecutor } = require('electron-updater/out/electronHttpExecutor');

const files = new Map<string, Buffer>();
const requested: string[] = [];
let server: Server;
let feed = '';
let cases = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    requested.push(path);
    const body = files.get(path);
    response.writeHead(body === undefined ? 404 : 200, { 'content-length': body?.length ?? 0 });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (typeof address === 'object' && address !== null) feed = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.close();
  hooks.deregister();
  rmSync(folder, { recursive: true, force: true });
  delete process.env.APPIMAGE;
});
beforeEach(() => {
  files.clear();
  requested.length = 0;
});

const sha512 = (content: Buffer): string => createHash('sha512').update(content).digest('base64');

/** Puts a release on the feed; `claimed` is the content its description speaks of. */
function publish(
  version: string,
  options: { channel?: string; staging?: number; claimed?: Buffer; extension?: 'AppImage' | 'exe' } = {},
): Buffer {
  const extension = options.extension ?? 'AppImage';
  const content = randomBytes(64_000);
  const claimed = options.claimed ?? content;
  const name = `augury-${version}.${extension}`;
  files.set(`/${name}`, content);
  const lines = [
    `version: ${version}`,
    'files:',
    `  - url: ${name}`,
    `    sha512: ${sha512(claimed)}`,
    `    size: ${claimed.length}`,
    `path: ${name}`,
    `sha512: ${sha512(claimed)}`,
    "releaseDate: '2026-01-01T00:00:00.000Z'",
    ...(options.staging === undefined ? [] : [`stagingPercentage: ${options.staging}`]),
  ];
  files.set(`/${options.channel ?? 'latest'}-linux.yml`, Buffer.from(lines.join('\n')));
  return content;
}

type Kind = 'linux' | 'windows';

/** An updater of an installed 1.2.0; `stagingId` decides its place in staged roll-outs. */
function install(kind: Kind = 'linux', options: { stagingId?: string; publisher?: string } = {}): AppUpdater {
  const home = join(folder, `case-${cases++}`);
  mkdirSync(home, { recursive: true });
  const config = `provider: generic\nurl: ${feed}\nupdaterCacheDirName: augury-updater\n`;
  const publisher = options.publisher === undefined ? '' : `publisherName:\n  - ${options.publisher}\n`;
  writeFileSync(join(home, 'app-update.yml'), config + publisher);
  if (options.stagingId !== undefined) writeFileSync(join(home, '.updaterId'), options.stagingId);
  const appImage = join(home, 'Augury.AppImage');
  writeFileSync(appImage, 'the installed one');
  process.env.APPIMAGE = appImage;
  const app = {
    version: '1.2.0',
    name: 'augury',
    isPackaged: true,
    appUpdateConfigPath: join(home, 'app-update.yml'),
    userDataPath: home,
    baseCachePath: home,
    whenReady: async () => {},
    relaunch: () => {},
    quit: () => {},
    onQuit: () => {},
  };
  const updater: AppUpdater = new (kind === 'linux' ? LinuxUpdater : WindowsUpdater)(
    { provider: 'generic', url: feed },
    app,
  );
  // Given an application of its own, the updater leaves the choice of a client to the caller.
  Reflect.set(updater, 'httpExecutor', new ElectronHttpExecutor());
  updater.setFeedURL({ provider: 'generic', url: feed });
  updater.logger = null;
  updater.on('error', () => {});
  updater.disableDifferentialDownload = true;
  return updater;
}

type Record = { readonly said: string[]; readonly prompts: UpdatePrompts };

function user(answers: { download: boolean; restart?: boolean }): Record {
  const said: string[] = [];
  return {
    said,
    prompts: {
      askDownload: async (version) => said.push(`download ${version}?`) > 0 && answers.download,
      askRestart: async (version) => said.push(`restart ${version}?`) > 0 && answers.restart === true,
      tellCurrent: async () => void said.push('current'),
      tellProblem: async (message) => void said.push(`problem: ${message}`),
    },
  };
}

const askedByUser = { askedByUser: true };
const downloaded = (): boolean => requested.some((path) => path.endsWith('.AppImage') || path.endsWith('.exe'));

describe('A2 updates', () => {
  it('offers a newer version, downloads it after a yes, and restarts only after another', async () => {
    const content = publish('1.3.0');
    const updater = install();
    configureUpdater(updater, 'stable');
    const arrived: string[] = [];
    updater.on('update-downloaded', (event) => arrived.push(event.downloadedFile));
    const { said, prompts } = user({ download: true });
    expect(await checkForUpdate(updater, prompts, askedByUser)).toBe('downloaded');
    expect(said).toEqual(['download 1.3.0?', 'restart 1.3.0?']);
    expect(readFileSync(arrived[0] ?? '')).toEqual(content);
    expect(readFileSync(process.env.APPIMAGE ?? '', 'utf8')).toBe('the installed one');
  });

  it('installs when the user agrees to restart', async () => {
    publish('1.3.0');
    const updater = install();
    configureUpdater(updater, 'stable');
    const installs: unknown[] = [];
    updater.quitAndInstall = (...args: unknown[]) => void installs.push(args);
    expect(await checkForUpdate(updater, user({ download: true, restart: true }).prompts, askedByUser)).toBe(
      'installing',
    );
    expect(installs).toEqual([[false, true]]);
  });

  it('downloads nothing without a yes, at the check or later', async () => {
    publish('1.3.0');
    const updater = install();
    configureUpdater(updater, 'stable');
    expect(updater.autoDownload).toBe(false);
    expect(updater.autoInstallOnAppQuit).toBe(false);
    const { said, prompts } = user({ download: false });
    expect(await checkForUpdate(updater, prompts, askedByUser)).toBe('declined');
    await new Promise((done) => setTimeout(done, 50));
    expect(said).toEqual(['download 1.3.0?']);
    expect(downloaded()).toBe(false);
  });

  it('keeps a staged version from those outside its share and gives it to those inside', async () => {
    // The last four bytes of the id are the user's place: 0 is first, ff… last.
    const place = (end: string) => `5ad0bb2f-8d1f-5e0f-9a4f-0000${end}`;
    publish('1.3.0', { staging: 10 });
    const outside = install('linux', { stagingId: place('ffffff00') });
    configureUpdater(outside, 'stable');
    const first = user({ download: true });
    expect(await checkForUpdate(outside, first.prompts, askedByUser)).toBe('current');
    expect(first.said).toEqual(['current']);
    const inside = install('linux', { stagingId: place('00000001') });
    configureUpdater(inside, 'stable');
    const second = user({ download: false });
    expect(await checkForUpdate(inside, second.prompts, askedByUser)).toBe('declined');
  });

  it('refuses a file that is not the one described, and leaves the installed one alone', async () => {
    publish('1.3.0', { claimed: randomBytes(64_000) });
    const updater = install();
    configureUpdater(updater, 'stable');
    const { said, prompts } = user({ download: true, restart: true });
    expect(await checkForUpdate(updater, prompts, askedByUser)).toBe('problem');
    expect(said.at(-1)).toMatch(/^problem: sha512 checksum mismatch/);
    expect(said).not.toContain('restart 1.3.0?');
    expect(readFileSync(process.env.APPIMAGE ?? '', 'utf8')).toBe('the installed one');
  });

  it('refuses an installer that someone else signed', async () => {
    publish('1.3.0', { extension: 'exe' });
    const updater = install('windows', { publisher: 'The Augury developers' });
    configureUpdater(updater, 'stable');
    const asked: unknown[] = [];
    Reflect.set(updater, 'verifyUpdateCodeSignature', async (names: string[]) => {
      asked.push(names);
      return 'signed by Mallory';
    });
    const { said, prompts } = user({ download: true, restart: true });
    expect(await checkForUpdate(updater, prompts, askedByUser)).toBe('problem');
    expect(asked).toEqual([['The Augury developers']]);
    expect(said.at(-1)).toContain('is not signed by the application owner');
  });

  it.each(['1.1.9', '1.2.0', '1.2.0-beta.9'])('never goes back to %s', async (version) => {
    for (const channel of ['stable', 'beta'] as const) {
      publish(version, { channel: channel === 'beta' ? 'beta' : 'latest' });
      const updater = install();
      configureUpdater(updater, channel);
      expect(updater.allowDowngrade).toBe(false);
      const { said, prompts } = user({ download: true });
      expect(await checkForUpdate(updater, prompts, askedByUser)).toBe('current');
      expect(said).toEqual(['current']);
    }
    expect(downloaded()).toBe(false);
  });

  it('asks the channel of the settings and no other', async () => {
    publish('1.3.0');
    publish('1.4.0-beta.1', { channel: 'beta' });
    const stable = install();
    configureUpdater(stable, 'stable');
    const first = user({ download: false });
    await checkForUpdate(stable, first.prompts, askedByUser);
    expect(first.said).toEqual(['download 1.3.0?']);
    const beta = install();
    configureUpdater(beta, 'beta');
    const second = user({ download: false });
    await checkForUpdate(beta, second.prompts, askedByUser);
    expect(second.said).toEqual(['download 1.4.0-beta.1?']);
  });

  it('tells of a broken feed only who asked', async () => {
    const updater = install();
    configureUpdater(updater, 'stable');
    const silent = user({ download: true });
    expect(await checkForUpdate(updater, silent.prompts, { askedByUser: false })).toBe('problem');
    expect(silent.said).toEqual([]);
    const loud = user({ download: true });
    await checkForUpdate(updater, loud.prompts, askedByUser);
    expect(loud.said).toHaveLength(1);
    publish('1.2.0');
    const current = user({ download: true });
    await checkForUpdate(updater, current.prompts, { askedByUser: false });
    expect(current.said).toEqual([]);
  });
});
