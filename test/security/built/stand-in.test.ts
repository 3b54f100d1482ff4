/** What the built shell refuses, under the stand-in: navigation, windows, permissions, foreign senders, foreign files. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {} from '../../../renderer/client/bridge.ts';
import { eventually } from '../../helpers/eventually.ts';
import { type LaunchedApp, launchApp } from '../../helpers/stand-in/launch.ts';

let app: LaunchedApp;
beforeAll(async () => {
  app = await launchApp();
  await app.page.locator('h1', { hasText: 'Home' }).waitFor();
});
afterAll(() => app.dispose());

describe('A2 M3 what the page sees of the machine', () => {
  it('is the bridge and nothing else', async () => {
    const seen = await app.page.evaluate(() => ({
      bridge: Object.keys(window.augury ?? {}).sort(),
      frozen: Object.isFrozen(window.augury),
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
        (name) => name in window,
      ),
      platform: Object.keys(window.augury?.platform ?? {}).sort(),
    }));
    expect(seen).toEqual({
      bridge: ['connect', 'onCommand', 'openDialog', 'pathForFile', 'platform', 'saveDialog'],
      frozen: true,
      node: [],
      platform: ['chrome', 'electron', 'os'],
    });
  });

  it('is served with the strict policy and a nonce of its own', async () => {
    const reply = await app.page.evaluate(async () => {
      const page = await fetch('/');
      return { policy: page.headers.get('content-security-policy') ?? '', text: await page.text() };
    });
    const nonce = /'nonce-([^']+)'/.exec(reply.policy)?.[1] ?? '';
    expect(reply.policy).toContain("default-src 'self'; script-src 'self'; style-src 'self' 'nonce-");
    expect(reply.policy).toContain("object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    expect(reply.text).toContain(nonce);
    expect(reply.text).not.toContain('__CSP_NONCE__');
  });

  it('violates that policy nowhere on its way through the pages', async () => {
    await app.page.evaluate(() => {
      Reflect.set(window, 'violations', []);
      document.addEventListener('securitypolicyviolation', (event) =>
        Reflect.get(window, 'violations').push(`${event.violatedDirective} ${event.blockedURI}`),
      );
    });
    for (const path of ['/data', '/train', '/models', '/predict', '/jobs', '/settings', '/']) {
      await app.page.evaluate((hash) => {
        window.location.hash = hash;
      }, path);
      await app.page.locator('h1').first().waitFor();
    }
    expect(await app.page.evaluate(() => Reflect.get(window, 'violations'))).toEqual([]);
  });

  it.each([
    '/../../package.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '/.git',
    '/index.html/../x',
  ])('finds no file at %s', async (path) => {
    expect(await app.page.evaluate(async (url) => (await fetch(url)).status, path)).toBe(404);
  });

  it('answers reads only', async () => {
    expect(await app.page.evaluate(async () => (await fetch('/', { method: 'POST' })).status)).toBe(405);
  });
});

describe('A2 M3 where the page may go', () => {
  it.each(['https://example.com/', 'file:///etc/passwd', 'http://augury.localhost.evil.example/', 'data:text/html,x'])(
    'stays when a link leads to %s',
    async (url) => {
      const before = app.page.url();
      await app.page.evaluate((target) => window.location.assign(target), url).catch(() => {});
      await app.page.waitForTimeout(300);
      expect(app.page.url()).toBe(before);
    },
  );

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-download'])(
    'prevents %s to anywhere but our page',
    async (event) => {
      for (const url of ['https://example.com/', 'file:///etc/passwd', 'app://augury.evil/', 'app://user@augury/']) {
        expect(await app.ask('prevents', { event, url }), url).toBe(true);
      }
      expect(await app.ask('prevents', { event, url: 'app://augury/index.html' })).toBe(false);
    },
  );

  it('opens no window', async () => {
    await app.page.evaluate(() => window.open('https://example.com/'));
    await eventually(async () => expect((await app.state()).popups).toEqual(['deny']));
  });

  it('attaches no webview', async () => {
    expect(await app.ask('webview')).toBe(true);
  });
});

describe('A2 M3 permissions', () => {
  it.each([
    'media',
    'geolocation',
    'notifications',
    'midi',
    'hid',
    'serial',
    'usb',
    'clipboard-read',
    'openExternal',
    'fullscreen',
  ])('refuses %s', async (name) => {
    const url = 'app://augury/';
    expect(await app.ask('permission', { name, url })).toEqual({ request: false, check: false, device: false });
  });

  it('are the same in every session', async () => {
    expect(await app.ask('newSession')).toBe(true);
  });

  it('lets our page alone write to the clipboard', async () => {
    const name = 'clipboard-sanitized-write';
    expect(await app.ask('permission', { name, url: 'app://augury/' })).toMatchObject({ request: true, check: true });
    for (const url of ['https://example.com/', 'app://other/', 'app://augury.evil/', 'app://user@augury/']) {
      expect(await app.ask('permission', { name, url })).toMatchObject({ request: false, check: false });
    }
  });
});

describe('A2 M3 what main listens to', () => {
  it('is three channels', async () => {
    const { handlers, channels } = await app.state();
    expect([...handlers].sort()).toEqual(['augury:open-dialog', 'augury:save-dialog']);
    expect(channels).toEqual(['augury:connect']);
  });

  it('ignores or refuses another sender: a foreign page, a frame, another window', async () => {
    for (const sender of ['foreign-page', 'frame', 'other-window']) {
      expect(await app.ask('forge', { sender, channel: 'augury:connect' })).toBe('ignored');
    }
    for (const sender of ['foreign-page', 'frame', 'other-window']) {
      expect(await app.ask('forge', { sender, channel: 'augury:open-dialog' })).toContain('refused');
      expect(await app.ask('forge', { sender, channel: 'augury:save-dialog' })).toContain('refused');
    }
    expect((await app.state()).asked).toEqual([]);
  });

  it('knows the purposes of dialogs and no others', async () => {
    const outcome = await app.page.evaluate(() =>
      (window.augury?.openDialog('anything' as 'data') ?? Promise.resolve()).then(
        () => 'opened',
        () => 'refused',
      ),
    );
    expect(outcome).toBe('refused');
    expect((await app.state()).asked).toEqual([]);
  });
});

describe('A2 M3 how the window is made', () => {
  it('is sandboxed and isolated, without Node, with our preload alone', async () => {
    const { options, sandboxed, schemes } = await app.state();
    expect(sandboxed).toBe(true);
    expect(options?.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
    expect(options?.webPreferences?.preload).toMatch(/out\/preload\/index\.cjs$/);
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
  });
});
