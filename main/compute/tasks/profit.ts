import type { OutcomeCounts, OutcomeMatrix } from '../../ml/decide/money.ts';
import { type ProfitCurve, type ProfitPoint, profitAt, profitCurve } from '../../ml/decide/profit.ts';
import type { TaskEnvironment } from '../environment.ts';

export type ProfitInput = {
  readonly probabilities: Float64Array;
  readonly labels: Float64Array;
  readonly matrix: OutcomeMatrix;
  /** Multiplies the money of each row; null: every row alike. */
  readonly values: Float64Array | null;
  readonly capacity: number | null;
  /** Threshold to evaluate beside the optimum; null: the optimum. */
  readonly threshold: number | null;
  /** False: the optimum alone is wanted, without bands around the curve. */
  readonly bands?: boolean;
};

export type ProfitOutput = {
  readonly curve: ProfitCurve;
  readonly chosen: ProfitPoint & { readonly counts: OutcomeCounts };
};

/** Profit over all thresholds with its band, and at the chosen one; totals over the rows given. */
export function profit(input: ProfitInput, _environment: TaskEnvironment): ProfitOutput {
  const { probabilities, labels, matrix, values, capacity, threshold } = input;
  const options = {
    values,
    capacity,
    seed: 1,
    resamples: input.bands === false ? 1 : Math.max(100, Math.min(400, Math.floor(4e6 / Math.max(1, labels.length)))),
  };
  const curve = profitCurve(probabilities, labels, matrix, options);
  const chosen = threshold === null ? curve.best : profitAt(probabilities, labels, matrix, threshold, options);
  return { curve, chosen };
}
