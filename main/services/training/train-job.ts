/**
 * The training job: read → examine → search → judge → assemble → export through the parity gate → record. Every fit is
 * kept in the job's folder, so a killed run goes on with the next fit; with a fixed number of trials the package is the
 * same byte by byte however often the run was interrupted and however many workers it had.
 */

import { join } from 'node:path';
import { AuguryError } from '../../base/errors.ts';
import { type PortableModel, unpackModel } from '../../compute/tasks/model-cache.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import { outputsOf } from '../../ml/objective-spec.ts';
import { membersFor } from '../../ml/search/many-classes.ts';
import { isUnconstrained } from '../../ml/trees/column-constraints.ts';
import type { ValidationScheme } from '../../ml/validation/plan.ts';
import { assembleModel } from './assemble.ts';
import { baselineScore, constantMargins } from './baseline.ts';
import { budgetSecondsOf, type FinishSize, openBudget } from './budget.ts';
import { createFinishWatch } from './finish-watch.ts';
import type { FinishedRun } from './finished-run.ts';
import { openFoldStore } from './fold-store.ts';
import { createHonestWatch } from './honest-watch.ts';
import type { Proposal } from './learners/entry.ts';
import { nestedScore } from './nested.ts';
import {
  balancedWeights,
  boostingOf,
  leaderboardMetric,
  resolveConstraints,
  resolveLearners,
  resolveObjective,
} from './objective.ts';
import { examineOptions } from './options.ts';
import { createProposer } from './proposals.ts';
import { rowWeights } from './row-weights.ts';
import { sampleFrame } from './sample.ts';
import { scoreSealed } from './sealed-score.ts';
import { type StopReason, searchTrials } from './search.ts';
import type { TrainingDeps } from './types.ts';

const patienceTrials = 30;
const nestedSearchShare = 0.35;
/** Rows of the background sample kept with the model. */
const backgroundRows = 500;

export type TrainRun = {
  readonly options: TrainOptions;
  readonly context: JobContext;
  /** True once the user asked to keep the best so far. */
  readonly endNow: () => boolean;
  /** Tried first: the best of an earlier run. */
  readonly warm: readonly Proposal[];
};

const stopWords: Record<StopReason, string> = {
  trials: 'the number of trials asked for was reached',
  budget: 'the time budget was used',
  plateau: `${patienceTrials} trials in a row brought nothing better`,
  user: 'stopped by the user, keeping the best so far',
  exhausted: 'every configuration of the chosen learners was tried',
};

