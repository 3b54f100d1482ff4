/**
 * The engine host under Electron: a utility process that opens the workspace and serves the router to the window over
 * ports, and to command lines over the local socket. What it is told and tells is in surfaces/host-protocol.ts.
 */
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { conflict, toErrorData } from './base/errors.ts';
import type { Host } from './compose.ts';
import type { PortLike } from './inference/channel.ts';
import { createInferenceBroker } from './inference-broker.ts';
import { fileLogger } from './logging.ts';
import { openHost } from './open-host.ts';
import type { HostCommand, HostReport } from './surfaces/host-protocol.ts';
import { createPortSurface, type ServablePort } from './surfaces/message-port.ts';
import { serveSocket } from './surfaces/socket/server.ts';

/** Electron's MessagePortMain, as far as it is used here. */
type Port = PortLike & ServablePort;

type ParentPort = {
  readonly on: (
    event: 'message',
    listener: (event: { readonly data: HostCommand; readonly ports: readonly Port[] }) => void,
  ) => void;
  readonly postMessage: (report: HostReport) => void;
};

type Running = { readonly serve: (port: ServablePort) => void; readonly close: () => Promise<void> };

const parent = findParent();
const broker = createInferenceBroker((report) => parent.postMessage(report));
let running: Promise<Running> | null = null;

parent.on('message', ({ data, ports }) => {
  const [port] = ports;
  if (data.type === 'start') running ??= start(data);
  else if (data.type === 'connect') void running?.then((host) => port !== undefined && host.serve(port));
  else if (data.type === 'inference') port !== undefined && broker.deliver(data.id, port);
  else void stop();
});

function findParent(): ParentPort {
  const port: unknown = Reflect.get(process, 'parentPort');
  if (typeof port !== 'object' || port === null) {
    process.stderr.write('This program is started by the Augury window; use "augury serve" instead.\n');
    process.exit(2);
  }
  return port as ParentPort;
}

async function start(command: Extract<HostCommand, { type: 'start' }>): Promise<Running> {
  const { workspaceFolder, version } = command;
  try {
    const logger = fileLogger(join(workspaceFolder, 'logs', 'host.log'));
    const host = await openHost({ workspaceFolder, logger, resumeJobs: true, spawnInference: broker.spawn });
    if (host.kind === 'held') {
      throw conflict('workspace-held', `Another Augury (process ${host.owner.pid}) has this workspace open.`, {
        hint: 'Close it, or stop "augury serve", and start again.',
      });
    }
    const socket = await serveSocket(host, { workspaceFolder, version, pid: process.pid, logger });
    const ports = createPortSurface(host, logger);
    parent.postMessage({ type: 'ready' });
    followSettings(host);
    if (command.sample !== null) await loadSample(host);
    return {
      serve: ports.serve,
      close: async () => {
        await socket.close();
        await host.close();
        logger.close();
      },
    };
  } catch (error) {
    parent.postMessage({ type: 'failed', error: toErrorData(error) });
    // The window says why and ends us; there is nothing to serve.
    return { serve: () => {}, close: async () => {} };
  }
}

/** An empty workspace gets the bundled synthetic project, so that a first look has something to look at. */
async function loadSample(host: Host): Promise<void> {
  const client = createRouterClient(host.router, { context: host.contextFor({}) });
  const { total } = await client.datasets.list({ limit: 1 });
  if (total === 0) await client.workspaces.loadSample({ sample: 'telecom-churn' });
}

/** Tells main about the user's update settings now and whenever they change; it must not look for updates unasked. */
async function followSettings(host: Host): Promise<void> {
  const client = createRouterClient(host.router, { context: host.contextFor({}) });
  const tell = async (): Promise<void> => {
    const { updateChannel, updateCheck } = await client.system.settings({});
    parent.postMessage({ type: 'updates', channel: updateChannel, check: updateCheck });
  };
  await tell();
  for await (const notice of await client.system.changes({})) if (notice.noun === 'settings') await tell();
}

async function stop(): Promise<void> {
  await (await running)?.close();
  process.exit(0);
}
