import type { Task } from '../model-spec.ts';
import { marginLoss } from './blend.ts';

/** Loss of every row: log loss for classification, squared error for regression. */
export function rowLosses(task: Task, margins: Float64Array, labels: Float64Array, outputCount: number): Float64Array {
  const out = new Float64Array(labels.length);
  const one = new Float64Array(1);
  for (let i = 0; i < labels.length; i++) {
    one[0] = labels[i];
    out[i] = marginLoss(task, margins.subarray(i * outputCount, (i + 1) * outputCount), one, outputCount);
  }
  return out;
}
