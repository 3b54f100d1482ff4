/** The metrics by which models are judged: their names, one plain sentence each, and which direction is better. */
import { defineMessages } from './messages.ts';

const lowerIsBetter = new Set([
  'log_loss',
  'brier',
  'ece',
  'rmse',
  'mae',
  'mape',
  'rmsle',
  'pinball',
  'poisson_deviance',
  'tweedie_deviance',
  'gamma_deviance',
]);
const shares = new Set(['accuracy', 'balanced_accuracy', 'top_3_accuracy', 'ece', 'mape']);

/** Whether a larger value of a metric is the better one. */
export const isHigherBetter = (metric: string): boolean => !lowerIsBetter.has(metric);

/** Whether a metric reads best as a percentage. */
export const isShareMetric = (metric: string): boolean => shares.has(metric);

/** Names (`auc`) and explanations (`auc_help`) of all metrics of the contract. */
export const metricMessages = defineMessages('metrics', {
  auc: 'AUC',
  auc_help:
    'Of two rows with different outcomes, how often the right one is ranked higher. 0.5 is chance, 1 is perfect.',
  average_precision: 'Average precision',
  average_precision_help:
    'How clean the top of the ranking is, averaged over all cut-offs. Chance equals the share of positives.',
  log_loss: 'Log loss',
  log_loss_help: 'How far the stated probabilities are from what happened; sure and wrong costs most. Lower is better.',
  brier: 'Brier score',
  brier_help: 'Mean squared distance between stated probability and outcome. Lower is better.',
  accuracy: 'Accuracy',
  accuracy_help: 'Share of rows with the right label.',
  balanced_accuracy: 'Balanced accuracy',
  balanced_accuracy_help: 'Share of right labels within each class, averaged over the classes.',
  f1: 'F1',
  f1_help: 'Balance of precision and recall for the positive class, 0 to 1.',
  macro_f1: 'Macro F1',
  macro_f1_help: 'F1 averaged over the classes, each counted alike, 0 to 1.',
  weighted_f1: 'Weighted F1',
  weighted_f1_help: 'F1 averaged over the classes, each counted by its rows, 0 to 1.',
  mcc: 'Matthews’ correlation',
  mcc_help: 'Agreement of said and true labels that frequent classes cannot inflate. 0 is chance, 1 is perfect.',
  kappa: 'Cohen’s kappa',
  kappa_help: 'Agreement of said and true labels beyond what chance gives. 0 is chance, 1 is perfect.',
  top_3_accuracy: 'Top-3 accuracy',
  top_3_accuracy_help: 'Share of rows whose true label is among the three likeliest.',
  ks: 'Kolmogorov–Smirnov',
  ks_help:
    'Largest gap between the shares of positives and negatives found at any threshold. 0 is chance, 1 is perfect.',
  rmse: 'RMSE',
  rmse_help: 'Typical size of the error in units of the target; large errors weigh more. Lower is better.',
  mae: 'MAE',
  mae_help: 'Average size of the error in units of the target. Lower is better.',
  r2: 'R²',
  r2_help: 'Share of the variation of the target that the model explains. 0 equals always answering the mean.',
  mape: 'MAPE',
  mape_help: 'Average error as a percentage of the true value, over rows where that is not zero. Lower is better.',
  rmsle: 'RMSLE',
  rmsle_help: 'Typical error of the logarithm: being off by a factor counts alike for small and large values.',
  d2: 'D²',
  d2_help: 'Share of the average error that the model saves against always answering the median.',
  pinball: 'Pinball loss',
  pinball_help: 'Error of a predicted quantile, missing low or high weighted by the quantile. Lower is better.',
  poisson_deviance: 'Poisson deviance',
  poisson_deviance_help:
    'Distance between predicted and true counts as a Poisson distribution sees it. Lower is better.',
  tweedie_deviance: 'Tweedie deviance',
  tweedie_deviance_help: 'Distance between predicted and true amounts with many zeros. Lower is better.',
  gamma_deviance: 'Gamma deviance',
  gamma_deviance_help: 'Distance between predicted and true positive amounts, relative to their size. Lower is better.',
  ece: 'Calibration error',
  ece_help: 'Average gap between stated probability and observed share. Lower is better.',
});

/** A key of the catalogue for a metric's name, or null when the metric is unknown here. */
export function findMetricKey(metric: string): keyof (typeof metricMessages)['messages'] | null {
  const keys = Object.keys(metricMessages.messages) as (keyof (typeof metricMessages)['messages'])[];
  return keys.find((key) => key === metric) ?? null;
}
