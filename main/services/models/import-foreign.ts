/**
 * Takes in a model of XGBoost, LightGBM or CatBoost: reads it, compares it with the library's own predictions where they
 * are given, exports its graph, and writes a package as training does. From there on it is a model like any other.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import { packModel } from '../../compute/tasks/model-cache.ts';
import type { ImportOptions, ImportSchema, ModelOrigin } from '../../contract/model-import.ts';
import type { MetricName } from '../../contract/models.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ForeignModel, ForeignOptions } from '../../ml/interop/foreign-model.ts';
import type { ForeignFormat } from '../../ml/interop/read-foreign.ts';
import { syntheticRows } from '../../ml/interop/synthetic-rows.ts';
import { foreignSpec } from '../../ml/interop/to-spec.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { ReferenceStatistics } from '../../ml/stats/reference.ts';
import type { SourceDeps } from '../predictions/open-source.ts';
import { createOnnxExecutor } from './executor.ts';
import type { ImportCall } from './import-call.ts';
import { importModel } from './import-model.ts';
import { type Comparison, compareGiven, type GivenRows, givenColumns, readGivenRows } from './import-rows.ts';
import type { PackageContent } from './package-content.ts';
import { writePackage } from './package-write.ts';
import { checkParity, parityFailed, parityRowCount, parityTolerance } from './parity.ts';
import type { RecordDeps } from './record-model.ts';

export type ImportDeps = RecordDeps & { readonly sources: SourceDeps; readonly call: ImportCall };

export type ForeignFile = { readonly bytes: Uint8Array; readonly name: string; readonly format: ForeignFormat };

export const importSeed = 7;
export const importBackgroundRows = 1_000;
export const syntheticCount = 200;

/** Relative difference allowed; libraries that add up in float32 differ by the rounding of as many additions. */
const toleranceOf = (model: ForeignModel): number =>
  model.library === 'XGBoost' ? Math.max(1e-6, Math.sqrt(model.treeCount) * 2 ** -23) : 1e-6;

/** Imports and gives the model's id. Throws numeric `import-differs` when the given predictions are not the model's. */
export async function importForeign(
  deps: ImportDeps,
  file: ForeignFile,
  options: Omit<ImportOptions, 'schema' | 'schemaSource'>,
  schema: ImportSchema,
): Promise<{ readonly modelId: string }> {
  const names =
    schema.columns?.map(({ name }) => name) ??
    (options.parity === undefined ? null : await givenColumns(deps.sources, options.parity));
  const levels = new Map(
    (schema.columns ?? []).flatMap(({ name, levels }) => (levels === undefined ? [] : [[name, levels]])),
  );
  const asked: ForeignOptions = { iterations: 'best', output: options.output ?? schema.output ?? null, names, levels };
  const read = (iterations: 'best' | 'all') =>
    deps.pool.run(
      'read-foreign',
      { format: file.format, bytes: file.bytes, options: { ...asked, iterations } },
      { abort: deps.call.abort },
    );
  let model = await read('best');
  let spec = specOf(model, options.classes ?? schema.classes);
  let given: GivenRows | null = null;
  let compared: Comparison | null = null;
  const key = createHash('sha256').update(file.bytes).digest('hex');
  if (options.parity !== undefined) {
    deps.call.begin('compare');
    const rows = await readGivenRows(deps.sources, options.parity, spec, deps.call);
    const compare = async (candidate: ModelSpec): Promise<Comparison> =>
      compareGiven(candidate, await outputsOf(deps, key, candidate, rows.frame), rows);
    given = rows;
    compared = await compare(spec);
    if (compared.maxError > toleranceOf(model) && model.hasLaterRounds) {
      const whole = await read('all');
      const other = specOf(whole, options.classes ?? schema.classes);
      const again = await compare(other);
      if (again.maxError <= toleranceOf(whole)) [model, spec, compared] = [whole, other, again];
    }
    if (compared.maxError > toleranceOf(model)) throw differs(file.name, model, compared);
  }
  const origin: ModelOrigin = {
    library: model.library,
    version: model.version,
    objective: model.objective,
    trees: model.treeCount,
    verified: compared === null ? null : { rows: compared.rows, maxError: compared.maxError },
    notes: [
      ...model.notes,
      given === null
        ? 'Forms and explanations use rows made from the model’s own split points, because no rows were given.'
        : 'The rows given for checking stand in for the training data in forms and explanations.',
    ],
  };
  const name = options.name ?? schema.name ?? file.name.replace(/\.[^.]+$/, '');
  return exportForeign(
    deps,
    { spec, origin, name, target: options.target ?? schema.target ?? 'prediction', key },
    given?.frame ?? null,
  );
}

function specOf(model: ForeignModel, classes: readonly string[] | undefined): ModelSpec {
  if (classes === undefined || model.task === 'regression') return foreignSpec(model);
  if (classes.length === model.classes.length && new Set(classes).size === classes.length)
    return foreignSpec(model, classes);
  throw dataProblem(
    'import-classes',
    `The model has ${model.classes.length} classes, and ${classes.length} names were given.`,
    {
      hint: 'Name each class once, in the order of the model’s outputs.',
    },
  );
}

const treesOf = (spec: ModelSpec): number =>
  spec.members.reduce((sum, m) => sum + (m.kind === 'trees' ? m.trees.treeRoot.length : 0), 0);

