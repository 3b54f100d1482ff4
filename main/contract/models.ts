import * as z from 'zod';
import { changed, columnType, estimate, idOf, jobStarted, pageInput, source, task, time } from './common.ts';
import { curvePreview, curves, curvesInput, previewInput, saved, saveInput } from './curves.ts';
import { finding } from './datasets.ts';
import { jobEstimate } from './jobs.ts';
import { base, changing, reading, starting } from './meta.ts';
import { metricName } from './metric-name.ts';
import { importOptions, modelOrigin } from './model-import.ts';
import {
  comparison,
  ensembleSummary,
  fairness,
  honestScore,
  intervalSummary,
  quality,
  slices,
} from './model-quality.ts';
import { recipeSteps } from './recipe-steps.ts';

export { type MetricName, metricName } from './metric-name.ts';
export type {
  EnsembleSummary,
  FairnessReport,
  HonestScore,
  IntervalSummary,
  Quality,
  SliceReport,
} from './model-quality.ts';

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
  edits: z.array(z.string()).optional().describe('changes of curves by hand since training, oldest first'),
});
export type ModelDetail = z.infer<typeof modelDetail>;

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

const one = z.object({ id: idOf('md') });

export const models = {
  plan: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/models/plan',
      summary: 'What training would do: task, validation, findings, estimate',
    })
    .input(trainOptions.partial().required({ datasetId: true }))
    .output(trainingPlan),
  train: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/train',
      summary: 'Train inside a budget and package the best model, as a job',
    })
    .input(trainOptions)
    .output(jobStarted),
  stopEarly: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/train/{jobId}/stop',
      summary: 'End the search now and keep the best so far',
    })
    .input(z.object({ jobId: idOf('job') }))
    .output(z.object({ accepted: z.boolean() })),
  list: base
    .meta(reading)
    .route({ method: 'GET', path: '/models', summary: 'List models' })
    .input(pageInput.extend({ search: z.string().optional(), datasetId: idOf('ds').optional() }))
    .output(z.object({ items: z.array(modelSummary), total: z.number().int() })),
  get: base
    .meta(reading)
    .route({ method: 'GET', path: '/models/{id}', summary: 'One model' })
    .input(one)
    .output(modelDetail),
  quality: base
    .meta(reading)
    .route({ method: 'GET', path: '/models/{id}/quality', summary: 'Curves, calibration, residuals, segments' })
    .input(one.extend({ segmentBy: z.string().optional() }))
    .output(quality),
  fairness: base
    .meta(reading)
    .route({ method: 'GET', path: '/models/{id}/fairness', summary: 'How the groups of one column fare' })
    .input(one.extend({ column: z.string().min(1), threshold: z.coerce.number().min(0).max(1).optional() }))
    .output(fairness),
  slices: base
    .meta(reading)
    .route({ method: 'GET', path: '/models/{id}/slices', summary: 'The weakest slices, found without named columns' })
    .input(one)
    .output(slices),
  compare: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{id}/compare/{other}',
      summary: 'Paired difference of two models on the rows both predicted out of fold',
    })
    .input(one.extend({ other: idOf('md') }))
    .output(comparison),
  curves: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{id}/curves',
      summary: 'Terms of an additive model, and one of them in full',
    })
    .input(curvesInput)
    .output(curves),
  previewCurveEdit: base
    .meta(reading)
    .route({
      method: 'POST',
      path: '/models/{id}/curves/preview',
      summary: 'What edits of curves would change; stores nothing',
    })
    .input(previewInput)
    .output(curvePreview),
  saveCurveEdit: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/{id}/curves',
      summary: 'Save edited curves as a new version, not yet in use',
    })
    .input(saveInput)
    .output(saved),
  activateVersion: base
    .meta(changing)
    .route({
      method: 'POST',
      path: '/models/{id}/version',
      summary: 'Put a version of a model into use; can be undone',
    })
    .input(one.extend({ versionId: idOf('mv') }))
    .output(changed),
  rename: base
    .meta(changing)
    .route({ method: 'POST', path: '/models/{id}/rename', summary: 'Rename a model' })
    .input(one.extend({ name: z.string().min(1).max(200) }))
    .output(changed),
  delete: base
    .meta(changing)
    .route({ method: 'DELETE', path: '/models/{id}', summary: 'Delete a model; can be undone' })
    .input(one)
    .output(changed),
  import: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/import',
      summary:
        'Take a model package, or a model of XGBoost, LightGBM, CatBoost or ONNX, into the workspace after checking it',
    })
    .input(z.object({ source, options: importOptions.optional() }))
    .output(z.object({ modelId: idOf('md') })),
  export: base
    .meta(starting)
    .route({ method: 'POST', path: '/models/{id}/export', summary: 'Write the model package to a path' })
    .input(one.extend({ path: z.string().min(1) }))
    .output(z.object({ file: z.string(), bytes: z.number(), sha256: z.string() })),
  exportMlflow: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/models/{id}/mlflow',
      summary: 'Write the model and the run that made it into a folder in MLflow’s layout',
    })
    .input(one.extend({ directory: z.string().min(1).max(4096), experiment: z.string().min(1).max(500).optional() }))
    .output(z.object({ directory: z.string(), experimentId: z.string(), runId: z.string(), runs: z.number().int() })),
  download: base
    .meta(reading)
    .route({ method: 'GET', path: '/models/{id}/package', summary: 'The model package as a file' })
    .input(one)
    .output(z.instanceof(Blob)),
  evaluate: base
    .meta(starting)
    .route({ method: 'POST', path: '/models/{id}/evaluate', summary: 'Metrics on labelled data, as a job' })
    .input(
      one.extend({
        source,
        map: z.record(z.string(), z.string()).default({}),
        labelMap: z.record(z.string(), z.string()).default({}),
        /** Column whose groups are compared. */
        by: z.string().min(1).optional(),
        /** Look for the weakest slices. */
        slices: z.boolean().default(false),
      }),
    )
    .output(jobStarted),
};
