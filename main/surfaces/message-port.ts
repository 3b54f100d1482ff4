/**
 * The router on a message port: Electron's in the engine host, Node's in tests. The messages are those of oRPC's WebSocket
 * protocol; its own port adapter lets a message it cannot read end the process, here it ends the port.
 */
import { type MinimalWebsocket, RPCHandler } from '@orpc/server/websocket';
import { type Logger, silentLogger } from '../base/logger.ts';
import type { RouterContext } from '../router/context.ts';
import { inNamedWorkspace, ownerPermissions, type Served } from './served.ts';

type Listener = (event: { readonly data: unknown }) => void;

/** The part of Electron's MessagePortMain and of Node's MessagePort that is used here; Electron's has `on` alone. */
export type ServablePort = {
  readonly start: () => void;
  readonly close: () => void;
  readonly postMessage: (message: string | ArrayBufferLike | ArrayBufferView | Blob) => void;
} & (
  | { readonly addEventListener: (event: 'message' | 'close', listener: Listener) => void }
  | { readonly on: (event: 'message' | 'close', listener: Listener) => unknown }
);

/** Serves the router to whoever holds the other end of a port; the port closing cancels what runs for it. */
export function createPortSurface(
  served: Served,
  logger: Logger = silentLogger,
): { readonly serve: (port: ServablePort) => void } {
  const handler = new RPCHandler<RouterContext>(served.router, { rootInterceptors: [inNamedWorkspace] });
  return {
    serve: (port) => {
      const context = served.contextFor({ surface: 'ipc', actor: 'local-user', permissions: ownerPermissions });
      const socket: MinimalWebsocket = { send: (message) => port.postMessage(message), addEventListener: () => {} };
      const listen = (event: 'message' | 'close', listener: Listener): void => {
        if ('addEventListener' in port) port.addEventListener(event, listener);
        else port.on(event, listener);
      };
      const refuse = (): void => {
        logger.warn('a message on a port could not be read; the port was closed');
        port.close();
      };
      listen('message', ({ data }) => {
        if (!isMessage(data)) return refuse();
        handler.message(socket, data, { context }).catch(refuse);
      });
      listen('close', () => handler.close(socket));
      port.start();
    },
  };
}

const isMessage = (data: unknown): data is string | ArrayBuffer =>
  typeof data === 'string' || data instanceof ArrayBuffer || ArrayBuffer.isView(data);
