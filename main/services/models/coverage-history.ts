import * as z from 'zod';
import { coverageReport } from '../../contract/model-quality.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Outputs } from '../service-types.ts';

const kept = z.object({ coverage: coverageReport });
const mostShown = 1000;

/** What the evaluations of a model found of its intervals, newest first. Evaluations of models without intervals say nothing. */
export function coverageHistory(queue: JobQueue, modelId: string): Outputs['models']['coverage']['items'] {
  const { items } = queue.list({ modelId, kinds: ['evaluate'], states: ['succeeded'], limit: mostShown });
  return items.flatMap((job) => {
    const found = kept.safeParse(job.result);
    return found.success ? [{ jobId: job.id, at: job.endedAt ?? job.createdAt, report: found.data.coverage }] : [];
  });
}