/** Trains; the caller exports and records what comes back. Throws cancelled, data-problem or invalid-input. */
export async function trainModel(deps: TrainingDeps, run: TrainRun): Promise<FinishedRun> {
  const { options, context } = run;
  const { pool, clock } = deps;
  const startedMs = clock.monotonic();
  const budget = openBudget(options, clock, pool.size, context.ranSeconds);

  context.report({ stage: 'read', fraction: 0, message: 'Reading the columns' });
  const source = await deps.readDataset(options.datasetId, options.version, null);
  context.report({
    stage: 'examine',
    fraction: 0.02,
    message: 'Looking for leaks, ids and constants',
    rowsTotal: source.frame.rowCount,
  });
  const examination = await pool.run(
    'examine',
    { frame: source.frame, specs: source.specs, options: examineOptions(options), prepare: true },
    { abort: context.abort },
  );
  const { prepared, task, inputs } = examination;
  if (prepared === null) throw new AuguryError('bug', 'not-prepared', 'the examination prepared nothing');
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
  };
  const metric = metricByName(leaderboardMetric(options, task, objective));
  const baseline = constantMargins(task, prepared.label, outputCount, objective);
  const store = openFoldStore(join(context.scratchDir, 'fits'));
  const refit = examination.validation.scheme === 'holdout' || examination.validation.scheme === 'forward';
  const finishing = createFinishWatch();
  const finish = (): FinishSize => ({
    rows: prepared.label.length,
    outputCount,
    modelBytes: finishing.expectedBytes(),
    refitMs: refit ? finishing.expectedRefitMs() : 0,
    intervalColumns: task === 'regression' ? inputs.length : 0,
  });
  const nested = examination.validation.scheme === 'nested';
  // Nested validation makes every choice again in every fold: the search proper leaves it most of the time.
  const searchLeft = (): number | null => {
    const left = budget.searchMs(finish());
    return left === null || !nested ? left : left - (searchMs ?? 0) * (1 - nestedSearchShare);
  };
  const searchMs = budget.searchMs(finish());
  const trialTarget = options.trials ?? null;
  const budgetMs = (budgetSecondsOf(options) ?? 0) * 1000;
  let finishedFits = 0;
  let bestLoss = Number.POSITIVE_INFINITY;
  const progress = (message: string): void => {
    const left = budget.searchMs(finish());
    const share =
      trialTarget !== null
        ? finishedFits / (trialTarget * prepared.folds.length)
        : left === null || searchMs === null
          ? 0
          : 1 - Math.max(0, left) / Math.max(1, searchMs);
    context.report({ stage: 'search', fraction: 0.05 + 0.83 * Math.min(1, share), message });
  };
  context.metric({
    series: 'baseline',
    metric: metric.name,
    score: baselineScore(metric.name, task, prepared.label, baseline, objective),
  });
  const honest = createHonestWatch({
    data,
    metric: metric.name,
    seed: options.seed,
    pool,
    abort: context.abort,
    emit: (point) => context.metric(point),
  });
  const { outcomes, reason, foldCount, slowFitSeconds } = await searchTrials({
    data,
    folds: prepared.folds,
    metric: metric.name,
    propose: createProposer({
      task,
      rows: prepared.label.length,
      features: inputs.length,
      categories: inputs.filter((spec) => spec.type === 'string').length,
      classCount: classes.length,
      learners,
      seed: options.seed,
      ...(trialTarget === null
        ? { budget: { seconds: budgetMs / 1000, workers: pool.size, folds: prepared.folds.length } }
        : {}),
      warm: run.warm,
      startsOnly: nested,
    }),
    trials: trialTarget,
    remainingMs: searchLeft,
    foldBudgetMs: trialTarget === null && mayDropFolds.has(examination.validation.scheme) ? budgetMs : null,
    endNow: run.endNow,
    patience: trialTarget === null ? patienceTrials : null,
    pool,
    store,
    abort: context.abort,
    onEvent: (event) => context.metric(event),
    onStart: (trial, proposal) => {
      context.metric({
        series: 'leaderboard',
        trial,
        learner: proposal.spec.learner,
        label: proposal.label,
        state: 'running',
        score: null,
        low: null,
        high: null,
        fitSeconds: 0,
      });
      progress(`Trial ${trial + 1}: ${proposal.label}`);
    },
    onFold: (trial, fold, fit, reused) => {
      finishedFits++;
      finishing.addFit(trial, fit);
      if (!reused) context.countWork(1);
      progress(`Trial ${trial + 1}, fold ${fold + 1} of ${prepared.folds.length}`);
    },
    onTrial: (outcome) => {
      const { score } = outcome;
      honest.add(outcome);
      finishing.addTrial(outcome);
      context.metric({
        series: 'leaderboard',
        trial: outcome.trial,
        learner: outcome.proposal.spec.learner,
        label: outcome.proposal.label,
        state: outcome.state,
        score: score?.value ?? null,
        low: score?.low ?? null,
        high: score?.high ?? null,
        fitSeconds: outcome.fitSeconds,
        note: outcome.message,
      });
      if (outcome.state === 'done' && outcome.loss < bestLoss && score !== null) {
        bestLoss = outcome.loss;
        context.metric({
          series: 'best',
          trial: outcome.trial,
          seconds: (clock.monotonic() - startedMs) / 1000,
          score: score.value,
        });
      }
    },
  });
  const finished = outcomes.filter((outcome) => outcome.state === 'done');
  if (finished.length === 0) {
    const failed = outcomes.find((outcome) => outcome.state === 'failed');
    throw new AuguryError(
      'data-problem',
      'nothing-trained',
      `No trial could be finished. ${failed?.message ?? ''}`.trim(),
      {
        hint: 'Give more time or fewer rows, or look at the findings of the data set.',
      },
    );
  }
  await honest.settled();
  const nestedResult = nested
    ? await nestedScore({
        data,
        inputs,
        classes,
        plan: examination.validation,
        folds: prepared.folds,
        groups: prepared.groups,
        candidates: finished.map(({ trial, proposal }) => ({ trial, spec: proposal.spec })),
        metric: metric.name,
        pool,
        store,
        abort: context.abort,
        outOfTime: () => (budget.searchMs(finish()) ?? 1) <= 0,
        onFold: (done, of) => {
          context.report({ stage: 'nested', fraction: 0.88, message: `Outer fold ${done} of ${of}` });
        },
      })
    : null;
  context.report({ stage: 'judge', fraction: 0.9, message: 'Calibrating and measuring' });
  const judged = await pool.run(
    'judge',
    {
      task,
      outputCount,
      label: prepared.label,
      candidates: finished.map((outcome) => outcome.margins ?? new Float64Array(0)),
      baseline,
      seed: options.seed,
      maxMembers: membersFor(classes.length),
      metric: metric.name,
      objective,
    },
    { abort: context.abort, deadlineMs: budget.judgeMs(finish()) },
  );
  context.report({ stage: 'assemble', fraction: 0.94, message: 'Building the model' });
  const { model: assembled, parts } = await assembleModel({
    data,
    inputs,
    classes,
    finished,
    judged,
    foldCount,
    refit,
    store,
    pool,
    abort: context.abort,
    refitMs: budget.refitMs(finish()),
    onRefit: () => context.countWork(1),
  });
  const intervals = await pool.run(
    'fit-intervals',
    {
      model: assembled,
      frame: prepared.frame,
      rows: judged.rows,
      margins: judged.margins,
      outputs: judged.outputs,
      labels: Float64Array.from(judged.rows, (row) => prepared.label[row]),
      source: refit ? 'split' : 'cross',
      by: options.intervalBy ?? null,
      ...(options.intervalMethod === 'cv+'
        ? { plus: { parts, foldCount, foldOfRow: foldOfRows(judged.rows, prepared.folds.slice(0, foldCount)) } }
        : {}),
      seed: options.seed,
    },
    { abort: context.abort, deadlineMs: budget.refitMs(finish()) },
  );
  // Another run may give the same members other intervals: decoded models are kept by key
  const portable: PortableModel = { ...assembled, key: `${assembled.key}-${context.jobId}`, intervals };
  const sealedScore =
    prepared.sealed === null
      ? null
      : await scoreSealed(pool, portable, data, prepared.sealed, {
          metric: metric.name,
          seed: options.seed,
          abort: context.abort,
        });
  const spec = unpackModel(portable);
  const background = sampleFrame(
    { rowCount: prepared.frame.rowCount, columns: usedColumns(prepared.frame, spec.recipe.inputs) },
    backgroundRows,
    options.seed,
  );
  return {
    options,
    source: source.dataset,
    examination: slowFitSeconds === null ? examination : withFewerFolds(examination, foldCount, slowFitSeconds),
    metric: metric.name,
    baseline,
    outcomes,
    finished,
    judged,
    spec,
    portable,
    background: background.frame,
    trainingFrame: prepared.frame,
    rows: prepared.rows,
    label: prepared.label,
    sealed:
      prepared.sealed === null || sealedScore === null
        ? null
        : { rows: prepared.sealed.rows.length, score: sealedScore },
    nested: nestedResult,
    stopReason: stopWords[reason],
    trainSeconds: (clock.monotonic() - startedMs) / 1000,
  };
}

