/** Electron's app, session, menu, dialogs and screen, recording what the application asks of them. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions, MessageBoxOptions, OpenDialogOptions, SaveDialogOptions } from 'electron';
import { closeBrowser } from './browser.ts';
import { Preventable } from './preventable.ts';

const paths = new Map<string, string>();
const root = process.env.STAND_IN_ROOT ?? process.cwd();
const version: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

class AppDouble extends EventEmitter {
  readonly isPackaged = false;
  sandboxed = false;
  name = '';
  #ready = false;
  #quitting = false;
  onQuit: () => void = () => {};

  isReady(): boolean {
    return this.#ready;
  }
  async whenReady(): Promise<void> {
    this.#ready = true;
  }
  enableSandbox(): void {
    this.sandboxed = true;
  }
  setName(name: string): void {
    this.name = name;
  }
  getVersion(): string {
    return version;
  }
  setPath(name: string, path: string): void {
    paths.set(name, path);
  }
  getPath(name: string): string {
    return paths.get(name) ?? '';
  }
  setAppUserModelId(): void {}
  requestSingleInstanceLock(): boolean {
    return process.env.STAND_IN_SECOND !== '1';
  }
  exit(code: number): void {
    process.exit(code);
  }
  quit(): void {
    if (!this.#quitting) this.onQuit();
    this.#quitting = true;
    const event = new Preventable();
    this.emit('will-quit', event);
    if (!event.prevented) void closeBrowser().finally(() => process.exit(0));
  }
}

export const app = new AppDouble();

type PermissionRequest = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: { requestingUrl: string },
) => void;
type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean;

export class SessionDouble extends EventEmitter {
  request: PermissionRequest | null = null;
  check: PermissionCheck | null = null;
  device: (() => boolean) | null = null;
  readonly #schemes = new Map<string, (request: Request) => Promise<Response>>();
  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response>): void => {
      this.#schemes.set(scheme, handler);
    },
    answer: async (request: Request): Promise<Response | null> =>
      (await this.#schemes.get(new URL(request.url).protocol.slice(0, -1))?.(request)) ?? null,
  };

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.request = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.device = handler;
  }
}

export const defaultSession = new SessionDouble();
export const session = { defaultSession };

export const schemes: unknown[] = [];
export const protocol = { registerSchemesAsPrivileged: (list: unknown[]): void => void schemes.push(...list) };

let menu: readonly MenuItemConstructorOptions[] = [];
export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] => template,
  setApplicationMenu: (built: MenuItemConstructorOptions[]): void => {
    menu = built;
  },
};

/** All items with an action, by label. */
export function menuItems(): readonly MenuItemConstructorOptions[] {
  const flatten = (items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
    items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])]);
  return flatten(menu);
}

/** Chooses a menu item as the user would. */
export function clickMenu(label: string): void {
  const item = menuItems().find((each) => each.label === label);
  if (item?.click === undefined) throw new Error(`no menu item ${label}`);
  Reflect.apply(item.click, undefined, []);
}

type Asked = { readonly kind: string; readonly title: string; readonly message: string; readonly name: string };
export const asked: Asked[] = [];
const answers: unknown[] = [];
const waiting: ((answer: unknown) => void)[] = [];

/** Answers the dialog that is open, or the next one. */
export function answerDialog(answer: unknown): void {
  const first = waiting.shift();
  if (first === undefined) answers.push(answer);
  else first(answer);
}

function show<T>(kind: string, args: unknown[]): Promise<T> {
  const options = args.at(-1) as MessageBoxOptions & OpenDialogOptions & SaveDialogOptions;
  asked.push({ kind, title: options.title ?? '', message: options.message ?? '', name: options.defaultPath ?? '' });
  if (answers.length > 0) return Promise.resolve(answers.shift() as T);
  return new Promise((done) => waiting.push((answer) => done(answer as T)));
}

export const dialog = {
  showOpenDialog: (...args: unknown[]) => show<{ canceled: boolean; filePaths: string[] }>('open', args),
  showSaveDialog: (...args: unknown[]) => show<{ canceled: boolean; filePath: string }>('save', args),
  showErrorBox: (title: string, content: string): void => void process.stderr.write(`${title}: ${content}\n`),
  showMessageBox: (...args: unknown[]) => show<{ response: number }>('message', args),
};

const displays = (): { id: number; workArea: { x: number; y: number; width: number; height: number } }[] =>
  JSON.parse(process.env.STAND_IN_DISPLAYS ?? '[{"id":1,"workArea":{"x":0,"y":0,"width":1440,"height":900}}]');
export const screen = { getPrimaryDisplay: () => displays()[0], getAllDisplays: displays };
