import * as z from 'zod';

/** Metrics by which models are judged. */
export const metricName = z.enum([
  'auc',
  'average_precision',
  'log_loss',
  'brier',
  'accuracy',
  'f1',
  'macro_f1',
  'weighted_f1',
  'balanced_accuracy',
  'mcc',
  'kappa',
  'top_3_accuracy',
  'ks',
  'rmse',
  'mae',
  'r2',
  'mape',
  'rmsle',
  'd2',
  'pinball',
  'poisson_deviance',
  'tweedie_deviance',
  'gamma_deviance',
]);
export type MetricName = z.infer<typeof metricName>;
