import type { JobSnapshot } from '../../../main/contract/jobs.ts';

/** The name under which a finished job's file is offered, or null when it made none. */
export function downloadName(job: Pick<JobSnapshot, 'result' | 'state'>): string | null {
  const { result } = job;
  if (job.state !== 'succeeded' || typeof result !== 'object' || result === null) return null;
  const name: unknown = 'download' in result ? result.download : null;
  return typeof name === 'string' && name !== '' ? name : null;
}
