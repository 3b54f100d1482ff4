/**
 * What a metric is: `prepare` does once what does not depend on row weights (sorting, row losses) and returns a function
 * of the weights, so that a thousand resamples cost a thousand linear passes.
 */
import { bug } from '../../base/errors.ts';
import type { Task } from '../model-spec.ts';

export type MetricName =
  | 'auc'
  | 'average_precision'
  | 'log_loss'
  | 'brier'
  | 'accuracy'
  | 'balanced_accuracy'
  | 'f1'
  | 'macro_f1'
  | 'weighted_f1'
  | 'mcc'
  | 'kappa'
  | 'top_3_accuracy'
  | 'ks'
  | 'ece'
  | 'rmse'
  | 'mae'
  | 'r2'
  | 'mape'
  | 'rmsle'
  | 'd2'
  | 'pinball'
  | 'poisson_deviance'
  | 'tweedie_deviance'
  | 'gamma_deviance';

/**
 * Predictions and truth of n rows. Binary: `predictions[i]` is the probability of the positive class, labels 0 or 1,
 * `classCount` 2. Multiclass: row-major n × classCount probabilities, labels are class indices. Regression: values and
 * targets, `classCount` 0.
 */
export type MetricInput = {
  readonly predictions: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly classCount: number;
  /** Regression of quantiles: what the pinball loss reads instead, row-major n × levels; the median of `predictions` else. */
  readonly quantiles?: { readonly levels: readonly number[]; readonly values: ArrayLike<number> };
};

/** Row weights (null: one each) to the value of the metric; NaN where it is undefined, e.g. AUC of a single class. */
export type Evaluator = {
  (weights: ArrayLike<number> | null): number;
  /** There when the value depends on weighted sums over the rows alone: long inputs are then resampled by those. */
  readonly sums?: RowSums;
};

/** Sums a metric is made of: of one or more statistics a row, or the weight of rows in each cell of a table. */
export type RowSums =
  | {
      readonly kind: 'columns';
      readonly columns: readonly Float64Array[];
      readonly finish: (sums: Float64Array) => number;
    }
  | {
      readonly kind: 'cells';
      readonly cellOf: Int32Array;
      readonly cellCount: number;
      readonly finish: (sums: Float64Array) => number;
    };

export type Metric = {
  readonly name: MetricName;
  /** For people: "AUC", "log loss". */
  readonly label: string;
  readonly higherIsBetter: boolean;
  readonly tasks: readonly Task[];
  /** True when resampling alone shifts the value (calibration error): intervals are then recentred on the estimate. */
  readonly shiftedByResampling: boolean;
  readonly prepare: (input: MetricInput) => Evaluator;
};

/** Number of rows; checks that the predictions have the matching shape. */
export function rowsOf(input: MetricInput): number {
  const rows = input.labels.length;
  const width = input.classCount > 2 ? input.classCount : 1;
  if (input.predictions.length !== rows * width) {
    throw bug(`${input.predictions.length} predictions do not fit ${rows} labels × ${width}`);
  }
  return rows;
}

/**
 * Evaluator of a mean of per-row losses, followed by `finish` (identity by default). Rows outside `counted` are left out.
 */
export function meanOf(
  losses: Float64Array,
  finish: (mean: number) => number = (value) => value,
  counted: Float64Array | null = null,
): Evaluator {
  const evaluate = (weights: ArrayLike<number> | null): number => {
    let total = 0;
    let lost = 0;
    let mass = 0;
    for (let i = 0; i < losses.length; i++) {
      const weight = counted !== null && counted[i] === 0 ? 0 : weights === null ? 1 : weights[i];
      if (weight === 0) continue;
      const value = weight * losses[i];
      const next = total + value;
      lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
      total = next;
      mass += weight;
    }
    return mass === 0 ? Number.NaN : finish((Number.isFinite(total) ? total + lost : total) / mass);
  };
  const columns = [losses, counted ?? new Float64Array(losses.length).fill(1)];
  const sums: RowSums = { kind: 'columns', columns, finish: ([total, mass]) => finish(total / mass) };
  return Object.assign(evaluate, { sums });
}

/** Index of the largest of `count` values at `offset`; the first of equals. */
export function argmaxAt(values: ArrayLike<number>, offset: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[offset + k] > values[offset + best]) best = k;
  return best;
}
