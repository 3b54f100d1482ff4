import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson, cliProgram, runCli, startCli } from '../helpers/cli-process.ts';
import { churnSample } from '../helpers/host.ts';
import { jobsOf, workOf } from '../helpers/kill.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-cli-');
const workspace = join(folder, 'workspace');
const file = join(folder, 'churn.csv');
const shell = promisify(execFile);

beforeAll(() => {
  writeFileSync(file, `${readFileSync(churnSample, 'utf8').split('\n').slice(0, 601).join('\n')}\n`);
});

describe('A3 the command line as a process', () => {
  it('prints exactly one JSON document with --json, and progress elsewhere', async () => {
    const imported = await runCli(['import', file, '--json', '--workspace', workspace]);
    expect(imported.code).toBe(0);
    expect(JSON.parse(imported.stdout)).toMatchObject({ rows: 600, rejected: { rows: 0, file: null } });
    expect(imported.stderr).toMatch(/^import: /m);
    const train = ['train', 'churn', '--target', 'Churn', '--trials', '1', '--folds', '2', '--learners', 'linear'];
    const trained = await runCli([...train, '--json', '--workspace', workspace]);
    const { model } = JSON.parse(trained.stdout) as { model: string };
    for (const args of [
      ['score', model, file, '-o', join(folder, 'out.csv')],
      ['evaluate', model, file],
      ['explain', model, file, '-o', join(folder, 'why.csv')],
      ['profile', 'churn'],
      ['export', 'churn', '-o', join(folder, 'back.csv')],
      ['datasets'],
      ['models', 'show', model],
      ['jobs'],
      ['doctor'],
      ['models', 'show', 'nothing'],
      ['train', 'churn'],
      ['train', 'churn', '--target', 'nothing'],
    ]) {
      const { stdout } = await runCli([...args, '--json', '--workspace', workspace]);
      expect(() => JSON.parse(stdout), `${args.join(' ')}: ${stdout}`).not.toThrow();
    }
  });

  it('reads a pipe and writes to one', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('augury-std'));
    const node = process.execPath;
    const piped = await shell('/bin/sh', [
      '-c',
      `cat "${file}" | "${node}" "${cliProgram}" import - --name piped --json --quiet --workspace "${workspace}"`,
    ]);
    expect(JSON.parse(piped.stdout)).toMatchObject({ name: 'piped', rows: 600 });
    const { models } = await cliJson<{ models: { id: string }[] }>(['models', '--workspace', workspace]);
    const scored = await shell('/bin/sh', [
      '-c',
      `cat "${file}" | "${node}" "${cliProgram}" score ${models[0].id} - -o - --quiet --workspace "${workspace}" | head -n 3`,
    ]);
    expect(scored.stdout.split('\n')[0]).toMatch(/prediction,probability/);
    expect(scored.stderr).toBe('');
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith('augury-std') && !before.includes(name));
    expect(left).toEqual([]);
  });

  it('cancels cleanly on Ctrl-C with exit code 6, again and again', async () => {
    for (const units of [1, 3]) {
      const { child, ended } = startCli([
        'train',
        'churn',
        '--target',
        'Churn',
        '--budget',
        '120s',
        '--workspace',
        workspace,
      ]);
      const done = workOf(workspace, 'train');
      while (workOf(workspace, 'train') < units || workOf(workspace, 'train') === done)
        await new Promise((wait) => setTimeout(wait, 5));
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect({ code, stderr }).toMatchObject({ code: 6 });
      expect(stderr).toMatch(/Cancelling…[\s\S]*augury: The work was cancelled\.\n/);
      expect(stderr).not.toMatch(/\bat .*\.ts:/);
      expect((await jobsOf(workspace, 'train'))[0]).toMatchObject({ state: 'cancelled' });
      expect(readdirSync(join(workspace, 'jobs'))).toEqual([]);
    }
  });

  it('lists only commands that work, and says what is wrong about others with exit code 2', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    const listed = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+)\b/gm)].map(
      (match) => match[1],
    );
    expect(listed).toEqual([
      'demo',
      'import',
      'profile',
      'clean',
      'mask',
      'train',
      'score',
      'evaluate',
      'explain',
      'export',
      'sql',
      'features',
      'datasets',
      'models',
      'jobs',
      'serve',
      'doctor',
      'help',
    ]);
    for (const args of [['sync'], ['train'], ['score', '--nonsense'], ['import']]) {
      const wrong = await runCli([...args, '--workspace', workspace]);
      expect({ args, code: wrong.code }).toEqual({ args, code: 2 });
      expect(wrong.stderr).toMatch(/^error: .*\naugury --help lists the commands\./);
    }
  });
});
