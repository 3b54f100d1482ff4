/**
 * The packaged layout, made by electron-builder's own code with our electron-builder.yml around a folder that stands for
 * Electron: what is inside, what lies beside, which fuses are set, and that command line, server and window start from it.
 */
import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { extractAll, getRawHeader } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeElectronDist } from '../helpers/electron-dist.ts';
import { send, signIn } from '../helpers/http.ts';
import { launchApp } from '../helpers/stand-in/launch.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'augury-package-'));
const app = join(folder, 'dist', 'linux-unpacked');
const resources = join(app, 'resources');
const beside = join(resources, 'app.asar.unpacked');
const cli = join(resources, 'cli', 'augury');
const manifest: { version: string; dependencies: Record<string, string>; devDependencies: Record<string, string> } =
  JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));

type Entry = { readonly files?: Record<string, Entry>; readonly unpacked?: boolean; readonly integrity?: unknown };
let archive: Record<string, Entry> = {};
const entry = (path: string): Entry | undefined =>
  path.split('/').reduce<Entry | undefined>((at, name) => at?.files?.[name], { files: archive });

beforeAll(async () => {
  const dist = makeElectronDist(join(folder, 'electron'), manifest.devDependencies.electron ?? '');
  const builder = join(repository, 'node_modules/electron-builder/cli.js');
  const settings = [`-c.electronDist=${dist}`, `-c.directories.output=${join(folder, 'dist')}`];
  await run(process.execPath, [builder, '--linux', 'dir', '--x64', ...settings], {
    cwd: repository,
    env: { ...process.env, AUGURY_UPDATE_URL: 'https://updates.example/augury' },
    maxBuffer: 64 * 1024 * 1024,
  });
  const header: { header: unknown } = getRawHeader(join(resources, 'app.asar'));
  archive = (header.header as { files: Record<string, Entry> }).files;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = { ...process.env, AUGURY_HOME: join(folder, 'home') };

describe('A2 what is packaged', () => {
  it('is the built program, its resources and production dependencies alone', () => {
    expect(Object.keys(archive).sort()).toEqual(['LICENSE', 'bin', 'node_modules', 'out', 'package.json', 'resources']);
    expect(Object.keys(entry('out')?.files ?? {}).sort()).toEqual(['main', 'preload', 'renderer']);
    for (const name of Object.keys(manifest.dependencies)) expect(entry(`node_modules/${name}`), name).toBeDefined();
    const shipped = Object.keys(manifest.devDependencies).filter((name) => entry(`node_modules/${name}`) !== undefined);
    expect(shipped).toEqual([]);
    expect(entry('resources/samples/telecom-churn.csv')).toBeDefined();
    expect(entry('resources/samples/generate.ts')).toBeUndefined();
  });

  it('keeps the window’s program and preload inside the archive, each with its hash', () => {
    for (const path of ['out/main/index.js', 'out/preload/index.cjs']) {
      expect(entry(path)?.unpacked ?? false, path).toBe(false);
      expect(entry(path)?.integrity).toMatchObject({ algorithm: 'SHA256' });
      expect(existsSync(join(beside, path))).toBe(false);
    }
  });

  it('puts beside it what plain Node runs and what the system loads', () => {
    for (const path of ['out/main/cli.js', 'out/main/host.js', 'out/main/compute-worker.js', 'out/main/inference.js']) {
      expect(existsSync(join(beside, path)), path).toBe(true);
    }
    const natives = readdirSync(beside, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.node'));
    expect(natives.some((name) => name.includes('onnxruntime'))).toBe(true);
    expect(natives.some((name) => name.includes('better-sqlite3'))).toBe(true);
    expect(natives.some((name) => name.includes('duckdb'))).toBe(true);
    expect(natives.filter((name) => /onnxruntime.*(win32|darwin)/.test(name))).toEqual([]);
  });

  it('has its fuses set', async () => {
    const wire = await getCurrentFuseWire(join(app, 'augury-desktop'));
    // A fuse is a character of the binary: 1 on, 0 off.
    const isOn = (fuse: FuseV1Options): boolean => String.fromCharCode(Number(wire[fuse])) === '1';
    expect(isOn(FuseV1Options.RunAsNode)).toBe(false);
    expect(isOn(FuseV1Options.EnableCookieEncryption)).toBe(true);
    expect(isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
    expect(isOn(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
    expect(isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
    expect(isOn(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    expect(isOn(FuseV1Options.LoadBrowserProcessSpecificV8Snapshot)).toBe(false);
    expect(isOn(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
  });

  it('knows its update feed', () => {
    expect(readFileSync(join(resources, 'app-update.yml'), 'utf8')).toContain('url: https://updates.example/augury');
  });
});

describe('A2 what starts from the package', () => {
  it('is the command line, under the Node that came with it', async () => {
    expect(statSync(cli).mode & 0o111).not.toBe(0);
    // A PATH without Node: the package must not need one.
    const bare = { env: { ...environment, PATH: '/usr/bin:/bin' }, cwd: folder };
    const { stdout } = await run(cli, ['--version'], bare);
    expect(stdout.trim()).toBe(manifest.version);
    const sample = join(beside, 'resources/samples/store-sales.csv');
    const imported = JSON.parse((await run(cli, ['import', sample, '--name', 'sales', '--json'], bare)).stdout);
    expect(imported.rows).toBeGreaterThan(100);
    const listed = JSON.parse((await run(cli, ['datasets', '--json'], bare)).stdout);
    expect(JSON.stringify(listed)).toContain('sales');
    expect((await run(cli, ['doctor', '--json'], bare)).stdout).toContain('"ok": true');
  });

  it('is the server with the window’s pages', async () => {
    const server = spawn(cli, ['serve', '--port', '0'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((done) => server.once('exit', done));
    const url = await new Promise<string>((done, fail) => {
      createInterface(server.stdout).once('line', done);
      server.once('exit', (code) => fail(new Error(`serve ended with ${code}`)));
    });
    const cookie = await signIn(url);
    const page = await send(new URL(url).origin, '/', { headers: { cookie } });
    expect(page.status).toBe(200);
    expect(page.text).toContain('<div id="root">');
    expect(page.headers['content-security-policy']).toContain("style-src 'self' 'nonce-");
    server.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('is the window, with the engine and its workers', async () => {
    const installation = join(folder, 'installation');
    extractAll(join(resources, 'app.asar'), installation);
    cpSync(join(repository, 'LICENSE'), join(installation, 'LICENSE'));
    const launched = await launchApp({ root: installation, env: { AUGURY_SAMPLE: 'telecom-churn' } });
    await launched.page.locator('h1', { hasText: 'Home' }).waitFor();
    await launched.page.getByText('Telecom churn', { exact: false }).first().waitFor();
    expect(await launched.quit()).toBe(0);
    await launched.dispose();
  });
});
