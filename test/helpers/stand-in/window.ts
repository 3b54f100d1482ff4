/** Electron's BrowserWindow as a page of Debian's Chromium, with the built preload injected. */
import { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions } from 'electron';
import type { BrowserContext, Frame, Page, Route } from 'playwright-core';
import { browserContext } from './browser.ts';
import { ipcMain } from './ipc.ts';
import { pageScope } from './page-scope.ts';
import type { PortDouble } from './ports.ts';
import { Preventable } from './preventable.ts';
import { app, defaultSession } from './shell.ts';

/** Chromium knows no scheme of ours: the page lives at this address, and everything of ours sees `app://augury`. */
const stage = 'http://augury.localhost';
const toApp = (url: string): string => (url.startsWith(stage) ? `app://augury${url.slice(stage.length)}` : url);
const toStage = (url: string): string => (url.startsWith('app://augury') ? `${stage}${url.slice(12)}` : url);

type Bounds = { x: number; y: number; width: number; height: number };
type Wire = { readonly text?: string; readonly bytes?: string; readonly json?: string };
type Message = { kind: string; channel: string; args: unknown[]; id: number; wire: Wire };

const pack = (data: unknown): Wire => {
  if (typeof data === 'string') return { text: data };
  if (data instanceof ArrayBuffer) return { bytes: Buffer.from(data).toString('base64') };
  if (data instanceof Uint8Array) return { bytes: Buffer.from(data).toString('base64') };
  return { json: JSON.stringify(data) };
};
const unpack = (wire: Wire): unknown =>
  wire.text ??
  (wire.bytes === undefined ? JSON.parse(wire.json ?? 'null') : new Uint8Array(Buffer.from(wire.bytes, 'base64')));

export class WebContentsDouble extends EventEmitter {
  readonly session = defaultSession;
  page: Page | null = null;
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  readonly #ports = new Map<number, PortDouble>();
  #nextPort = 1;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  getURL(): string {
    return toApp(this.page?.url() ?? '');
  }

  send(channel: string, ...args: unknown[]): void {
    this.#tell(channel, args, []);
  }

  postMessage(channel: string, message: unknown, ports: PortDouble[] = []): void {
    const ids = ports.map((port) => {
      const id = this.#nextPort++;
      this.#ports.set(id, port);
      return id;
    });
    this.#tell(channel, [message], ids);
    ports.forEach((port, index) => {
      const id = ids[index] ?? 0;
      port.transfer({
        deliver: (data) => this.#evaluate('__standInPort', [id, pack(data)]),
        closed: () => this.#evaluate('__standInPort', [id, null]),
      });
    });
  }

  reload(): void {
    void this.page?.reload();
  }

  /** Ends every port the page held: its document is gone. */
  dropPorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  async hear(message: Message, frame: Frame): Promise<unknown> {
    const event = { sender: this, senderFrame: { url: toApp(frame.url()), parent: frame.parentFrame() } };
    if (message.kind === 'port') return void this.#ports.get(message.id)?.send(unpack(message.wire));
    if (message.kind === 'send') return void ipcMain.emit(message.channel, event, ...message.args);
    return ipcMain.answer(message.channel, event, message.args);
  }

  #tell(channel: string, args: unknown[], ports: number[]): void {
    this.#evaluate('__standInHear', [{ channel, args, ports }]);
  }

  #evaluate(name: string, args: unknown[]): void {
    const call = ([fn, values]: [string, unknown[]]): void => {
      const target: unknown = Reflect.get(window, fn);
      if (typeof target === 'function') target(...values);
    };
    this.page?.evaluate(call, [name, args] as [string, unknown[]]).catch(() => {});
  }
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = [];
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents = new WebContentsDouble();
  bounds: Bounds;
  #maximized = false;
  readonly calls: string[] = [];
  /** What the application said to each window the page tried to open. */
  readonly popups: string[] = [];

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    const context = await browserContext();
    const page = context.pages()[0] ?? (await context.newPage());
    this.webContents.page = page;
    await page.setViewportSize({ width: this.bounds.width, height: this.bounds.height });
    await page.exposeBinding('__standIn', ({ frame }, message: Message) => this.webContents.hear(message, frame));
    await page.addInitScript(pageScope(this.options.webPreferences?.preload ?? ''));
    await page.route('**/*', (route) => this.#answer(route));
    page.on('domcontentloaded', () => this.webContents.emit('dom-ready'));
    this.#denyPopups(context, page);
    await page.goto(toStage(url));
    this.emit('ready-to-show');
  }

  /** Serves our scheme through its handler; a navigation asks the application first. */
  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const url = toApp(request.url());
    const navigation = request.isNavigationRequest();
    if (navigation && request.frame().url() !== 'about:blank') {
      const event = new Preventable(url);
      this.webContents.emit(
        request.frame().parentFrame() === null ? 'will-navigate' : 'will-frame-navigate',
        event,
        url,
      );
      if (event.prevented) return route.abort('aborted');
      if (request.frame().parentFrame() === null) this.webContents.dropPorts();
    }
    const response = await defaultSession.protocol.answer(new Request(url, { method: request.method() }));
    if (response === null) return route.abort('addressunreachable');
    const body = Buffer.from(await response.arrayBuffer());
    return route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
  }

  #denyPopups(context: BrowserContext, page: Page): void {
    context.on('page', (popup) => {
      if (popup === page) return;
      const decision = this.webContents.openHandler?.({ url: toApp(popup.url()) }) ?? { action: 'allow' };
      this.popups.push(decision.action);
      if (decision.action === 'deny') void popup.close();
    });
  }

  getNormalBounds(): Bounds {
    return this.bounds;
  }
  maximize(): void {
    this.#maximized = true;
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {
    this.calls.push('restore');
  }
  show(): void {
    this.calls.push('show');
  }
  focus(): void {
    this.calls.push('focus');
  }
  close(): void {
    this.emit('close', { preventDefault: () => {} });
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1);
    this.emit('closed');
    if (BrowserWindow.all.length === 0) app.emit('window-all-closed');
  }
}
