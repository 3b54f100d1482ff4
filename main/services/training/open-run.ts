/** The beginning of a training run: the columns are read and examined, and what is asked for is settled against them. */
import { bug } from '../../base/errors.ts';
import type { Examination, PreparedRun } from '../../compute/tasks/examine.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { MetricName, TrainOptions } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import { outputsOf } from '../../ml/objective-spec.ts';
import { isUnconstrained } from '../../ml/trees/column-constraints.ts';
import { constantMargins } from './baseline.ts';
import { budgetSecondsOf } from './budget.ts';
import type { ContinuedModel } from './continue-model.ts';
import { examineRun } from './examine-run.ts';
import { chooseLoss } from './loss-choice.ts';
import {
  balancedWeights,
  boostingOf,
  leaderboardMetric,
  resolveConstraints,
  resolveLearners,
  resolveObjective,
} from './objective.ts';
import { rowWeights } from './row-weights.ts';
import type { DatasetFrame, TrainingDeps } from './types.ts';

/** What every later step of a run rests on. */
export type OpenedRun = {
  readonly source: DatasetFrame['dataset'];
  readonly examination: Examination;
  readonly prepared: PreparedRun;
  readonly data: TrainingData;
  /** Label texts; empty for regression. */
  readonly classes: readonly string[];
  /** Those that can do what is asked. */
  readonly learners: TrainOptions['learners'];
  /** Metric of the leaderboard. */
  readonly metric: MetricName;
  /** Constant margins of the baseline, one per output. */
  readonly baseline: readonly number[];
  /** The model that is continued, and how many rows only train because it knows them (null: not known); null: none is. */
  readonly continued: { readonly model: ContinuedModel; readonly knownRows: number | null } | null;
  /** Why the run is fitted to another loss than its metric says; null: it is not. */
  readonly lossReason: string | null;
};

/** Reads, examines, settles, and chooses the loss where it is open. Throws cancelled, data-problem or invalid-input. */
export async function openRun(
  deps: Pick<TrainingDeps, 'pool' | 'readDataset' | 'describeDataset'>,
  options: TrainOptions,
  base: ContinuedModel | null,
  context: JobContext,
): Promise<OpenedRun> {
  const opened = await openAsAsked(deps, options, base, context);
  const { data, prepared } = opened;
  const chosen = await chooseLoss({
    pool: deps.pool,
    data,
    folds: [...prepared.folds.slice(-1), ...(prepared.inTime?.slice(0, 1) ?? [])],
    options,
    budgetSeconds: budgetSecondsOf(options),
    abort: context.abort,
  });
  if (chosen === null) return opened;
  const { objective, reason } = chosen;
  const { learners, leftOut } = resolveLearners(
    opened.learners,
    objective,
    data.constraints ?? { monotone: [], interactions: [] },
  );
  context.log([reason, ...leftOut.map((entry) => `${entry.learner} ${entry.reason}.`)].join(' '));
  return {
    ...opened,
    data: { ...data, objective },
    learners,
    baseline: constantMargins(data.task, data.label, data.outputCount, objective),
    lossReason: reason,
  };
}

async function openAsAsked(
  deps: Pick<TrainingDeps, 'pool' | 'readDataset' | 'describeDataset'>,
  options: TrainOptions,
  base: ContinuedModel | null,
  context: JobContext,
): Promise<OpenedRun> {
  context.report({ stage: 'read', fraction: 0, message: 'Reading the columns' });
  const source = await deps.readDataset(options.datasetId, options.version, null);
  context.report({
    stage: 'examine',
    fraction: 0.02,
    message: 'Looking for leaks, ids and constants',
    rowsTotal: source.frame.rowCount,
  });
  const { examination, knownRows } = await examineRun(deps, source, options, base, {
    prepare: true,
    run: { abort: context.abort },
  });
  const { prepared, task, inputs } = examination;
  if (prepared === null) throw bug('the examination prepared nothing');
  const classes = examination.classes.map((entry) => entry.value);
  const objective = resolveObjective(options, task);
  const constraints = resolveConstraints(options, inputs, task);
  const { learners, leftOut } = resolveLearners(
    options.learners,
    objective,
    constraints,
    classes.length,
    options.weight !== undefined,
  );
  const boosting = boostingOf(options);
  for (const { learner, reason } of leftOut) context.log(`${learner} is left out: it ${reason}.`);
  const outputCount = task === 'multiclass' ? classes.length : outputsOf(objective);
  const data: TrainingData = {
    session: `${context.jobId}-${context.attempt}`,
    frame: prepared.frame,
    inputs,
    task,
    outputCount,
    label: prepared.label,
    weight: rowWeights(prepared.weights, balancedWeights(prepared.label, task, options.classWeight === 'balanced'), {
      column: options.weight ?? '',
      label: prepared.label,
      classCount: classes.length,
      folds: prepared.folds,
    }),
    ...(boosting === null ? {} : { trees: boosting }),
    ...(task === 'regression' ? { objective } : {}),
    ...(isUnconstrained(constraints) ? {} : { constraints }),
    ...(options.recipe === undefined ? {} : { steps: options.recipe, seed: options.seed }),
    ...(base === null ? {} : { continues: base.start }),
  };
  return {
    source: source.dataset,
    examination,
    prepared,
    data,
    classes,
    learners,
    metric: leaderboardMetric(options, task, objective),
    baseline: constantMargins(task, prepared.label, outputCount, objective),
    continued: base === null ? null : { model: base, knownRows },
    lossReason: null,
  };
}
