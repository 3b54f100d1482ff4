/** What a queue finds when it opens: jobs of a process that died, and folders nobody needs any more. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorData } from '../base/errors.ts';
import type { JobRecord, JobStore } from './job-store.ts';

/** A job that took its process down this often is not resumed by itself again. */
export const mostCrashes = 3;

const crashed = (count: number): ErrorData => ({
  family: 'bug',
  code: 'crashed-repeatedly',
  message: `The program ended ${count} times while this job ran, so it is not resumed by itself.`,
  hint: 'Retry it with fewer rows or less memory in use, or cancel it.',
  details: { crashes: count },
});

/**
 * Settles jobs left `running` by a process that is gone (the caller owns the workspace, so nobody else runs them): cancelled if that
 * was asked for, else interrupted. Returns the jobs that may run now: queued ones and interrupted ones to be resumed,
 * but not those that a person has paused.
 */
export function settleLeftJobs(store: JobStore): readonly JobRecord[] {
  for (const job of store.inState('running')) {
    if (job.request === 'cancel') {
      store.move(job.id, 'cancelled', job.attempt, { finishedAt: store.now(), crashCount: job.crashCount + 1 });
      continue;
    }
    const crashCount = job.crashCount + 1;
    const error = crashCount >= mostCrashes ? crashed(crashCount) : null;
    store.move(job.id, 'interrupted', job.attempt, { crashCount, error, etaSeconds: null });
  }
  const resumable = store
    .inState('interrupted')
    .filter((job) => job.crashCount < mostCrashes && job.request !== 'pause');
  return [...resumable, ...store.inState('queued')];
}

/** Removes private folders of jobs that have ended or no longer exist. */
export function sweepScratch(store: JobStore, scratchRoot: string): void {
  const alive = new Set(
    (['queued', 'running', 'interrupted'] as const).flatMap((state) => store.inState(state).map((job) => job.id)),
  );
  let names: string[] = [];
  try {
    names = readdirSync(scratchRoot);
  } catch {
    return; // no folder yet
  }
  for (const name of names) {
    // Other things may lie beside them; a job's folder has the job's id.
    if (name.startsWith('job_') && !alive.has(name)) rmSync(join(scratchRoot, name), { recursive: true, force: true });
  }
}
