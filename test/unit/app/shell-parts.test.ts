import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../../main/app/menu.ts';
import { modelFilesOf } from '../../../main/app/opened-files.ts';
import { isOurPage } from '../../../main/app/origin.ts';
import { createRestartPolicy } from '../../../main/app/restart-policy.ts';
import {
  type Area,
  fitToScreens,
  minimumSize,
  readWindowState,
  writeWindowState,
} from '../../../main/app/window-state.ts';
import { dataFolder } from '../../../main/home.ts';

describe('A2 window state', () => {
  const area = fc.record({
    x: fc.integer({ min: -4000, max: 4000 }),
    y: fc.integer({ min: -4000, max: 4000 }),
    width: fc.integer({ min: 600, max: 4000 }),
    height: fc.integer({ min: 500, max: 3000 }),
  });
  const within = (inner: Area, outer: Area): boolean =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;

  it('lies wholly on some screen, whatever was kept and whatever screens there are', () => {
    fc.assert(
      fc.property(fc.option(area), fc.array(area, { minLength: 1, maxLength: 3 }), (kept, screens) => {
        const fitted = fitToScreens(kept === null ? null : { ...kept, maximized: false }, screens);
        expect(screens.some((screen) => within(fitted, screen))).toBe(true);
      }),
    );
  });

  it('stays as it was where it fits', () => {
    const state = { x: 50, y: 60, width: 1300, height: 900, maximized: true };
    expect(fitToScreens(state, [{ x: 0, y: 0, width: 1920, height: 1080 }])).toEqual(state);
  });

  it('is at least the minimum where the screen has room, and centred at first', () => {
    const screen = { x: 0, y: 0, width: 1920, height: 1080 };
    expect(fitToScreens({ x: 0, y: 0, width: 10, height: 10, maximized: false }, [screen])).toMatchObject(minimumSize);
    expect(fitToScreens(null, [screen])).toEqual({ x: 320, y: 140, width: 1280, height: 800, maximized: false });
  });

  it('survives a round trip, and a file that is damaged or cannot be written', () => {
    const folder = mkdtempSync(join(tmpdir(), 'augury-state-'));
    const file = join(folder, 'state.json');
    const state = { x: 1, y: 2, width: 1100, height: 800, maximized: false };
    expect(readWindowState(file)).toBeNull();
    writeWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
    writeFileSync(file, '{"x":');
    expect(readWindowState(file)).toBeNull();
    expect(() => writeWindowState(join(folder, 'no', 'such', 'folder'), state)).not.toThrow();
    rmSync(folder, { recursive: true });
  });
});

describe('A2 restarting the engine host', () => {
  it('pauses longer each time and stops after five deaths within a minute', () => {
    const policy = createRestartPolicy();
    const pauses = [0, 1, 2, 3, 4, 5].map((second) => policy.pauseAfterDeath(second * 1000));
    expect(pauses).toEqual([200, 500, 1000, 2000, 4000, null]);
  });

  it('forgets deaths older than a minute, and everything on request', () => {
    const policy = createRestartPolicy();
    for (let i = 0; i < 5; i++) policy.pauseAfterDeath(i);
    expect(policy.pauseAfterDeath(61_000)).toBe(200);
    for (let i = 0; i < 5; i++) policy.pauseAfterDeath(61_000 + i);
    policy.reset();
    expect(policy.pauseAfterDeath(61_010)).toBe(200);
  });
});

describe('A2 files the system opens', () => {
  it('takes models alone, from the folder of whoever named them', () => {
    const argv = ['/opt/augury', '--switch', 'a.augury-model', '/abs/B.AUGURY-MODEL', 'c.csv', '--x.augury-model'];
    expect(modelFilesOf(argv, '/home/user')).toEqual(['/home/user/a.augury-model', '/abs/B.AUGURY-MODEL']);
    expect(modelFilesOf(['a.augury-model'], '/')).toEqual([]);
  });
});

describe('A2 our own page', () => {
  it.each(['app://augury/', 'app://augury/index.html#/data', 'app://augury'])('is %s', (url) => {
    expect(isOurPage(url)).toBe(true);
  });
  it.each([
    'app://augury.evil/',
    'app://evil/augury',
    'app://user:pass@augury/',
    'https://augury/',
    'file:///augury',
    'app:augury',
    '',
    'about:blank',
    'javascript:1',
  ])('is not %j', (url) => {
    expect(isOurPage(url)).toBe(false);
  });
});

describe('A2 menus', () => {
  const actions = {
    command: () => {},
    importFile: () => {},
    openModel: () => {},
    checkForUpdates: () => {},
    about: () => {},
  };
  it.each(['win32', 'darwin', 'linux'] as const)('have an action or a role for every item on %s', (platform) => {
    const walk = (items: ReturnType<typeof menuTemplate>): void => {
      for (const item of items) {
        if (Array.isArray(item.submenu)) walk(item.submenu);
        else expect(item.type === 'separator' || item.role !== undefined || item.click !== undefined).toBe(true);
      }
    };
    walk(menuTemplate(platform, actions));
  });
  it('give no accelerator twice', () => {
    for (const platform of ['darwin', 'linux'] as const) {
      const given = menuTemplate(platform, actions).flatMap((menu) =>
        Array.isArray(menu.submenu) ? menu.submenu.flatMap(({ accelerator }) => accelerator ?? []) : [],
      );
      expect(new Set(given).size).toBe(given.length);
    }
  });
});

describe('A2 the data folder', () => {
  it('is where each system keeps data of applications, or what AUGURY_HOME says', () => {
    expect(dataFolder({ AUGURY_HOME: '/a' }, 'linux', '/home/u')).toBe('/a');
    expect(dataFolder({}, 'linux', '/home/u')).toBe('/home/u/.local/share/augury');
    expect(dataFolder({ XDG_DATA_HOME: '/data' }, 'linux', '/home/u')).toBe('/data/augury');
    expect(dataFolder({}, 'darwin', '/Users/u')).toBe('/Users/u/Library/Application Support/Augury');
    expect(dataFolder({ APPDATA: '/Roaming' }, 'win32', '/u')).toBe('/Roaming/Augury');
  });
});
