/** Margins as metrics want them: probabilities, or predictions of a regression with its quantiles beside them. */
import { applyCalibration } from '../calibration/apply.ts';
import type { Task } from '../model-spec.ts';
import { type ObjectiveSpec, responseOf, squaredError } from '../objective-spec.ts';
import { applyQuantiles, applyResponse } from '../response.ts';
import type { MetricInput } from './metric.ts';

/** What metrics read for uncalibrated margins (row-major rows × outputs). */
export function judgedInput(
  task: Task,
  margins: Float64Array,
  labels: Float64Array,
  outputCount: number,
  objective: ObjectiveSpec = squaredError,
): MetricInput {
  if (task === 'regression') return regressionInput(margins, labels, objective);
  const predictions = applyCalibration({ kind: 'identity' }, margins, task, outputCount);
  return { predictions, labels, classCount: task === 'binary' ? 2 : outputCount };
}

/** Predictions of a regression; the pinball loss reads all its quantiles. */
function regressionInput(margins: Float64Array, labels: Float64Array, objective: ObjectiveSpec): MetricInput {
  const response = responseOf(objective);
  const input = { predictions: applyResponse(response, margins), labels, classCount: 0 };
  if (response?.kind !== 'quantiles') return input;
  return { ...input, quantiles: { levels: response.levels, values: applyQuantiles(response.levels, margins) } };
}

/** What metrics read for a constant prediction. */
export function constantInput(
  task: Task,
  margins: readonly number[],
  labels: Float64Array,
  objective: ObjectiveSpec = squaredError,
): MetricInput {
  const width = margins.length;
  const repeated = Float64Array.from({ length: labels.length * width }, (_, i) => margins[i % width]);
  return judgedInput(task, repeated, labels, width, objective);
}
