/** Curves of additive models: what the editor shows, tries and saves. */
import * as z from 'zod';
import { estimate, idOf } from './common.ts';

const cells = {
  term: z.number().int().min(0).max(1_000_000),
  output: z.number().int().min(0).max(100_000).default(0).describe('class index for several classes'),
  from: z.number().int().min(0).max(1_000_000).describe('first cell'),
  to: z.number().int().min(0).max(1_000_000).describe('last cell, inclusive'),
};

/** One change of a curve; a list is applied in order. */
export const curveEdit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('set'), ...cells, value: z.number().min(-1e30).max(1e30) }),
  z.object({ kind: z.literal('shift'), ...cells, by: z.number().min(-1e30).max(1e30) }),
  z.object({ kind: z.literal('flatten'), ...cells }),
  z.object({ kind: z.literal('smooth'), ...cells }),
  z.object({ kind: z.literal('monotone'), ...cells, direction: z.enum(['up', 'down']) }),
  z.object({ kind: z.literal('remove'), term: cells.term }),
]);
export type CurveEdit = z.infer<typeof curveEdit>;

/** One axis of a term. Numbers: `cuts` part the value cells; categories: `labels` name them. The last cell is missing. */
export const curveAxis = z.object({
  name: z.string(),
  column: z.string(),
  kind: z.enum(['number', 'category']),
  cuts: z.array(z.number()),
  labels: z.array(z.string()).describe('of category cells without the last; empty for numbers'),
  low: z.number().nullable().describe('least training value'),
  high: z.number().nullable().describe('largest training value'),
});

/** One term in full; tables are [cell], row-major for pairs. */
export const curve = z.object({
  term: z.number().int(),
  name: z.string(),
  axes: z.array(curveAxis).min(1).max(2),
  values: z.array(z.number()),
  deviations: z.array(z.number()).describe('standard deviation over the bags'),
  weights: z.array(z.number()).describe('share of the training rows'),
});
export type Curve = z.infer<typeof curve>;

export const curves = z.object({
  editable: z.boolean(),
  /** Why not, or what else the model holds; empty when the curves are the whole model. */
  note: z.string(),
  units: z.enum(['log-odds', 'target']),
  classes: z.array(z.string()).describe('several classes: one set of curves each'),
  output: z.number().int(),
  intercept: z.number(),
  terms: z
    .array(
      z.object({
        term: z.number().int(),
        name: z.string(),
        pair: z.boolean(),
        importance: z.number().describe('mean size over the training rows'),
      }),
    )
    .describe('most important first'),
  shown: curve.nullable(),
  /** What was changed by hand since training, oldest first. */
  edits: z.array(z.string()),
});
export type Curves = z.infer<typeof curves>;

export const curvePreview = z.object({
  shown: curve.nullable(),
  /** Every edit in words, in order. */
  words: z.array(z.string()),
  /** Measured on rows the model's parts had not learned from; null where there are none. */
  change: z
    .object({
      rows: z.number().int(),
      metric: z.string(),
      before: z.number(),
      after: z.number(),
      eceBefore: z.number().nullable(),
      eceAfter: z.number().nullable(),
      movedRows: z.number().int().describe('rows whose prediction changes'),
    })
    .nullable(),
  reason: z.string().describe('why nothing could be measured, else empty'),
});
export type CurvePreview = z.infer<typeof curvePreview>;

const edits = z.array(curveEdit).min(1).max(1000);

/** Which curve of which model. */
export const curvesInput = z.object({
  id: idOf('md'),
  term: z.coerce.number().int().min(0).optional(),
  output: z.coerce.number().int().min(0).default(0),
});
export const previewInput = z.object({
  id: idOf('md'),
  edits,
  term: z.number().int().min(0).optional(),
  output: z.number().int().min(0).default(0),
});
export const saveInput = z.object({ id: idOf('md'), edits });
export const saved = z.object({
  modelId: idOf('md'),
  versionId: idOf('mv'),
  number: z.number().int(),
  previousVersionId: idOf('mv'),
  score: estimate,
  words: z.array(z.string()),
});
