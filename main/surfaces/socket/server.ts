/**
 * The host's local door: oRPC over WebSocket on a unix socket or named pipe, for command lines that attach instead of
 * opening the workspace a second time. The handshake names the client's version and a secret from a file that only the
 * user can read; another version is refused with a sentence.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { Logger } from '../../base/logger.ts';
import type { RouterContext } from '../../router/context.ts';
import { refuseUpgrade } from '../http/sockets.ts';
import { inNamedWorkspace, ownerPermissions, type Served } from '../served.ts';
import { removeHostNote, socketPath, writeHostNote } from './endpoint.ts';

const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

export type SocketOptions = {
  readonly workspaceFolder: string;
  readonly version: string;
  readonly pid: number;
  readonly logger: Logger;
};

export type SocketSurface = { readonly path: string; readonly close: () => Promise<void> };

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Listens and publishes where; `close` withdraws the note first, so that nobody attaches to a host that is leaving. */
export async function serveSocket(served: Served, options: SocketOptions): Promise<SocketSurface> {
  const secret = randomBytes(32).toString('base64url');
  const expected = digest(`Bearer ${secret}`);
  const path = socketPath(options.workspaceFolder, options.pid);
  const handler = new RPCHandler<RouterContext>(served.router, { rootInterceptors: [inNamedWorkspace] });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const server = createServer((_request, response) => response.writeHead(426).end());

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (!timingSafeEqual(expected, digest(request.headers.authorization ?? ''))) {
      return refuseUpgrade(socket, 401, 'The secret does not match.');
    }
    const version = request.headers['x-augury-version'];
    if (version !== options.version) {
      return refuseUpgrade(socket, 409, `The running Augury is version ${options.version}; this one is ${version}.`);
    }
    sockets.handleUpgrade(request, socket, head, (connection) => {
      // ws closes the connection itself; an error without a listener would end the process.
      connection.on('error', () => connection.terminate());
      const context = served.contextFor({ surface: 'cli', actor: 'local-user', permissions: ownerPermissions });
      void handler.upgrade(connection, { context });
    });
  });

  if (process.platform !== 'win32') rmSync(path, { force: true });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(path, done);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  writeHostNote(options.workspaceFolder, { pid: options.pid, version: options.version, socket: path, secret });
  options.logger.info('local socket is open');

  return {
    path,
    close: async () => {
      removeHostNote(options.workspaceFolder, options.pid);
      for (const connection of sockets.clients) connection.terminate();
      sockets.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      if (process.platform !== 'win32') rmSync(path, { force: true });
    },
  };
}
