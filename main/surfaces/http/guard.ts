/**
 * Checks that a request was meant for us, before anything reads it: a Host that is ours (a page that resolves its own
 * name to 127.0.0.1 sends that name), an Origin that is ours for whatever changes state or opens a socket, and either a
 * session or the API token. There is no CORS: no other origin ever gets an answer it may read.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from './access.ts';

export type Refusal = { readonly status: 400 | 401 | 403 | 421; readonly message: string };

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** True for addresses and names that never leave this machine. */
export const isLoopback = (host: string): boolean => /^(127(\.\d{1,3}){3}|localhost|::1|\[::1\])$/.test(host);

/** Host headers that name this server: the bound address and the usual loopback names, with its port. */
export function ownHosts(host: string, port: number): ReadonlySet<string> {
  const bound = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const names = new Set([bound, ...loopbackNames]);
  return new Set([...names].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** Why a Host header is refused, or null. */
export function refuseHost(headers: IncomingHttpHeaders, hosts: ReadonlySet<string>): Refusal | null {
  const host = headers.host?.toLowerCase();
  if (host !== undefined && hosts.has(host)) return null;
  return { status: 421, message: 'This server answers only to its own loopback address.' };
}

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Why a request is refused for where it comes from, or null. An Origin must be ours wherever one is sent; a browser
 * session must send one for everything but reads, because browsers always do; programs with the API token have none.
 */
export function refuseOrigin(
  method: string,
  headers: IncomingHttpHeaders,
  how: { readonly byCookie: boolean; readonly socket: boolean },
): Refusal | null {
  const refusal: Refusal = { status: 403, message: 'This request comes from another site.' };
  const site = headers['sec-fetch-site'];
  const navigation = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  if (typeof site === 'string' && site !== 'same-origin' && site !== 'none' && !navigation) return refusal;
  if (headers.origin !== undefined) return headers.origin === `http://${headers.host}` ? null : refusal;
  return how.byCookie && (how.socket || !reads.has(method)) ? refusal : null;
}

export type Caller = 'page' | 'program';

/** Who calls, or null for a stranger. A program that names a wrong token is a stranger even with a good cookie. */
export function identify(headers: IncomingHttpHeaders, access: Access): Caller | null {
  if (headers.authorization !== undefined) return access.isApiToken(headers.authorization) ? 'program' : null;
  return access.hasSession(headers.cookie) ? 'page' : null;
}
