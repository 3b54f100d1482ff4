/** Metrics recomputed from predictions and labels alone; nothing of the application is imported. */
import type { DataSet } from './sets.ts';

/** A held-out row: what was predicted for it and what was true. */
export type Held = { readonly probability: number; readonly prediction: string; readonly truth: string };

/** Area under the ROC curve, ties at half. */
export function auc(scores: readonly number[], labels: readonly boolean[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let rankSum = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && scores[order[j]] === scores[order[i]]) j++;
    for (let k = i; k < j; k++) {
      if (labels[order[k]]) {
        rankSum += (i + j + 1) / 2;
        positives++;
      }
    }
    i = j;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

/** Expected calibration error over ten equal-mass bins. */
export function ece(scores: readonly number[], labels: readonly boolean[]): number {
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let total = 0;
  for (let b = 0; b < 10; b++) {
    const bin = order.slice(Math.floor((b * order.length) / 10), Math.floor(((b + 1) * order.length) / 10));
    const predicted = bin.reduce((sum, i) => sum + scores[i], 0);
    const observed = bin.reduce((sum, i) => sum + (labels[i] ? 1 : 0), 0);
    total += Math.abs(predicted - observed) / order.length;
  }
  return total;
}

/** True when the label is the set's positive one, as text or as number. */
export const isPositive = (set: DataSet, truth: string): boolean =>
  truth === set.positive || Number(truth) === Number(set.positive);

/** The set's metric over held-out rows; with AUC also the calibration error. */
export function judge(set: DataSet, held: readonly Held[]): Record<string, number> {
  if (set.metric === 'rmse') {
    const squares = held.reduce((sum, row) => sum + (Number(row.prediction) - Number(row.truth)) ** 2, 0);
    return { rmse: Math.sqrt(squares / held.length) };
  }
  if (set.metric === 'accuracy') {
    return { accuracy: held.filter((row) => row.prediction === row.truth).length / held.length };
  }
  const scores = held.map((row) => row.probability);
  const labels = held.map((row) => isPositive(set, row.truth));
  return { auc: auc(scores, labels), ece: ece(scores, labels) };
}
