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

/** Evaluator of a value of the confusion matrix. */
function ofConfusion(input: MetricInput, value: (table: Confusion) => number): Evaluator {
  const predicted = predictedClasses(input);
  const { labels } = input;
  const classCount = Math.max(2, input.classCount);
  const evaluate = (weights: ArrayLike<number> | null): number =>
    value(countClasses(predicted, labels, classCount, weights));
  const cellOf = predicted.map((k, i) => labels[i] * classCount + k);
  const finish = (counts: Float64Array): number => value({ classCount, counts });
  return Object.assign(evaluate, { sums: { kind: 'cells', cellOf, cellCount: classCount ** 2, finish } as const });
}

type Margins = {
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  readonly hits: number;
  readonly total: number;
};

/** Row and column sums of a confusion matrix. */
function marginsOf({ classCount, counts }: Confusion): Margins {
  const actual = new Float64Array(classCount);
  const predicted = new Float64Array(classCount);
  let hits = 0;
  let total = 0;
  for (let k = 0; k < classCount; k++) {
    hits += counts[k * classCount + k];
    for (let j = 0; j < classCount; j++) {
      const count = counts[k * classCount + j];
      actual[k] += count;
      predicted[j] += count;
      total += count;
    }
  }
  return { actual, predicted, hits, total };
}

const f1At = ({ actual, predicted }: Margins, { classCount, counts }: Confusion, k: number): number =>
  actual[k] + predicted[k] === 0 ? 0 : (2 * counts[k * classCount + k]) / (actual[k] + predicted[k]);

/** F1 of the positive class at threshold 0.5. */
export const prepareF1 = (input: MetricInput): Evaluator =>
  ofConfusion(input, (table) => f1At(marginsOf(table), table, 1));

/** Mean of `value` over the classes that `counts` says occur, weighted by `weigh`. */
function overClasses(
  table: Confusion,
  weigh: (margins: Margins, k: number) => number,
  value: (margins: Margins, k: number) => number,
): number {
  const margins = marginsOf(table);
  let total = 0;
  let mass = 0;
  for (let k = 0; k < table.classCount; k++) {
    const weight = weigh(margins, k);
    if (weight === 0) continue;
    mass += weight;
    total += weight * value(margins, k);
  }
  return total / mass;
}

/** Plain mean of the F1 of every class that occurs among labels or predictions. */
export const prepareMacroF1 = (input: MetricInput): Evaluator =>
  ofConfusion(input, (table) =>
    overClasses(
      table,
      ({ actual, predicted }, k) => (actual[k] + predicted[k] > 0 ? 1 : 0),
      (margins, k) => f1At(margins, table, k),
    ),
  );

/** Mean of the F1 of every class, weighted by its rows. */
export const prepareWeightedF1 = (input: MetricInput): Evaluator =>
  ofConfusion(input, (table) =>
    overClasses(
      table,
      ({ actual }, k) => actual[k],
      (margins, k) => f1At(margins, table, k),
    ),
  );

/** Plain mean of the recall of every class that occurs. */
export const prepareBalancedAccuracy = (input: MetricInput): Evaluator =>
  ofConfusion(input, (table) =>
    overClasses(
      table,
      ({ actual }, k) => (actual[k] > 0 ? 1 : 0),
      ({ actual }, k) => table.counts[k * table.classCount + k] / actual[k],
    ),
  );

/** Matthews' correlation, for several classes as Gorodkin (2004) extends it; 0 where one side is constant. */
export const prepareMcc = (input: MetricInput): Evaluator =>
  ofConfusion(input, (table) => {
    const { actual, predicted, hits, total } = marginsOf(table);
    let both = 0;
    let actualSquares = 0;
    let predictedSquares = 0;
    for (let k = 0; k < table.classCount; k++) {
      both += actual[k] * predicted[k];
      actualSquares += actual[k] ** 2;
      predictedSquares += predicted[k] ** 2;
    }
    const scale = Math.sqrt(total ** 2 - predictedSquares) * Math.sqrt(total ** 2 - actualSquares);
    return scale === 0 ? 0 : (hits * total - both) / scale;
  });

/** Cohen's kappa: agreement beyond what the class shares alone give; NaN where those leave no room. */
export const prepareKappa = (input: MetricInput): Evaluator =>
  ofConfusion(input, (table) => {
    const { actual, predicted, hits, total } = marginsOf(table);
    let chance = 0;
    for (let k = 0; k < table.classCount; k++) chance += (actual[k] * predicted[k]) / total;
    return (hits - chance) / (total - chance);
  });

/** Share of rows whose class is among the `count` most probable; NaN where there are not more classes than that. */
export const prepareTopAccuracy =
  (count: number) =>
  (input: MetricInput): Evaluator => {
    const rows = rowsOf(input);
    const { predictions, labels, classCount } = input;
    if (classCount <= count) return meanOf(new Float64Array(rows).fill(Number.NaN));
    const found = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const at = i * classCount;
      const own = predictions[at + labels[i]];
      let ahead = 0;
      // Among equals the later classes come first, as a stable sort read from its end
      for (let k = 0; k < classCount; k++)
        if (predictions[at + k] > own || (predictions[at + k] === own && k > labels[i])) ahead++;
      found[i] = ahead < count ? 1 : 0;
    }
    return meanOf(found);
  };
