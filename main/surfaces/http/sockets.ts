/** oRPC over WebSocket at `/ws`, behind the same checks as every request, made before the upgrade is answered. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { RouterContext } from '../../router/context.ts';
import { inNamedWorkspace, ownerPermissions, type Served } from '../served.ts';
import type { Access } from './access.ts';
import { bodyLimits } from './calls.ts';
import { identify, type Refusal, refuseHost, refuseOrigin } from './guard.ts';

export type Sockets = { readonly close: () => void };

/** Takes over the server's upgrade requests. */
export function serveSockets(
  server: Server,
  served: Served,
  access: Access,
  hosts: () => ReadonlySet<string>,
): Sockets {
  const handler = new RPCHandler<RouterContext>(served.router, { rootInterceptors: [inNamedWorkspace] });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: bodyLimits.bulk });

  const refusalOf = (request: IncomingMessage): Refusal | null => {
    const wrongHost = refuseHost(request.headers, hosts());
    if (wrongHost !== null) return wrongHost;
    const caller = identify(request.headers, access);
    if (caller === null) return { status: 401, message: 'No session.' };
    return refuseOrigin('GET', request.headers, { byCookie: caller === 'page', socket: true });
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== '/ws') return refuseUpgrade(socket, 404, 'Not found.');
    const refusal = refusalOf(request);
    if (refusal !== null) return refuseUpgrade(socket, refusal.status, refusal.message);
    sockets.handleUpgrade(request, socket, head, (connection) => {
      // ws closes the connection itself; an error without a listener would end the process.
      connection.on('error', () => connection.terminate());
      const context = served.contextFor({ surface: 'http', actor: 'local-user', permissions: ownerPermissions });
      void handler.upgrade(connection, { context });
    });
  });

  return {
    close: () => {
      for (const connection of sockets.clients) connection.terminate();
      sockets.close();
    },
  };
}

/** Answers an upgrade request with a plain reply and hangs up. */
export function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = `${message}\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
