/**
 * Runs the engine host as a utility process and the inference processes it asks for beside it, and hands ports between
 * them and the page. A host that dies is started again after a pause; ports to the dead one close by themselves, which
 * rejects what was pending in the page, and the page then asks for a new one. A host that keeps dying is left alone
 * until the user decides.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { ErrorData } from '../base/errors.ts';
import { type HostCommand, type HostReport, isHostReport } from '../surfaces/host-protocol.ts';
import { createRestartPolicy } from './restart-policy.ts';

export type HostOptions = {
  readonly hostEntry: URL;
  readonly inferenceEntry: URL;
  readonly start: Extract<HostCommand, { type: 'start' }>;
  /** The host died too often in a short time. */
  readonly onGaveUp: () => void;
  /** The host cannot start for a reason that the user must hear. */
  readonly onFailed: (error: ErrorData) => void;
  /** The user's settings about updates, at start and whenever they change. */
  readonly onUpdates: (settings: UpdateSettings) => void;
  readonly monotonic: () => number;
};

export type UpdateSettings = { readonly channel: 'stable' | 'beta'; readonly check: boolean };

export type HostProcess = {
  /** A port for the page, served by the host that runs now or, after a death, by the next one. */
  readonly connect: () => MessagePortMain;
  /** Starts again after giving up. */
  readonly retry: () => void;
  /** Ends the host in order, and by force when it takes longer than `patienceMs`. */
  readonly stop: (patienceMs: number) => Promise<void>;
};

/** Starts the host at once. */
export function startHostProcess(options: HostOptions): HostProcess {
  const policy = createRestartPolicy();
  const inference = new Map<number, UtilityProcess>();
  let host: UtilityProcess | null = null;
  let waiting: MessagePortMain[] = [];
  let state: 'running' | 'pausing' | 'failed' | 'stopping' = 'running';

  const tell = (command: HostCommand, ports: MessagePortMain[] = []): void => host?.postMessage(command, ports);

  const launch = (): void => {
    state = 'running';
    const child = utilityProcess.fork(fileURLToPath(options.hostEntry), [], { serviceName: 'Augury engine' });
    host = child;
    child.on('message', (message: unknown) => {
      if (child === host && isHostReport(message)) onReport(message);
    });
    child.once('exit', () => onExit(child));
    tell(options.start);
    for (const port of waiting.splice(0)) tell({ type: 'connect' }, [port]);
  };

  const onExit = (child: UtilityProcess): void => {
    if (child !== host) return;
    host = null;
    for (const process of inference.values()) process.kill();
    inference.clear();
    if (state === 'stopping' || state === 'failed') return;
    const pauseMs = policy.pauseAfterDeath(options.monotonic());
    state = 'pausing';
    if (pauseMs === null) options.onGaveUp();
    else setTimeout(() => state === 'pausing' && launch(), pauseMs);
  };

  const onReport = (report: HostReport): void => {
    if (report.type === 'failed') {
      state = 'failed';
      options.onFailed(report.error);
    } else if (report.type === 'updates') {
      options.onUpdates(report);
    } else if (report.type === 'spawn-inference') {
      spawnInference(report.id);
    } else if (report.type === 'kill-inference') {
      inference.get(report.id)?.kill();
    }
  };

  const spawnInference = (id: number): void => {
    const child = utilityProcess.fork(fileURLToPath(options.inferenceEntry), [], { serviceName: 'Augury inference' });
    inference.set(id, child);
    child.once('exit', () => inference.delete(id));
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage(null, [port1]);
    tell({ type: 'inference', id }, [port2]);
  };

  launch();
  return {
    connect: () => {
      const { port1, port2 } = new MessageChannelMain();
      if (host === null) waiting = [...waiting, port1];
      else tell({ type: 'connect' }, [port1]);
      return port2;
    },
    retry: () => {
      policy.reset();
      if (host === null) launch();
    },
    stop: async (patienceMs) => {
      state = 'stopping';
      const child = host;
      if (child === null) return;
      const ended = new Promise<void>((done) => void child.once('exit', () => done()));
      tell({ type: 'stop' });
      const timer = setTimeout(() => child.kill(), patienceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
