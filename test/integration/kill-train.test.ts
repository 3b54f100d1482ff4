import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson, runCli } from '../helpers/cli-process.ts';
import { churnSample } from '../helpers/host.ts';
import { freshWorkspace, jobsOf, killAt, killPercents } from '../helpers/kill.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-kill-train-');
const file = join(folder, 'churn.csv');
const train = ['train', file, '--target', 'Churn', '--trials', '4'];

type Trained = { readonly sha256: string; readonly modelSha256: string; readonly job: string };

let whole: Trained;
let total = 0;
const prepared = join(folder, 'prepared');

beforeAll(async () => {
  const lines = readFileSync(churnSample, 'utf8').split('\n').slice(0, 2001);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const workspace = join(folder, 'whole');
  whole = await cliJson<Trained>([...train, '-o', join(folder, 'whole.augury-model'), '--workspace', workspace]);
  const [job] = await jobsOf(workspace, 'train');
  total = job.workDone;
  expect(total).toBeGreaterThanOrEqual(12);
  await cliJson(['import', file, '--workspace', prepared]);
});

describe('A5 kill -9 in a training', () => {
  it.each(killPercents)(
    'at %i percent of its fits: the same command goes on and ends with the same package',
    async (percent) => {
      const share = percent / 100;
      const workspace = freshWorkspace(join(folder, `killed-${share}`), prepared);
      const done = await killAt(train, { workspace, kind: 'train', units: Math.ceil(share * total) });
      expect(done).toBeLessThan(total);
      const out = join(folder, `killed-${share}.augury-model`);
      const again = await cliJson<Trained>([...train, '-o', out, '--workspace', workspace]);
      expect(again.modelSha256).toBe(whole.modelSha256);
      expect(again.sha256).toBe(whole.sha256);
      expect(readFileSync(out).equals(readFileSync(join(folder, 'whole.augury-model')))).toBe(true);
      const jobs = await jobsOf(workspace, 'train');
      expect(jobs).toHaveLength(1);
      expect(jobs[0]).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(jobs[0].workDone / total).toBeLessThanOrEqual(1.6);
    },
  );

  it('goes on with `augury jobs resume ID` too', async () => {
    const workspace = freshWorkspace(join(folder, 'resumed'), prepared);
    await killAt(train, { workspace, kind: 'train', units: Math.ceil(0.5 * total) });
    const [left] = await jobsOf(workspace, 'train');
    expect(left.state).toBe('interrupted');
    const resumed = await runCli(['jobs', 'resume', left.id, '--workspace', workspace]);
    expect({ code: resumed.code, stderr: resumed.stderr }).toMatchObject({ code: 0 });
    const { models } = await cliJson<{ models: { id: string }[] }>(['models', '--workspace', workspace]);
    const model = await cliJson<{ card: { packageSha256: string } }>([
      'models',
      'show',
      models[0].id,
      '--workspace',
      workspace,
    ]);
    expect(model.card.packageSha256).toBe(whole.sha256);
  });

  it('starts another training beside an interrupted one that was asked for otherwise', async () => {
    const workspace = freshWorkspace(join(folder, 'other'), prepared);
    await killAt(train, { workspace, kind: 'train', units: 2 });
    await cliJson(['train', 'churn', '--target', 'Churn', '--trials', '1', '--workspace', workspace]);
    const jobs = await jobsOf(workspace, 'train');
    expect(jobs.map((job) => [job.state, job.attempt])).toEqual([
      ['succeeded', 1],
      ['interrupted', 1],
    ]);
  });
});
