import * as z from 'zod';
import { changed, columnType, estimate, idOf, jobStarted, pageInput, source, task, time } from './common.ts';
import { curvePreview, curves, curvesInput, previewInput, saved, saveInput } from './curves.ts';
import { finding } from './datasets.ts';
import { jobEstimate } from './jobs.ts';
import { base, changing, reading, starting } from './meta.ts';
import { importOptions, modelOrigin } from './model-import.ts';

export const metricName = z.enum([
  'auc',
  'average_precision',
  'log_loss',
  'brier',
  'accuracy',
  'f1',
  'macro_f1',
  'weighted_f1',
  'balanced_accuracy',
  'mcc',
  'kappa',
  'top_3_accuracy',
  'ks',
  'rmse',
  'mae',
  'r2',
  'mape',
  'rmsle',
  'd2',
  'pinball',
  'poisson_deviance',
  'tweedie_deviance',
  'gamma_deviance',
]);
export type MetricName = z.infer<typeof metricName>;

export const learner = z.enum(['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'knn', 'baseline', 'blend']);
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
  /** Column whose values get interval coverage of their own (numbers only). */
  intervalBy: z.string().min(1).optional(),
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
  /** `balanced`: all classes weigh alike while fitting; probabilities are calibrated to the real shares afterwards. */
  classWeight: z.enum(['none', 'balanced']).optional(),
  learners: z
    .array(z.enum(['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'knn']))
    .default(['trees', 'linear', 'ebm']),
  budgetSeconds: z.number().min(0.001).max(86_400).optional(),
  trials: z.number().int().min(1).max(10_000).optional(),
  seed: z.number().int().min(0).max(2_147_483_647).default(7),
  threads: z.number().int().min(1).max(64).optional(),
  name: z.string().min(1).max(200).optional(),
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

/** How well the model's intervals or sets of labels held on rows it had not learned from. */
export const intervalSummary = z.object({
  kind: z.enum(['number', 'classes', 'refused']),
  method: z.string(),
  rows: z.number().int(),
  checks: z.array(
    z.object({
      level: z.number(),
      coverage: z.number(),
      size: z.number().describe('mean width in target units, or mean number of labels'),
    }),
  ),
  by: z.string().nullable().describe('column whose values have coverage of their own'),
  note: z.string(),
});
export type IntervalSummary = z.infer<typeof intervalSummary>;

/** The score corrected for having picked the best of many candidates, and the look at rows nothing had seen. */
export const honestScore = z.object({
  score: estimate.nullable().describe('null where the rows are too few to correct'),
  apparent: z.number().describe('the score before the correction'),
  candidates: z.number().int(),
  tied: z.number().int().describe('trials that cannot be told from the best'),
  nested: estimate.nullable().describe('score of the whole procedure, measured in outer folds; null unless nested'),
  sealed: z
    .object({
      rows: z.number().int(),
      score: estimate,
      looks: z.number().int().describe('how often these rows have been looked at, this time included'),
      reason: z.string(),
    })
    .nullable(),
});
export type HonestScore = z.infer<typeof honestScore>;

/** What ships and what combining trials gained over the best single one. */
export const ensembleSummary = z.object({
  kind: z.enum(['single', 'blend', 'stack']),
  note: z.string(),
  members: z.number().int(),
  gain: z
    .object({ value: z.number(), low: z.number(), high: z.number(), level: z.number(), loss: z.string() })
    .nullable()
    .describe('mean loss taken off the best single trial, cross-fitted and paired; null where nothing was tried'),
});
export type EnsembleSummary = z.infer<typeof ensembleSummary>;

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

const curvePoint = z.object({ x: z.number(), y: z.number() });
const bandPoint = curvePoint.extend({ low: z.number(), high: z.number(), count: z.number().int() });

/** Murphy's split: brier = reliability − resolution + uncertainty + withinBin. */
const brierSplit = z.object({
  brier: z.number(),
  reliability: z.number().describe('what miscalibration costs'),
  resolution: z.number().describe('what telling rows apart saves'),
  uncertainty: z.number().describe('what knowing only the overall share costs'),
  withinBin: z.number(),
});

/** Everything the Quality tab draws, from out-of-fold predictions. */
export const quality = z.object({
  task,
  rows: z.number().int(),
  metrics: z.record(z.string(), estimate),
  reliability: z.array(bandPoint).describe('x mean predicted, y observed share'),
  reliabilityBefore: z.array(bandPoint),
  brier: brierSplit.nullable(),
  roc: z.array(curvePoint),
  precisionRecall: z.array(curvePoint),
  lift: z.array(curvePoint).describe('x share of rows contacted, y share of positives found'),
  confusion: z.object({ classes: z.array(z.string()), counts: z.array(z.array(z.number().int())) }).nullable(),
  residuals: z
    .object({
      histogram: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
      predictedVsActual: z.array(bandPoint),
    })
    .nullable(),
  segments: z.array(z.object({ column: z.string(), value: z.string(), rows: z.number().int(), score: estimate })),
  notes: z.array(z.string()).describe('what a metric leaves out'),
  readings: z.object({ headline: z.string(), calibration: z.string(), lift: z.string() }),
});
export type Quality = z.infer<typeof quality>;

/** How the groups of one column fare. */
export const fairness = z.object({
  column: z.string(),
  task,
  rows: z.number().int(),
  threshold: z.number().nullable().describe('binary: a row is chosen from this probability on'),
  groups: z.array(
    z.object({
      value: z.string(),
      rows: z.number().int(),
      positives: z.number().int().nullable(),
      impactRatio: z.number().nullable().describe('selection rate by that of the group chosen most often'),
      measures: z.array(
        z.object({
          measure: z.enum([
            'selection_rate',
            'true_positive_rate',
            'false_positive_rate',
            'calibration_gap',
            'accuracy',
            'mean_error',
            'absolute_error',
          ]),
          rows: z.number().int(),
          estimate,
          differs: z.boolean().describe('from all other rows, at a false-discovery rate of 5 % over all comparisons'),
        }),
      ),
    }),
  ),
  mostSelected: z.string().nullable(),
  belowFourFifths: z.array(z.string()).describe('groups chosen less than four fifths as often as mostSelected'),
  comparisons: z.number().int(),
  reading: z.string(),
});
export type FairnessReport = z.infer<typeof fairness>;

/** Where the model is weak, found without being told where to look. */
export const slices = z.object({
  rows: z.number().int(),
  tested: z.number().int().describe('slices tested on rows that had no part in finding them'),
  metric: metricName,
  overall: z.number(),
  lossName: z.string(),
  slices: z.array(
    z.object({
      terms: z.array(z.object({ column: z.string(), cell: z.string() })),
      words: z.string(),
      rows: z.number().int(),
      score: estimate.nullable(),
      loss: estimate,
      elsewhere: z.number().describe('mean loss of all other rows'),
    }),
  ),
  reading: z.string(),
});
export type SliceReport = z.infer<typeof slices>;

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
    .output(
      z.object({
        metric: metricName,
        a: estimate,
        b: estimate,
        difference: estimate,
        rows: z.number().int(),
        verdict: z.enum(['a-better', 'b-better', 'practically-equal', 'unclear', 'not-comparable']),
        band: z.number().describe('differences up to this do not matter in practice'),
        shares: z
          .object({ a: z.number(), equal: z.number(), b: z.number() })
          .nullable()
          .describe('how likely a is better by more than the band, both equal within it, b better'),
        reading: z.string(),
      }),
    ),
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
