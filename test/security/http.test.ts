import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { silentLogger } from '../../main/base/logger.ts';
import { ensureApiToken } from '../../main/surfaces/http/access.ts';
import { bodyLimits } from '../../main/surfaces/http/calls.ts';
import { type HttpSurface, serveHttp } from '../../main/surfaces/http/server.ts';
import { send, signIn } from '../helpers/http.ts';
import { tinyServed } from '../helpers/tiny-router.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-http-'));
const rendererFolder = join(folder, 'renderer');
const apiToken = ensureApiToken(join(folder, 'api-token'));
const served = tinyServed();
const options = {
  host: '127.0.0.1',
  port: 0,
  rendererFolder,
  apiToken,
  version: '1.2.3',
  logger: silentLogger,
};
let http: HttpSurface;
let cookie = '';
const bearer = { authorization: `Bearer ${apiToken}` };

beforeAll(async () => {
  mkdirSync(join(rendererFolder, 'assets'), { recursive: true });
  const page = '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="./assets/a.js">';
  writeFileSync(join(rendererFolder, 'index.html'), page);
  writeFileSync(join(rendererFolder, 'assets', 'a.js'), 'export {};');
  writeFileSync(join(rendererFolder, '.hidden.js'), 'secret');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  http = await serveHttp(served, options);
  cookie = await signIn(http.url);
});
afterAll(async () => {
  await http.close();
  rmSync(folder, { recursive: true, force: true });
});

