import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { copyFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { notFound, resourceProblem } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import {
  deleteModel,
  getModel,
  getModelVersion,
  listModels,
  type ModelRow,
  updateModel,
} from '../../store/repositories/models.ts';
import { sourceFile } from '../datasets/service.ts';
import { savedPolicy } from '../decisions/curve.ts';
import type { SourceDeps } from '../predictions/open-source.ts';
import type { Service } from '../service-types.ts';
import { trainingPlan } from '../training/plan.ts';
import type { TrainingDeps } from '../training/types.ts';
import { compareModels } from './compare-models.ts';
import { coverageHistory } from './coverage-history.ts';
import { previewCurveEdit, readCurves } from './curves.ts';
import { saveCurveEdit } from './curves-save.ts';
import { currentVersion, modelDetail, modelSummary } from './detail.ts';
import type { ModelLoader } from './loader.ts';
import { exportMlflow } from './mlflow-export.ts';
import { findOutOfFold, getOutOfFold } from './oof.ts';
import { ownFairness, ownSlices } from './own-rows.ts';
import { buildQuality } from './quality.ts';
import type { RecordDeps } from './record-model.ts';

export type ModelsDeps = RecordDeps &
  TrainingDeps & {
    readonly queue: JobQueue;
    readonly loader: ModelLoader;
    /** Files, uploads and data sets as rows. */
    readonly sources: SourceDeps;
    /** Raises the "keep the best so far" flag of a running training job; false when it is not running. */
    readonly finishEarly: (jobId: string) => boolean;
  };

/** Makes a version the one in use; throws not-found for one of another model. */
function putIntoUse(db: RecordDeps['db'], id: string, versionId: string): void {
  const model = getModel(db, id);
  const version = getModelVersion(db, versionId);
  if (version.modelId !== model.id) {
    throw notFound('version-not-found', `“${model.name}” has no version ${versionId}.`);
  }
  updateModel(db, id, { currentVersionId: versionId });
}

/** Models: plan, train, judge, compare, move. */
export function createModelsService(deps: ModelsDeps): Service<'models'> {
  const { db, pool, queue, loader, workspaceDir } = deps;
  const detailOf = (id: string) => {
    const model = getModel(db, id);
    const version = currentVersion(db, model);
    return { version, detail: modelDetail(db, model, version, loader.packagePath(version)) };
  };
  return {
    plan: (input) => trainingPlan(deps, queue, input),
    train: async (input) => {
      const dataset = deps.describeDataset(input.datasetId, input.version);
      const job = await queue.start({
        kind: 'train',
        title:
          input.from === undefined
            ? `Train ${input.target} on ${dataset.name}`
            : `Continue ${getModel(db, input.from).name} on ${dataset.name}`,
        // A run that goes on after an interruption must not find another version under its feet.
        input: asJson({ ...input, version: dataset.number }),
        datasetId: input.datasetId,
        resume: true,
      });
      return { jobId: job.id };
    },
    stopEarly: (input) => ({ accepted: deps.finishEarly(input.jobId) }),
    list: (input) => {
      const { rows, total } = listModels(db, {
        offset: input.offset,
        limit: input.limit,
        ...(input.search === undefined ? {} : { search: input.search }),
        ...(input.datasetId === undefined ? {} : { datasetId: input.datasetId }),
      });
      const items = rows
        .filter((model: ModelRow) => model.currentVersionId !== null)
        .map((model) => modelSummary(db, model, currentVersion(db, model)));
      return { items, total };
    },
    get: (input) => detailOf(input.id).detail,
    quality: ({ id, segmentBy }) => {
      const { detail, version } = detailOf(id);
      return buildQuality(deps, detail, getOutOfFold(db, workspaceDir, version), segmentBy);
    },
    fairness: ({ id, column, threshold }) => {
      const { detail, version } = detailOf(id);
      const chosen = threshold ?? savedPolicy(db, id)?.threshold ?? 0.5;
      return ownFairness(deps, detail, getOutOfFold(db, workspaceDir, version), column, chosen);
    },
    slices: ({ id }) => {
      const { detail, version } = detailOf(id);
      return ownSlices(deps, detail, getOutOfFold(db, workspaceDir, version));
    },
    coverage: ({ id }) => ({ items: coverageHistory(queue, getModel(db, id).id) }),
    compare: (input) => {
      const side = (id: string) => {
        const { detail, version } = detailOf(id);
        return { detail, oof: findOutOfFold(db, workspaceDir, version) };
      };
      return compareModels(pool, side(input.id), side(input.other));
    },
    curves: (input) => readCurves(deps, input),
    previewCurveEdit: (input) => previewCurveEdit(deps, input),
    saveCurveEdit: (input) => saveCurveEdit(deps, input),
    activateVersion: (input) => putIntoUse(db, input.id, input.versionId),
    rename: (input) => {
      getModel(db, input.id);
      updateModel(db, input.id, { name: input.name });
    },
    delete: (input) => deleteModel(db, input.id),
    import: async (input) => {
      const { name } = sourceFile(deps.sources.uploads, input.source);
      const job = await queue.start({
        kind: 'import-model',
        title: `Import the model ${name}`,
        input: asJson(input),
        priority: 'interactive',
      });
      return { jobId: job.id };
    },
    export: async (input) => {
      const { version } = detailOf(input.id);
      const partial = `${input.path}.part`;
      const graph = input.path.endsWith('.onnx') ? (await loader.load(input.id)).content.onnx : null;
      try {
        if (graph === null) await copyFile(loader.packagePath(version), partial);
        else await writeFile(partial, graph);
        await rename(partial, input.path);
      } catch (cause) {
        throw resourceProblem('export-failed', `The model package could not be written to ${basename(input.path)}.`, {
          hint: 'Choose a folder that exists, may be written to and has room.',
          cause,
        });
      }
      return {
        file: input.path,
        bytes: statSync(input.path).size,
        sha256: graph === null ? version.packageSha256 : createHash('sha256').update(graph).digest('hex'),
      };
    },
    exportMlflow: async (input) => {
      const { detail, version } = detailOf(input.id);
      const { content } = await loader.load(input.id);
      const packagePath = loader.packagePath(version);
      const { directory, experiment } = input;
      return exportMlflow(db, { directory, experiment, detail, version, content, packagePath });
    },
    download: (input) => {
      const { version, detail } = detailOf(input.id);
      const bytes = readFileSync(loader.packagePath(version));
      return new File([bytes], `${detail.name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.augury-model`, {
        type: 'application/octet-stream',
      });
    },
    evaluate: async (input) => {
      const model = getModel(db, input.id);
      const job = await queue.start({
        kind: 'evaluate',
        title: `Evaluate ${model.name}`,
        input: asJson(input),
        modelId: input.id,
      });
      return { jobId: job.id };
    },
  };
}
