/**
 * The training job: read → examine → search → judge → assemble → export through the parity gate → record. Every fit is
 * kept in the job's folder, so a killed run goes on with the next fit; with a fixed number of trials the package is the
 * same byte by byte however often the run was interrupted and however many workers it had.
 */

import { join } from 'node:path';
import { AuguryError } from '../../base/errors.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import { type FinishSize, openBudget } from './budget.ts';
import type { ContinuedModel } from './continue-model.ts';
import { judgeAndBuild } from './finish-run.ts';
import { createFinishWatch } from './finish-watch.ts';
import type { FinishedRun } from './finished-run.ts';
import { openFoldStore } from './fold-store.ts';
import type { Proposal } from './learners/entry.ts';
import { nestedScore } from './nested.ts';
import { openRun } from './open-run.ts';
import type { StopReason, TrialOutcome } from './search.ts';
import type { TrainingDeps } from './types.ts';
import { patienceTrials, watchedSearch } from './watched-search.ts';

export type TrainRun = {
  readonly options: TrainOptions;
  readonly context: JobContext;
  /** True once the user asked to keep the best so far. */
  readonly endNow: () => boolean;
  /** Tried first: the best of an earlier run. */
  readonly warm: readonly Proposal[];
  /** The model whose trees are continued; null: none. */
  readonly base: ContinuedModel | null;
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
  const opened = await openRun(deps, options, run.base, context);
  const { examination, prepared, data, classes, metric } = opened;
  const { scheme } = examination.validation;
  const store = openFoldStore(join(context.scratchDir, 'fits'));
  const refit = scheme === 'holdout' || scheme === 'forward';
  const finishing = createFinishWatch();
  const finish = (): FinishSize => ({
    rows: data.label.length,
    outputCount: data.outputCount,
    modelBytes: finishing.expectedBytes(),
    refitMs: refit ? finishing.expectedRefitMs(prepared.inTime?.length) : 0,
    intervalColumns: data.task === 'regression' ? data.inputs.length : 0,
  });
  const { outcomes, reason, foldCount, slowFitSeconds } = await watchedSearch(deps, {
    options,
    context,
    opened,
    warm: run.warm,
    endNow: run.endNow,
    budget,
    finishing,
    finish,
    store,
    startedMs,
  });
  const finished = finishedOf(outcomes);
  const nested =
    scheme === 'nested'
      ? await nestedScore({
          data,
          inputs: data.inputs,
          classes,
          plan: examination.validation,
          folds: prepared.folds,
          groups: prepared.groups,
          candidates: finished.map(({ trial, proposal }) => ({ trial, spec: proposal.spec })),
          metric,
          pool,
          store,
          abort: context.abort,
          outOfTime: () => (budget.searchMs(finish()) ?? 1) <= 0,
          onFold: (done, of) => {
            context.report({ stage: 'nested', fraction: 0.88, message: `Outer fold ${done} of ${of}` });
          },
        })
      : null;
  const built = await judgeAndBuild(pool, {
    options,
    context,
    opened,
    finished,
    foldCount,
    refit,
    budget,
    finish,
    store,
  });
  return {
    ...built,
    options,
    source: opened.source,
    examination: slowFitSeconds === null ? examination : withFewerFolds(examination, foldCount, slowFitSeconds),
    metric,
    baseline: opened.baseline,
    outcomes,
    finished,
    nested,
    lossReason: opened.lossReason,
    stopReason: stopWords[reason],
    trainSeconds: (clock.monotonic() - startedMs) / 1000,
  };
}

/** The trials that gave a model of every fold. Throws data-problem without any. */
function finishedOf(outcomes: readonly TrialOutcome[]): readonly TrialOutcome[] {
  const finished = outcomes.filter((outcome) => outcome.state === 'done');
  if (finished.length > 0) return finished;
  const failed = outcomes.find((outcome) => outcome.state === 'failed');
  throw new AuguryError(
    'data-problem',
    'nothing-trained',
    `No trial could be finished. ${failed?.message ?? ''}`.trim(),
    { hint: 'Give more time or fewer rows, or look at the findings of the data set.' },
  );
}

function withFewerFolds<E extends FinishedRun['examination']>(examination: E, count: number, fitSeconds: number): E {
  const { validation } = examination;
  const all = validation.foldCount * validation.repeats;
  const why = `Only ${count} of the ${all} folds were fitted, because one fit took ${fitSeconds.toFixed(1)} s of the budget.`;
  return { ...examination, validation: { ...validation, reason: `${validation.reason} ${why}` } };
}
