import type { JobSnapshot } from '../../../main/contract/jobs.ts';

/** The model a training job made, or null when there is none. */
export function findModelId(job: Pick<JobSnapshot, 'subject' | 'result'>): string | null {
  if (job.subject.modelId !== null) return job.subject.modelId;
  const { result } = job;
  if (typeof result !== 'object' || result === null) return null;
  const id: unknown = Reflect.get(result, 'modelId');
  return typeof id === 'string' ? id : null;
}
