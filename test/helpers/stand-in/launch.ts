import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { StandInState } from './electron.ts';

const repository = resolve(import.meta.dirname, '../../..');

export type LaunchedApp = {
  readonly page: Page;
  readonly home: string;
  readonly state: () => Promise<StandInState>;
  readonly ask: (command: string, argument?: unknown) => Promise<unknown>;
  /** Quits in order; resolves to the exit code. */
  readonly quit: () => Promise<number | null>;
  /** Ends whatever is left. */
  readonly dispose: () => Promise<void>;
};

export type LaunchOptions = {
  readonly home?: string;
  /** The installation to start; the repository when absent. */
  readonly root?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

async function connect(port: number): Promise<Browser> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (error) {
      if (attempt >= 120) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

/** Starts the built main program under the stand-in and waits for its page. */
export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const root = options.root ?? repository;
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'augury-app-'));
  const port = await freePort();
  const child = fork(join(root, 'out/main/index.js'), [...(options.args ?? [])], {
    cwd: root,
    execArgv: ['--import', new URL('./register.ts', import.meta.url).href],
    env: { ...process.env, AUGURY_HOME: home, STAND_IN_PORT: String(port), STAND_IN_ROOT: root, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  const pending = new Map<number, { done: (value: unknown) => void; fail: (error: Error) => void }>();
  let nextId = 1;
  child.on('message', (reply: { id: number; result?: unknown; error?: string }) => {
    const waiter = pending.get(reply.id);
    pending.delete(reply.id);
    if (reply.error === undefined) waiter?.done(reply.result);
    else waiter?.fail(new Error(reply.error));
  });
  const ask = (command: string, argument: unknown = null): Promise<unknown> =>
    new Promise((done, fail) => {
      const id = nextId++;
      pending.set(id, { done, fail });
      child.send({ id, command, argument });
    });
  let browser: Browser | null = null;
  const dispose = async (): Promise<void> => {
    await browser?.close().catch(() => {});
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    if (options.home === undefined) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    browser = await Promise.race([
      connect(port),
      exited.then((code) => Promise.reject(new Error(`the application ended with ${code} before its window opened`))),
    ]);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (page === undefined) throw new Error('the application opened no page');
    page.setDefaultTimeout(30_000);
    await page.waitForURL('http://augury.localhost/**');
    return {
      page,
      home,
      ask,
      state: async () => (await ask('state')) as StandInState,
      quit: async () => {
        await browser?.close().catch(() => {});
        await ask('quit').catch(() => null);
        return exited;
      },
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
