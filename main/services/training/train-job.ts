/**
 * The training job: read → examine → search → judge → assemble → export through the parity gate → record. Every fit is
 * kept in the job's folder, so a killed run goes on with the next fit; with a fixed number of trials the package is the
 * same byte by byte however often the run was interrupted and however many workers it had.
 */

import { join } from 'node:path';
import { AuguryError } from '../../base/errors.ts';
import type { Examination } from '../../compute/tasks/examine.ts';
import { type PortableModel, unpackModel } from '../../compute/tasks/model-cache.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import { evaluateMetric, metricByName, primaryMetric } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';
import { assembleModel, largestModelBytes } from './assemble.ts';
import { type FinishSize, openBudget } from './budget.ts';
import type { FinishedRun } from './finished-run.ts';
import { openFoldStore } from './fold-store.ts';
import { createHonestWatch } from './honest-watch.ts';
import type { Proposal } from './learners/entry.ts';
import { nestedScore } from './nested.ts';
import { examineOptions } from './options.ts';
import { createProposer } from './proposals.ts';
import { sampleFrame } from './sample.ts';
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
  const budget = openBudget(options, clock, pool.size);

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
  const outputCount = task === 'multiclass' ? classes.length : 1;
  const data: TrainingData = {
    session: `${context.jobId}-${context.attempt}`,
    frame: prepared.frame,
    inputs,
    task,
    outputCount,
    label: prepared.label,
    weight: null,
  };
  const metric = options.metric === undefined ? primaryMetric(task) : metricByName(options.metric);
  const baseline = constantMargins(task, prepared.label, outputCount);
  const store = openFoldStore(join(context.scratchDir, 'fits'));
  const refit = examination.validation.scheme === 'holdout' || examination.validation.scheme === 'forward';
  let largestFit = 0;
  const finish = (): FinishSize => ({
    rows: prepared.label.length,
    outputCount,
    modelBytes: Math.min(largestModelBytes, largestFit * prepared.folds.length * 2),
  });
  const nested = examination.validation.scheme === 'nested';
  // Nested validation makes every choice again in every fold: the search proper leaves it most of the time.
  const searchLeft = (): number | null => {
    const left = budget.searchMs(finish());
    return left === null || !nested ? left : left - (searchMs ?? 0) * (1 - nestedSearchShare);
  };
  const searchMs = budget.searchMs(finish());
  const trialTarget = options.trials ?? null;
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
    score: baselineScore(metric.name, task, prepared.label, baseline, outputCount),
  });
  const honest = createHonestWatch({
    data,
    metric: metric.name,
    seed: options.seed,
    pool,
    abort: context.abort,
    emit: (point) => context.metric(point),
  });
  const { outcomes, reason } = await searchTrials({
    data,
    folds: prepared.folds,
    metric: metric.name,
    propose: createProposer({
      task,
      rows: prepared.label.length,
      features: inputs.length,
      categories: inputs.filter((spec) => spec.type === 'string').length,
      classCount: classes.length,
      learners: options.learners,
      seed: options.seed,
      warm: run.warm,
      startsOnly: nested,
    }),
    trials: trialTarget,
    remainingMs: searchLeft,
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
      if (fit.part.learner === 'trees') largestFit = Math.max(largestFit, fit.part.trees.byteLength);
      if (!reused) context.countWork(1);
      progress(`Trial ${trial + 1}, fold ${fold + 1} of ${prepared.folds.length}`);
    },
    onTrial: (outcome) => {
      const { score } = outcome;
      honest.add(outcome);
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
      maxMembers: 5,
      metric: metric.name,
    },
    { abort: context.abort, deadlineMs: budget.judgeMs(finish()) },
  );
  context.report({ stage: 'assemble', fraction: 0.94, message: 'Building the model' });
  const assembled = await assembleModel({
    data,
    inputs,
    classes,
    finished,
    judged,
    foldCount: prepared.folds.length,
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
      seed: options.seed,
    },
    { abort: context.abort, deadlineMs: budget.refitMs(finish()) },
  );
  const portable: PortableModel = { ...assembled, key: `${assembled.key}-intervals`, intervals };
  const sealedScore = prepared.sealed === null ? null : await scoreSealed(deps, portable, data, prepared.sealed, run);
  const spec = unpackModel(portable);
  const background = sampleFrame(
    { rowCount: prepared.frame.rowCount, columns: usedColumns(prepared.frame, spec.recipe.inputs) },
    backgroundRows,
    options.seed,
  );
  return {
    options,
    source: source.dataset,
    examination,
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

/** The finished model on the rows that were sealed: the one look of this run. */
async function scoreSealed(
  { pool }: TrainingDeps,
  model: PortableModel,
  { task, outputCount }: TrainingData,
  sealed: NonNullable<NonNullable<Examination['prepared']>['sealed']>,
  { options, context }: TrainRun,
): Promise<{ readonly value: number; readonly low: number; readonly high: number } | null> {
  const { abort } = context;
  const { outputs } = await pool.run('score-block', { model, frame: sealed.frame, explain: false }, { abort });
  const metric = options.metric ?? primaryMetric(task).name;
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const { value, low, high } = await pool.run(
    'metric-interval',
    { metric, predictions: outputs, labels: sealed.label, classCount, seed: options.seed },
    { abort },
  );
  return Number.isFinite(value) ? { value, low, high } : null;
}

const usedColumns = (frame: FinishedRun['trainingFrame'], inputs: readonly { readonly name: string }[]) => {
  const names = new Set(inputs.map((input) => input.name));
  return frame.columns.filter((column) => names.has(column.name));
};

/** Margins of the best constant: log-odds of the class shares, or the mean. */
function constantMargins(task: Task, label: Float64Array, outputCount: number): number[] {
  if (task === 'regression') return [label.reduce((sum, value) => sum + value, 0) / label.length];
  const counts = new Array<number>(Math.max(2, outputCount)).fill(0);
  for (const value of label) counts[value]++;
  const share = (k: number): number => Math.max(counts[k], 0.5) / label.length;
  return task === 'binary' ? [Math.log(share(1) / share(0))] : counts.map((_, k) => Math.log(share(k)));
}

function baselineScore(
  name: string,
  task: Task,
  label: Float64Array,
  margins: readonly number[],
  outputCount: number,
): number | null {
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const total = margins.reduce((sum, margin) => sum + Math.exp(margin), 0);
  const one =
    task === 'regression'
      ? [margins[0]]
      : task === 'binary'
        ? [1 / (1 + Math.exp(-margins[0]))]
        : margins.map((m) => Math.exp(m) / total);
  const predictions = new Float64Array(label.length * one.length);
  for (let i = 0; i < predictions.length; i++) predictions[i] = one[i % one.length];
  const value = evaluateMetric(metricByName(name), { predictions, labels: label, classCount });
  return Number.isFinite(value) ? value : null;
}
