import * as z from 'zod';

const name = z.string().min(1).max(1000);
const columns = z.array(name).min(1).max(1000).describe('columns the step is done on');
const keep = z.boolean().optional().describe('leave the columns as they were visible to the learner too');
const as = name.optional().describe('name of the new column');
const pair = { left: name, right: name, as };

/** One step of a recipe; fitted on training rows alone and exported with the model. */
export const recipeStep = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('impute'),
    columns,
    keep,
    with: z.enum(['mean', 'median', 'mode', 'constant']),
    value: z.union([z.number(), z.string()]).optional(),
    by: name.optional().describe('text column whose groups have a filling of their own'),
    indicator: z.boolean().optional().describe('adds a column that is 1 where the value was missing'),
  }),
  z.object({ kind: z.literal('one-hot'), columns, keep, maxLevels: z.number().int().min(1).max(500).optional() }),
  z.object({ kind: z.literal('ordinal'), columns, keep, order: z.array(z.string()).max(10_000).optional() }),
  z.object({ kind: z.literal('frequency'), columns, keep }),
  z.object({
    kind: z.literal('aggregate'),
    columns: columns.describe('columns of numbers; they stay as they are'),
    by: name.describe('text column whose groups are summed up over the training rows'),
    with: z.enum(['mean', 'median', 'min', 'max', 'std', 'count']),
  }),
  z.object({ kind: z.literal('target'), columns, keep, smoothing: z.number().min(0.001).max(1e6).optional() }),
  z.object({
    kind: z.literal('date-parts'),
    columns,
    keep,
    parts: z.array(z.enum(['year', 'month', 'day', 'weekday', 'hour', 'elapsed_days'])).min(1),
  }),
  z.object({ kind: z.literal('date-difference'), ...pair, unit: z.enum(['hours', 'days']) }),
  z.object({ kind: z.literal('text'), columns, keep, measures: z.array(z.enum(['characters', 'words'])).min(1) }),
  z.object({
    kind: z.literal('terms'),
    columns,
    keep,
    count: z.number().int().min(1).max(500),
    hashed: z.boolean().optional().describe('all terms folded into this many columns'),
  }),
  z.object({
    kind: z.literal('bins'),
    columns,
    keep,
    method: z.enum(['quantile', 'equal', 'tree']),
    count: z.number().int().min(2).max(256),
  }),
  z.object({ kind: z.enum(['ratio', 'product', 'difference', 'sum']), ...pair }),
  z.object({ kind: z.enum(['log', 'sqrt', 'yeo-johnson', 'standardise']), columns, keep }),
  z.object({ kind: z.literal('clip'), columns, keep, low: z.number().optional(), high: z.number().optional() }),
  z.object({ kind: z.literal('drop'), columns }),
]);
export type RecipeStep = z.infer<typeof recipeStep>;

export const recipeSteps = z.array(recipeStep).min(1).max(200);
