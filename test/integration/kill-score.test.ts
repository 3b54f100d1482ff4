import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson } from '../helpers/cli-process.ts';
import { churnSample } from '../helpers/host.ts';
import { freshWorkspace, jobsOf, killAt, killPercents } from '../helpers/kill.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-kill-score-');
const input = join(folder, 'many.csv');
const copies = 30;

type Scored = { readonly rows: number; readonly rejected: number };

const prepared = join(folder, 'prepared');
let model = '';
let total = 0;
let wholeOutput: Buffer;
let wholeRejects: Buffer;

const score = (out: string): string[] => ['score', model, input, '-o', out, '--id', 'customerID', '--resume'];

beforeAll(async () => {
  const [header, ...lines] = readFileSync(churnSample, 'utf8').trimEnd().split('\n');
  const rows: string[] = [header];
  for (let copy = 0; copy < copies; copy++) {
    for (const line of lines) rows.push(`${copy}-${line}`);
    rows.push(`${copy}-ragged,1`);
  }
  writeFileSync(input, `${rows.join('\n')}\n`);
  // A small model keeps the test short; what is killed is the streaming.
  const train = ['train', churnSample, '--target', 'Churn', '--trials', '1', '--learners', 'linear', '--folds', '2'];
  model = (await cliJson<{ model: string }>([...train, '--workspace', prepared])).model;
  // The same training in another workspace gives the same package: the whole file is scored there.
  const other = join(folder, 'other');
  const out = join(folder, 'whole.csv');
  const elsewhere = await cliJson<{ model: string }>([...train, '--workspace', other]);
  const scored = await cliJson<Scored>(
    ['score', elsewhere.model, input, '-o', out, '--id', 'customerID', '--workspace', other],
    { code: 7 },
  );
  expect(scored).toMatchObject({ rows: copies * lines.length, rejected: copies });
  const [job] = await jobsOf(other, 'score');
  total = job.workDone;
  wholeOutput = readFileSync(out);
  wholeRejects = readFileSync(rejectsOf(out));
});

const rejectsOf = (out: string): string => out.replace(/\.csv$/, '.rejects.csv');

describe('A5 kill -9 in a scoring', () => {
  it.each(killPercents)(
    'at %i percent of its rows: with --resume it goes on and ends byte-identical',
    async (percent) => {
      const share = percent / 100;
      const workspace = freshWorkspace(join(folder, `killed-${share}`), prepared);
      const out = join(folder, `killed-${share}.csv`);
      const done = await killAt(score(out), { workspace, kind: 'score', units: share * total });
      expect(done).toBeLessThan(total);
      await cliJson<Scored>([...score(out), '--workspace', workspace], { code: 7 });
      expect(readFileSync(out).equals(wholeOutput)).toBe(true);
      expect(readFileSync(rejectsOf(out)).equals(wholeRejects)).toBe(true);
      const jobs = await jobsOf(workspace, 'score');
      expect(jobs).toHaveLength(1);
      expect(jobs[0]).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(jobs[0].workDone / total).toBeLessThanOrEqual(1.6);
      const { checks } = await cliJson<{ checks: { name: string; ok: boolean }[] }>([
        'doctor',
        '--workspace',
        workspace,
      ]);
      expect(checks.filter((check) => !check.ok)).toEqual([]);
    },
  );

  it('starts anew without --resume, and ends with the same bytes', async () => {
    const workspace = freshWorkspace(join(folder, 'anew'), prepared);
    const out = join(folder, 'anew.csv');
    await killAt(score(out), { workspace, kind: 'score', units: 0.4 * total });
    const args = score(out).filter((word) => word !== '--resume');
    await cliJson<Scored>([...args, '--workspace', workspace], { code: 7 });
    expect(readFileSync(out).equals(wholeOutput)).toBe(true);
    const jobs = await jobsOf(workspace, 'score');
    expect(jobs.map((job) => [job.state, job.attempt])).toEqual([
      ['succeeded', 1],
      ['cancelled', 1],
    ]);
  });
});
