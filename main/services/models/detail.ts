import { notFound } from '../../base/errors.ts';
import type { InputField, ModelDetail, ModelSummary } from '../../contract/models.ts';
import type { Db } from '../../store/db.ts';
import { findDatasetVersion } from '../../store/repositories/datasets.ts';
import { getModelVersion, type ModelRow, type ModelVersionRow } from '../../store/repositories/models.ts';
import type { ModelReport } from './report.ts';

/** The version in use, or not-found for a model without one. */
export function currentVersion(db: Db, model: ModelRow): ModelVersionRow {
  if (model.currentVersionId === null) throw notFound('model-empty', `The model "${model.name}" has no version yet.`);
  return getModelVersion(db, model.currentVersionId);
}

const reportOf = (version: ModelVersionRow): ModelReport => version.report as ModelReport;

/** The line of a model in lists. */
export function modelSummary(db: Db, model: ModelRow, version: ModelVersionRow): ModelSummary {
  const report = reportOf(version);
  const score = version.score as { value: number | null; low: number | null; high: number | null } | null;
  const trained = version.datasetVersionId === null ? null : findDatasetVersion(db, version.datasetVersionId);
  return {
    id: model.id,
    name: model.name,
    task: model.task as ModelSummary['task'],
    target: model.target,
    stage: version.stage,
    metric: version.metric as ModelSummary['metric'],
    score: { value: score?.value ?? 0, low: score?.low ?? null, high: score?.high ?? null },
    baseline: typeof version.baseline === 'number' ? version.baseline : 0,
    rows: report.rows,
    features: report.features,
    learner: report.learner,
    datasetId: trained?.datasetId ?? null,
    datasetName: report.datasetName,
    datasetVersion: report.datasetVersion,
    trainSeconds: report.trainSeconds,
    createdAt: version.createdAt,
    bytes: version.byteSize,
    imported: report.imported,
    unscored: report.unscored === true,
  };
}

/** Everything a model's page shows. */
export function modelDetail(db: Db, model: ModelRow, version: ModelVersionRow, packagePath: string): ModelDetail {
  const report = reportOf(version);
  return {
    ...modelSummary(db, model, version),
    classes: report.classes,
    positive: report.positive,
    inputs: version.inputs as readonly InputField[] as InputField[],
    metrics: report.metrics,
    baselineMetrics: report.baselineMetrics,
    leaderboard: report.leaderboard,
    // Reports of earlier builds do not have these two.
    honest: report.honest ?? null,
    ensemble: report.ensemble ?? null,
    calibration: report.calibration,
    // Records of models trained before there were intervals have none
    intervals: report.intervals ?? null,
    validation: report.validation,
    findings: report.findings,
    excluded: report.excluded,
    card: report.card,
    parity: report.parity,
    origin: report.origin ?? null,
    packagePath,
    edits: report.edits ?? [],
    continued: report.continued ?? null,
  };
}
