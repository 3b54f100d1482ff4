/** Margins as metrics want them: probabilities, or predictions of a regression with its quantiles beside them. */
import { applyCalibration } from '../calibration/apply.ts';
import type { Task } from '../model-spec.ts';
import { type ObjectiveSpec, responseOf, squaredError } from '../objective-spec.ts';
import { applyResponse, mainOutputs } from '../response.ts';
import type { MetricInput } from './metric.ts';

/** What metrics read for uncalibrated margins. */
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
  const values = applyResponse(response, margins);
  const input = { predictions: mainOutputs(response, values), labels, classCount: 0 };
  return response?.kind === 'quantiles' ? { ...input, quantiles: { levels: response.levels, values } } : input;
}
