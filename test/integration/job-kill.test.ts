import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../main/base/clock.ts';
import { createIdSource } from '../../main/base/ids.ts';
import { createRng } from '../../main/base/rng.ts';
import { openStore } from '../../main/store/open.ts';
import { getJob, listJobs, listJobWork } from '../../main/store/repositories/jobs.ts';
import { temporaryFolder } from '../helpers/store.ts';

const program = join(import.meta.dirname, '..', 'helpers', 'resumable-job.ts');

type Run = { readonly child: ChildProcess; readonly output: () => string; readonly ended: Promise<number | null> };

function start(folder: string, ...more: readonly string[]): Run {
  const child = spawn(process.execPath, [program, folder, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout?.on('data', (data) => {
    output += String(data);
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, output: () => output, ended };
}

function look<T>(folder: string, read: (db: ReturnType<typeof openStore>['db'], id: string) => T): T {
  const clock = fixedClock(1);
  const { db } = openStore({ path: join(folder, 'augury.db'), clock, ids: createIdSource(clock, createRng(1)) });
  try {
    return read(db, listJobs(db).rows[0]?.id ?? '');
  } finally {
    db.close();
  }
}

const whole = Array.from({ length: 40 }, (_, i) => `${String(i).padStart(3, '0')}\n`).join('');

describe('A5 a job survives kill -9', () => {
  it('resumes at its checkpoint, repeats at most 60 % of the work and ends byte-identical', async () => {
    for (const killAfter of [3, 17, 24]) {
      const folder = temporaryFolder();
      const first = start(folder);
      while (!first.output().includes(`chunk ${killAfter}\n`)) await new Promise((resolve) => setTimeout(resolve, 2));
      first.child.kill('SIGKILL');
      await first.ended;
      expect(look(folder, (db, id) => getJob(db, id).state)).toBe('running');
      const second = start(folder);
      await second.ended;
      expect(second.output()).toContain('ended succeeded');
      expect(readFileSync(join(folder, 'output.txt'), 'utf8')).toBe(whole);
      const { job, work } = look(folder, (db, id) => ({ job: getJob(db, id), work: listJobWork(db, id) }));
      expect(job).toMatchObject({ state: 'succeeded', attempt: 2, crashCount: 1 });
      const total = work.reduce((sum, entry) => sum + entry.units, 0);
      expect(total).toBe(job.workUnits);
      expect(total - 40).toBeLessThanOrEqual(1); // at most the chunk that was cut
      expect(work[1]?.units ?? 40).toBeLessThanOrEqual(40 - killAfter);
    }
  });

  it('stops resuming a job that takes its process down again and again, and says so', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 3; i++) await start(folder, '5').ended;
    const fourth = start(folder, '5');
    await fourth.ended;
    expect(fourth.output()).toContain('ended interrupted');
    expect(look(folder, (db, id) => getJob(db, id))).toMatchObject({
      state: 'interrupted',
      attempt: 3,
      crashCount: 3,
      error: { code: 'crashed-repeatedly' },
    });
  });
});
