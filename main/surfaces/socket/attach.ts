import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import { conflict } from '../../base/errors.ts';
import type { Contract } from '../../contract/index.ts';
import { findHostNote, type HostNote } from './endpoint.ts';

/** A typed client of the whole contract, whatever carries it. */
export type Client = ContractRouterClient<Contract>;

export type Attached = {
  readonly client: Client;
  /** Process id of the host, for messages. */
  readonly hostPid: number;
  /** True once the host has gone away. */
  readonly isLost: () => boolean;
  readonly close: () => void;
};

/** Node's agent of one connection to a socket path; named pipes have no URL form that ws would take. */
class SocketAgent extends Agent {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override createConnection(): Socket {
    return connect(this.#path);
  }
}

/**
 * Attaches to the host that has this workspace open. Null when there is none (the caller opens the workspace itself).
 * Throws `conflict` with the host's own sentence when it is another version or refuses.
 */
export async function findAndAttach(workspaceFolder: string, version: string): Promise<Attached | null> {
  const note = findHostNote(workspaceFolder);
  return note === null ? null : attachClient(note, version);
}

/** Attaches to one host by its note; null when nobody listens there any more. */
export async function attachClient(note: HostNote, version: string): Promise<Attached | null> {
  const websocket = new WebSocket('ws://augury/', {
    agent: new SocketAgent(note.socket),
    headers: { authorization: `Bearer ${note.secret}`, 'x-augury-version': version },
    perMessageDeflate: false,
    maxPayload: 0,
  });
  websocket.binaryType = 'arraybuffer';
  if (!(await opened(websocket))) return null;
  const client: Client = createORPCClient(new RPCLink({ websocket }));
  return {
    client,
    hostPid: note.pid,
    isLost: () => websocket.readyState !== WebSocket.OPEN,
    close: () => websocket.close(),
  };
}

/** True when open, false when nobody listens; throws the host's refusal. */
function opened(websocket: WebSocket): Promise<boolean> {
  return new Promise((done, fail) => {
    websocket.once('open', () => done(true));
    websocket.on('error', (error: Error & { code?: string }) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') done(false);
      else fail(conflict('host-unreachable', `The running Augury could not be reached: ${error.message}`));
    });
    websocket.once('unexpected-response', (_request, response) => {
      let sentence = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        sentence += text;
      });
      response.on('end', () => {
        websocket.terminate();
        fail(
          conflict('host-refused', sentence.trim() || 'The running Augury refused the connection.', {
            hint: 'Close the other Augury, or use the same version for both.',
          }),
        );
      });
    });
  });
}
