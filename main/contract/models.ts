import * as z from 'zod';
import { changed, idOf, intervalLevel, jobStarted, pageInput, source, time } from './common.ts';
import { curvePreview, curves, curvesInput, previewInput, saved, saveInput } from './curves.ts';
import { base, changing, reading, starting } from './meta.ts';
import { importOptions } from './model-import.ts';
import { comparison, coverageReport, fairness, quality, slices } from './model-quality.ts';
import { modelDetail, modelSummary } from './model-records.ts';
import { trainingPlan, trainOptions } from './training.ts';

export { type MetricName, metricName } from './metric-name.ts';
export type {
  CoverageReport,
  EnsembleSummary,
  FairnessReport,
  HonestScore,
  IntervalSummary,
  Quality,
  SliceReport,
} from './model-quality.ts';
export type { Continuation, InputField, LeaderboardRow, ModelDetail, ModelSummary } from './model-records.ts';
export { type TrainingPlan, type TrainOptions, trainOptions, validationKind } from './training.ts';

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
  coverage: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/models/{id}/coverage',
      summary: 'How often the intervals held in each evaluation on outcomes, newest first',
    })
    .input(one)
    .output(
      z.object({
        items: z.array(z.object({ jobId: idOf('job'), at: time, report: coverageReport })),
      }),
    ),
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
        'Take a model package, or a model of XGBoost, LightGBM, CatBoost or ONNX, into the workspace after checking it, as a job',
    })
    .input(z.object({ source, options: importOptions.optional() }))
    .output(jobStarted),
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
        /** Level at which the model's intervals or sets are held against the outcomes; models without give none. */
        interval: intervalLevel.default(0.9),
      }),
    )
    .output(jobStarted),
};
