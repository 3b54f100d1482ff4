/**
 * Judges the finished trials on their out-of-fold margins: picks what ships (`ml/ensemble/choose.ts`), fits the calibrator,
 * computes every metric with its interval against the constant baseline, and corrects the score for having selected.
 */

import { pickRows } from '../../base/typed-arrays.ts';
import { type CalibrationScore, chooseCalibrator } from '../../ml/calibration/choose.ts';
import { chooseEnsemble, type EnsembleChoice } from '../../ml/ensemble/choose.ts';
import { bootstrapCis } from '../../ml/metrics/bootstrap.ts';
import { constantInput, judgedInput } from '../../ml/metrics/judged-input.ts';
import type { MetricInput } from '../../ml/metrics/metric.ts';
import { evaluateMetric, metricByName, metricsFor } from '../../ml/metrics/registry.ts';
import type { Calibrator, Task } from '../../ml/model-spec.ts';
import type { ObjectiveSpec } from '../../ml/objective-spec.ts';
import type { PairedGain } from '../../ml/stats/paired-gain.ts';
import { type BiasCorrected, correctSelection } from '../../ml/validation/bias-corrected.ts';
import type { TaskEnvironment } from '../environment.ts';

export type JudgeInput = {
  readonly task: Task;
  readonly outputCount: number;
  /** Label of every training row: 0/1, class index, value. */
  readonly label: Float64Array;
  /** Out-of-fold margins of each finished trial, NaN in rows never validated. */
  readonly candidates: readonly Float64Array[];
  /** The constant margins of the baseline, one per output. */
  readonly baseline: readonly number[];
  readonly seed: number;
  readonly maxMembers: number;
  /** The metric of the leaderboard: the one whose score is corrected for selection. */
  readonly metric: string;
  /** Loss of a regression; absent: squared error. */
  readonly objective?: ObjectiveSpec;
  /** True: the best single trial ships; combining is not tried. */
  readonly single?: boolean;
  /** True: every row was predicted by models of earlier rows. */
  readonly later?: boolean;
};

export type MetricValue = { readonly value: number; readonly low: number; readonly high: number };

/** The score corrected for having picked the best of many, and which trials cannot be told apart. */
export type HonestScore = {
  /** Null where the rows are too few to correct. */
  readonly corrected: BiasCorrected | null;
  /** Index of the best single candidate, and of those that tie with it. */
  readonly best: number;
  readonly tied: readonly number[];
};

export type JudgeOutput = {
  /** One weight per candidate; they sum to 1 unless it is a stack. */
  readonly weights: readonly number[];
  /** Added to the weighted margins, one per output. */
  readonly intercept: readonly number[];
  readonly ensemble: { readonly kind: EnsembleChoice['kind']; readonly gain: PairedGain | null };
  readonly honest: HonestScore;
  /** Rows that were validated, ascending. */
  readonly rows: Int32Array;
  /** Blended out-of-fold margins of those rows. */
  readonly margins: Float64Array;
  /** Cross-fitted calibrated outputs of those rows: probabilities row-major, or values. */
  readonly outputs: Float64Array;
  readonly calibrator: Calibrator;
  readonly calibrationNote: string;
  readonly calibrationScores: readonly CalibrationScore[];
  readonly metrics: Readonly<Record<string, MetricValue>>;
  readonly baselineMetrics: Readonly<Record<string, number>>;
  readonly note: string;
};

export function judge(input: JudgeInput, environment: TaskEnvironment): JudgeOutput {
  const { task, outputCount, seed } = input;
  const rows = validatedRows(input);
  const label = Float64Array.from(rows, (row) => input.label[row]);
  const chosen = chooseEnsemble({
    task,
    candidates: input.candidates.map((margins) => pickRows(margins, rows, outputCount)),
    labels: label,
    outputCount,
    seed,
    maxMembers: input.maxMembers,
    ...(input.objective === undefined ? {} : { objective: input.objective }),
    single: input.single === true,
    later: input.later === true,
  });
  const { margins } = chosen;
  const calibration = chooseCalibrator(margins, label, task, { seed, outputCount });
  const plain = judgedInput(task, margins, label, outputCount, input.objective);
  const outputs = Float64Array.from(task === 'regression' ? plain.predictions : calibration.crossFitted);
  const judged: MetricInput = { ...plain, predictions: outputs };
  const constant = constantInput(task, input.baseline, label, input.objective);
  const metrics: Record<string, MetricValue> = {};
  const baselineMetrics: Record<string, number> = {};
  const judgedBy = metricsFor(task);
  const intervals = bootstrapCis(judgedBy, judged, {
    seed,
    resamples: resamplesFor(rows.length),
    enough: environment.deadline,
  });
  for (const [m, metric] of judgedBy.entries()) {
    const { value, low, high } = intervals[m];
    if (!Number.isFinite(value)) continue;
    metrics[metric.name] = { value, low, high };
    const base = evaluateMetric(metric, constant);
    if (Number.isFinite(base)) baselineMetrics[metric.name] = base;
  }
  return {
    weights: chosen.weights,
    intercept: chosen.intercept,
    ensemble: { kind: chosen.kind, gain: chosen.gain },
    honest: {
      corrected: honestScore(input, chosen, label, metrics, environment),
      best: chosen.best,
      tied: chosen.tied,
    },
    rows,
    margins,
    outputs,
    calibrator: calibration.calibrator,
    calibrationNote: calibration.note,
    calibrationScores: calibration.candidates,
    metrics,
    baselineMetrics,
    note: chosen.note,
  };
}

/** Resample × candidate × row steps that the correction may cost. */
const correctionSteps = 8e7;

/** The shown score moved by what selection is worth on rows it did not see. */
function honestScore(
  input: JudgeInput,
  { losses, options }: EnsembleChoice,
  labels: Float64Array,
  metrics: Readonly<Record<string, MetricValue>>,
  environment: TaskEnvironment,
): BiasCorrected | null {
  const { task, outputCount, seed } = input;
  const shown = metrics[input.metric];
  // The correction knows one prediction a row; the pinball loss of quantiles reads several.
  if (shown === undefined || (input.metric === 'pinball' && input.objective?.kind === 'quantile')) return null;
  const corrected = correctSelection({
    metric: metricByName(input.metric),
    losses,
    predictions: (c) =>
      Float64Array.from(judgedInput(task, options[c], labels, outputCount, input.objective).predictions),
    labels,
    classCount: task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount,
    seed,
    resamples: Math.max(40, Math.min(300, Math.floor(correctionSteps / (losses.length * labels.length)))),
    enough: environment.deadline,
  });
  if (corrected === null) return null;
  const shift = shown.value - corrected.apparent;
  return {
    ...corrected,
    value: corrected.value + shift,
    low: corrected.low + shift,
    high: corrected.high + shift,
    apparent: shown.value,
  };
}

/** Long inputs are resampled by sums, where a thousand cost no more. */
const resamplesFor = (rows: number): number =>
  rows > 16_384 ? 1000 : Math.max(250, Math.min(1000, Math.floor(4e6 / Math.max(1, rows))));

function validatedRows(input: JudgeInput): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < input.label.length; row++) {
    if (input.candidates.every((margins) => !Number.isNaN(margins[row * input.outputCount]))) rows.push(row);
  }
  return Int32Array.from(rows);
}