async function outputsOf(deps: ImportDeps, key: string, spec: ModelSpec, frame: Frame): Promise<Float64Array> {
  // The key tells specifications apart in the workers' caches: the same file may be read with more or fewer rounds.
  const model = packModel(`import-${key}-${spec.classes.join('|')}-${treesOf(spec)}`, spec);
  const { abort } = deps.call;
  return (await deps.pool.run('score-block', { model, frame, explain: false }, { abort })).outputs;
}

const differs = (file: string, model: ForeignModel, compared: Comparison): Error =>
  dataProblem(
    'import-differs',
    `${file} does not give the predictions it was compared with: ${compared.worst} (relative difference ${compared.maxError.toPrecision(2)}).`,
    {
      hint: `Check that the predictions are this model’s, written with all their digits, and that the columns are those of its training, in its order.`,
      details: { file, library: model.library, maxError: compared.maxError },
    },
  );

type Ready = {
  readonly spec: ModelSpec;
  readonly origin: ModelOrigin;
  readonly name: string;
  readonly target: string;
  readonly key: string;
};

/** Exports, proves parity of the graph with the kernels, and records. */
async function exportForeign(
  deps: ImportDeps,
  ready: Ready,
  given: Frame | null,
): Promise<{ readonly modelId: string }> {
  const { spec, name, target, origin } = ready;
  const { abort, begin } = deps.call;
  begin('export');
  const background =
    given === null ? syntheticRows(spec, syntheticCount, importSeed) : firstRows(given, importBackgroundRows);
  const portable = packModel(
    `import-${ready.key}-${background.rowCount}-${spec.classes.join('|')}-${treesOf(spec)}`,
    spec,
  );
  const exported = await deps.pool.run(
    'export-onnx',
    {
      model: portable,
      meta: { producerVersion: deps.appVersion, modelName: target },
      sample: background,
      parityRowCount,
      seed: importSeed,
      trainingFrame: given ?? background,
    },
    { abort },
  );
  begin('check');
  const parity = { rows: exported.rows, expected: exported.expected };
  const executor = await createOnnxExecutor(spec, { kind: 'bytes', bytes: exported.onnx }, deps.inference);
  try {
    const { maxError, rows } = await checkParity(executor, parity);
    if (maxError > parityTolerance)
      throw parityFailed(`The exported graph of “${name}” is not the imported model`, maxError, rows);
  } finally {
    await executor.close();
  }
  const summary = await deps.pool.run('summary', { model: portable, background, output: 0 }, { abort });
  return recordImport(deps, {
    ...ready,
    learner: origin.trees === 0 ? `${origin.library} linear` : `${origin.library} trees`,
    onnx: exported.onnx,
    parity,
    reference: given === null ? unknownReference(spec) : exported.reference,
    background,
    importance: Object.fromEntries(summary.columns.map((column) => [column.column, column.meanAbs])),
  });
}

const metricOf: Readonly<Record<ModelSpec['task'], MetricName>> = {
  binary: 'auc',
  multiclass: 'log_loss',
  regression: 'rmse',
};

/** Writes the package of a model whose training is not known, and takes it in as any package. */
export async function recordImport(
  deps: ImportDeps,
  ready: Ready &
    Pick<PackageContent, 'onnx' | 'parity' | 'reference' | 'background'> & {
      readonly learner: string;
      readonly importance: Readonly<Record<string, number>>;
    },
): Promise<{ readonly modelId: string }> {
  const { spec, origin, onnx, parity, reference, background } = ready;
  deps.call.begin('record');
  const folder = join(deps.workspaceDir, 'models');
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `import-${ready.key}.augury-model`);
  const about = {
    name: ready.name,
    description: '',
    target: ready.target,
    learner: ready.learner,
    metric: metricOf[spec.task],
    metrics: {},
    baselineMetrics: {},
    policy: null,
    lineage: {
      dataset: null,
      sources: [],
      rowCount: 0,
      seed: 0,
      trialCount: 0,
      validation: `Trained elsewhere, by ${origin.library} ${origin.version}.`,
      stopReason: 'Trained elsewhere.',
    },
  };
  const positive = spec.task === 'binary' ? spec.classes[1] : null;
  const report = asJson({ positive, importance: ready.importance, origin });
  try {
    await writePackage({ about, spec, onnx, parity, reference, background, report }, temporary, {
      appVersion: deps.appVersion,
    });
    return await importModel(deps, temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Nothing is known of the training data but the categories the model names. */
export const unknownReference = (spec: ModelSpec): ReferenceStatistics => ({
  rowCount: 0,
  columns: spec.recipe.inputs.map(({ name, type }) => {
    const feature = spec.recipe.features.find((entry) => entry.source === name);
    const levels = type === 'string' ? (feature?.kind === 'category' ? feature.levels : []) : null;
    return {
      name,
      missingShare: 0,
      quantiles: null,
      levels: levels?.slice(0, 1_000).map((value) => ({ value, share: 0 })) ?? null,
      levelCount: levels?.length ?? null,
    };
  }),
});

export const firstRows = (frame: Frame, count: number): Frame =>
  frame.rowCount <= count
    ? frame
    : {
        rowCount: count,
        columns: frame.columns.map((column) =>
          column.type === 'string'
            ? { ...column, codes: column.codes.slice(0, count) }
            : { ...column, values: column.values.slice(0, count) },
        ),
      };
