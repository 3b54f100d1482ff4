import { constantInput } from '../../ml/metrics/judged-input.ts';
import { evaluateMetric, metricByName } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';
import { type ObjectiveSpec, squaredError, variancePower } from '../../ml/objective-spec.ts';
import { quantileSorted } from '../../ml/stats/quantile.ts';

/** Margins of the best constant, one per output: log-odds of the class shares; mean, median, quantiles or log mean. */
export function constantMargins(
  task: Task,
  label: Float64Array,
  outputCount: number,
  objective: ObjectiveSpec = squaredError,
): number[] {
  if (task === 'regression') return regressionMargins(label, objective);
  const counts = new Array<number>(Math.max(2, outputCount)).fill(0);
  for (const value of label) counts[value]++;
  const share = (k: number): number => Math.max(counts[k], 0.5) / label.length;
  return task === 'binary' ? [Math.log(share(1) / share(0))] : counts.map((_, k) => Math.log(share(k)));
}

function regressionMargins(label: Float64Array, objective: ObjectiveSpec): number[] {
  const logLink = variancePower(objective) !== null;
  if (objective.kind === 'squared' || logLink) {
    const mean = label.reduce((sum, value) => sum + value, 0) / label.length;
    return [logLink ? Math.log(mean) : mean];
  }
  const sorted = label.slice().sort();
  const levels = objective.kind === 'quantile' ? objective.levels : [0.5];
  return levels.map((level) => quantileSorted(sorted, level));
}

/** A metric of the constant; null where it is undefined. */
export function baselineScore(
  name: string,
  task: Task,
  label: Float64Array,
  margins: readonly number[],
  objective: ObjectiveSpec = squaredError,
): number | null {
  const value = evaluateMetric(metricByName(name), constantInput(task, margins, label, objective));
  return Number.isFinite(value) ? value : null;
}
