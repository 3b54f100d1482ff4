import type { SupportedMessagePort } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import type { RouterContext } from '../router/context.ts';
import { inNamedWorkspace, ownerPermissions, type Served } from './served.ts';

/** A port of Electron's utility process or of Node's worker_threads: both must be started. */
export type ServablePort = SupportedMessagePort & { readonly start: () => void };

/** Serves the router to whoever holds the other end of a port; the port closing cancels what runs for it. */
export function createPortSurface(served: Served): { readonly serve: (port: ServablePort) => void } {
  const handler = new RPCHandler<RouterContext>(served.router, { rootInterceptors: [inNamedWorkspace] });
  return {
    serve: (port) => {
      const context = served.contextFor({ surface: 'ipc', actor: 'local-user', permissions: ownerPermissions });
      handler.upgrade(port, { context });
      port.start();
    },
  };
}