/** The fold that held each row out; null where a row was held out more than once, or never. */
function foldOfRows(rows: Int32Array, folds: readonly { readonly valid: Int32Array }[]): Int32Array | null {
  const found = new Map<number, number>();
  let held = 0;
  folds.forEach(({ valid }, fold) => {
    held += valid.length;
    for (const row of valid) found.set(row, fold);
  });
  const of = rows.map((row) => found.get(row) ?? -1);
  return held === found.size && of.every((fold) => fold >= 0) ? of : null;
}

/** Schemes whose folds are dealt alike, so that the first ones stand for all. */
const mayDropFolds: ReadonlySet<ValidationScheme> = new Set([
  'stratified',
  'kfold',
  'group',
  'stratified-group',
  'repeated',
]);

function withFewerFolds<E extends FinishedRun['examination']>(examination: E, count: number, fitSeconds: number): E {
  const { validation } = examination;
  const all = validation.foldCount * validation.repeats;
  const why = `Only ${count} of the ${all} folds were fitted, because one fit took ${fitSeconds.toFixed(1)} s of the budget.`;
  return { ...examination, validation: { ...validation, reason: `${validation.reason} ${why}` } };
}

const usedColumns = (frame: FinishedRun['trainingFrame'], inputs: readonly { readonly name: string }[]) => {
  const names = new Set(inputs.map((input) => input.name));
  return frame.columns.filter((column) => names.has(column.name));
};
