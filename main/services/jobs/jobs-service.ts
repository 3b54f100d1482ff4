/** Jobs as the contract offers them; everything is the queue's. */
import type { JobQueue } from '../../jobs/queue.ts';
import type { JsonValue } from '../../jobs/types.ts';
import type { Service } from '../service-types.ts';

const isRecord = (point: JsonValue): point is { readonly [key: string]: JsonValue } =>
  typeof point === 'object' && point !== null && !Array.isArray(point);

/** Builds the service over one workspace's queue. */
export function createJobsService(queue: JobQueue): Service<'jobs'> {
  return {
    list: ({ offset, limit, states, kinds }) => {
      const page = queue.list({ offset, limit, ...(states && { states }), ...(kinds && { kinds }) });
      return { items: [...page.items], total: page.total };
    },
    get: ({ id }) => queue.get(id),
    metrics: ({ id, from }) => {
      const points = queue.metrics(id, from);
      return { points: points.filter(isRecord).map((point) => ({ ...point })), next: from + points.length };
    },
    log: ({ id }) => ({ lines: [...queue.log(id)] }),
    watch: ({ id }, call) => queue.watch(id, call.signal),
    watchAll: (_input, call) => queue.watchAll(call.signal),
    cancel: ({ id }) => queue.cancel(id),
    pause: ({ id }) => queue.pause(id),
    resume: ({ id }) => queue.resume(id),
    retry: async ({ id }) => ({ jobId: (await queue.retry(id)).id }),
  };
}
