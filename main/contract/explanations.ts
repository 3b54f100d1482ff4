import * as z from 'zod';
import { cell, columnType, destination, idOf, jobStarted, source } from './common.ts';
import { base, reading, starting } from './meta.ts';

/** Global summary over the background sample. */
export const globalSummary = z.object({
  rows: z.number().int(),
  units: z.enum(['log-odds', 'target']),
  classes: z.array(z.string()),
  explainedClass: z.string().nullable(),
  columns: z.array(
    z.object({
      column: z.string(),
      type: columnType,
      meanAbs: z.number(),
      direction: z.enum(['raises', 'lowers', 'mixed', 'by-level']),
      /** Beeswarm sample: contribution and where the value lies in its column, 0…1; null for missing and categories. */
      points: z.array(z.object({ contribution: z.number(), position: z.number().nullable(), value: cell })),
    }),
  ),
  additivityMaxError: z.number(),
  reading: z.string(),
});
export type GlobalSummary = z.infer<typeof globalSummary>;

/** Partial dependence of one column, with the spread of single rows. */
export const dependence = z.object({
  column: z.string(),
  type: columnType,
  units: z.enum(['probability', 'target']),
  explainedClass: z.string().nullable(),
  points: z.array(z.object({ value: cell, mean: z.number(), low: z.number(), high: z.number(), share: z.number() })),
  reading: z.string(),
});
export type Dependence = z.infer<typeof dependence>;

export const explanations = {
  global: base
    .meta(reading)
    .route({ method: 'GET', path: '/models/{modelId}/explanations', summary: 'Which columns matter, and how' })
    .input(z.object({ modelId: idOf('md'), class: z.string().optional() }))
    .output(globalSummary),
  dependence: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{modelId}/dependence/{column}',
      summary: 'How the prediction moves with one column',
    })
    .input(z.object({ modelId: idOf('md'), column: z.string(), class: z.string().optional() }))
    .output(dependence),
  explainFile: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/{modelId}/explain',
      summary: 'Contributions for every row of a file, as a job',
    })
    .input(
      z.object({
        modelId: idOf('md'),
        source,
        destination,
        format: z.enum(['csv', 'jsonl', 'parquet']).optional(),
        map: z.record(z.string(), z.string()).default({}),
        units: z.enum(['margin', 'probability']).default('margin'),
      }),
    )
    .output(jobStarted),
};
