/** Money of the four outcomes of acting or not acting on a row. */
import { invalidInput } from '../../base/errors.ts';

/** Money of one row by what was done and what was true; costs are negative. Acting on a positive is a true positive. */
export type OutcomeMatrix = {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly trueNegative: number;
  readonly falseNegative: number;
};

export type Outcome = keyof OutcomeMatrix;

/** What multiplies the money of rows. */
export type ValueOptions = {
  /** Multiplies the money of a row's scaled outcomes; missing or infinite values count as 0. */
  readonly values?: ArrayLike<number> | null;
  /** Outcomes that `values` multiplies; default true positives and false negatives. */
  readonly scaledOutcomes?: readonly Outcome[];
};

export type OutcomeCounts = { readonly [Key in Outcome]: number };

/** By row: the money of not acting, and what acting adds to it. */
export type Money = { readonly gain: Float64Array; readonly idle: Float64Array };

/** Money of every row of 0/1 labels. */
export function moneyOf(labels: ArrayLike<number>, matrix: OutcomeMatrix, options: ValueOptions): Money {
  const scaled = new Set<Outcome>(options.scaledOutcomes ?? ['truePositive', 'falseNegative']);
  const values = options.values ?? null;
  const gain = new Float64Array(labels.length);
  const idle = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const value = values === null ? 1 : Number.isFinite(values[i]) ? values[i] : 0;
    const money = (outcome: Outcome): number => matrix[outcome] * (scaled.has(outcome) ? value : 1);
    const positive = labels[i] === 1;
    idle[i] = positive ? money('falseNegative') : money('trueNegative');
    gain[i] = (positive ? money('truePositive') : money('falsePositive')) - idle[i];
  }
  return { gain, idle };
}

/** Throws invalid-input when an amount is not finite. */
export function checkMoney(matrix: OutcomeMatrix): void {
  for (const [outcome, money] of Object.entries(matrix)) {
    if (Number.isFinite(money)) continue;
    throw invalidInput('outcome-money', `The money of ${outcome} is ${String(money)}.`, {
      hint: 'Give a finite amount; costs are negative.',
      details: { outcome },
    });
  }
}

/** Outcomes at one threshold. */
export function outcomesAt(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): OutcomeCounts {
  const counts = { truePositive: 0, falsePositive: 0, trueNegative: 0, falseNegative: 0 };
  for (let i = 0; i < labels.length; i++) {
    const acted = probabilities[i] >= threshold;
    if (labels[i] === 1) counts[acted ? 'truePositive' : 'falseNegative']++;
    else counts[acted ? 'falsePositive' : 'trueNegative']++;
  }
  return counts;
}
