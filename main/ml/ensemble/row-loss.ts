import type { Task } from '../model-spec.ts';
import { type ObjectiveSpec, squaredError } from '../objective-spec.ts';
import { marginLoss } from './blend.ts';

/** Loss of every row: log loss for classification, the objective's loss for regression. */
export function rowLosses(
  task: Task,
  margins: Float64Array,
  labels: Float64Array,
  outputCount: number,
  objective: ObjectiveSpec = squaredError,
): Float64Array {
  const out = new Float64Array(labels.length);
  const one = new Float64Array(1);
  for (let i = 0; i < labels.length; i++) {
    one[0] = labels[i];
    out[i] = marginLoss(task, margins.subarray(i * outputCount, (i + 1) * outputCount), one, outputCount, objective);
  }
  return out;
}
