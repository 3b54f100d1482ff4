/**
 * The model a run continues: what of it is taken over, what it learned from, and why a model cannot be continued. Its trees
 * and its fitted recipe stay as they are, so the data must have its columns, its target and its classes, and new trees must
 * be fitted to a loss that its scores are scores of.
 */
import { dataProblem, invalidInput, unsupported } from '../../base/errors.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import type { ContinuedTrees } from '../../compute/tasks/training-data.ts';
import { metricName, type TrainOptions, trainOptions } from '../../contract/models.ts';
import type { Member, ModelSpec } from '../../ml/model-spec.ts';
import { responseOf } from '../../ml/objective-spec.ts';
import type { Db } from '../../store/db.ts';
import { findDatasetVersion } from '../../store/repositories/datasets.ts';
import type { ModelVersionRow } from '../../store/repositories/models.ts';
import { getRun } from '../../store/repositories/runs.ts';
import { inputSpecOf } from '../datasets/read-dataset.ts';
import type { ModelLoader } from '../models/loader.ts';
import type { ModelReport } from '../models/report.ts';
import { resolveObjective } from './objective.ts';
import type { DescribeDataset } from './types.ts';

export type ContinuedModel = {
  readonly id: string;
  readonly name: string;
  readonly spec: ModelSpec;
  readonly portable: PortableModel;
  readonly start: ContinuedTrees;
  readonly treeCount: number;
  /** The training run that made it; null for an imported model. */
  readonly runId: string | null;
  /** Data set versions it and the models it continues learned from; null where that is not known. */
  readonly learnedFrom: readonly { readonly id: string; readonly datasetId: string; readonly number: number }[] | null;
  /** The options of the run: what was asked for, and what follows from the model. */
  readonly options: TrainOptions;
};

type Deps = { readonly db: Db; readonly loader: ModelLoader; readonly describeDataset: DescribeDataset };

/** Opens the model that the options name in `from`. Throws unsupported, invalid-input or data-problem with what to do. */
export async function openContinued(deps: Deps, asked: TrainOptions, from: string): Promise<ContinuedModel> {
  const { model, version, content, portable } = await deps.loader.load(from);
  const { spec } = content;
  refuseKind(model.name, spec.members);
  refuseTarget(model.name, model.target, asked.target, version.runId === null);
  refuseOptions(asked, spec);
  const run = version.runId === null ? null : getRun(deps.db, version.runId);
  const earlier = run === null ? undefined : trainOptions.safeParse(run.params).data;
  const options = optionsOf(asked, earlier, spec, metricName.safeParse(version.metric).data, model.name);
  checkColumns(deps, options, spec, model.name);
  const [member] = portable.members;
  const [trees] = spec.members;
  if (member.kind !== 'trees' || trees.kind !== 'trees') throw kindRefusal(model.name, 'is not made of trees');
  return {
    id: model.id,
    name: model.name,
    spec,
    portable,
    start: { recipe: spec.recipe, trees: member.bytes },
    treeCount: trees.trees.treeRoot.length,
    runId: version.runId,
    learnedFrom: learnedVersions(deps.db, version),
    options,
  };
}

function learnedVersions(db: Db, { runId, datasetVersionId, report }: ModelVersionRow): ContinuedModel['learnedFrom'] {
  if (runId === null || datasetVersionId === null) return null;
  const before = (report as Pick<ModelReport, 'learnedFrom'> | null)?.learnedFrom;
  // Null: it goes on from a model of which that was not known
  if (before === null) return null;
  const found = [...(before ?? []), datasetVersionId].map((id) => findDatasetVersion(db, id));
  const rows = found.flatMap((row) =>
    row === null ? [] : [{ id: row.id, datasetId: row.datasetId, number: row.number }],
  );
  return rows.length === found.length ? rows : null;
}

function refuseKind(name: string, members: readonly Member[]): void {
  const kinds = new Set(members.map(({ kind }) => kind));
  const only = members.length === 1 ? members[0] : null;
  if (only?.kind === 'trees' && only.weight === 1) return;
  if (kinds.has('graph')) throw kindRefusal(name, 'is an ONNX graph, whose inside is not known');
  if (kinds.has('trees')) throw kindRefusal(name, 'blends trees with other models');
  if (kinds.has('additive')) throw kindRefusal(name, 'is an explainable boosting machine: curves, not trees');
  throw kindRefusal(name, 'has no trees');
}

const kindRefusal = (name: string, why: string): Error =>
  unsupported('continue-kind', `“${name}” cannot be continued: it ${why}.`, {
    hint: 'Only a model of boosted trees alone can be continued. Train one with --learners trees, or train anew on all rows.',
    details: { model: name },
  });

function refuseTarget(name: string, target: string, asked: string, imported: boolean): void {
  if (target === asked) return;
  throw invalidInput('continue-target', `“${name}” predicts “${target}”, not “${asked}”.`, {
    hint: imported
      ? 'If it is the same thing under another name, import the model again and name its target (--target).'
      : 'Continue a model of the same target, or train a new one.',
    details: { model: name, target },
  });
}

