/** The launchers in a small copy of the installation, so that what they build and start can be seen. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
let root = '';
const at = (path: string): string => join(root, path);
const put = (path: string, text: string): void => {
  mkdirSync(resolve(at(path), '..'), { recursive: true });
  writeFileSync(at(path), text);
};

const program = `process.stdout.write(JSON.stringify(process.argv.slice(2)) + '\\n');
if (process.argv[2] === 'code') process.exitCode = 7;
if (process.argv[2] === 'wait') { process.on('SIGTERM', () => process.exit(6)); process.stdout.write('waiting\\n'); setInterval(() => {}, 1000); }
if (process.argv[2] === 'echo') process.stdin.pipe(process.stdout);
`;
/** Stands for electron-vite: writes the products and counts its runs. */
const builder = `const fs = require('fs');
fs.appendFileSync('builds.log', 'built\\n');
for (const d of ['out/main', 'out/preload', 'out/renderer']) fs.mkdirSync(d, { recursive: true });
if (fs.existsSync('broken')) { console.error('main/cli.ts:1 does not compile'); process.exit(1); }
fs.copyFileSync('program.js', 'out/main/cli.js');
for (const f of ['out/main/host.js', 'out/preload/index.cjs', 'out/renderer/index.html']) fs.writeFileSync(f, '');
`;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'augury-launch-'));
  cpSync(join(repository, 'bin'), at('bin'), { recursive: true });
  put('package.json', '{"type":"module","version":"1.0.0"}');
  put('electron.vite.config.ts', '');
  put('main/cli.ts', program);
  put('program.js', program);
  put('node_modules/electron-vite/bin/electron-vite.js', builder);
  put('node_modules/electron-vite/package.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const run = (script: string, args: string[] = [], options: { env?: NodeJS.ProcessEnv; input?: string } = {}) =>
  spawnSync(process.execPath, [at(`bin/${script}.cjs`), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
const builds = (): number =>
  existsSync(at('builds.log')) ? readFileSync(at('builds.log'), 'utf8').trim().split('\n').length : 0;
/** Lets a source look newer than what was built. */
const touch = (path: string): void => {
  const later = new Date(Date.now() + 5000);
  utimesSync(at(path), later, later);
};

describe('A4 npx augury in a checkout', () => {
  it('builds on first use, keeps stdout clean, and hands arguments and exit code on', () => {
    const first = run('augury', ['code', '--json']);
    expect(first.stdout).toBe('["code","--json"]\n');
    expect(first.stderr).toContain('building');
    expect(first.status).toBe(7);
    expect(run('augury', ['x']).stderr).toBe('');
    expect(builds()).toBe(1);
  });

  it('builds again when a source is newer, and not when told to take it as it is', () => {
    run('augury');
    touch('main/cli.ts');
    run('augury', [], { env: { AUGURY_NO_BUILD: '1' } });
    expect(builds()).toBe(1);
    run('augury');
    expect(builds()).toBe(2);
  });

  it('runs the sources without a build on request', () => {
    expect(run('augury', ['a'], { env: { AUGURY_FROM_SOURCE: '1' } }).stdout).toBe('["a"]\n');
    expect(builds()).toBe(0);
  });

  it('builds once for commands that start together', async () => {
    const codes = await Promise.all(
      Array.from(
        { length: 4 },
        () => new Promise((done) => spawn(process.execPath, [at('bin/augury.cjs')]).on('exit', done)),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(builds()).toBe(1);
  });

  it('is not held up by the lock of a process that is gone', () => {
    put('node_modules/.augury-build.lock', '4194311');
    expect(run('augury').status).toBe(0);
    expect(builds()).toBe(1);
  });

  it('says why a build failed, and what to do when it cannot build', () => {
    put('broken', '');
    const failed = run('augury');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('main/cli.ts:1 does not compile');
    rmSync(at('node_modules'), { recursive: true });
    expect(run('augury').stderr).toContain('Run "npm ci"');
  });

  it('pipes and signals through', async () => {
    expect(run('augury', ['echo'], { input: 'in and out' }).stdout).toBe('["echo"]\nin and out');
    const child = spawn(process.execPath, [at('bin/augury.cjs'), 'wait']);
    await new Promise<void>((done) =>
      child.stdout.on('data', (data: Buffer) => {
        if (data.toString().includes('waiting')) done();
      }),
    );
    child.kill('SIGTERM');
    expect(await new Promise((done) => child.on('exit', done))).toBe(6);
  });

  it('parses under Node 12: nothing newer than that in the launchers', () => {
    const files = [at('bin'), at('bin/lib')].flatMap((folder) =>
      readdirSync(folder).flatMap((name) => (name.endsWith('.cjs') ? [join(folder, name)] : [])),
    );
    expect(files.length).toBeGreaterThanOrEqual(5);
    for (const file of files) {
      const code = readFileSync(file, 'utf8')
        .replaceAll(/\/\/.*$/gm, '')
        .replaceAll(/'[^'\n]*'/g, "''");
      expect(code, file).not.toMatch(/\?\.|\?\?|require\(''node:|\bawait\b|#\w|\bstatic\b|\d_\d|\|\|=|&&=/);
      expect(code.includes('import(') && !file.endsWith('load.cjs'), file).toBe(false);
    }
  });
});

describe('A4 under an old Node', () => {
  /** An old Node: this one, claiming another version. */
  const old = (version: string): string[] => {
    put('pretend.cjs', `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
    return ['--require', at('pretend.cjs')];
  };
  const pin = (): void => {
    const node = at(`node_modules/node/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`);
    put('node_modules/node/bin/node', `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
    execFileSync('chmod', ['+x', node]);
  };

  it.each(['12.22.0', '18.20.0', '20.11.1'])('starts again under the pinned one when this is %s', (version) => {
    pin();
    const again = spawnSync(process.execPath, [...old(version), at('bin/augury.cjs'), 'code'], { encoding: 'utf8' });
    expect(again.stdout).toBe('["code"]\n');
    expect(again.status).toBe(7);
  });

  it('says what to do when there is no pinned one', () => {
    for (const script of ['augury', 'start']) {
      const refused = spawnSync(process.execPath, [...old('20.11.1'), at(`bin/${script}.cjs`)], { encoding: 'utf8' });
      expect(refused.status).toBe(1);
      expect(refused.stderr).toMatch(/this is Node 20\.11\.1, and Augury needs Node 22 or newer\. Run "npm ci"/);
    }
  });
});

describe('A3 npm start', () => {
  it('says in one line that Electron is missing and serves the application with the sample', () => {
    const started = run('start', ['--port', '0']);
    expect(started.stdout).toBe('["serve","--open","--sample","--port","0"]\n');
    expect(started.stderr.split('\n').filter((line) => line.includes('Electron'))).toHaveLength(1);
  });

  it('uses Electron where its binary is, wherever that was put, and fetches nothing', () => {
    put('node_modules/electron/index.js', 'throw new Error("required, which would download it")');
    put('node_modules/electron/package.json', '{"main":"index.js"}');
    put('node_modules/electron/dist/electron', '#!/bin/sh\necho "window $1 sample $AUGURY_SAMPLE"\nexit 5\n');
    execFileSync('chmod', ['+x', at('node_modules/electron/dist/electron')]);
    expect(run('start').stdout).toContain('serve');
    put('node_modules/electron/path.txt', 'electron');
    const window = run('start');
    expect(window.stdout).toBe(`window ${root} sample telecom-churn\n`);
    expect(window.status).toBe(5);
    rmSync(at('node_modules/electron/path.txt'));
    expect(
      run('start', [], { env: { ELECTRON_OVERRIDE_DIST_PATH: at('node_modules/electron/dist') } }).stdout,
    ).toContain('window');
  });
});
