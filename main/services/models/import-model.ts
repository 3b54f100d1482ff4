import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { asJson } from '../../base/json.ts';
import { type ModelOrigin, modelOrigin } from '../../contract/model-import.ts';
import { recordFile } from '../../store/repositories/files.ts';
import {
  findModel,
  findModelByName,
  findModelVersionByPackage,
  insertModel,
  insertModelVersion,
} from '../../store/repositories/models.ts';
import { inputFields } from './input-fields.ts';
import { intervalSummary } from './interval-summary.ts';
import { selfCheck } from './package-export.ts';
import { readPackage } from './package-read.ts';
import type { RecordDeps } from './record-model.ts';
import type { ModelReport } from './report.ts';

/**
 * Takes a package into the workspace after every check of reading and the parity self-check. A package that is here
 * already (by its hash) gives the model it belongs to.
 */
export async function importModel(deps: RecordDeps, path: string): Promise<{ readonly modelId: string }> {
  const { db, workspaceDir } = deps;
  const content = await readPackage(path);
  const sha256 = await hashFile(path);
  const known = findModelVersionByPackage(db, sha256);
  if (known !== null && findModel(db, known.modelId)?.deletedAt === null) return { modelId: known.modelId };
  const checked = await selfCheck(content, deps.inference);
  const packageFile = `models/${sha256}.augury-model`;
  const target = join(workspaceDir, packageFile);
  mkdirSync(join(workspaceDir, 'models'), { recursive: true });
  await copyFile(path, `${target}.part`);
  await rename(`${target}.part`, target);
  const { manifest, spec } = content;
  const kept = content.report as {
    positive?: string | null;
    importance?: Record<string, number>;
    calibrationNote?: string;
    origin?: unknown;
  } | null;
  const origin = modelOrigin.safeParse(kept?.origin).data ?? null;
  const importance = new Map(Object.entries(kept?.importance ?? {}));
  const score = manifest.metrics[manifest.metric] ?? { value: 0, low: null, high: null };
  const ece = manifest.metrics.ece;
  const report: ModelReport = {
    positive: kept?.positive ?? (spec.task === 'binary' ? (spec.classes[1] ?? null) : null),
    classes: [...spec.classes],
    metrics: manifest.metrics,
    baselineMetrics: manifest.baselineMetrics,
    leaderboard: [],
    honest: null,
    ensemble: null,
    calibration:
      ece === undefined
        ? null
        : {
            method: spec.calibration.kind,
            ece,
            brier: manifest.metrics.brier?.value ?? 0,
            eceBefore: ece.value,
            note: kept?.calibrationNote ?? '',
          },
    intervals: intervalSummary(spec.intervals),
    validation: { kind: 'imported', folds: 0, reason: manifest.lineage.validation },
    findings: [],
    excluded: [],
    card: {
      intendedUse: `Predicts ${manifest.target} for rows like those of ${manifest.lineage.dataset?.name ?? 'its training data'}.`,
      data:
        origin === null
          ? `${manifest.lineage.rowCount} rows of ${manifest.lineage.dataset?.name ?? 'unnamed data'}.`
          : 'Not known: model files of other libraries do not say what they were trained on.',
      training:
        origin === null
          ? `${manifest.lineage.trialCount} trials; ${manifest.lineage.validation}`
          : `${origin.library} ${origin.version}, ${origin.objective}${origin.trees > 0 ? `, ${origin.trees} trees` : ''}.`,
      limits:
        origin === null ? ['This model was imported: its scores are those its maker recorded.'] : limitsOf(origin),
      seed: manifest.lineage.seed,
      trials: manifest.lineage.trialCount,
      stopReason: manifest.lineage.stopReason,
      modelSha256: manifest.entries['model.onnx']?.sha256 ?? '',
      packageSha256: sha256,
      appVersion: manifest.appVersion,
    },
    parity: { rows: checked.rows, maxError: Math.max(checked.kernelError, checked.onnxError) },
    learner: manifest.learner,
    rows: manifest.lineage.rowCount,
    features: spec.recipe.inputs.length,
    trainSeconds: 0,
    datasetName: manifest.lineage.dataset?.name ?? '',
    datasetVersion: null,
    imported: true,
    ...(origin === null ? {} : { origin, unscored: manifest.metrics[manifest.metric] === undefined }),
  };
  return db.transaction(() => {
    let name = manifest.name;
    for (let number = 2; findModelByName(db, name) !== null; number++) name = `${manifest.name} ${number}`;
    const model = insertModel(db, { name, task: spec.task, target: manifest.target });
    const version = insertModelVersion(db, {
      modelId: model.id,
      runId: null,
      datasetVersionId: null,
      packageFile,
      packageSha256: sha256,
      byteSize: manifest.entries['model.onnx']?.bytes ?? 0,
      metric: manifest.metric,
      score: asJson(score),
      baseline: manifest.baselineMetrics[manifest.metric] ?? null,
      calibration: asJson(report.calibration),
      inputs: asJson(inputFields(spec.recipe.inputs, content.reference, importance)),
      report: asJson(report),
    });
    recordFile(db, { path: packageFile, kind: 'model', sha256, byteSize: version.byteSize, ownerId: version.id });
    return { modelId: model.id };
  });
}

/** What the page must say about a model that another library trained. */
function limitsOf(origin: ModelOrigin): string[] {
  const { library, version, objective, verified } = origin;
  return [
    `This model was trained by ${library} ${version} (${objective}); nothing is known here of its data and its quality. Evaluate it on labelled rows.`,
    verified === null
      ? `Not verified: no predictions of ${library} were given to compare with.`
      : `Verified on ${verified.rows} rows: its predictions are those of ${library}, the largest difference being ${verified.maxError.toPrecision(2)}.`,
    ...origin.notes,
  ];
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
