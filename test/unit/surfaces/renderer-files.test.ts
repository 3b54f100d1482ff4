import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRendererFile } from '../../../main/surfaces/renderer-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-renderer-'));
beforeAll(() => {
  mkdirSync(join(folder, 'out/assets'), { recursive: true });
  writeFileSync(join(folder, 'out/index.html'), '<script nonce="__CSP_NONCE__">');
  writeFileSync(join(folder, 'out/assets/a.js'), '1');
  writeFileSync(join(folder, 'out/icon.svg'), '<svg/>');
  writeFileSync(join(folder, 'out/notes.xyz'), 'x');
  writeFileSync(join(folder, 'secret.json'), '{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const find = (path: string) => findRendererFile(join(folder, 'out'), path);

describe('A2 and A3 files of the window', () => {
  it('may do nothing when a browser shows one by itself, and are named for what they are', async () => {
    const asset = await find('/assets/a.js');
    expect(asset?.headers['content-security-policy']).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(asset?.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect((await find('/icon.svg'))?.headers['content-type']).toBe('image/svg+xml');
  });

  it('are kept by the browser only where their name carries their hash', async () => {
    expect((await find('/assets/a.js'))?.headers['cache-control']).toContain('immutable');
    expect((await find('/icon.svg'))?.headers['cache-control']).toBe('no-cache');
    expect((await find('/'))?.headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/..\\secret.json',
    '/notes.xyz',
    '/assets',
    '/none.js',
  ])('are not found at %s', async (path) => expect(await find(path)).toBeNull());
});
