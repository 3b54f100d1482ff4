/** What a training run is asked for, and what it would do. */
import * as z from 'zod';
import { columnType, idOf, task } from './common.ts';
import { finding } from './datasets.ts';
import { jobEstimate } from './jobs.ts';
import { metricName } from './metric-name.ts';
import { recipeSteps } from './recipe-steps.ts';

export const learner = z.enum(['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'knn', 'mlp', 'baseline', 'blend']);
export const validationKind = z.enum([
  'auto',
  'holdout',
  'cv',
  'forward',
  'kfold',
  'stratified',
  'group',
  'stratified-group',
  'repeated',
  'nested',
  'split',
]);

/** Options of a training run; everything absent is proposed from the data, with the reason. */
export const trainOptions = z.object({
  datasetId: idOf('ds'),
  version: z.number().int().positive().optional(),
  target: z.string().min(1),
  task: z.enum(['auto', 'binary', 'multiclass', 'regression']).default('auto'),
  positive: z.string().optional(),
  drop: z.array(z.string()).default([]),
  /** Columns the findings would exclude that the user wants all the same. */
  keep: z.array(z.string()).default([]),
  time: z.string().optional(),
  group: z.string().optional(),
  /** Column of numbers that says how much each row counts while fitting; scores count every row once. */
  weight: z.string().min(1).optional(),
  /** Column whose values get interval coverage of their own (numbers only). */
  intervalBy: z.string().min(1).optional(),
  /** Intervals of numbers around the shipped mean of the folds (`cross`, the default) or around each fold's model (`cv+`). */
  intervalMethod: z.enum(['cross', 'cv+']).optional(),
  validation: validationKind.default('auto'),
  folds: z.number().int().min(2).max(20).default(5),
  /** Passes of repeated folds. */
  repeats: z.number().int().min(2).max(20).optional(),
  /** Column that says which rows train, validate and test, or names the fold of each row. */
  splitColumn: z.string().optional(),
  /** Forward only: rows closer than this before a validation block do not train; days of a date, units of a number. */
  gap: z.number().min(0).optional(),
  /** Forward only: rows up to this long after an earlier validation block do not train. */
  embargo: z.number().min(0).optional(),
  /** Share of the rows sealed until the model is finished; 0 seals none, absent is proposed from the rows. */
  sealed: z.number().min(0).max(0.5).optional(),
  /** An earlier model of the same data and target whose best parameters are tried first; `auto` takes the latest. */
  warmStart: z.union([idOf('md'), z.literal('auto')]).optional(),
  /** A model whose trees are continued: they come first and stay as they are, new ones are fitted to what they leave. */
  from: idOf('md').optional().describe('continue this model’s trees'),
  metric: metricName.optional(),
  /** Loss of a regression; `auto` is squared error unless the metric or quantiles ask for another. */
  objective: z
    .enum(['auto', 'squared', 'absolute', 'huber', 'quantile', 'poisson', 'tweedie', 'gamma'])
    .optional()
    .describe('loss of a regression'),
  quantiles: z.array(z.number().gt(0).lt(1)).min(1).max(99).optional().describe('levels predicted, each once'),
  tweediePower: z.number().gt(1).lt(2).optional(),
  huberDelta: z.number().positive().optional().describe('in robust standard deviations of the target'),
  /** Columns with which the prediction may only rise (1) or fall (−1). */
  monotone: z.record(z.string(), z.union([z.literal(1), z.literal(-1)])).optional(),
  /** Groups of columns that may act together; a column in no group acts alone. */
  interactions: z.array(z.array(z.string()).min(1)).optional(),
  /** Of boosted trees. `dart` drops earlier trees while fitting the next. */
  boosting: z.enum(['plain', 'dart']).optional(),
  /** Of boosted trees: how rows are drawn for a round, by chance, or by the size of their gradients (GOSS, MVS). */
  sampling: z.enum(['uniform', 'goss', 'mvs']).optional(),
  /** Of boosted trees: splits are chosen by gradients rounded to integers of this size at most; left out: as fine as sums can hold. */
  gradientLevels: z.number().int().min(1).max(10_000).optional(),
  /** `balanced`: all classes weigh alike while fitting; probabilities are calibrated to the real shares afterwards. */
  classWeight: z.enum(['none', 'balanced']).optional(),
  learners: z
    .array(z.enum(['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'knn', 'mlp']))
    .default(['trees', 'linear', 'ebm']),
  budgetSeconds: z.number().min(0.001).max(86_400).optional(),
  trials: z.number().int().min(1).max(10_000).optional(),
  seed: z.number().int().min(0).max(2_147_483_647).default(7),
  threads: z.number().int().min(1).max(64).optional(),
  name: z.string().min(1).max(200).optional(),
  /** Steps between the columns and the learners, fitted in every fold anew. */
  recipe: recipeSteps.optional(),
  /** When a column is known after its row's time: seconds by column. */
  lags: z.record(z.string(), z.number().min(0)).optional(),
});
export type TrainOptions = z.infer<typeof trainOptions>;

export const trainingPlan = z.object({
  target: z.string(),
  targetReason: z.string(),
  targetCandidates: z.array(z.object({ column: z.string(), reason: z.string() })),
  task,
  taskReason: z.string(),
  classes: z.array(z.object({ value: z.string(), count: z.number().int() })),
  positive: z.string().nullable(),
  metric: metricName,
  metricReason: z.string(),
  validation: z.object({
    kind: z.enum(['holdout', 'cv', 'forward']),
    scheme: validationKind.exclude(['auto', 'cv']),
    folds: z.number().int(),
    repeats: z.number().int(),
    reason: z.string(),
    alternatives: z.array(z.object({ scheme: validationKind.exclude(['auto', 'cv']), reason: z.string() })),
  }),
  sealed: z.object({ rows: z.number().int(), reason: z.string() }).nullable(),
  time: z.string().nullable(),
  rows: z.number().int(),
  missingTarget: z.number().int(),
  features: z.array(z.object({ name: z.string(), type: columnType })),
  excluded: z.array(z.object({ column: z.string(), reason: z.string() })),
  objective: z.string().optional().describe('loss of a regression'),
  learnersLeftOut: z.array(z.object({ learner: learner, reason: z.string() })).optional(),
  findings: z.array(finding),
  budgetSeconds: z.number(),
  estimate: jobEstimate,
  refusal: z.string().nullable().describe('why the job would be refused, or null'),
});
export type TrainingPlan = z.infer<typeof trainingPlan>;
