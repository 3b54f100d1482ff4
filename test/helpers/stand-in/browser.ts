import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../chromium.ts';

let opened: Promise<BrowserContext> | null = null;

/** The one Chromium of this application; tests reach it through the debugging port. */
export function browserContext(): Promise<BrowserContext> {
  opened ??= chromium.launchPersistentContext(mkdtempSync(join(process.env.AUGURY_HOME ?? tmpdir(), 'chromium-')), {
    executablePath: findChromium(),
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: [
      '--no-sandbox',
      `--remote-debugging-port=${process.env.STAND_IN_PORT ?? '0'}`,
      // Electron tells the page when the other end of a port is gone; Debian's Chromium has it behind a flag.
      '--enable-blink-features=MessagePortCloseEvent',
    ],
  });
  return opened;
}

export const closeBrowser = async (): Promise<void> => {
  if (opened !== null) await (await opened).close();
};
