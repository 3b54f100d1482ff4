/** What is kept of a model and shown on its pages. */
import * as z from 'zod';
import { columnType, estimate, idOf, task, time } from './common.ts';
import { finding } from './datasets.ts';
import { metricName } from './metric-name.ts';
import { modelOrigin } from './model-import.ts';
import { ensembleSummary, honestScore, intervalSummary } from './model-quality.ts';
import { learner } from './training.ts';

export const leaderboardRow = z.object({
  trial: z.number().int(),
  learner: learner,
  label: z.string(),
  score: estimate.nullable().describe('null while the trial is running or stopped early'),
  fitSeconds: z.number(),
  state: z.enum(['running', 'done', 'stopped-early', 'failed']),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  note: z.string().optional().describe('why the trial ended early or failed'),
  tied: z.boolean().optional().describe('cannot be told from the best trial'),
  weight: z.number().optional().describe('share in the model that ships'),
});
export type LeaderboardRow = z.infer<typeof leaderboardRow>;

export const calibrationSummary = z.object({
  method: z.string(),
  ece: estimate,
  brier: z.number(),
  eceBefore: z.number(),
  note: z.string(),
});

export const modelSummary = z.object({
  id: idOf('md'),
  name: z.string(),
  task,
  target: z.string(),
  stage: z.enum(['draft', 'review', 'champion', 'retired']),
  metric: metricName,
  score: estimate,
  baseline: z.number(),
  rows: z.number().int(),
  features: z.number().int(),
  learner: z.string(),
  datasetId: z.string().nullable(),
  datasetName: z.string(),
  datasetVersion: z.number().int().nullable(),
  trainSeconds: z.number(),
  createdAt: time,
  bytes: z.number(),
  imported: z.boolean(),
  /** True for a model of another library whose file says nothing about its quality: score and baseline mean nothing. */
  unscored: z.boolean().optional(),
});
export type ModelSummary = z.infer<typeof modelSummary>;

export const inputField = z.object({
  name: z.string(),
  type: columnType,
  /** Share of missing values in training. */
  missingShare: z.number(),
  importance: z.number().describe('mean |contribution| in the margin; 0 when unused'),
  levels: z
    .array(z.object({ value: z.string(), share: z.number() }))
    .describe('most frequent first; empty for numbers'),
  levelsTruncated: z.boolean(),
  low: z.number().nullable().describe('1st percentile'),
  high: z.number().nullable().describe('99th percentile'),
  min: z.number().nullable(),
  max: z.number().nullable(),
  typical: z.union([z.string(), z.number(), z.null()]).describe('median or most frequent value; dates as ISO text'),
});
export type InputField = z.infer<typeof inputField>;

/** Where a model's first trees come from, and what the new ones changed on rows that neither learned from. */
export const continuation = z.object({
  modelId: idOf('md'),
  name: z.string().describe('of the model, when it was continued'),
  trees: z.number().int(),
  added: z.number().int(),
  newRows: z.number().int(),
  knownRows: z.number().int().nullable().describe('rows that train only; null where what it learned from is not known'),
  metric: metricName,
  heldOut: z.number().int(),
  before: estimate,
  after: estimate,
  difference: estimate.nullable().describe('after minus before, paired; null for several quantiles'),
  reading: z.string(),
});
export type Continuation = z.infer<typeof continuation>;

export const modelDetail = modelSummary.extend({
  classes: z.array(z.string()),
  positive: z.string().nullable(),
  inputs: z.array(inputField),
  metrics: z.record(z.string(), estimate),
  baselineMetrics: z.record(z.string(), z.number()),
  leaderboard: z.array(leaderboardRow),
  honest: honestScore.nullable().describe('null for imported models'),
  ensemble: ensembleSummary.nullable().describe('null for imported models'),
  calibration: calibrationSummary.nullable(),
  intervals: intervalSummary.nullable(),
  validation: z.object({ kind: z.string(), folds: z.number().int(), reason: z.string() }),
  findings: z.array(finding),
  excluded: z.array(z.object({ column: z.string(), reason: z.string() })),
  card: z.object({
    intendedUse: z.string(),
    data: z.string(),
    training: z.string(),
    limits: z.array(z.string()),
    seed: z.number().int(),
    trials: z.number().int(),
    stopReason: z.string(),
    modelSha256: z.string(),
    packageSha256: z.string(),
    appVersion: z.string(),
  }),
  parity: z.object({ rows: z.number().int(), maxError: z.number() }),
  origin: modelOrigin.nullable().optional(),
  packagePath: z.string(),
  continued: continuation.nullable().optional().describe('null unless trees of another model were continued'),
  edits: z.array(z.string()).optional().describe('changes of curves by hand since training, oldest first'),
});
export type ModelDetail = z.infer<typeof modelDetail>;
