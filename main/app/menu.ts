import type { MenuItemConstructorOptions } from 'electron';
import type { BridgeCommand } from '../contract/bridge.ts';

export type MenuActions = {
  /** Hands a command to the page. */
  readonly command: (name: BridgeCommand['name']) => void;
  /** Asks for a file first, then hands it to the page. */
  readonly importFile: () => void;
  readonly openModel: () => void;
  readonly checkForUpdates: () => void;
  readonly about: () => void;
};

/** The application menu: the system's own roles, and what the page can do with an accelerator. */
export function menuTemplate(platform: NodeJS.Platform, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const item = (label: string, accelerator: string | null, click: () => void): MenuItemConstructorOptions =>
    accelerator === null ? { label, click } : { label, accelerator, click };
  const settings = item('Settings…', 'CmdOrCtrl+,', () => actions.command('settings'));
  const updates = item('Check for Updates…', null, actions.checkForUpdates);
  const separator: MenuItemConstructorOptions = { type: 'separator' };

  const appMenu: MenuItemConstructorOptions = {
    label: 'Augury',
    submenu: [
      { role: 'about' },
      updates,
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      item('New Import…', 'CmdOrCtrl+O', actions.importFile),
      item('Open Model…', 'CmdOrCtrl+Shift+O', actions.openModel),
      item('Train a Model', 'CmdOrCtrl+T', () => actions.command('train')),
      ...(mac ? [] : [separator, settings]),
      separator,
      { role: mac ? 'close' : 'quit' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      item('Command Palette', 'CmdOrCtrl+K', () => actions.command('palette')),
      item('Toggle Light and Dark', 'CmdOrCtrl+Shift+L', () => actions.command('toggle-theme')),
      separator,
      { role: 'reload' },
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen' },
    ],
  };
  const help: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      item('Keyboard Shortcuts', null, () => actions.command('shortcuts')),
      ...(mac ? [] : [updates, separator, item('About Augury', null, actions.about)]),
    ],
  };
  return [...(mac ? [appMenu] : []), file, { role: 'editMenu' }, view, { role: 'windowMenu' }, help];
}
