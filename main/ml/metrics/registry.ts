import { invalidInput } from '../../base/errors.ts';
import type { Task } from '../model-spec.ts';
import {
  prepareAccuracy,
  prepareBalancedAccuracy,
  prepareBrier,
  prepareF1,
  prepareKappa,
  prepareLogLoss,
  prepareMacroF1,
  prepareMcc,
  prepareTopAccuracy,
  prepareWeightedF1,
} from './classification.ts';
import { prepareDeviance } from './deviance.ts';
import type { Metric, MetricInput, MetricName } from './metric.ts';
import { prepareAuc, prepareAveragePrecision, prepareKs } from './ranking.ts';
import {
  prepareD2,
  prepareMae,
  prepareMape,
  preparePinball,
  prepareR2,
  prepareRmse,
  prepareRmsle,
} from './regression.ts';
import { prepareEce } from './reliability.ts';

const classification: readonly Task[] = ['binary', 'multiclass'];
const binary: readonly Task[] = ['binary'];
const regression: readonly Task[] = ['regression'];

/** All metrics, the primary one of a task first. */
export const metrics: readonly Metric[] = [
  make('auc', 'AUC', true, binary.concat('multiclass'), prepareAuc),
  make('average_precision', 'average precision', true, binary, prepareAveragePrecision),
  make('log_loss', 'log loss', false, classification, prepareLogLoss),
  make('brier', 'Brier score', false, classification, prepareBrier),
  make('accuracy', 'accuracy', true, classification, prepareAccuracy),
  make('balanced_accuracy', 'balanced accuracy', true, classification, prepareBalancedAccuracy),
  make('f1', 'F1', true, binary, prepareF1),
  make('macro_f1', 'macro F1', true, classification, prepareMacroF1),
  make('weighted_f1', 'weighted F1', true, classification, prepareWeightedF1),
  make('mcc', "Matthews' correlation", true, classification, prepareMcc),
  make('kappa', "Cohen's kappa", true, classification, prepareKappa),
  make('top_3_accuracy', 'top-3 accuracy', true, ['multiclass'], prepareTopAccuracy(3)),
  make('ks', 'Kolmogorov–Smirnov', true, binary, prepareKs),
  { ...make('ece', 'calibration error', false, classification, prepareEce(10)), shiftedByResampling: true },
  make('rmse', 'RMSE', false, regression, prepareRmse),
  make('mae', 'MAE', false, regression, prepareMae),
  make('r2', 'R²', true, regression, prepareR2),
  make('mape', 'MAPE', false, regression, prepareMape),
  make('rmsle', 'RMSLE', false, regression, prepareRmsle),
  make('d2', 'D² (absolute error)', true, regression, prepareD2),
  make('pinball', 'pinball loss', false, regression, preparePinball),
  make('poisson_deviance', 'Poisson deviance', false, regression, prepareDeviance(1)),
  make('tweedie_deviance', 'Tweedie deviance (power 1.5)', false, regression, prepareDeviance(1.5)),
  make('gamma_deviance', 'gamma deviance', false, regression, prepareDeviance(2)),
];

function make(
  name: MetricName,
  label: string,
  higherIsBetter: boolean,
  tasks: readonly Task[],
  prepare: Metric['prepare'],
): Metric {
  return { name, label, higherIsBetter, tasks, shiftedByResampling: false, prepare };
}

/** A metric by name. Throws invalid-input naming the known ones. */
export function metricByName(name: string): Metric {
  const found = metrics.find((metric) => metric.name === name);
  if (found === undefined) {
    throw invalidInput('unknown-metric', `There is no metric "${name}".`, {
      hint: `Known metrics: ${metrics.map((metric) => metric.name).join(', ')}.`,
    });
  }
  return found;
}

/** The metrics that apply to a task. */
export const metricsFor = (task: Task): readonly Metric[] => metrics.filter((metric) => metric.tasks.includes(task));

/** The metric models of a task are ranked by unless the user chose another: AUC, log loss, RMSE. */
export const primaryMetric = (task: Task): Metric =>
  metricByName(task === 'binary' ? 'auc' : task === 'multiclass' ? 'log_loss' : 'rmse');

/** Value of a metric, with optional row weights. */
export const evaluateMetric = (metric: Metric, input: MetricInput, weights: ArrayLike<number> | null = null): number =>
  metric.prepare(input)(weights);