/** What comes with the model, or would make new trees that do not go with its own. */
function refuseOptions(asked: TrainOptions, { task, classes }: ModelSpec): void {
  const refuse = (what: string): Error =>
    invalidInput('continue-options', `${what} does not go with continuing a model.`, {
      hint: 'The columns and steps are those of the model; leave the option out, or train a new model.',
    });
  if (asked.recipe !== undefined) throw refuse('A recipe (--recipe)');
  if (asked.drop.length > 0 || asked.keep.length > 0) throw refuse('Choosing columns (--drop, --keep)');
  if (!asked.learners.includes('trees')) throw refuse('Leaving trees out of the learners (--learners)');
  if (asked.task !== 'auto' && asked.task !== task) throw refuse(`Another task than the model’s, ${task},`);
  if (asked.positive !== undefined && task === 'binary' && asked.positive !== classes[1]) {
    throw refuse(`Another positive class than the model’s, ${classes[1]},`);
  }
  if (asked.validation === 'nested') throw refuse('Nested validation (--validation nested)');
  if (asked.intervalMethod === 'cv+') throw refuse('The interval method cv+ (--interval-method cv+)');
}

/** Settings that belong to what the model's trees were fitted to, and to which rows belong together. */
const inheritedKeys = [
  'objective',
  'quantiles',
  'tweediePower',
  'huberDelta',
  'monotone',
  'interactions',
  'time',
  'group',
  'weight',
  'classWeight',
] as const satisfies readonly (keyof TrainOptions)[];

function optionsOf(
  asked: TrainOptions,
  earlier: TrainOptions | undefined,
  spec: ModelSpec,
  metric: TrainOptions['metric'],
  name: string,
): TrainOptions {
  for (const key of ['monotone', 'interactions'] as const) {
    if (asked[key] === undefined || JSON.stringify(asked[key]) === JSON.stringify(earlier?.[key])) continue;
    throw invalidInput('continue-constraints', `The trees of “${name}” do not keep to the constraints asked for.`, {
      hint: `Leave ${key === 'monotone' ? '--monotone' : '--interactions'} out: the model’s own constraints are kept. Or train a new model.`,
      details: { model: name },
    });
  }
  const inherited = Object.fromEntries(
    inheritedKeys.flatMap((key) => (earlier?.[key] === undefined ? [] : [[key, earlier[key]]])),
  ) as Partial<TrainOptions>;
  const options: TrainOptions = {
    ...(earlier === undefined || metric === undefined ? {} : { metric }),
    ...inherited,
    ...(earlier === undefined || !hasResponse(earlier, spec) ? lossOf(spec) : {}),
    ...asked,
    task: spec.task,
    ...(spec.task === 'binary' ? { positive: spec.classes[1] } : {}),
    learners: ['trees'],
  };
  if (hasResponse(options, spec)) return options;
  throw invalidInput(
    'continue-objective',
    `The scores of “${name}” are ${spec.response === undefined ? 'values' : spec.response.kind === 'log' ? 'logarithms of means' : `the quantiles ${spec.response.levels.join(', ')}`}; new trees cannot be fitted to another kind of score.`,
    {
      hint: 'Leave --objective and --quantiles out: the model’s own loss is used.',
      details: { model: name },
    },
  );
}

/** Whether the loss asked for gives scores of the model's kind. */
const hasResponse = (options: TrainOptions, spec: ModelSpec): boolean =>
  JSON.stringify(responseOf(resolveObjective(options, spec.task))) === JSON.stringify(spec.response);

/** The loss of a model whose training is not known, or whose run chose it, by what its scores mean. */
function lossOf({ response }: ModelSpec): Pick<TrainOptions, 'objective' | 'quantiles'> {
  if (response === undefined) return {};
  return response.kind === 'log'
    ? { objective: 'poisson' }
    : { objective: 'quantile', quantiles: [...response.levels] };
}

function checkColumns({ describeDataset }: Deps, options: TrainOptions, spec: ModelSpec, name: string): void {
  const dataset = describeDataset(options.datasetId, options.version);
  const there = new Map(
    dataset.columns.map((column) => [column.name, inputSpecOf({ name: column.name, type: column.type })]),
  );
  const also = [options.time, options.group, options.weight].filter((column) => column !== undefined);
  const missing = [...spec.recipe.inputs.map((input) => input.name), ...also].filter((column) => !there.has(column));
  const refuse = (message: string, column: string): Error =>
    dataProblem('continue-columns', message, {
      hint: `“${name}” reads the columns it was trained with. Correct names and types at import, or train a new model.`,
      details: { model: name, column },
    });
  if (missing.length > 0) {
    const named = missing.slice(0, 5).map((column) => `“${column}”`);
    throw refuse(
      `“${dataset.name}” lacks ${missing.length === 1 ? 'a column' : `${missing.length} columns`} that “${name}” needs: ${named.join(', ')}${missing.length > named.length ? ' …' : ''}.`,
      missing[0],
    );
  }
  for (const input of spec.recipe.inputs) {
    const found = there.get(input.name);
    if (found === undefined || found.type === input.type) continue;
    throw refuse(
      `“${input.name}” is ${typeWords[found.type]} in “${dataset.name}”, and ${typeWords[input.type]} for “${name}”.`,
      input.name,
    );
  }
}

const typeWords = { double: 'a number', string: 'text', timestamp: 'a date' } as const;
