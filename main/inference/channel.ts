/**
 * One interface over the ways to reach the inference process: a forked Node process, or a message port to a utility
 * process that Electron's main process started.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A two-way pipe of structured-cloneable messages to a process that may end at any time. */
export type ChannelLike = {
  readonly send: (message: unknown) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Called once, with a few words on how the process ended. */
  readonly onExit: (listener: (reason: string) => void) => void;
  /** Ends the process at once. */
  readonly kill: () => void;
};

const tailLength = 600;

/** Starts the inference process as a child of this Node process. It ends when this process does. */
export function forkChannel(entry: URL): ChannelLike {
  const { NODE_OPTIONS: _dropped, ...env } = process.env;
  const child = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    execArgv: [],
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  });
  let tail = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    tail = (tail + text).slice(-tailLength);
  });
  const exitListeners: ((reason: string) => void)[] = [];
  let ended: string | null = null;
  const end = (reason: string): void => {
    if (ended !== null) return;
    ended = reason;
    for (const listener of exitListeners) listener(reason);
  };
  child.on('close', (code, signal) => {
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    const said = lastLine(tail);
    end(said === '' ? how : `${how}: ${said}`);
  });
  child.on('error', (error) => {
    if (child.pid === undefined) end(`could not be started: ${error.message}`);
  });
  return {
    send: (message) => {
      if (typeof message !== 'object' || message === null) return;
      // A write after the child's end is answered by `close`, so the error itself tells nothing new.
      child.send(message, () => {});
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      if (ended === null) exitListeners.push(listener);
      else listener(ended);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The last line of output without terminal colours: the reason where a native library aborted with words. */
function lastLine(text: string): string {
  const escapeCharacter = String.fromCharCode(27);
  const lines = text.replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;]*m`, 'g'), '').split('\n');
  return lines.map((line) => line.trim()).findLast((line) => line !== '') ?? '';
}

/** The part of Electron's MessagePortMain, and of Node's MessagePort, that is used here. */
export type PortLike = {
  readonly postMessage: (message: unknown) => void;
  readonly on: (event: 'message' | 'close', listener: (event: unknown) => void) => unknown;
  readonly start?: () => void;
  readonly close: () => void;
};

/**
 * A channel over a brokered port. `kill` asks whoever forked the process to end it; the port's closing counts as the exit.
 * Electron wraps messages in an event with `data`, Node hands them over bare: `unwrap` says which.
 */
export function portChannel(
  port: PortLike,
  options: { readonly unwrap: boolean; readonly kill: () => void },
): ChannelLike {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', (event) => listener(options.unwrap ? eventData(event) : event));
      port.start?.();
    },
    onExit: (listener) => void port.on('close', () => listener('the port to it was closed')),
    kill: () => {
      options.kill();
      port.close();
    },
  };
}

/** The payload of a message event. */
export const eventData = (event: unknown): unknown =>
  typeof event === 'object' && event !== null && 'data' in event ? event.data : undefined;
