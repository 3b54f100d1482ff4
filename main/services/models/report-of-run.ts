import type { TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { LeaderboardRow } from '../../contract/models.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { Member, ModelSpec } from '../../ml/model-spec.ts';
import type { FinishedRun } from '../training/finished-run.ts';
import { intervalSummary } from './interval-summary.ts';
import { parityRowCount } from './parity.ts';
import type { ModelReport } from './report.ts';

const learnerWords: Readonly<Record<Member['kind'], { readonly alone: string; readonly blended: string }>> = {
  trees: { alone: 'gradient-boosted trees', blended: 'trees' },
  linear: { alone: 'linear', blended: 'linear' },
  additive: { alone: 'explainable boosting machine', blended: 'additive' },
  neighbours: { alone: 'k-nearest neighbours', blended: 'neighbours' },
  net: { alone: 'neural net', blended: 'neural net' },
  constant: { alone: 'constant', blended: 'constant' },
  graph: { alone: 'ONNX graph', blended: 'ONNX graph' },
};

/** The learners of a model in words: one by its full name, several as a blend. */
export function learnerOf(members: readonly Member[]): string {
  // The intercept of a stack is a constant too; it is no learner.
  const kinds = [...new Set(members.map((member) => member.kind).filter((kind) => kind !== 'constant'))];
  if (kinds.length === 0) return learnerWords.constant.alone;
  if (kinds.length === 1) return learnerWords[kinds[0]].alone;
  const named = kinds.map((kind) => learnerWords[kind].blended);
  return `${named.join(' + ')} blend`;
}

/** What is shown of a finished run, as it is kept with the model version. `looks` counts this look at the sealed rows too. */
export function reportOfRun(
  run: FinishedRun,
  appVersion: string,
  packageSha256: string,
  modelSha256: string,
  learner: string,
  parityError: number,
  looks: number,
): ModelReport {
  const { judged, examination, spec, options, source } = run;
  const { task } = spec;
  const places = new Map(run.finished.map((outcome, c) => [outcome.trial, c]));
  const tied = new Set(judged.honest.tied.length === 0 ? [] : [judged.honest.best, ...judged.honest.tied]);
  const leaderboard = run.outcomes.map(
    (outcome): LeaderboardRow => ({
      ...(outcome.message === '' ? {} : { note: outcome.message }),
      tied: tied.has(places.get(outcome.trial) ?? -1),
      weight: judged.weights[places.get(outcome.trial) ?? -1] ?? 0,
      trial: outcome.trial,
      learner: outcome.proposal.spec.learner,
      label: outcome.proposal.label,
      score: outcome.score,
      fitSeconds: outcome.fitSeconds,
      state: outcome.state,
      params: shownParams(outcome.proposal.spec),
    }),
  );
  const { higherIsBetter } = metricByName(run.metric);
  leaderboard.sort((a, b) => compareScores(a, b, higherIsBetter));
  const ece = judged.metrics.ece;
  const before = judged.calibrationScores[0];
  return {
    positive: examination.positive,
    classes: [...spec.classes],
    metrics: { ...judged.metrics },
    baselineMetrics: { ...judged.baselineMetrics },
    leaderboard,
    honest: honestOf(run, looks),
    ensemble: {
      kind: judged.ensemble.kind,
      note: judged.note,
      members: judged.weights.filter((weight) => weight > 0).length,
      gain:
        judged.ensemble.gain === null
          ? null
          : { ...judged.ensemble.gain, loss: lossName(task, spec.response, run.lossReason) },
    },
    calibration:
      task === 'regression' || ece === undefined
        ? null
        : {
            method: judged.calibrator.kind,
            ece: { value: ece.value, low: ece.low, high: ece.high },
            brier: judged.metrics.brier?.value ?? 0,
            eceBefore: before?.ece ?? ece.value,
            note: judged.calibrationNote,
          },
    intervals: intervalSummary(spec.intervals),
    validation: {
      kind: examination.validation.scheme,
      folds: examination.validation.foldCount,
      reason: examination.validation.reason,
    },
    findings: examination.findings.map(({ excluded: _excluded, ...finding }) => finding),
    excluded: [...examination.excluded],
    card: {
      intendedUse:
        task === 'regression'
          ? `Predicts ${options.target} for rows like those of ${source.name}.`
          : `Predicts ${options.target}${examination.positive === null ? '' : ` = ${examination.positive}`} with a probability, for rows like those of ${source.name}.`,
      data: `${run.label.length} rows and ${spec.recipe.inputs.length} columns of ${source.name}, version ${source.number}${examination.missingTarget > 0 ? `; ${examination.missingTarget} rows without a target were left out` : ''}.`,
      training: `${run.continued === null ? '' : `${run.continued.summary.reading} `}${run.outcomes.length === 1 ? 'One trial' : `${run.outcomes.length} trials`} (${judged.note}); ${examination.validation.reason}${run.lossReason === null ? '' : ` ${run.lossReason}`}`,
      limits: limitsOf(run),
      seed: options.seed,
      trials: run.outcomes.length,
      stopReason: run.stopReason,
      modelSha256,
      packageSha256,
      appVersion,
    },
    parity: { rows: parityRowCount, maxError: parityError },
    learner,
    rows: run.label.length,
    features: spec.recipe.inputs.length,
    trainSeconds: run.trainSeconds,
    datasetName: source.name,
    datasetVersion: source.number,
    imported: false,
    ...(run.continued === null ? {} : { continued: run.continued.summary, learnedFrom: run.continued.learnedFrom }),
  };
}

function honestOf(run: FinishedRun, looks: number): ModelReport['honest'] {
  const { corrected, tied } = run.judged.honest;
  const apparent = run.judged.metrics[run.metric]?.value ?? Number.NaN;
  return {
    score: corrected === null ? null : { value: corrected.value, low: corrected.low, high: corrected.high },
    apparent: corrected?.apparent ?? apparent,
    candidates: corrected?.candidates ?? run.finished.length,
    tied: tied.length === 0 ? 0 : tied.length + 1,
    nested: run.nested,
    sealed:
      run.sealed === null
        ? null
        : { ...run.sealed, looks, reason: run.examination.seal?.reason ?? 'Marked for the test by your split column.' },
  };
}

function compareScores(a: LeaderboardRow, b: LeaderboardRow, higherIsBetter: boolean): number {
  if (a.score === null || b.score === null) return a.score === b.score ? a.trial - b.trial : a.score === null ? 1 : -1;
  return higherIsBetter ? b.score.value - a.score.value : a.score.value - b.score.value;
}

/** What blends were compared in, in words. */
function lossName(task: ModelSpec['task'], response: ModelSpec['response'], lossReason: string | null): string {
  if (task !== 'regression') return 'log loss';
  if (lossReason !== null) return 'squared error';
  return response === undefined ? 'squared error' : response.kind === 'log' ? 'deviance' : 'pinball loss';
}

function shownParams(spec: TrialSpec): Record<string, number | string | boolean> {
  if (spec.learner === 'mlp') return { ...plainParams(spec.params), hidden: spec.params.hidden.join(' × ') };
  return spec.learner === 'trees' || spec.learner === 'forest' || spec.learner === 'extra-trees'
    ? plainParams(spec.params)
    : {};
}

function plainParams(params: Readonly<Record<string, unknown>>): Record<string, number | string | boolean> {
  const shown: Record<string, number | string | boolean> = {};
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') shown[key] = value;
  }
  return shown;
}

function limitsOf(run: FinishedRun): string[] {
  const limits = [
    'Rows unlike the training data get predictions too; the application warns where a value lies outside the training range or a category was never seen.',
  ];
  if (run.examination.validation.scheme !== 'forward')
    limits.push('The score holds for rows of the same period as the training data; a later period can differ.');
  if (run.label.length < 1000) limits.push(`Only ${run.label.length} rows were available; intervals are wide.`);
  for (const finding of run.examination.findings) if (finding.severity === 'warn') limits.push(finding.message);
  return limits;
}
