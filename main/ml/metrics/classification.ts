/** Losses and counts of classification. Log loss clips probabilities to [2^−52, 1 − 2^−52] and F1 of nothing is 0. */
import { argmaxAt, type Evaluator, type MetricInput, meanOf, rowsOf } from './metric.ts';

const epsilon = 2 ** -52;

const clip = (p: number): number => Math.min(1 - epsilon, Math.max(epsilon, p));

/** Mean negative log-likelihood; multiclass rows are clipped, then made to sum to one. */
export function prepareLogLoss(input: MetricInput): Evaluator {
  const rows = rowsOf(input);
  const losses = new Float64Array(rows);
  const { predictions, labels, classCount } = input;
  for (let i = 0; i < rows; i++) {
    if (classCount <= 2) {
      const p = clip(predictions[i]);
      losses[i] = labels[i] === 1 ? -Math.log(p) : -Math.log1p(-p);
      continue;
    }
    losses[i] = -Math.log(clip(predictions[i * classCount + labels[i]]));
  }
  return meanOf(losses);
}

/** Mean squared error of probabilities; multiclass sums over the classes (Brier 1950). */
export function prepareBrier(input: MetricInput): Evaluator {
  const rows = rowsOf(input);
  const losses = new Float64Array(rows);
  const { predictions, labels, classCount } = input;
  for (let i = 0; i < rows; i++) {
    if (classCount <= 2) {
      losses[i] = (predictions[i] - labels[i]) ** 2;
      continue;
    }
    let total = 0;
    for (let k = 0; k < classCount; k++) total += (predictions[i * classCount + k] - (labels[i] === k ? 1 : 0)) ** 2;
    losses[i] = total;
  }
  return meanOf(losses);
}

/** Predicted class of every row: positive from 0.5 on; else the most probable class, the first of equals. */
function predictedClasses(input: MetricInput, threshold = 0.5): Int32Array {
  const rows = rowsOf(input);
  const classes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    classes[i] =
      input.classCount <= 2
        ? Number(input.predictions[i] >= threshold)
        : argmaxAt(input.predictions, i * input.classCount, input.classCount);
  }
  return classes;
}

/** Share of rows with the right class. */
export function prepareAccuracy(input: MetricInput): Evaluator {
  const classes = predictedClasses(input);
  return meanOf(Float64Array.from(classes, (predicted, i) => (predicted === input.labels[i] ? 1 : 0)));
}

/** Confusion matrix: `counts[actual * classCount + predicted]`, weighted. */
export type Confusion = { readonly classCount: number; readonly counts: Float64Array };

/** Counts actual against predicted classes; binary rows are positive from `threshold` on. */
export function confusion(input: MetricInput, weights: ArrayLike<number> | null = null, threshold = 0.5): Confusion {
  return countClasses(predictedClasses(input, threshold), input.labels, Math.max(2, input.classCount), weights);
}

function countClasses(
  predicted: Int32Array,
  labels: ArrayLike<number>,
  classCount: number,
  weights: ArrayLike<number> | null,
): Confusion {
  const counts = new Float64Array(classCount * classCount);
  for (let i = 0; i < predicted.length; i++) {
    counts[labels[i] * classCount + predicted[i]] += weights === null ? 1 : weights[i];
  }
  return { classCount, counts };
}

function f1Of({ classCount, counts }: Confusion, k: number): number {
  let actual = 0;
  let predicted = 0;
  for (let j = 0; j < classCount; j++) {
    actual += counts[k * classCount + j];
    predicted += counts[j * classCount + k];
  }
  return actual + predicted === 0 ? 0 : (2 * counts[k * classCount + k]) / (actual + predicted);
}

/** F1 of the positive class at threshold 0.5. */
export function prepareF1(input: MetricInput): Evaluator {
  const predicted = predictedClasses(input);
  return (weights) => f1Of(countClasses(predicted, input.labels, 2, weights), 1);
}

/** Plain mean of the F1 of every class that occurs among labels or predictions. */
export function prepareMacroF1(input: MetricInput): Evaluator {
  const predicted = predictedClasses(input);
  const classCount = Math.max(2, input.classCount);
  return (weights) => {
    const table = countClasses(predicted, input.labels, classCount, weights);
    let total = 0;
    let present = 0;
    for (let k = 0; k < classCount; k++) {
      let mass = 0;
      for (let j = 0; j < classCount; j++) mass += table.counts[k * classCount + j] + table.counts[j * classCount + k];
      if (mass === 0) continue;
      present++;
      total += f1Of(table, k);
    }
    return total / present;
  };
}

/** Plain mean of the recall of every class that occurs. */
export function prepareBalancedAccuracy(input: MetricInput): Evaluator {
  const predicted = predictedClasses(input);
  const classCount = Math.max(2, input.classCount);
  return (weights) => {
    const { counts } = countClasses(predicted, input.labels, classCount, weights);
    let total = 0;
    let present = 0;
    for (let k = 0; k < classCount; k++) {
      let mass = 0;
      for (let j = 0; j < classCount; j++) mass += counts[k * classCount + j];
      if (mass === 0) continue;
      present++;
      total += counts[k * classCount + k] / mass;
    }
    return total / present;
  };
}
