/** The figures of an importance job, read from its result. */
import * as z from 'zod';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';

const result = z.object({
  method: z.literal('permutation'),
  rows: z.number(),
  repeats: z.number(),
  loss: z.enum(['log-loss', 'squared-error']),
  baseline: z.number(),
  learnedFrom: z.boolean(),
  sourceName: z.string(),
  columns: z.array(z.object({ column: z.string(), importance: z.number(), low: z.number(), high: z.number() })),
  reading: z.string(),
});

/** What a finished importance job found. */
export type ShufflingResult = z.infer<typeof result>;

/** The result of an importance job, or null for any other job. */
export function readShuffling(job: Pick<JobSnapshot, 'result'>): ShufflingResult | null {
  const parsed = result.safeParse(job.result);
  return parsed.success ? parsed.data : null;
}

/** The newest finished importance of a model among its jobs, newest first. */
export function latestShuffling(jobs: readonly JobSnapshot[], modelId: string): ShufflingResult | null {
  for (const job of jobs) {
    if (job.subject.modelId !== modelId) continue;
    const found = readShuffling(job);
    if (found !== null) return found;
  }
  return null;
}
