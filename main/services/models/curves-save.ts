/**
 * Edited curves as a new version of the model: exported as one graph, proved by the parity gate, packaged with its lineage
 * and the list of edits, measured on the rows the parts had not learned from. The version in use stays what it was until
 * `models.activateVersion` says otherwise.
 */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bug } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import { unpackModel } from '../../compute/tasks/model-cache.ts';
import type { InputField } from '../../contract/models.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { insertModelVersion, updateModel } from '../../store/repositories/models.ts';
import type { Inputs, Outputs } from '../service-types.ts';
import { encodeOutOfFold } from '../training/oof-file.ts';
import { editWords } from './curve-view.ts';
import { type CurveDeps, getAdditive, judgedRows } from './curves.ts';
import { createOnnxExecutor } from './executor.ts';
import type { PackageContent } from './package-content.ts';
import { writePackage } from './package-write.ts';
import { checkParity, parityFailed, parityRowCount, parityTolerance } from './parity.ts';
import type { ModelReport } from './report.ts';

type Estimate = { value: number; low: number | null; high: number | null };

/** Saves edits as a new version. Throws unsupported without curves, invalid-input for edits that do not fit. */
export async function saveCurveEdit(
  deps: CurveDeps,
  input: Inputs['models']['saveCurveEdit'],
): Promise<Outputs['models']['saveCurveEdit']> {
  const { db, pool, workspaceDir } = deps;
  const loaded = await deps.loader.load(input.id);
  const { model, version, content } = loaded;
  const { spec, about } = content;
  const { additive } = getAdditive(spec);
  const words = input.edits.map((edit) => editWords(edit, additive, spec.recipe, spec.classes));
  const { frame, oof } = await judgedRows(deps, loaded);
  const key = createHash('sha256').update(version.packageSha256).update(JSON.stringify(input.edits)).digest('hex');
  const edited = await pool.run('edit-curves', {
    model: loaded.portable,
    edits: input.edits,
    judged: oof === null ? null : { frame, labels: oof.labels, margins: oof.margins },
    metric: version.metric,
    key,
    seed: about.lineage.seed,
  });
  if (edited.model === null) throw bug('an edit with a key gave no model');
  const exported = await exportEdited(deps, edited.model, loaded.content, about.lineage.seed);
  const summary = await pool.run('summary', { model: edited.model, background: content.background, output: 0 });
  const importance = new Map(summary.columns.map((column) => [column.column, column.meanAbs]));
  const metrics: Record<string, Estimate> =
    edited.judged === null ? { ...about.metrics } : { ...edited.judged.metrics };
  const score = metrics[version.metric] ?? { value: 0, low: null, high: null };
  const before = version.report as ModelReport;
  const allWords = [...(before.edits ?? []), ...words];
  const packed = {
    ...content,
    spec: exported.spec,
    onnx: exported.onnx,
    parity: exported.vectors,
    about: {
      ...about,
      metrics,
      lineage: { ...about.lineage, editedFrom: version.packageSha256, edits: allWords },
    },
    report: asJson({ ...asRecord(content.report), importance: Object.fromEntries(importance) }),
  };
  const temporary = join(workspaceDir, 'models', `${key}.augury-model`);
  const written = await writePackage(packed, temporary, { appVersion: deps.appVersion });
  const packageFile = `models/${written.sha256}.augury-model`;
  renameSync(temporary, join(workspaceDir, packageFile));
  const oofBytes =
    oof === null || edited.judged === null
      ? null
      : encodeOutOfFold({ ...oof, margins: edited.judged.margins, outputs: edited.judged.outputs });
  const oofFile = `models/${key}.oof`;
  if (oofBytes !== null) writeFileSync(join(workspaceDir, oofFile), oofBytes, { flush: true });
  const report = reportAfter(before, {
    metrics,
    words: allWords,
    modelSha256: createHash('sha256').update(exported.onnx).digest('hex'),
    packageSha256: written.sha256,
    appVersion: deps.appVersion,
    parityError: exported.parityError,
  });
  const inputs = (version.inputs as readonly InputField[]).map((field) => ({
    ...field,
    importance: importance.get(field.name) ?? 0,
  }));
  const row = db.transaction(() => {
    const made = insertModelVersion(db, {
      modelId: model.id,
      runId: version.runId,
      datasetVersionId: version.datasetVersionId,
      packageFile,
      packageSha256: written.sha256,
      byteSize: written.bytes,
      metric: version.metric,
      score: asJson(score),
      baseline: version.baseline,
      calibration: asJson(report.calibration),
      inputs: asJson(inputs),
      report: asJson(report),
    });
    recordFile(db, {
      path: packageFile,
      kind: 'model',
      sha256: written.sha256,
      byteSize: written.bytes,
      ownerId: made.id,
    });
    if (oofBytes !== null) {
      const sha256 = createHash('sha256').update(oofBytes).digest('hex');
      recordFile(db, { path: oofFile, kind: 'model', sha256, byteSize: oofBytes.byteLength, ownerId: made.id });
    }
    updateModel(db, model.id, { currentVersionId: version.id });
    return made;
  });
  return {
    modelId: model.id,
    versionId: row.id,
    number: row.number,
    previousVersionId: version.id,
    score,
    words,
  };
}

/** The edited model as a graph that gives its own numbers. */
async function exportEdited(
  deps: CurveDeps,
  model: PortableModel,
  content: Pick<PackageContent, 'background' | 'about'>,
  seed: number,
) {
  const spec = unpackModel(model);
  const exported = await deps.pool.run('export-onnx', {
    model,
    meta: { producerVersion: deps.appVersion, modelName: content.about.target },
    sample: content.background,
    parityRowCount,
    seed,
    trainingFrame: content.background,
  });
  const vectors = { rows: exported.rows, expected: exported.expected };
  const executor = await createOnnxExecutor(spec, { kind: 'bytes', bytes: exported.onnx }, deps.inference);
  try {
    const { maxError, rows } = await checkParity(executor, vectors);
    if (maxError > parityTolerance)
      throw parityFailed('The graph of the edited model is not the edited model', maxError, rows);
    return { spec, onnx: exported.onnx, vectors, parityError: maxError };
  } finally {
    await executor.close();
  }
}

function reportAfter(
  before: ModelReport,
  now: {
    readonly metrics: Record<string, Estimate>;
    readonly words: readonly string[];
    readonly modelSha256: string;
    readonly packageSha256: string;
    readonly appVersion: string;
    readonly parityError: number;
  },
): ModelReport {
  const { ece, brier } = now.metrics;
  return {
    ...before,
    metrics: now.metrics,
    calibration:
      before.calibration === null || ece === undefined
        ? before.calibration
        : { ...before.calibration, ece, brier: brier?.value ?? before.calibration.brier },
    honest: null,
    intervals: null,
    edits: [...now.words],
    card: {
      ...before.card,
      limits: [...before.card.limits.filter((limit) => limit !== editedLimit), editedLimit],
      modelSha256: now.modelSha256,
      packageSha256: now.packageSha256,
      appVersion: now.appVersion,
    },
    parity: { rows: parityRowCount, maxError: now.parityError },
  };
}

const editedLimit =
  'Curves of this model were edited by hand after training; its scores are measured on rows its parts had not learned from, but the person who edited may have seen them.';

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
