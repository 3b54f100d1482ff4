/** Entry of the command line: wires the real process to the program, the host and the servers. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { conflict, notFound } from './base/errors.ts';
import type { Host } from './compose.ts';
import { packageVersion, rendererFolder, resourcesFolder } from './entries.ts';
import { defaultWorkspaceFolder } from './home.ts';
import { fileLogger } from './logging.ts';
import { openHost } from './open-host.ts';
import type { CliIo, Connection, ServeOptions } from './surfaces/cli/io.ts';
import { runCli } from './surfaces/cli/program.ts';
import { openBrowser } from './surfaces/open-browser.ts';
import { findAndAttach } from './surfaces/socket/attach.ts';

const version = packageVersion();

/** The host of a folder in this process, or null when another process has it. */
async function openOwn(
  folder: string,
  options: { readonly threads?: number; readonly resumeJobs: boolean },
): Promise<Host | null> {
  const logger = fileLogger(join(folder, 'logs', 'augury.log'));
  const opened = await openHost({ workspaceFolder: folder, logger, ...options });
  return opened.kind === 'host' ? opened : null;
}

/** Attaches to the host that owns the workspace, or becomes the host for the time of one command. */
async function connect(folder: string, options: { readonly threads?: number }): Promise<Connection> {
  const attached = await findAndAttach(folder, version);
  if (attached !== null) {
    const { client, isLost } = attached;
    return { client, attached: true, isLost, close: async () => attached.close() };
  }
  const opened = await openOwn(folder, { ...options, resumeJobs: false });
  if (opened === null) {
    throw conflict('workspace-busy', 'Another Augury command has this workspace open.', {
      hint: 'Wait until it has ended, or use another folder with --workspace.',
    });
  }
  const client = createRouterClient(opened.router, { context: opened.contextFor({ surface: 'cli' }) });
  return { client, attached: false, close: () => opened.close() };
}

async function serve(folder: string, options: ServeOptions): Promise<void> {
  // Only here: every other command starts faster without the servers.
  const [{ ensureApiToken }, { serveHttp }, { serveSocket }] = await Promise.all([
    import('./surfaces/http/access.ts'),
    import('./surfaces/http/server.ts'),
    import('./surfaces/socket/server.ts'),
  ]);
  const host = await openOwn(folder, { resumeJobs: true });
  if (host === null) {
    throw conflict('workspace-busy', 'This workspace is open in another Augury process.', {
      hint: 'Close it, or serve another folder with --workspace.',
    });
  }
  const logger = fileLogger(join(folder, 'logs', 'serve.log'));
  const served = { router: host.router, contextFor: host.contextFor };
  const http = await serveHttp(served, {
    host: options.host,
    port: options.port,
    rendererFolder: rendererFolder(),
    apiToken: ensureApiToken(join(folder, 'api-token')),
    version,
    logger,
  });
  const socket = await serveSocket(served, { workspaceFolder: folder, version, pid: process.pid, logger });
  process.stdout.write(`${http.url}\n`);
  process.stderr.write('Augury is serving on this machine only. Ctrl-C ends it.\n');
  // `npm start` asks for the sample through the environment, as it does of the window.
  if (options.sample || process.env.AUGURY_SAMPLE) await loadSampleOnce(host);
  if (options.open) openBrowser(http.url);
  await new Promise<void>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
  });
  await http.close();
  await socket.close();
  await host.close();
}

/** An empty workspace gets the bundled synthetic project. */
async function loadSampleOnce(host: Host): Promise<void> {
  const client = createRouterClient(host.router, { context: host.contextFor({ surface: 'cli' }) });
  const { total } = await client.datasets.list({ limit: 1 });
  if (total === 0) await client.workspaces.loadSample({ sample: 'telecom-churn' });
}

const io: CliIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  cwd: process.cwd(),
  env: process.env,
  onInterrupt: (handler) => {
    process.on('SIGINT', handler);
    return () => process.off('SIGINT', handler);
  },
  connect,
  serve,
  defaultWorkspace: defaultWorkspaceFolder(process.env),
  version,
  sampleFile: (name) => {
    const file = resolve(resourcesFolder(), 'samples', `${name}.csv`);
    if (!existsSync(file)) throw notFound('no-sample', `The bundled sample ${name} is missing from this installation.`);
    return file;
  },
};

// Whoever reads our output may stop reading (`augury models | head`): the command still ends as it should.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2), io);
