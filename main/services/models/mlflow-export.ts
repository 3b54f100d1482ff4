/** Writes a model, its training run and the run's trials where MLflow's file store expects them. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resourceProblem } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import type { ModelDetail } from '../../contract/models.ts';
import type { Db } from '../../store/db.ts';
import type { ModelVersionRow } from '../../store/repositories/models.ts';
import { getRun, listTrials, type RunRow, type TrialRow } from '../../store/repositories/runs.ts';
import { experimentFile, type MlflowRun, modelFiles, runFiles, type TextFile } from './mlflow-layout.ts';
import type { ReadPackage } from './package-read.ts';

export type MlflowRequest = {
  readonly directory: string;
  readonly experiment: string | undefined;
  readonly detail: ModelDetail;
  readonly version: ModelVersionRow;
  readonly content: ReadPackage;
  readonly packagePath: string;
};

export type MlflowWritten = {
  readonly directory: string;
  readonly experimentId: string;
  readonly runId: string;
  readonly runs: number;
};

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Ids are made from ours, so that the same run exported twice is the same run there. */
const mlflowId = (id: string): string => hash(id).slice(0, 32);

/** An experiment's id is a whole number of 18 digits there. */
const experimentIdOf = (name: string): string =>
  String((BigInt(`0x${hash(name).slice(0, 15)}`) % 10n ** 17n) + 10n ** 17n);

/** Throws resource `mlflow-export` when the folder cannot be written. */
export async function exportMlflow(db: Db, request: MlflowRequest): Promise<MlflowWritten> {
  const directory = resolve(request.directory);
  const { detail, version, content } = request;
  const name =
    request.experiment ?? (detail.datasetName === '' ? 'Augury' : `${detail.datasetName} · ${detail.target}`);
  const experimentId = experimentIdOf(name);
  const location = pathToFileURL(join(directory, experimentId)).href;
  const run = version.runId === null ? null : getRun(db, version.runId);
  const trials = run === null ? [] : listTrials(db, run.id);
  const main = mainRun(detail, version, run);
  const children = run === null ? [] : trials.map((trial) => trialRun(run, trial, main.runId));
  const artifacts = `${experimentId}/${main.runId}/artifacts`;
  const files: TextFile[] = [
    experimentFile({ id: experimentId, name, location, at: main.startedAt }),
    ...[main, ...children].flatMap((entry) => runFiles(experimentId, location, entry)),
    ...modelFiles(content.spec, {
      runId: main.runId,
      uuid: version.packageSha256.slice(0, 32),
      createdAt: version.createdAt,
    }).map((file) => ({ ...file, path: `${artifacts}/model/${file.path}` })),
    { path: `${artifacts}/report.json`, text: `${JSON.stringify(version.report, null, 2)}\n` },
  ];
  try {
    for (const { path, text } of files) {
      const target = join(directory, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    for (const child of children)
      await mkdir(join(directory, experimentId, child.runId, 'artifacts'), { recursive: true });
    await writeFile(join(directory, artifacts, 'model', 'model.onnx'), content.onnx);
    await copyFile(request.packagePath, join(directory, artifacts, 'model.augury-model'));
  } catch (cause) {
    throw resourceProblem('mlflow-export', `The run could not be written to ${basename(directory)}.`, {
      hint: 'Choose a folder that may be written to and has room.',
      cause,
    });
  }
  return { directory, experimentId, runId: main.runId, runs: 1 + children.length };
}

function mainRun(detail: ModelDetail, version: ModelVersionRow, run: RunRow | null): MlflowRun {
  const runId = mlflowId(run?.id ?? version.id);
  const best = detail.leaderboard[0];
  const metrics: Record<string, number> = { train_seconds: detail.trainSeconds };
  for (const [name, estimate] of Object.entries(detail.metrics)) {
    metrics[name] = estimate.value;
    if (estimate.low !== null) metrics[`${name}_low`] = estimate.low;
    if (estimate.high !== null) metrics[`${name}_high`] = estimate.high;
  }
  for (const [name, value] of Object.entries(detail.baselineMetrics)) metrics[`baseline_${name}`] = value;
  const history = [
    {
      run_id: runId,
      artifact_path: 'model',
      utc_time_created: new Date(version.createdAt).toISOString().replace('T', ' ').replace('Z', '000'),
      flavors: { onnx: { data: 'model.onnx' } },
      model_uuid: version.packageSha256.slice(0, 32),
    },
  ];
  return {
    runId,
    name: detail.name,
    startedAt: run?.startedAt ?? version.createdAt,
    finishedAt: run?.finishedAt ?? version.createdAt,
    succeeded: true,
    params: {
      task: detail.task,
      target: detail.target,
      learner: detail.learner,
      ...flat(run?.params ?? {}),
      ...(best === undefined ? {} : flat(best.params, 'best.')),
    },
    metrics,
    tags: {
      'mlflow.source.type': 'LOCAL',
      'mlflow.note.content': detail.card.intendedUse,
      'mlflow.log-model.history': JSON.stringify(history),
      'augury.model_id': detail.id,
      'augury.package_sha256': version.packageSha256,
      'augury.version': detail.card.appVersion,
      ...(run?.dataHash == null ? {} : { 'augury.data_sha256': run.dataHash }),
    },
  };
}

/** A trial as a run below the training run; its score is a loss, smaller is better. */
function trialRun(run: RunRow, trial: TrialRow, parent: string): MlflowRun {
  const folds = trial.foldScores.flatMap((score, k) => (score === null ? [] : [[`fold_${k}_loss`, score] as const]));
  return {
    runId: mlflowId(`${run.id}/${trial.number}`),
    name: `trial ${trial.number} · ${trial.learner}`,
    startedAt: Math.round(Math.max(run.startedAt, trial.at - trial.fitSeconds * 1000)),
    finishedAt: trial.at,
    succeeded: trial.status !== 'failed',
    params: { learner: trial.learner, ...flat(trial.params) },
    metrics: {
      fit_seconds: trial.fitSeconds,
      ...(trial.score === null ? {} : { loss: trial.score }),
      ...Object.fromEntries(folds),
    },
    tags: { 'mlflow.parentRunId': parent, 'augury.trial': String(trial.number), 'augury.state': trial.status },
  };
}

/** Nested values under dotted names; lists and nothing as JSON. */
function flat(value: JsonValue | Readonly<Record<string, unknown>>, prefix = ''): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value ?? {})) {
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry)) {
      Object.assign(out, flat(entry as Readonly<Record<string, unknown>>, `${prefix}${key}.`));
    } else out[`${prefix}${key}`] = typeof entry === 'string' ? entry : JSON.stringify(entry ?? null);
  }
  return out;
}
