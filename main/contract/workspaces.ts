import * as z from 'zod';
import { idOf, time } from './common.ts';
import { datasetSummary } from './datasets.ts';
import { jobSnapshot } from './jobs.ts';
import { base, reading, starting } from './meta.ts';

export const workspaceSummary = z.object({
  id: idOf('ws'),
  name: z.string(),
  path: z.string(),
  createdAt: time,
  bytes: z.number().nullable(),
  current: z.boolean(),
});
export type WorkspaceSummary = z.infer<typeof workspaceSummary>;

export const attention = z.object({
  kind: z.enum(['job-failed', 'job-interrupted', 'rejected-rows', 'leak', 'ledger-broken', 'disk-low']),
  severity: z.enum(['info', 'warn', 'bad']),
  title: z.string(),
  detail: z.string(),
  /** Where to go: a noun and an id. */
  target: z.object({ noun: z.enum(['datasets', 'models', 'jobs', 'settings']), id: z.string().nullable() }),
});

export const workspaces = {
  current: base
    .meta(reading)
    .route({ method: 'GET', path: '/workspaces/current', summary: 'The workspace this connection works in' })
    .input(z.object({}))
    .output(
      workspaceSummary.extend({
        version: z.string(),
        quota: z.object({ cores: z.number().int().nullable(), memoryBytes: z.number().nullable() }),
      }),
    ),
  list: base
    .meta(reading)
    .route({ method: 'GET', path: '/workspaces', summary: 'Workspaces of this installation' })
    .input(z.object({}))
    .output(z.object({ items: z.array(workspaceSummary) })),
  create: base
    .meta(starting)
    .route({ method: 'POST', path: '/workspaces', summary: 'Create a workspace: a separate store' })
    .input(
      z.object({
        name: z.string().min(1).max(80),
        quota: z
          .object({ cores: z.number().int().positive().nullable(), memoryBytes: z.number().positive().nullable() })
          .optional(),
      }),
    )
    .output(workspaceSummary),
  home: base
    .meta(reading)
    .route({ method: 'GET', path: '/workspaces/home', summary: 'What needs attention, recent work, value so far' })
    .input(z.object({}))
    .output(
      z.object({
        counts: z.object({
          datasets: z.number().int(),
          models: z.number().int(),
          predictions: z.number().int(),
          runningJobs: z.number().int(),
        }),
        attention: z.array(attention),
        recentDatasets: z.array(datasetSummary),
        recentModels: z.array(
          z.object({
            id: idOf('md'),
            name: z.string(),
            task: z.string(),
            metric: z.string(),
            score: z.number(),
            unscored: z.boolean().optional(),
            baseline: z.number(),
            createdAt: time,
          }),
        ),
        recentJobs: z.array(jobSnapshot),
        value: z
          .object({ settledProfit: z.number(), settledEntries: z.number().int(), openEntries: z.number().int() })
          .nullable(),
        sampleAvailable: z.boolean(),
      }),
    ),
  loadSample: base
    .meta(starting)
    .route({ method: 'POST', path: '/workspaces/sample', summary: 'Import a bundled synthetic data set, as a job' })
    .input(z.object({ sample: z.enum(['telecom-churn', 'store-sales']) }))
    .output(z.object({ jobId: idOf('job') })),
};
