/**
 * The window in Debian's Chromium on a real loopback host: `augury serve` of the build as a process of its own, a page
 * signed in by its one-time link, and a watch over everything the console or the policy complains of.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';
import { cliJson } from './cli-process.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'out/main/cli.js');

/** Pictures of every page end up here. */
export const screenshotFolder = join(root, 'out/screenshots');

export type ServedWindow = {
  readonly page: Page;
  /** What the console, the policy or a script complained of; empty it after looking. */
  readonly problems: string[];
  /** Runs the command line on the same workspace, through the running host. */
  readonly cli: <T = Record<string, unknown>>(args: readonly string[]) => Promise<T>;
  readonly go: (address: string) => Promise<void>;
  readonly scheme: (scheme: 'light' | 'dark') => Promise<void>;
  readonly picture: (name: string) => Promise<void>;
  readonly dispose: () => Promise<void>;
};

async function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const line = /^(http\S+)/m.exec(text)?.[1];
      if (line !== undefined) done(line);
    });
    child.once('close', (code) => fail(new Error(`augury serve ended with ${code} before it served`)));
  });
}

function watch(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}

/** Starts host, browser and page; everything is gone after `dispose`. */
export async function openWindow(): Promise<ServedWindow> {
  const folder = mkdtempSync(join(tmpdir(), 'augury-window-'));
  const workspace = join(folder, 'workspace');
  const env = { ...process.env, AUGURY_HOME: join(folder, 'home') };
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--workspace', workspace], { env });
  const address = await firstLine(child);
  const browser: Browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox'],
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
  const context: BrowserContext = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      throw new Error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  const page = await context.newPage();
  const problems: string[] = [];
  watch(page, problems);
  await page.goto(address);
  await page.locator('h1').waitFor();
  return {
    page,
    problems,
    cli: (args) => cliJson([...args, '--workspace', workspace], { program, env: { AUGURY_HOME: env.AUGURY_HOME } }),
    go: async (hash) => {
      await page.evaluate((target) => {
        window.location.hash = target;
      }, hash);
      await page.locator('h1').waitFor();
      await page.waitForFunction(() => document.querySelector('[class*="Skeleton-root"]') === null);
    },
    scheme: (scheme) => page.emulateMedia({ colorScheme: scheme }),
    picture: async (name) => {
      mkdirSync(screenshotFolder, { recursive: true });
      // Hiding the caret would add an inline style, which the policy refuses.
      await page.screenshot({ path: join(screenshotFolder, `${name}.png`), caret: 'initial' });
    },
    dispose: async () => {
      await browser.close();
      const ended = new Promise((done) => child.once('close', done));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
