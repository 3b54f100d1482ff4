import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CliRun, cliJson, runCli, startCli } from '../helpers/cli-process.ts';
import { churnSample } from '../helpers/host.ts';
import { jobsOf, workOf } from '../helpers/kill.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-serve-');
const kept = join(folder, 'kept');
const train = ['train', 'churn', '--target', 'Churn', '--trials', '4'];
let wholeSha256 = '';
let total = 0;
let serving: CliRun | null = null;

/** Starts `augury serve` and waits for its address. */
async function serve(workspace: string): Promise<CliRun> {
  const run = startCli(['serve', '--port', '0', '--workspace', workspace]);
  serving = run;
  await new Promise<void>((open, fail) => {
    run.child.stdout?.once('data', () => open());
    void run.ended.then(({ stderr }) => fail(new Error(stderr)));
  });
  return run;
}

afterEach(async () => {
  serving?.child.kill('SIGKILL');
  await serving?.ended;
  serving = null;
});

beforeAll(async () => {
  const file = join(folder, 'churn.csv');
  writeFileSync(file, `${readFileSync(churnSample, 'utf8').split('\n').slice(0, 2001).join('\n')}\n`);
  await cliJson(['import', file, '--workspace', kept]);
  const alone = join(folder, 'alone');
  cpSync(kept, alone, { recursive: true });
  const trained = await cliJson<{ sha256: string }>([
    ...train,
    '-o',
    join(folder, 'm.augury-model'),
    '--workspace',
    alone,
  ]);
  wholeSha256 = trained.sha256;
  total = (await jobsOf(alone, 'train'))[0].workDone;
});

describe('A3 the command line beside a running host', () => {
  it('attaches instead of opening the workspace again, and many commands work at once', async () => {
    const workspace = join(folder, 'attached');
    cpSync(kept, workspace, { recursive: true });
    const host = await serve(workspace);
    const training = runCli([
      ...train,
      '-o',
      join(folder, 'attached.augury-model'),
      '--json',
      '--workspace',
      workspace,
    ]);
    const others = await Promise.all(
      [['datasets'], ['models'], ['jobs'], ['datasets', 'show', 'churn']].map((args) =>
        runCli([...args, '--workspace', workspace]),
      ),
    );
    for (const { code, stderr } of others) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { code, stdout, stderr } = await training;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect((JSON.parse(stdout) as { sha256: string }).sha256).toBe(wholeSha256);
    const second = await runCli(['serve', '--port', '0', '--workspace', workspace]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/open in another Augury process/);
    host.child.kill('SIGTERM');
    expect((await host.ended).code).toBe(0);
  });

  it('ends with a sentence when the host is killed, and the host goes on with the job when it is back', async () => {
    const workspace = join(folder, 'killed');
    cpSync(kept, workspace, { recursive: true });
    const host = await serve(workspace);
    const training = startCli([...train, '--workspace', workspace]);
    while (workOf(workspace, 'train') < total / 2) await new Promise((wait) => setTimeout(wait, 5));
    host.child.kill('SIGKILL');
    const { code, stderr } = await training.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/augury: The running Augury ended before this command was done\.\n.*augury jobs/);
    expect(stderr).not.toMatch(/\bat .*\.(ts|mjs):/);
    await host.ended;
    await serve(workspace);
    const state = async () => (await jobsOf(workspace, 'train'))[0];
    while (['queued', 'running', 'interrupted'].includes((await state()).state)) {
      await new Promise((wait) => setTimeout(wait, 200));
    }
    const job = await state();
    expect(job).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(job.workDone / total).toBeLessThanOrEqual(1.6);
    const { models } = await cliJson<{ models: { id: string }[] }>(['models', '--workspace', workspace]);
    const model = await cliJson<{ card: { packageSha256: string } }>([
      'models',
      'show',
      models[0].id,
      '--workspace',
      workspace,
    ]);
    expect(model.card.packageSha256).toBe(wholeSha256);
  });

  it('refuses an address that others could reach', async () => {
    const { code, stderr } = await runCli([
      'serve',
      '--host',
      '0.0.0.0',
      '--port',
      '0',
      '--workspace',
      join(folder, 'open'),
    ]);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    expect(stderr).toMatch(/0\.0\.0\.0 can be reached from other machines[\s\S]*127\.0\.0\.1/);
  });
});
