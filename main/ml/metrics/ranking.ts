/**
 * Metrics of order: the area under the ROC curve as the Mann–Whitney probability with ties counted half, and average
 * precision as the step-wise sum Σ (R_i − R_{i−1}) P_i over distinct scores (no interpolation). O(n log n) once, then
 * O(n) for any weights.
 */
import { argsort } from '../stats/argsort.ts';
import { type Evaluator, type MetricInput, rowsOf } from './metric.ts';

/** Rows by descending score, and for each position whether it ends a group of equal scores. */
export function descendingGroups(scores: ArrayLike<number>): { order: Uint32Array; endsGroup: Uint8Array } {
  const order = argsort(scores).reverse();
  const endsGroup = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) {
    endsGroup[i] = i + 1 === order.length || scores[order[i]] !== scores[order[i + 1]] ? 1 : 0;
  }
  return { order, endsGroup };
}

/** AUC; for more than two classes the plain mean of one-versus-rest AUCs. */
export function prepareAuc(input: MetricInput): Evaluator {
  const rows = rowsOf(input);
  if (input.classCount <= 2) return aucOf(input.predictions, Uint8Array.from(input.labels));
  const parts: Evaluator[] = [];
  for (let k = 0; k < input.classCount; k++) {
    const scores = new Float64Array(rows);
    const positive = new Uint8Array(rows);
    for (let i = 0; i < rows; i++) {
      scores[i] = input.predictions[i * input.classCount + k];
      positive[i] = input.labels[i] === k ? 1 : 0;
    }
    parts.push(aucOf(scores, positive));
  }
  return (weights) => parts.reduce((total, part) => total + part(weights), 0) / parts.length;
}

function aucOf(scores: ArrayLike<number>, positive: Uint8Array): Evaluator {
  const { order, endsGroup } = descendingGroups(scores);
  return (weights) => {
    let area = 0;
    let positives = 0;
    let negatives = 0;
    let groupPositives = 0;
    let groupNegatives = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      const weight = weights === null ? 1 : weights[row];
      if (positive[row] === 1) groupPositives += weight;
      else groupNegatives += weight;
      if (endsGroup[i] === 0) continue;
      area += groupNegatives * (positives + groupPositives / 2);
      positives += groupPositives;
      negatives += groupNegatives;
      groupPositives = 0;
      groupNegatives = 0;
    }
    return area / (positives * negatives);
  };
}

/** Average precision of a binary problem; NaN without positives. */
export function prepareAveragePrecision(input: MetricInput): Evaluator {
  rowsOf(input);
  const { order, endsGroup } = descendingGroups(input.predictions);
  const labels = input.labels;
  return (weights) => {
    let positives = 0;
    let all = 0;
    let counted = 0;
    let total = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      const weight = weights === null ? 1 : weights[row];
      all += weight;
      if (labels[row] === 1) positives += weight;
      if (endsGroup[i] === 0 || positives === counted) continue;
      total += (positives - counted) * (positives / all);
      counted = positives;
    }
    return total / positives;
  };
}

/** Kolmogorov–Smirnov distance between the scores of positives and negatives: the largest gap between their shares. */
export function prepareKs(input: MetricInput): Evaluator {
  rowsOf(input);
  const { order, endsGroup } = descendingGroups(input.predictions);
  const labels = input.labels;
  return (weights) => {
    let positives = 0;
    let negatives = 0;
    for (let i = 0; i < order.length; i++) {
      const weight = weights === null ? 1 : weights[i];
      if (labels[i] === 1) positives += weight;
      else negatives += weight;
    }
    let found = 0;
    let missed = 0;
    let widest = 0;
    for (let i = 0; i < order.length; i++) {
      const row = order[i];
      const weight = weights === null ? 1 : weights[row];
      if (labels[row] === 1) found += weight;
      else missed += weight;
      if (endsGroup[i] === 1) widest = Math.max(widest, Math.abs(found / positives - missed / negatives));
    }
    return positives === 0 || negatives === 0 ? Number.NaN : widest;
  };
}
