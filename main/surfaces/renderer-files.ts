/** Reads files of the built renderer by URL path, for `app://` and loopback alike. Nothing outside its folder is reachable. */
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { contentSecurityPolicy, freshNonce, inertPolicy, noncePlaceholder, strictHeaders } from './page-policy.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

export type RendererFile = {
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/**
 * The file a URL path names, with its headers, or null when there is none. `/` is the page. Paths with a backslash, a
 * NUL, a hidden name, an unknown extension or a way out of `folder` find nothing.
 */
export async function findRendererFile(folder: string, urlPath: string): Promise<RendererFile | null> {
  const path = decode(urlPath);
  if (path === null) return null;
  const file = resolve(folder, `.${path === '/' ? '/index.html' : path}`);
  const type = types[extname(file)];
  if (type === undefined) return null;
  const body = await read(file);
  if (body === null) return null;
  if (extname(file) === '.html') return page(body);
  const immutable = path.startsWith('/assets/');
  return {
    status: 200,
    headers: {
      ...strictHeaders,
      'content-security-policy': inertPolicy,
      'content-type': type,
      'cache-control': immutable ? 'private, max-age=31536000, immutable' : 'no-cache',
    },
    body,
  };
}

function page(template: Buffer): RendererFile {
  const nonce = freshNonce();
  return {
    status: 200,
    headers: {
      ...strictHeaders,
      'content-security-policy': contentSecurityPolicy(nonce),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: Buffer.from(template.toString('utf8').replaceAll(noncePlaceholder, nonce)),
  };
}

function decode(urlPath: string): string | null {
  try {
    const path = decodeURIComponent(urlPath);
    return path.startsWith('/') && !/[\\\0]|\/\.|\/\//.test(path) ? path : null;
  } catch {
    return null;
  }
}

async function read(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch {
    return null;
  }
}
