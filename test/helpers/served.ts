/**
 * The built product as people meet it: `augury serve` as a process of its own in a temporary workspace, the built command
 * line attached to it, and Chromium with pages that remember everything that went wrong in them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Attached, findAndAttach } from '../../main/surfaces/socket/attach.ts';
import { findChromium } from './chromium.ts';
import { type CliResult, startCli } from './cli-process.ts';
import { signIn } from './http.ts';

const repository = resolve(import.meta.dirname, '../..');
const program = join(repository, 'out/main/cli.js');
const { version }: { version: string } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

export type PageOptions = {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  /** Console errors that are part of what is shown, such as an answer 404 of a page that says so. */
  readonly expected?: RegExp;
};

/** A page with everything that went wrong in it so far: console errors, uncaught errors, violations of the policy. */
export type OpenPage = {
  readonly page: Page;
  readonly problems: string[];
  /** Goes to an address inside the application without loading it again. */
  readonly go: (hash: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Chromium as the journeys use it; scroll bars take their room, as they do for people. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });

/** Opens an empty page in a context of its own. `cookie` is the session's, as signIn gives it. */
export async function openPage(
  browser: Browser,
  options: PageOptions & { readonly origin?: string; readonly cookie?: string } = {},
): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
    colorScheme: options.scheme ?? 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  if (options.cookie !== undefined && options.origin !== undefined)
    await addSession(context, options.origin, options.cookie);
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      throw new Error(`policy violated: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (message.type() === 'error' && options.expected?.test(text) !== true) problems.push(`console: ${text}`);
  });
  const go = (hash: string): Promise<void> =>
    page.evaluate((target) => {
      window.location.hash = target;
    }, hash);
  return { page, problems, go, close: () => context.close() };
}

/** Fails in the words of everything that went wrong in a page since the last look. */
export function failOnProblems(problems: string[]): void {
  const told = problems.splice(0);
  if (told.length > 0) throw new Error(told.join('\n'));
}

async function addSession(context: BrowserContext, origin: string, cookie: string): Promise<void> {
  const at = cookie.indexOf('=');
  await context.addCookies([
    { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: origin, sameSite: 'Strict' },
  ]);
}

/** A serving process and what stands around it. */
export type Served = {
  readonly folder: string;
  readonly workspace: string;
  /** The built command line. */
  readonly program: string;
  /** The address with the one-time token. */
  readonly url: string;
  readonly origin: string;
  readonly process: ChildProcess;
  readonly browser: Browser;
  /** The contract through the command line's door, for what has no command. */
  readonly client: Attached['client'];
  /** Runs `augury …`, attached to this host. */
  readonly cli: (...args: readonly string[]) => Promise<CliResult>;
  /** Runs `augury … --json` and gives its document; throws when it fails. */
  readonly cliJson: <T = Record<string, unknown>>(...args: readonly string[]) => Promise<T>;
  /** A signed-in page, already showing the application at `hash`. */
  readonly open: (hash: string, options?: PageOptions) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
};

/** Starts `augury serve` on a free port; resolves to the process and its first line. */
async function startServing(workspace: string, home: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--workspace', workspace], {
    env: { ...process.env, AUGURY_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise<string>((done, fail) => {
    createInterface(child.stdout).once('line', done);
    child.once('exit', (code) => fail(new Error(`serve ended with ${code}`)));
  });
  return { child, url };
}

/** Ends a process in order and waits for it. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  await ended;
}

/** Serves an empty workspace and opens Chromium. */
export async function serve(): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'augury-e2e-'));
  const workspace = join(folder, 'workspace');
  const { child, url } = await startServing(workspace, folder);
  const attached = await findAndAttach(workspace, version);
  if (attached === null) throw new Error('the serving process has no door for the command line');
  const browser = await launchBrowser();
  const { origin } = new URL(url);
  let cookie: string | null = null;
  const cli = (...args: readonly string[]): Promise<CliResult> =>
    startCli([...args, '--workspace', workspace], { program, env: { AUGURY_HOME: folder }, cwd: folder }).ended;
  return {
    folder,
    workspace,
    program,
    url,
    origin,
    process: child,
    browser,
    client: attached.client,
    cli,
    cliJson: async (...args) => {
      const { code, stdout, stderr } = await cli(...args, '--json', '--quiet');
      if (code !== 0) throw new Error(`augury ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
      return JSON.parse(stdout);
    },
    open: async (hash, options = {}) => {
      cookie ??= await signIn(url);
      const opened = await openPage(browser, { ...options, origin, cookie });
      await opened.page.goto(`${origin}/#${hash}`);
      return opened;
    },
    close: async () => {
      await browser.close();
      attached.close();
      await endProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The bundled telecom sample with two small models of it: what most pages need to show something. */
export type Project = {
  readonly datasetId: string;
  /** Trees and a linear model searched over two trials. */
  readonly modelId: string;
  readonly linearId: string;
  readonly featureSetId: string;
  /** The job that trained the first. */
  readonly jobId: string;
};

/** The name of the model and of the data set of `addProject`. */
export const projectNames = {
  dataset: 'Telecom churn',
  model: 'Churn model',
  linear: 'Plain churn model',
  features: 'Store history',
} as const;

/** Imports the telecom sample and trains two models of it through the command line. */
export async function addProject(served: Served): Promise<Project> {
  const file = join(repository, 'resources/samples/telecom-churn.csv');
  await served.cliJson('import', file, '--name', projectNames.dataset);
  const train = ['train', projectNames.dataset, '--target', 'Churn', '--positive', 'Yes'];
  const { job } = await served.cliJson<{ job: string }>(...train, '--trials', '2', '--name', projectNames.model);
  await served.cliJson(...train, '--trials', '1', '--learners', 'linear', '--name', projectNames.linear);
  const sales = join(repository, 'resources/samples/store-sales.csv');
  const { dataset } = await served.cliJson<{ dataset: string }>('import', sales, '--name', 'Sales of stores');
  const set = await served.client.features.save({
    name: projectNames.features,
    definition: {
      base: { datasetId: dataset, time: 'date', key: ['store'], lags: { revenue: 86_400 } },
      features: [{ kind: 'lag', name: 'revenue before', source: 'base', column: 'revenue', steps: 1 }],
    },
  });
  await served.cliJson('features', 'build', set.id);
  const datasets = await served.client.datasets.list({});
  const models = await served.client.models.list({});
  const idOf = (items: readonly { readonly id: string; readonly name: string }[], name: string): string => {
    const found = items.find((item) => item.name === name);
    if (found === undefined) throw new Error(`${name} is missing`);
    return found.id;
  };
  return {
    datasetId: idOf(datasets.items, projectNames.dataset),
    featureSetId: set.id,
    modelId: idOf(models.items, projectNames.model),
    linearId: idOf(models.items, projectNames.linear),
    jobId: job,
  };
}
