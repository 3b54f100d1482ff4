/** Operations over HTTP: `/rpc/*` in oRPC's own protocol for our pages, `/api/*` as plain REST for everyone else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { type AnyRouter, onError } from '@orpc/server';
import { BodyLimitPlugin, RPCHandler } from '@orpc/server/node';
import { experimental_ZodSmartCoercionPlugin as CoercionPlugin } from '@orpc/zod/zod4';
import type { Logger } from '../../base/logger.ts';
import type { RouterContext } from '../../router/context.ts';
import { inNamedWorkspace } from '../served.ts';

const MIB = 1024 * 1024;
/** Ordinary calls are small; pasted tables and pieces of uploads are not. */
export const bodyLimits = { ordinary: MIB, bulk: 160 * MIB } as const;

const bulkPaths = [
  /^\/rpc\/datasets\/(preview|import)$/,
  /^\/rpc\/system\/appendUpload$/,
  /^\/api\/datasets\/(preview|import)$/,
  /^\/api\/system\/uploads\/[^/]+\/append$/,
];

export type Calls = {
  /** Answers the request; false when no operation has this path. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, context: RouterContext) => Promise<boolean>;
};

/** Handlers for both protocols, each with a body limit for what the path may carry. */
export function createCalls(router: AnyRouter, logger: Logger): Calls {
  const note = (error: unknown): void => logger.debug('call failed', { error: nameOf(error) });
  const make = (maxBodySize: number) => ({
    rpc: new RPCHandler<RouterContext>(router, {
      rootInterceptors: [inNamedWorkspace],
      interceptors: [onError(note)],
      plugins: [new BodyLimitPlugin({ maxBodySize })],
    }),
    rest: new OpenAPIHandler<RouterContext>(router, {
      rootInterceptors: [inNamedWorkspace],
      interceptors: [onError(note)],
      plugins: [new BodyLimitPlugin({ maxBodySize }), new CoercionPlugin()],
    }),
  });
  const handlers = { ordinary: make(bodyLimits.ordinary), bulk: make(bodyLimits.bulk) };
  return {
    handle: async (request, response, context) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      const set = bulkPaths.some((pattern) => pattern.test(path)) ? handlers.bulk : handlers.ordinary;
      const rpc = path.startsWith('/rpc/');
      const { matched } = rpc
        ? await set.rpc.handle(request, response, { prefix: '/rpc', context })
        : await set.rest.handle(request, response, { prefix: '/api', context });
      return matched;
    },
  };
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
