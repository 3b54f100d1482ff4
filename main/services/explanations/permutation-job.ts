import { unsupported } from '../../base/errors.ts';
import { shareFloat64, shareInt32 } from '../../compute/shared-columns.ts';
import type { Source } from '../../contract/common.ts';
import type { JobContext, JsonValue } from '../../jobs/types.ts';
import { type PermutationResult, permutationImportance } from '../../ml/explain/permutation.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import { isGraphModel, rawColumnsOf } from '../../ml/model-spec.ts';
import { findDatasetVersion } from '../../store/repositories/datasets.ts';
import { executorOf } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { openRowSource } from '../predictions/open-source.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import type { Inputs } from '../service-types.ts';
import { readLabelledRows } from './labelled-rows.ts';
import { driveSteps } from './run-steps.ts';

export type PermutationJobInput = Inputs['explanations']['startPermutation'] & {
  readonly [key: string]: JsonValue | undefined;
};

/** What the command line and the window read. */
export type PermutationJobResult = {
  readonly method: 'permutation';
  readonly rows: number;
  readonly repeats: number;
  /** Loss that grows: mean log loss, or mean squared error. */
  readonly loss: 'log-loss' | 'squared-error';
  readonly baseline: number;
  /** True when the model learned from these very rows: then it is what the model leans on, not what holds elsewhere. */
  readonly learnedFrom: boolean;
  readonly sourceName: string;
  readonly columns: readonly {
    readonly column: string;
    readonly importance: number;
    readonly low: number;
    readonly high: number;
    readonly spread: number;
  }[];
  readonly reading: string;
  readonly seconds: number;
};

const seed = 11;

/** Permutation importance on labelled rows, column by column over the workers. */
export async function runPermutationJob(
  deps: ScoreDeps,
  input: PermutationJobInput,
  context: JobContext,
): Promise<PermutationJobResult> {
  const { db } = deps;
  const startedMs = db.clock.monotonic();
  const loaded = await deps.loader.load(input.modelId);
  const { spec } = loaded.content;
  const trainedOn = trainingSource(deps, loaded);
  const wanted = input.source ?? trainedOn;
  if (wanted === null) {
    throw unsupported('no-labelled-data', 'This model was imported, so there are no labelled rows of its own.', {
      hint: 'Give a file or data set with labels.',
    });
  }
  const source = await openRowSource(deps, wanted);
  try {
    const { map, labelMap, mostRows, repeats } = input;
    const labelled = await readLabelledRows(deps, loaded, source, { map, labelMap, most: mostRows, seed }, context);
    const rows = sharedFrame(labelled.frame);
    const labels = shareFloat64(labelled.labels);
    const columns = spec.recipe.inputs
      .filter(({ name }) => spec.recipe.features.some((feature) => rawColumnsOf(feature).includes(name)))
      .map(({ name }) => name);
    const found = isGraphModel(spec)
      ? [await shuffleGraph(deps, loaded, { rows, labels, columns, repeats }, context)]
      : await shuffleByColumn(deps, loaded, { rows, labels, columns, repeats }, context);
    const ranked = found
      .flatMap((result) => result.columns)
      .sort((a, b) => b.importance - a.importance || (a.column < b.column ? -1 : 1));
    const learnedFrom = trainedOn !== null && sameSource(wanted, trainedOn);
    return {
      method: 'permutation',
      rows: rows.rowCount,
      repeats,
      loss: spec.task === 'regression' ? 'squared-error' : 'log-loss',
      baseline: found[0]?.loss ?? Number.NaN,
      learnedFrom,
      sourceName: source.name,
      columns: ranked,
      reading: readingOf(ranked, learnedFrom),
      seconds: (db.clock.monotonic() - startedMs) / 1000,
    };
  } finally {
    await source.rows.close();
  }
}

type Shuffle = {
  readonly rows: Frame;
  readonly labels: Float64Array;
  readonly columns: readonly string[];
  readonly repeats: number;
};

function shuffleByColumn(
  { pool }: ScoreDeps,
  loaded: LoadedModel,
  { rows, labels, columns, repeats }: Shuffle,
  context: JobContext,
): Promise<readonly PermutationResult[]> {
  let done = 0;
  return Promise.all(
    columns.map(async (column) => {
      const input = { model: loaded.portable, rows, labels, columns: [column], seed, repeats };
      const result = await pool.run('permutation', input, { abort: context.abort });
      done++;
      context.report({ stage: 'columns', fraction: 0.3 + (0.7 * done) / columns.length });
      return result;
    }),
  );
}

async function shuffleGraph(
  deps: ScoreDeps,
  loaded: LoadedModel,
  shuffle: Shuffle,
  context: JobContext,
): Promise<PermutationResult> {
  const { task, outputCount } = loaded.content.spec;
  const executor = await executorOf(deps.inference, loaded);
  const steps = permutationImportance({ ...shuffle, task, outputCount, seed });
  return driveSteps(steps, async (frame) => (await executor.predict(frame)).outputs, context.abort);
}

function readingOf(columns: PermutationJobResult['columns'], learnedFrom: boolean): string {
  const clear = columns.filter(({ low }) => low > 0);
  const words =
    clear.length === 0
      ? 'Shuffling no single column makes the answers clearly worse.'
      : `Without ${clear[0].column} the answers get worst; ${clear.length} of ${columns.length} columns matter beyond chance.`;
  return learnedFrom ? `${words} Measured on rows the model learned from.` : words;
}

function trainingSource(deps: ScoreDeps, loaded: LoadedModel): Source | null {
  const { datasetVersionId } = loaded.version;
  const version = datasetVersionId === null ? null : findDatasetVersion(deps.db, datasetVersionId);
  return version === null ? null : { datasetId: version.datasetId, version: version.number };
}

const sameSource = (a: Source, b: Source): boolean =>
  'datasetId' in a &&
  'datasetId' in b &&
  a.datasetId === b.datasetId &&
  (a.version === undefined || a.version === b.version);

const sharedFrame = (frame: Frame): Frame => ({
  rowCount: frame.rowCount,
  columns: frame.columns.map(
    (column): RawColumn =>
      column.type === 'string'
        ? { ...column, codes: shareInt32(column.codes) }
        : { ...column, values: shareFloat64(column.values) },
  ),
});
