/**
 * The loopback server: the application in a browser and the HTTP API, behind one guard.
 *
 * - `/?token=…` exchanges the one-time token for an HttpOnly, SameSite=Strict session cookie and redirects to `/`.
 * - `/` and `/assets/*` are the built renderer with a nonce a load; `/rpc/*`, `/ws` and `/api/*` are the operations;
 *   `/api/openapi.json` describes them.
 * - `/health`, `/live` and `/ready` are open, to callers that name us as Host.
 *
 * Programs send `Authorization: Bearer` with the API token of the workspace. Errors never carry a stack.
 */
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { conflict, unsupported } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { inertPolicy, strictHeaders } from '../page-policy.ts';
import { findRendererFile } from '../renderer-files.ts';
import { ownerPermissions, type Served } from '../served.ts';
import { type Access, createAccess } from './access.ts';
import { createCalls } from './calls.ts';
import { identify, isLoopback, ownHosts, refuseHost, refuseOrigin } from './guard.ts';
import { generateOpenApi } from './openapi.ts';
import { serveSockets } from './sockets.ts';

export type HttpOptions = {
  /** A loopback address or name. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The built renderer. */
  readonly rendererFolder: string;
  /** Token of programs; see `ensureApiToken`. */
  readonly apiToken: string;
  readonly version: string;
  readonly logger: Logger;
  /** Whether the host can take work; true when absent. */
  readonly ready?: () => boolean;
};

export type HttpSurface = {
  /** Opens the application once; the first line that `augury serve` prints. */
  readonly url: string;
  /** Address without the token. */
  readonly origin: string;
  readonly port: number;
  readonly close: () => Promise<void>;
};

/** Starts the server. Throws `unsupported` for an address that others could reach, `conflict` for a taken port. */
export async function serveHttp(served: Served, options: HttpOptions): Promise<HttpSurface> {
  if (!isLoopback(options.host)) {
    throw unsupported('host-not-loopback', `${options.host} can be reached from other machines.`, {
      hint: 'Augury serves on this machine only: use 127.0.0.1, and an SSH tunnel to come in from elsewhere.',
    });
  }
  let port = options.port;
  let hosts: ReadonlySet<string> = new Set();
  const access = createAccess(options.apiToken, () => port);
  const app = Fastify({ forceCloseConnections: true, requestTimeout: 0, bodyLimit: 1024, exposeHeadRoutes: false });
  await app.register(rateLimit, { global: false });
  // Bodies are read by the operations themselves, as streams, within limits of their own.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));

  guardRequests(app, access, () => hosts);
  addProbes(app, options);
  addCalls(app, served, options);
  addPages(app, access, options.rendererFolder);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'Not found.' }));
  app.setErrorHandler((error: { statusCode?: number; name?: string }, _request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500;
    if (status === 500) options.logger.error('request failed', { error: error.name ?? 'Error' });
    return reply.code(status).send({ message: status === 500 ? 'Internal error.' : 'The request was refused.' });
  });

  const sockets = serveSockets(app.server, served, access, () => hosts);
  await listen(app, options);
  const address = app.server.address();
  if (typeof address === 'object' && address !== null) port = address.port;
  hosts = ownHosts(options.host, port);
  const origin = `http://${options.host.includes(':') ? `[${options.host.replace(/[[\]]/g, '')}]` : options.host}:${port}`;
  return {
    url: `${origin}/?token=${access.oneTimeToken}`,
    origin,
    port,
    close: async () => {
      sockets.close();
      await app.close();
    },
  };
}

