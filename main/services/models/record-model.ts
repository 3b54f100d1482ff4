/**
 * Takes a finished training run into the workspace: exports one ONNX graph, proves parity, writes the package under its
 * hash, then records everything in one transaction. Killed before the transaction nothing is recorded; killed after it,
 * the resumed job finds its run closed and returns the same model.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { asJson } from '../../base/json.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { InferenceClient } from '../../inference/client.ts';
import type { Db } from '../../store/db.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { findModelByName, insertModel, insertModelVersion } from '../../store/repositories/models.ts';
import { finishRun, insertRun, listRuns, saveTrial } from '../../store/repositories/runs.ts';
import { allRows } from '../../store/table.ts';
import type { FinishedRun } from '../training/finished-run.ts';
import { encodeOutOfFold, encodeTrials } from '../training/oof-file.ts';
import { createOnnxExecutor } from './executor.ts';
import { inputFields } from './input-fields.ts';
import type { PackageContent } from './package-content.ts';
import { writePackage } from './package-write.ts';
import { checkParity, parityFailed, parityRowCount, parityTolerance } from './parity.ts';
import { learnerOf, reportOfRun } from './report-of-run.ts';

export type RecordDeps = {
  readonly db: Db;
  readonly workspaceDir: string;
  readonly pool: ComputePool;
  readonly inference: InferenceClient;
  readonly appVersion: string;
};

/** Exports and records; returns the new model's id. Throws `parity-failed` and writes nothing when the graph differs. */
export async function recordTrainedModel(
  deps: RecordDeps,
  run: FinishedRun,
  job: { readonly id: string; readonly abort: AbortSignal },
): Promise<{ readonly modelId: string; readonly packageSha256: string }> {
  const { db, pool } = deps;
  const { spec, source, options } = run;
  const name = freeName(db, options.name ?? `${source.name} · ${options.target}`);
  const exported = await pool.run(
    'export-onnx',
    {
      model: run.portable,
      meta: { producerVersion: deps.appVersion, modelName: options.target },
      sample: run.background,
      parityRowCount,
      seed: options.seed,
      trainingFrame: run.trainingFrame,
    },
    { abort: job.abort },
  );
  const vectors = { rows: exported.rows, expected: exported.expected };
  const executor = await createOnnxExecutor(spec, { kind: 'bytes', bytes: exported.onnx }, deps.inference);
  let parityError: number;
  try {
    const { maxError, rows } = await checkParity(executor, vectors);
    if (maxError > parityTolerance)
      throw parityFailed(`The exported graph of “${name}” is not the trained model`, maxError, rows);
    parityError = maxError;
  } finally {
    await executor.close();
  }
  const summary = await pool.run(
    'summary',
    { model: run.portable, background: run.background, output: 0 },
    { abort: job.abort },
  );
  const importance = new Map(summary.columns.map((column) => [column.column, column.meanAbs]));
  const { reference } = exported;
  const learner = learnerOf(spec.members);
  const baselineMetrics = { ...run.judged.baselineMetrics };
  const content: PackageContent = {
    about: {
      name: options.name ?? `${source.name} · ${options.target}`,
      description: '',
      target: options.target,
      learner,
      metric: run.metric,
      metrics: Object.fromEntries(
        Object.entries(run.judged.metrics).map(([key, m]) => [key, { value: m.value, low: m.low, high: m.high }]),
      ),
      baselineMetrics,
      policy: null,
      lineage: {
        dataset: { name: source.name, sha256: source.hash },
        sources: source.sourceSha256 === null ? [] : [{ name: source.name, sha256: source.sourceSha256, bytes: 0 }],
        rowCount: run.label.length,
        seed: options.seed,
        trialCount: run.outcomes.length,
        validation: run.examination.validation.reason,
        stopReason: run.stopReason,
      },
    },
    spec,
    onnx: exported.onnx,
    parity: vectors,
    reference,
    background: run.background,
    report: asJson({
      positive: run.examination.positive,
      importance: Object.fromEntries(importance),
      calibrationNote: run.judged.calibrationNote,
      findings: run.examination.findings,
      excluded: run.examination.excluded,
    }),
  };
  const modelsDir = join(deps.workspaceDir, 'models');
  mkdirSync(modelsDir, { recursive: true });
  const temporary = join(modelsDir, `${job.id}.augury-model`);
  const written = await writePackage(content, temporary, { appVersion: deps.appVersion });
  const packageFile = `models/${written.sha256}.augury-model`;
  const oofBytes = encodeOutOfFold({
    datasetVersionId: source.versionId,
    rows: Int32Array.from(run.judged.rows, (row) => run.rows[row]),
    labels: Float64Array.from(run.judged.rows, (row) => run.label[row]),
    margins: run.judged.margins,
    outputs: run.judged.outputs,
  });
  const oofSha256 = createHash('sha256').update(oofBytes).digest('hex');
  // One file a run: an equal run has equal predictions, and a shared file would stay with its first owner alone.
  const oofFile = `models/${oofSha256}-${job.id}.oof`;
  await writeSynced(join(deps.workspaceDir, oofFile), oofBytes);
  const trialsBytes = encodeTrials({
    datasetVersionId: source.versionId,
    rows: run.rows,
    outputCount: spec.outputCount,
    trials: run.finished.map(({ trial, proposal, margins }) => ({
      trial,
      label: proposal.label,
      margins: new Float32Array(margins ?? []),
    })),
  });
  const trialsSha256 = createHash('sha256').update(trialsBytes).digest('hex');
  const trialsFile = `models/${trialsSha256}-${job.id}.trials`;
  await writeSynced(join(deps.workspaceDir, trialsFile), trialsBytes);
  renameSync(temporary, join(deps.workspaceDir, packageFile));
  const report = reportOfRun(
    run,
    deps.appVersion,
    written.sha256,
    createHash('sha256').update(exported.onnx).digest('hex'),
    learner,
    parityError,
    looksBefore(db, source.versionId, options.target) + 1,
  );
  const headline = run.judged.metrics[run.metric] ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  return db.transaction(() => {
    const runRow = insertRun(db, {
      jobId: job.id,
      datasetVersionId: source.versionId,
      task: spec.task,
      target: options.target,
      metric: run.metric,
      seed: options.seed,
      params: asJson(options),
      dataHash: source.hash,
    });
    for (const outcome of run.outcomes) {
      saveTrial(db, {
        runId: runRow.id,
        number: outcome.trial,
        learner: outcome.proposal.spec.learner,
        params: asJson(outcome.proposal.spec),
        status: outcome.state,
        score: Number.isFinite(outcome.loss) ? outcome.loss : null,
        scoreLow: null,
        scoreHigh: null,
        foldScores: outcome.foldLosses.map((loss) => (Number.isFinite(loss) ? loss : null)),
        detail: asJson({ label: outcome.proposal.label, rounds: [...outcome.rounds], message: outcome.message }),
        fitSeconds: outcome.fitSeconds,
      });
    }
    const model = insertModel(db, { name, task: spec.task, target: options.target });
    const version = insertModelVersion(db, {
      modelId: model.id,
      runId: runRow.id,
      datasetVersionId: source.versionId,
      packageFile,
      packageSha256: written.sha256,
      byteSize: written.bytes,
      metric: run.metric,
      score: asJson(headline),
      baseline: baselineMetrics[run.metric] ?? null,
      calibration: asJson(report.calibration),
      inputs: asJson(inputFields(spec.recipe.inputs, reference, importance)),
      report: asJson(report),
    });
    recordFile(db, {
      path: packageFile,
      kind: 'model',
      sha256: written.sha256,
      byteSize: written.bytes,
      ownerId: version.id,
    });
    recordFile(db, {
      path: oofFile,
      kind: 'model',
      sha256: oofSha256,
      byteSize: oofBytes.byteLength,
      ownerId: version.id,
    });
    recordFile(db, {
      path: trialsFile,
      kind: 'model',
      sha256: trialsSha256,
      byteSize: trialsBytes.byteLength,
      ownerId: version.id,
    });
    finishRun(db, runRow.id, {
      status: 'succeeded',
      score: asJson(headline),
      baseline: baselineMetrics[run.metric] ?? null,
      trialCount: run.outcomes.length,
      report: asJson({
        modelId: model.id,
        packageSha256: written.sha256,
        stopReason: run.stopReason,
        blend: run.judged.note,
        sealedRows: run.sealed?.rows ?? 0,
      }),
    });
    return { modelId: model.id, packageSha256: written.sha256 };
  });
}

function freeName(db: Db, wanted: string): string {
  if (findModelByName(db, wanted) === null) return wanted;
  for (let number = 2; ; number++) {
    const name = `${wanted} ${number}`;
    if (findModelByName(db, name) === null) return name;
  }
}

/** How many models have been scored on the sealed rows of this version and target so far; deleting one takes no look back. */
function looksBefore(db: Db, datasetVersionId: string, target: string): number {
  const runs = allRows((page) => listRuns(db, { datasetVersionId, ...page }));
  return runs.filter((run) => run.target === target && isLook(run.report)).length;
}

const isLook = (report: unknown): boolean =>
  typeof report === 'object' && report !== null && Reflect.get(report, 'sealedRows') > 0;

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.part`, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  renameSync(`${path}.part`, path);
}