const rpc = (headers: Record<string, string>, path = '/rpc/system/echo', body = '{"json":{"text":"hi"}}') =>
  send(http.origin, path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

describe('A3 the loopback page', () => {
  it('serves the page with a fresh nonce each load and the strict policy around it', async () => {
    const first = await send(http.origin, '/', { headers: { cookie } });
    const second = await send(http.origin, '/', { headers: { cookie } });
    const nonce = /nonce="([^"]+)" src/.exec(first.text)?.[1] ?? '';
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
    expect(first.headers['content-security-policy']).toBe(
      `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; ` +
        "connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(first.text).not.toContain('__CSP_NONCE__');
    expect(second.text).not.toContain(nonce);
    expect(first.headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['origin-agent-cluster', '?1'],
    [
      'permissions-policy',
      'camera=(), geolocation=(), microphone=(), display-capture=(), usb=(), serial=(), hid=(), payment=()',
    ],
  ])('sends %s on pages, assets, operations and refusals alike', async (name, value) => {
    const replies = await Promise.all([
      send(http.origin, '/', { headers: { cookie } }),
      send(http.origin, '/assets/a.js', { headers: { cookie } }),
      rpc(bearer),
      send(http.origin, '/'),
      send(http.origin, '/nothing', { headers: { cookie } }),
    ]);
    for (const reply of replies) expect(reply.headers[name]).toBe(value);
    expect(replies[2].headers['content-security-policy']).toContain("default-src 'none'");
    for (const reply of replies) expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//etc/passwd',
    '/.hidden.js',
    '/assets/a.js%00.txt',
    '/assets',
    '/%',
  ])('finds nothing at %s', async (path) => {
    const reply = await send(http.origin, path, { headers: { cookie } });
    expect([400, 404]).toContain(reply.status);
    expect(reply.text).not.toContain('secret');
  });

  it('answers health probes without a session, but only to its own name', async () => {
    for (const path of ['/health', '/live', '/ready']) {
      expect(await send(http.origin, path)).toMatchObject({ status: 200, text: '{"ok":true}' });
      expect((await send(http.origin, path, { headers: { host: 'evil.example' } })).status).toBe(421);
    }
  });
});

describe('A3 the one-time token', () => {
  it('works once, in exchange for a cookie that scripts and other sites cannot use', async () => {
    const one = await serveHttp(served, options);
    const { search } = new URL(one.url);
    const first = await send(one.origin, `/${search}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(
      new RegExp(`^augury_session_${one.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    const replayed = await send(one.origin, `/${search}`);
    expect(replayed.status).toBe(401);
    expect(replayed.headers['set-cookie']).toBeUndefined();
    await one.close();
  });

  it('is refused when wrong, and attempts are limited', async () => {
    const one = await serveHttp(served, options);
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) statuses.push((await send(one.origin, '/?token=guess')).status);
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    const bearers: number[] = [];
    for (let i = 0; i < 3; i++) {
      bearers.push(
        (await send(one.origin, '/api/add/1', { headers: { authorization: 'Bearer guess-guess-guess' } })).status,
      );
    }
    expect(bearers.at(-1)).toBe(429);
    await one.close();
  });

  it('opens nothing for a session of another server, a forged cookie or none', async () => {
    const strangers: Record<string, string>[] = [
      {},
      { cookie: `${cookie.split('=')[0]}=AAAA` },
      { cookie: 'augury_session_1=x' },
    ];
    for (const headers of strangers) {
      for (const path of ['/', '/assets/a.js', '/api/add/1', '/api/openapi.json']) {
        expect((await send(http.origin, path, { headers })).status).toBe(401);
      }
      expect((await rpc({ ...headers, origin: http.origin })).status).toBe(401);
    }
  });
});

describe('A3 who may call', () => {
  it('takes a page of its own and a program with the API token', async () => {
    expect((await rpc({ cookie, origin: http.origin })).status).toBe(200);
    const reply = await rpc(bearer);
    expect(JSON.parse(reply.text).json).toEqual({
      text: 'hi',
      surface: 'http',
      workspace: null,
      permissions: ['read', 'write', 'admin'],
    });
  });

  it.each(['evil.example', 'localhost', '127.0.0.1', '127.0.0.1:1', 'evil.example:80'])(
    'refuses the Host %j even with a good session',
    async (host) => {
      expect((await send(http.origin, '/', { headers: { cookie, host } })).status).toBe(421);
      expect((await rpc({ ...bearer, host })).status).toBe(421);
    },
  );

  it.each(['http://evil.example', 'null', 'http://localhost:1', 'https://127.0.0.1'])(
    'refuses the Origin %s for pages and programs alike',
    async (origin) => {
      expect((await rpc({ cookie, origin })).status).toBe(403);
      expect((await rpc({ ...bearer, origin })).status).toBe(403);
      expect((await send(http.origin, '/api/add/1', { headers: { cookie, origin } })).status).toBe(403);
    },
  );

  it('refuses a change by cookie without an Origin, and whatever a browser calls cross-site', async () => {
    expect((await rpc({ cookie })).status).toBe(403);
    for (const site of ['cross-site', 'same-site']) {
      expect((await send(http.origin, '/api/add/1', { headers: { cookie, 'sec-fetch-site': site } })).status).toBe(403);
    }
    expect(
      (await send(http.origin, '/api/add/1', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status,
    ).toBe(200);
  });

  it('lets a wrong API token lose against a good cookie', async () => {
    expect((await rpc({ cookie, origin: http.origin, authorization: 'Bearer wrong-wrong-wrong' })).status).toBe(401);
  });

  it('answers no preflight', async () => {
    const reply = await send(http.origin, '/rpc/system/echo', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('keeps the API token in a file of its user alone, and keeps it', () => {
    const file = join(folder, 'api-token');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(ensureApiToken(file)).toBe(apiToken);
  });

  it('listens on loopback only', async () => {
    await expect(serveHttp(served, { ...options, host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'host-not-loopback',
    });
    await expect(serveHttp(served, { ...options, port: http.port })).rejects.toMatchObject({ code: 'port-taken' });
  });
});

describe('A3 operations over HTTP', () => {
  it('answers REST with values read from path and query', async () => {
    const reply = await send(http.origin, '/api/add/40?b=2', { headers: bearer });
    expect(JSON.parse(reply.text)).toEqual({ sum: 42 });
  });

  it('runs a call in the workspace its header names', async () => {
    const named = await rpc({ ...bearer, 'x-augury-workspace': 'ws_other' });
    expect(JSON.parse(named.text).json.workspace).toBe('ws_other');
    const rest = await send(http.origin, '/api/echo', {
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json', 'x-augury-workspace': 'ws_other' },
      body: '{"text":"hi"}',
    });
    expect(JSON.parse(rest.text).workspace).toBe('ws_other');
  });

  it('knows only operations of the contract', async () => {
    for (const path of ['/rpc/system/nothing', '/rpc/__proto__/x', '/rpc/constructor', '/api/nothing', '/rpc/system']) {
      expect((await rpc(bearer, path)).status).toBe(404);
    }
  });

  it('never changes anything on GET', async () => {
    const query = `data=${encodeURIComponent('{"json":{"text":"hi"}}')}`;
    expect((await send(http.origin, `/rpc/system/echo?${query}`, { headers: { cookie } })).status).toBe(405);
    expect((await send(http.origin, '/api/echo?text=hi', { headers: { cookie } })).status).toBe(404);
  });

  it('tells nothing of an unexpected failure, and all of an expected one', async () => {
    const crash = await rpc(bearer, '/rpc/system/crash', '{}');
    expect(crash.status).toBe(500);
    expect(crash.text).not.toMatch(/swordfish|at .*\.ts|node_modules/);
    const typed = await rpc(bearer, '/rpc/system/typed', '{}');
    expect(typed.status).toBe(404);
    expect(JSON.parse(typed.text).json).toMatchObject({ code: 'NOT_FOUND', data: { hint: 'look elsewhere' } });
    const broken = await rpc(bearer, '/rpc/system/echo', '{"json":');
    expect(broken.status).toBe(400);
    expect(broken.text).not.toMatch(/at .*\.[mj]s|stack/);
    const wrong = await rpc(bearer, '/rpc/system/echo', '{"json":{"text":5}}');
    expect(wrong.status).toBe(400);
  });

  it('bounds bodies, declared or streamed, and lets uploads be larger', async () => {
    const large = JSON.stringify({ json: { text: 'x'.repeat(bodyLimits.ordinary) } });
    expect((await rpc(bearer, '/rpc/system/echo', large)).status).toBe(413);
    expect((await rpc(bearer, '/api/echo', JSON.stringify({ text: 'x'.repeat(bodyLimits.ordinary) }))).status).toBe(
      413,
    );
    const chunked = await send(http.origin, '/rpc/system/echo', {
      method: 'POST',
      headers: { ...bearer, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      body: large,
    }).then(
      (reply) => reply.status,
      () => 413,
    );
    expect(chunked).toBe(413);
    const form = new FormData();
    form.set('data', new Blob([new Uint8Array(bodyLimits.ordinary + 1)]));
    const reply = await fetch(`${http.origin}/api/system/uploads/up_1/append`, {
      method: 'POST',
      headers: bearer,
      body: form,
    });
    expect(await reply.json()).toEqual({ received: bodyLimits.ordinary + 1 });
  });

  it('describes itself as OpenAPI 3.1', async () => {
    const reply = await send(http.origin, '/api/openapi.json', { headers: bearer });
    const document = JSON.parse(reply.text);
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths)).toContain('/add/{a}');
    expect(document.paths['/download'].get.responses['200'].content).toHaveProperty('*/*');
  });

  it('streams events and hands blobs over', async () => {
    const ticks = await send(http.origin, '/api/ticks?count=3', { headers: bearer });
    expect(ticks.headers['content-type']).toContain('text/event-stream');
    expect(ticks.text.match(/data: \{"n":\d\}/g)).toEqual(['data: {"n":0}', 'data: {"n":1}', 'data: {"n":2}']);
    const file = await send(http.origin, '/api/download', { headers: bearer });
    expect(file.text).toBe('a,b\n1,2\n');
  });
});

describe('A3 WebSockets', () => {
  const attempt = (headers: Record<string, string>, path = '/ws'): Promise<number> =>
    new Promise((done) => {
      const socket = new WebSocket(`ws://127.0.0.1:${http.port}${path}`, { headers });
      socket.on('open', () => {
        done(101);
        socket.close();
      });
      socket.on('unexpected-response', (_request, response) => {
        done(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on('error', () => done(0));
    });

  it('opens for its own page and for a program', async () => {
    expect(await attempt({ cookie, origin: http.origin })).toBe(101);
    expect(await attempt(bearer)).toBe(101);
  });

  it.each([
    ['without a session', {}, 401],
    ['with a wrong token', { authorization: 'Bearer wrong-wrong-wrong' }, 401],
  ])('refuses a socket %s', async (_name, headers, status) => {
    expect(await attempt({ ...headers, origin: http.origin })).toBe(status);
  });

  it('hangs up on a message larger than any operation takes, before reading it', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${http.port}/ws`, { headers: bearer });
    await new Promise((done) => socket.once('open', done));
    const code = new Promise((done) => socket.once('close', done));
    // A frame that says it will carry 1 GiB: FIN and text, masked, a 64-bit length, the mask.
    const head = Buffer.alloc(14);
    head.set([0x81, 0xff]);
    head.writeBigUInt64BE(1n << 30n, 2);
    Reflect.get(socket, '_socket').write(head);
    expect(await code).toBe(1009);
  });

  it('refuses a socket of another origin, without one, or for another host', async () => {
    expect(await attempt({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await attempt({ ...bearer, origin: 'http://evil.example' })).toBe(403);
    expect(await attempt({ cookie })).toBe(403);
    expect(await attempt({ cookie, origin: http.origin, host: 'evil.example' })).toBe(421);
    expect(await attempt({ cookie, origin: http.origin }, '/rpc')).toBe(404);
  });
});
