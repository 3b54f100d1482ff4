/**
 * Judges the finished trials on their out-of-fold margins: picks the blend (kept only if it beats the best single trial
 * beyond noise), fits the calibrator, and computes every metric with its interval against the constant baseline.
 */
import { type CalibrationScore, chooseCalibrator } from '../../ml/calibration/choose.ts';
import { marginLoss, selectBlend } from '../../ml/ensemble/blend.ts';
import { bootstrapCis } from '../../ml/metrics/bootstrap.ts';
import type { MetricInput } from '../../ml/metrics/metric.ts';
import { evaluateMetric, metricsFor } from '../../ml/metrics/registry.ts';
import type { Calibrator, Task } from '../../ml/model-spec.ts';
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
};

export type MetricValue = { readonly value: number; readonly low: number; readonly high: number };

export type JudgeOutput = {
  /** One weight per candidate, summing to 1. */
  readonly weights: readonly number[];
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

/** Standard errors by which a blend must beat the best single trial. */
const keepBlendAt = 1;

export function judge(input: JudgeInput, environment: TaskEnvironment): JudgeOutput {
  const { task, outputCount, seed } = input;
  const rows = validatedRows(input);
  const label = Float64Array.from(rows, (row) => input.label[row]);
  const candidates = input.candidates.map((margins) => ({ margins: takeRows(margins, rows, outputCount) }));
  const { weights, note } = chooseWeights(input, candidates, label);
  const margins = new Float64Array(rows.length * outputCount);
  weights.forEach((weight, c) => {
    if (weight === 0) return;
    const add = candidates[c].margins;
    for (let i = 0; i < margins.length; i++) margins[i] += weight * add[i];
  });
  const calibration = chooseCalibrator(margins, label, task, { seed, outputCount });
  const outputs = Float64Array.from(calibration.crossFitted);
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const judged: MetricInput = { predictions: outputs, labels: label, classCount };
  const constant: MetricInput = { predictions: baselineOutputs(input, rows.length), labels: label, classCount };
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
    weights,
    rows,
    margins,
    outputs,
    calibrator: calibration.calibrator,
    calibrationNote: calibration.note,
    calibrationScores: calibration.candidates,
    metrics,
    baselineMetrics,
    note,
  };
}

const resamplesFor = (rows: number): number => Math.max(100, Math.min(500, Math.floor(4e6 / Math.max(1, rows))));

function validatedRows(input: JudgeInput): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < input.label.length; row++) {
    if (input.candidates.every((margins) => !Number.isNaN(margins[row * input.outputCount]))) rows.push(row);
  }
  return Int32Array.from(rows);
}

function takeRows(values: Float64Array, rows: Int32Array, width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < width; k++) out[i * width + k] = values[rows[i] * width + k];
  }
  return out;
}

function chooseWeights(
  input: JudgeInput,
  candidates: readonly { readonly margins: Float64Array }[],
  label: Float64Array,
): { weights: readonly number[]; note: string } {
  const { task, outputCount } = input;
  const single = (index: number): number[] => candidates.map((_, c) => (c === index ? 1 : 0));
  const blend = selectBlend(task, candidates, label, outputCount, { steps: 12, maxMembers: input.maxMembers });
  if (blend.weights[blend.bestSingle] === 1) return { weights: single(blend.bestSingle), note: 'best single trial' };
  const blended = new Float64Array(candidates[0].margins.length);
  blend.weights.forEach((weight, c) => {
    for (let i = 0; i < blended.length && weight > 0; i++) blended[i] += weight * candidates[c].margins[i];
  });
  const z = gainInStandardErrors(task, candidates[blend.bestSingle].margins, blended, label, outputCount);
  return z >= keepBlendAt
    ? { weights: blend.weights, note: `blend of ${blend.weights.filter((w) => w > 0).length} trials` }
    : { weights: single(blend.bestSingle), note: 'best single trial; blending brought no more than noise' };
}

/** Mean paired improvement of the loss of `b` over `a`, in standard errors. */
function gainInStandardErrors(
  task: Task,
  a: Float64Array,
  b: Float64Array,
  label: Float64Array,
  outputCount: number,
): number {
  let sum = 0;
  let squares = 0;
  const one = new Float64Array(1);
  for (let i = 0; i < label.length; i++) {
    one[0] = label[i];
    const from = i * outputCount;
    const gain =
      marginLoss(task, a.subarray(from, from + outputCount), one, outputCount) -
      marginLoss(task, b.subarray(from, from + outputCount), one, outputCount);
    sum += gain;
    squares += gain * gain;
  }
  const mean = sum / label.length;
  const variance = squares / label.length - mean * mean;
  return variance <= 0 ? (mean > 0 ? Number.POSITIVE_INFINITY : 0) : mean / Math.sqrt(variance / label.length);
}

function baselineOutputs(input: JudgeInput, rowCount: number): Float64Array {
  const { task, baseline, outputCount } = input;
  if (task === 'regression') return new Float64Array(rowCount).fill(baseline[0]);
  if (task === 'binary') return new Float64Array(rowCount).fill(1 / (1 + Math.exp(-baseline[0])));
  const top = Math.max(...baseline);
  const total = baseline.reduce((sum, margin) => sum + Math.exp(margin - top), 0);
  const out = new Float64Array(rowCount * outputCount);
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(baseline[i % outputCount] - top) / total;
  return out;
}
