import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { idOf, jobStarted, pageInput, time } from './common.ts';
import { base, errorData, reading, starting } from './meta.ts';

export const jobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export const jobKind = z.enum([
  'import',
  'profile',
  'train',
  'score',
  'evaluate',
  'explain',
  'export',
  'query',
  'clean',
  'mask',
  'features',
  'import-model',
]);

export const jobEstimate = z.object({
  seconds: z.number(),
  memoryBytes: z.number(),
  diskBytes: z.number(),
  basis: z.string(),
});

export const jobSnapshot = z.object({
  id: idOf('job'),
  kind: jobKind,
  state: jobState,
  title: z.string(),
  priority: z.enum(['interactive', 'batch', 'background']),
  stage: z.string(),
  fraction: z.number(),
  message: z.string(),
  rowsDone: z.number().nullable(),
  rowsTotal: z.number().nullable(),
  rowsPerSecond: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  attempt: z.number().int(),
  workDone: z.number().describe('work units finished over all attempts'),
  createdAt: time,
  startedAt: time.nullable(),
  endedAt: time.nullable(),
  seconds: z.number().nullable().describe('running time over all attempts'),
  estimate: jobEstimate.nullable(),
  result: z.unknown(),
  error: errorData.extend({ message: z.string() }).nullable(),
  paused: z
    .boolean()
    .optional()
    .describe('interrupted because a person paused it (running: on the way there); it waits until it is resumed'),
  /** What the job made or works on, for links. */
  subject: z.object({ datasetId: z.string().nullable(), modelId: z.string().nullable() }),
});
export type JobSnapshot = z.infer<typeof jobSnapshot>;

export const metricPoint = z.record(z.string(), z.unknown());

const one = z.object({ id: idOf('job') });

export const jobs = {
  list: base
    .meta(reading)
    .route({ method: 'GET', path: '/jobs', summary: 'List jobs, newest first' })
    .input(pageInput.extend({ states: z.array(jobState).optional(), kinds: z.array(jobKind).optional() }))
    .output(z.object({ items: z.array(jobSnapshot), total: z.number().int() })),
  get: base
    .meta(reading)
    .route({ method: 'GET', path: '/jobs/{id}', summary: 'One job' })
    .input(one)
    .output(jobSnapshot),
  metrics: base
    .meta(reading)
    .route({ method: 'GET', path: '/jobs/{id}/metrics', summary: 'Metric points of a job, in order, from an index on' })
    .input(one.extend({ from: z.number().int().min(0).default(0) }))
    .output(z.object({ points: z.array(metricPoint), next: z.number().int() })),
  log: base
    .meta(reading)
    .route({ method: 'GET', path: '/jobs/{id}/log', summary: 'Log lines of a job' })
    .input(one)
    .output(z.object({ lines: z.array(z.object({ at: time, text: z.string() })) })),
  watch: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/jobs/{id}/watch',
      summary: 'A snapshot at once, then at most 10 a second until the job ends',
    })
    .input(one)
    .output(eventIterator(jobSnapshot)),
  watchAll: base
    .meta(reading)
    .route({ method: 'GET', path: '/jobs-watch', summary: 'Snapshots of every job that changes' })
    .input(z.object({}))
    .output(eventIterator(jobSnapshot)),
  cancel: base
    .meta(starting)
    .route({ method: 'POST', path: '/jobs/{id}/cancel', summary: 'Cancel a job; a finished job is left as it is' })
    .input(one)
    .output(jobSnapshot),
  retry: base
    .meta(starting)
    .route({ method: 'POST', path: '/jobs/{id}/retry', summary: 'Start a failed, cancelled or interrupted job again' })
    .input(one)
    .output(jobStarted),
  pause: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/jobs/{id}/pause',
      summary: 'Pause a job: it keeps what it has, frees the queue and waits until it is resumed',
    })
    .input(one)
    .output(jobSnapshot),
  resume: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/jobs/{id}/resume',
      summary: 'Go on with a paused or interrupted job; any other is left as it is',
    })
    .input(one)
    .output(jobSnapshot),
};