async function listen(app: FastifyInstance, options: HttpOptions): Promise<void> {
  try {
    await app.listen({ host: options.host.replace(/[[\]]/g, ''), port: options.port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    throw conflict('port-taken', `Port ${options.port} is not available.`, {
      hint: 'Stop the program that uses it, or give another one with --port (0 takes a free one).',
      cause,
    });
  }
}

const open = new Set(['/health', '/live', '/ready']);
const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '/';

/** Runs before every route: strict headers on whatever follows, then Host, who calls, and Origin. */
function guardRequests(app: FastifyInstance, access: Access, hosts: () => ReadonlySet<string>): void {
  const attempts = app.createRateLimit({ max: 20, timeWindow: '1 minute' });
  app.addHook('onRequest', async (request, reply) => {
    for (const [name, value] of Object.entries(strictHeaders)) reply.raw.setHeader(name, value);
    reply.raw.setHeader('content-security-policy', inertPolicy);
    reply.raw.setHeader('cache-control', 'no-store');
    const wrongHost = refuseHost(request.headers, hosts());
    if (wrongHost !== null) return reply.code(wrongHost.status).send({ message: wrongHost.message });
    if (open.has(pathOf(request))) return;
    if (isTokenVisit(request)) {
      const limit = await attempts(request);
      if (!limit.isAllowed && limit.isExceeded) return reply.code(429).send({ message: 'Too many attempts.' });
      return;
    }
    const caller = identify(request.headers, access);
    if (caller === null) {
      const limit = request.headers.authorization === undefined ? null : await attempts(request);
      if (limit !== null && !limit.isAllowed && limit.isExceeded) {
        return reply.code(429).send({ message: 'Too many attempts.' });
      }
      return refuseStranger(request, reply);
    }
    const refusal = refuseOrigin(request.method, request.headers, { byCookie: caller === 'page', socket: false });
    if (refusal !== null) return reply.code(refusal.status).send({ message: refusal.message });
  });
}

const isTokenVisit = (request: FastifyRequest): boolean =>
  request.method === 'GET' && pathOf(request) === '/' && /[?&]token=/.test(request.url);

function refuseStranger(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = 'Open the address that "augury serve" printed; it carries a token that works once.';
  reply.code(401);
  return pathOf(request) === '/'
    ? reply.type('text/plain; charset=utf-8').send(`${message}\n`)
    : reply.send({ message });
}

function addProbes(app: FastifyInstance, options: HttpOptions): void {
  for (const path of ['/health', '/live']) app.get(path, async () => ({ ok: true }));
  app.get('/ready', async (_request, reply) => {
    const ok = options.ready?.() ?? true;
    return reply.code(ok ? 200 : 503).send({ ok });
  });
}

function addCalls(app: FastifyInstance, served: Served, options: HttpOptions): void {
  const calls = createCalls(served.router, options.logger);
  let description: Promise<unknown> | null = null;
  app.get('/api/openapi.json', async () => {
    description ??= generateOpenApi(served.router, options.version);
    return description;
  });
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.hijack();
    const context = served.contextFor({ surface: 'http', actor: 'local-user', permissions: ownerPermissions });
    const matched = await calls.handle(request.raw, reply.raw, context);
    if (!matched) {
      reply.raw.writeHead(404, { 'content-type': 'application/json; charset=utf-8' });
      reply.raw.end(JSON.stringify({ message: 'There is no such operation.' }));
    }
    return reply;
  };
  app.all('/rpc/*', answer);
  app.all('/api/*', answer);
}

function addPages(app: FastifyInstance, access: Access, folder: string): void {
  app.get('/*', async (request, reply) => {
    if (isTokenVisit(request)) return exchange(request, reply, access);
    const file = await findRendererFile(folder, pathOf(request));
    if (file === null) return reply.callNotFound();
    for (const [name, value] of Object.entries(file.headers)) reply.raw.setHeader(name, value);
    return reply
      .code(file.status)
      .type(file.headers['content-type'] ?? '')
      .send(file.body);
  });
}

function exchange(request: FastifyRequest, reply: FastifyReply, access: Access): FastifyReply {
  const token = new URL(request.url, 'http://loopback').searchParams.get('token') ?? '';
  const session = access.exchange(token);
  if (session === null) {
    // Reloading the first address is harmless for a page that is already in.
    if (access.hasSession(request.headers.cookie)) return reply.redirect('/', 303);
    return refuseStranger(request, reply);
  }
  reply.header('set-cookie', `${access.cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`);
  return reply.redirect('/', 303);
}
