/** Follows a job to its end: progress on stderr, Ctrl-C cancels the job and waits for it to stop. */
import { AuguryError, cancelled, type ErrorFamily } from '../../base/errors.ts';
import type { JobSnapshot } from '../../contract/jobs.ts';
import type { AuguryClient, CliIo, GlobalOptions } from './io.ts';

export async function followJob(
  client: AuguryClient,
  jobId: string,
  io: CliIo,
  options: GlobalOptions,
): Promise<JobSnapshot> {
  let interrupted = false;
  const dispose = io.onInterrupt(() => {
    if (interrupted) return;
    interrupted = true;
    io.stderr.write('\nCancelling…\n');
    void client.jobs.cancel({ id: jobId });
  });
  const show = progressLine(io, options);
  try {
    let last: JobSnapshot | null = null;
    for await (const snapshot of await client.jobs.watch({ id: jobId })) {
      last = snapshot;
      show(snapshot);
    }
    const final = last !== null && isFinal(last) ? last : await client.jobs.get({ id: jobId });
    show(null);
    return checked(final);
  } finally {
    dispose();
  }
}

const isFinal = (snapshot: JobSnapshot): boolean => !['queued', 'running'].includes(snapshot.state);

function checked(snapshot: JobSnapshot): JobSnapshot {
  if (snapshot.state === 'succeeded') return snapshot;
  if (snapshot.state === 'cancelled') throw cancelled();
  const { error } = snapshot;
  if (error === null) throw new AuguryError('bug', 'job-interrupted', `The job ended in state ${snapshot.state}.`);
  throw new AuguryError(error.family as ErrorFamily, error.code, error.message, {
    hint: error.hint,
    details: error.details,
  });
}

/** One line that is rewritten on a terminal; on a pipe a line at each stage. */
function progressLine(io: CliIo, options: GlobalOptions): (snapshot: JobSnapshot | null) => void {
  if (options.quiet) return () => {};
  let stage = '';
  let width = 0;
  return (snapshot) => {
    if (io.stderr.isTTY !== true) {
      if (snapshot === null || snapshot.stage === stage) return;
      stage = snapshot.stage;
      if (stage !== '') io.stderr.write(`${snapshot.kind}: ${stage}\n`);
      return;
    }
    if (snapshot === null) {
      io.stderr.write(`\r${' '.repeat(width)}\r`);
      return;
    }
    const done = Math.round(snapshot.fraction * 24);
    const bar = `${'█'.repeat(done)}${'░'.repeat(24 - done)}`;
    const rate =
      snapshot.rowsPerSecond === null ? '' : ` ${Math.round(snapshot.rowsPerSecond).toLocaleString('en')} rows/s`;
    const eta = snapshot.etaSeconds === null ? '' : ` ETA ${Math.round(snapshot.etaSeconds)} s`;
    const line =
      `${snapshot.kind} ${bar} ${(snapshot.fraction * 100).toFixed(0).padStart(3)} % ${snapshot.stage}${rate}${eta} ${snapshot.message}`.slice(
        0,
        160,
      );
    io.stderr.write(`\r${line.padEnd(width)}`);
    width = Math.max(width, line.length);
  };
}
