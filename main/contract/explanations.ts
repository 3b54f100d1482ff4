import * as z from 'zod';
import { cell, columnType, destination, idOf, jobStarted, source } from './common.ts';
import { counterfactualOptions, counterfactuals } from './counterfactuals.ts';
import { columnEffect, interactions, rowExplanation } from './explanation-replies.ts';
import { base, reading, starting } from './meta.ts';

/** Global summary over the background sample. */
export const globalSummary = z.object({
  rows: z.number().int(),
  units: z.enum(['log-odds', 'target', 'log-target']),
  classes: z.array(z.string()),
  explainedClass: z.string().nullable(),
  columns: z.array(
    z.object({
      column: z.string(),
      type: columnType,
      meanAbs: z.number(),
      gainShare: z.number().nullable().describe('share of the split gain of the trees; null without trees'),
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

/** Interaction values in the margin: mean size of a pair's effect beyond what its columns do alone, over background rows. */
export const shapInteractions = z.object({
  rows: z.number().int(),
  units: z.enum(['log-odds', 'target']),
  explainedClass: z.string().nullable(),
  pairs: z.array(z.object({ a: z.string(), b: z.string(), meanAbs: z.number(), mean: z.number() })),
  reading: z.string(),
});
export type ShapInteractions = z.infer<typeof shapInteractions>;

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
  one: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/models/{modelId}/explanations/row',
      summary: 'One row explained by a method of your choice, with its warranty where wanted',
    })
    .input(
      z.object({
        modelId: idOf('md'),
        row: z.record(z.string(), cell),
        method: z.enum(['treeshap', 'lime', 'kernelshap']).default('treeshap'),
        class: z.string().optional(),
        warranty: z.boolean().default(false),
      }),
    )
    .output(rowExplanation),
  effect: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{modelId}/effects/{column}',
      summary:
        'Effect of a column, or of two together: partial dependence with single rows, or accumulated local effects',
    })
    .input(
      z.object({
        modelId: idOf('md'),
        column: z.string(),
        second: z.string().optional(),
        kind: z.enum(['pdp', 'ale']).default('pdp'),
        class: z.string().optional(),
      }),
    )
    .output(columnEffect),
  interactions: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{modelId}/interactions',
      summary: 'How strongly columns act together (H-statistic), pairs and one against all',
    })
    .input(z.object({ modelId: idOf('md'), class: z.string().optional() }))
    .output(interactions),
  shapInteractions: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{modelId}/shap-interactions',
      summary: 'Pairs of columns whose interaction moves the answer most (SHAP interaction values)',
    })
    .input(
      z.object({
        modelId: idOf('md'),
        class: z.string().optional(),
        background: z.enum(['training', 'rows']).default('training'),
        limit: z.number().int().min(1).max(200).default(20),
      }),
    )
    .output(shapInteractions),
  startPermutation: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/{modelId}/permutation',
      summary: 'Permutation importance on labelled rows, as a job; without a source on the rows the model learned from',
    })
    .input(
      z.object({
        modelId: idOf('md'),
        source: source.optional(),
        map: z.record(z.string(), z.string()).default({}),
        labelMap: z.record(z.string(), z.string()).default({}),
        repeats: z.number().int().min(1).max(50).default(5),
        mostRows: z.number().int().min(10).max(200_000).default(10_000),
      }),
    )
    .output(jobStarted),
  counterfactuals: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/models/{modelId}/counterfactuals',
      summary: 'The cheapest permitted changes of a row that give another answer',
    })
    .input(
      counterfactualOptions.extend({
        modelId: idOf('md'),
        row: z.record(z.string(), cell),
      }),
    )
    .output(counterfactuals),
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
        keepFormulas: z
          .boolean()
          .optional()
          .describe('in CSV, texts that a spreadsheet would run as formulas stay without the apostrophe in front'),
        map: z.record(z.string(), z.string()).default({}),
        units: z.enum(['margin', 'probability']).default('margin'),
        method: z.enum(['treeshap', 'lime', 'kernelshap']).default('treeshap'),
        warranties: z.number().int().min(0).max(1000).default(0).describe('first rows that get a warranty'),
        background: z
          .union([z.literal('training'), z.number().int().min(1).max(100_000)])
          .default('training')
          .describe(
            "training: shares of the training rows in the trees; a number: so many rows of the model's background",
          ),
        interactions: z.boolean().default(false).describe('columns a × b of the strongest interactions as well'),
        precision: z.enum(['single', 'double']).default('single'),
      }),
    )
    .output(jobStarted),
  counterfactualsFile: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/{modelId}/counterfactuals/file',
      summary: 'Counterfactuals for every row of a file, as a job',
    })
    .input(
      counterfactualOptions.extend({
        modelId: idOf('md'),
        source,
        destination,
        format: z.enum(['csv', 'jsonl', 'parquet']).optional(),
        keepFormulas: z
          .boolean()
          .optional()
          .describe('in CSV, texts that a spreadsheet would run as formulas stay without the apostrophe in front'),
        map: z.record(z.string(), z.string()).default({}),
      }),
    )
    .output(jobStarted),
};
