/** Start-up: the command line, the server, and the page until it can be used; memory of each process then. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { augury } from '../cli.ts';
import { familyBytes } from '../process-memory.ts';
import { type Measure, median } from '../result.ts';

const root = resolve(import.meta.dirname, '..', '..');
const MiB = 1024 * 1024;
const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';

export async function measureStart(folder: string, measure: Measure): Promise<void> {
  const listings: number[] = [];
  for (let i = 0; i < 5; i++) listings.push((await augury(['models', '--workspace', join(folder, 'start')])).seconds);
  measure({
    what: 'command line: augury models, whole process',
    value: median(listings),
    unit: 's',
    bar: null,
    met: null,
    detail: 'median of 5',
  });

  const started = performance.now();
  const server = spawn(
    process.execPath,
    [join(root, 'out', 'main', 'cli.js'), 'serve', '--port', '0', '--sample', '--workspace', join(folder, 'serve')],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const url = await new Promise<string>((found) =>
    server.stdout.once('data', (chunk) => found(String(chunk).split('\n')[0])),
  );
  const ready = performance.now() - started;
  measure({
    what: 'serve: start to address',
    value: ready / 1000,
    unit: 's',
    bar: null,
    met: null,
    detail: 'process start to the first line',
  });
  try {
    if (!existsSync(browser)) return;
    const opened = await chromium.launch({
      executablePath: browser,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const page = await opened.newPage();
    const loadStart = performance.now();
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    const load = performance.now() - loadStart;
    measure({
      what: 'window: address to interactive',
      value: load / 1000,
      unit: 's',
      bar: null,
      met: null,
      detail: 'first page heading visible in a browser that runs already',
    });
    measure({
      what: 'start to interactive',
      value: (ready + load) / 1000,
      unit: 's',
      bar: '< 1.5',
      met: ready + load < 1500,
      detail: 'server start + page, cold file cache not forced',
    });
    const pages: number[] = [];
    for (const path of ['data', 'train', 'models', 'predict', 'jobs', 'settings', '']) {
      const from = performance.now();
      await page.goto(`${new URL(url).origin}/#/${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      pages.push(performance.now() - from);
    }
    measure({
      what: 'page to page, slowest',
      value: Math.max(...pages),
      unit: 'ms',
      bar: '< 200',
      met: Math.max(...pages) < 200,
      detail: `median ${median(pages).toFixed(0)} ms`,
    });
    await opened.close();
    measure({
      what: 'idle memory of host, workers and inference',
      value: familyBytes(server.pid ?? 0) / MiB,
      unit: 'MiB',
      bar: '≤ 600',
      met: familyBytes(server.pid ?? 0) <= 600 * MiB,
      detail: 'resident, without the browser',
    });
  } finally {
    server.kill('SIGTERM');
    await new Promise((ended) => server.once('exit', ended));
  }
}
