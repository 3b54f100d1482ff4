import * as z from 'zod';
import { cell, columnType, destination, idOf, intervalLevel, jobStarted, source } from './common.ts';
import { base, reading, starting } from './meta.ts';

export const contribution = z.object({
  column: z.string(),
  value: cell,
  contribution: z.number(),
});
export type Contribution = z.infer<typeof contribution>;

export const prediction = z.object({
  prediction: z.union([z.string(), z.number()]).describe('label, or value for regression'),
  probability: z.number().nullable().describe('of the positive class (binary) or of the predicted class'),
  probabilities: z.array(z.object({ label: z.string(), probability: z.number() })),
  margin: z.array(z.number()),
  units: z
    .enum(['log-odds', 'target', 'log-target'])
    .describe('of the margin; log-target: the logarithm of the predicted value'),
  quantiles: z
    .array(z.object({ level: z.number(), value: z.number() }))
    .optional()
    .describe('ascending levels; only for models that predict several quantiles'),
  baseValue: z.number(),
  /** Exact in the margin of the explained class: baseValue + Σ contribution = margin. */
  contributions: z.array(contribution),
  explainedClass: z.string().nullable(),
  additivityError: z.number(),
  /** Rescaled to probability units: approximate, labelled so; null for regression. */
  probabilityContributions: z.array(contribution).nullable(),
  baseProbability: z.number().nullable(),
  sentence: z.string(),
  keyFactors: z.array(z.string()),
  decision: z.object({ action: z.string(), threshold: z.number(), expectedProfit: z.number().nullable() }).nullable(),
  warnings: z.array(z.string()).describe('unseen categories, values outside the training range'),
  interval: z
    .object({
      level: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      set: z.array(z.string()).nullable().describe('labels, likeliest first (classification)'),
    })
    .nullable()
    .describe('holds the truth with probability `level`; null where the model cannot say'),
  intervalNote: z.string().describe('how the interval was made, or why there is none'),
  probabilityRange: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .describe('binary: the Venn–Abers pair, between which a well-calibrated probability lies'),
  executor: z.enum(['kernels', 'onnx']),
  cached: z.boolean(),
  ledgerId: z.string().nullable(),
  milliseconds: z.number(),
});
export type Prediction = z.infer<typeof prediction>;

export const columnDiff = z.object({
  column: z.string(),
  state: z.enum(['ok', 'missing', 'extra', 'retyped', 'mapped']),
  expected: columnType.nullable(),
  found: columnType.nullable(),
  suggestion: z.string().nullable().describe('a column of the file that probably is this one'),
  reason: z.string(),
});
export type ColumnDiff = z.infer<typeof columnDiff>;

const columnMap = z.record(z.string(), z.string()).describe('column in the file → column of the model');

export const predictions = {
  one: base
    .meta({ ...starting, audit: false })
    .route({
      method: 'POST',
      path: '/models/{modelId}/predict',
      summary: 'Predict one row with reasons; writes a ledger entry unless record is false',
    })
    .input(
      z.object({
        modelId: idOf('md'),
        row: z.record(z.string(), cell),
        record: z.boolean().default(true),
        interval: intervalLevel.default(0.9),
        rowKey: z.string().max(500).optional(),
      }),
    )
    .output(prediction),
  checkSchema: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/models/{modelId}/check-schema',
      summary: 'Compare a file with what the model expects, column by column',
    })
    .input(z.object({ modelId: idOf('md'), source, map: columnMap.default({}) }))
    .output(z.object({ ok: z.boolean(), columns: z.array(columnDiff), suggestedMap: columnMap, message: z.string() })),
  scoreFile: base
    .meta(starting)
    .route({ method: 'POST', path: '/models/{modelId}/score', summary: 'Score a file or data set to a file, as a job' })
    .input(
      z.object({
        modelId: idOf('md'),
        source,
        destination,
        sourceFormat: z.enum(['csv', 'jsonl', 'parquet']).optional(),
        format: z.enum(['csv', 'jsonl', 'parquet', 'xlsx']).optional(),
        keepFormulas: z
          .boolean()
          .optional()
          .describe('in CSV, texts that a spreadsheet would run as formulas stay without the apostrophe in front'),
        id: z.string().optional(),
        map: columnMap.default({}),
        explain: z.number().int().min(0).max(50).default(0),
        interval: intervalLevel.optional(),
        rejects: z.string().optional(),
        resume: z.boolean().default(false),
        threads: z.number().int().min(1).max(64).optional(),
        provider: z.enum(['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml']).default('auto'),
      }),
    )
    .output(jobStarted),
  cacheStats: base
    .meta(reading)
    .route({ method: 'GET', path: '/predictions/cache', summary: 'Hits, misses and size of the prediction cache' })
    .input(z.object({}))
    .output(z.object({ hits: z.number().int(), misses: z.number().int(), entries: z.number().int() })),
  clearCache: base
    .meta(starting)
    .route({ method: 'POST', path: '/predictions/cache/clear', summary: 'Forget cached predictions' })
    .input(z.object({}))
    .output(z.object({ cleared: z.number().int() })),
};
