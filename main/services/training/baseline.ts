import { evaluateMetric, metricByName } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';

/** Margins of the best constant: log-odds of the class shares, or the mean. */
export function constantMargins(task: Task, label: Float64Array, outputCount: number): number[] {
  if (task === 'regression') return [label.reduce((sum, value) => sum + value, 0) / label.length];
  const counts = new Array<number>(Math.max(2, outputCount)).fill(0);
  for (const value of label) counts[value]++;
  const share = (k: number): number => Math.max(counts[k], 0.5) / label.length;
  return task === 'binary' ? [Math.log(share(1) / share(0))] : counts.map((_, k) => Math.log(share(k)));
}

/** A metric of the constant; null where it is undefined. */
export function baselineScore(
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
