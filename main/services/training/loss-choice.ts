/**
 * Which loss a regression judged by squared error is fitted to. Squared error treats an error of ten alike at ten and at a
 * thousand, and its trees add effects; where a target is never negative and its effects multiply, as with counts, amounts
 * and durations, the Poisson deviance fits the same mean in its logarithm and often comes closer, by squared error too.
 * Which it is is measured: quick trees of either loss on the last fold, compared in the target's units, and after forward
 * steps on a fold of random rows too: it must hold for later rows and for those in between. The run then keeps to one
 * loss, because margins of different kinds cannot be blended (docs/adr/0030).
 */
import { deriveSeed } from '../../base/rng.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { FitSplitOutput, TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { TrainOptions } from '../../contract/models.ts';
import { fitLogLevel } from '../../ml/ensemble/stack.ts';
import { type ObjectiveSpec, squaredError } from '../../ml/objective-spec.ts';
import { pairedGain } from '../../ml/stats/paired-gain.ts';
import { resolveTreeParams } from '../../ml/trees/params.ts';
import type { Fold } from '../../ml/validation/split.ts';

/** Third standardised moment from which on a target counts as skewed to the right. */
const fromSkewness = 0.75;
const fewestRows = 500;
/** Rows of the comparison at most, and rows that judge it. */
const mostTrainRows = 20_000;
const mostValidRows = 10_000;
/** Shorter runs have no time for a comparison. */
const fewestSeconds = 8;
/** Share of the budget that the comparison may take; fits that run out of it decide nothing. */
const budgetShare = 0.1;
const probeRounds = 300;
/** Fitted to squared error only, and named by the user where they take part: they are not given up for another loss. */
const named: ReadonlySet<string> = new Set(['knn', 'mlp']);

const asPoisson: ObjectiveSpec = { kind: 'poisson', judged: 'squared' };

type LossChoice = { readonly objective: ObjectiveSpec; readonly reason: string };

export type LossChoiceInput = {
  readonly pool: ComputePool;
  readonly data: TrainingData;
  /** Poisson must be closer on each of them. */
  readonly folds: readonly Fold[];
  readonly options: Pick<TrainOptions, 'objective' | 'quantiles' | 'metric' | 'learners' | 'seed'>;
  /** Of the whole run; null = no limit. */
  readonly budgetSeconds: number | null;
  readonly abort: AbortSignal;
};

/** The Poisson loss where it is closer beyond noise; null: squared error stays. */
export async function chooseLoss(input: LossChoiceInput): Promise<LossChoice | null> {
  if (!isOpen(input) || !isSkewedCountOrAmount(input.data.label)) return null;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, fold] of input.folds.entries()) {
    const share = await gainedShare(input, fold, `loss-${index}`);
    if (share === null) return null;
    least = Math.min(least, share);
  }
  return {
    objective: asPoisson,
    reason: `The target is never negative and its effects multiply: fitted to the Poisson loss, quick trees had a squared error ${Math.round(100 * least)} % lower; --objective squared turns this off.`,
  };
}

/** Share of the squared error that the Poisson loss takes off; null where that is no more than noise, or time ran out. */
async function gainedShare(input: LossChoiceInput, { train, valid }: Fold, name: string): Promise<number | null> {
  const { pool, data, folds, options, budgetSeconds, abort } = input;
  const split = {
    name,
    trainRows: atMost(train, mostTrainRows),
    validRows: atMost(valid, mostValidRows),
  };
  const deadlineMs = budgetSeconds === null ? null : (budgetSeconds * 1000 * budgetShare) / folds.length;
  const trained = (objective: ObjectiveSpec): Promise<FitSplitOutput> =>
    pool.run(
      'fit-split',
      { data: { ...data, objective }, split, trial: probe(options.seed), label: { trial: -1, fold: 0 } },
      { abort, deadlineMs },
    );
  const [plain, poisson] = await Promise.all([trained(squaredError), trained(asPoisson)]);
  if (plain.validMargins === null || poisson.validMargins === null) return null;
  if (deadlineMs !== null && Math.max(plain.fitMs, poisson.fitMs) >= deadlineMs) return null;
  const labels = Float64Array.from(split.validRows, (row) => data.label[row]);
  const level = fitLogLevel(poisson.validMargins, labels);
  const before = errorsOf(plain.validMargins, labels);
  const after = errorsOf(
    poisson.validMargins.map((log) => Math.exp(log + level)),
    labels,
  );
  const gain = pairedGain(before, after, { seed: options.seed, level: 0.9 });
  return gain.low > 0 ? (gain.value * before.length) / before.reduce((sum, error) => sum + error, 0) : null;
}

/** True where nothing but the data decides about the loss, and boosted trees take part. */
function isOpen({ data, folds, options, budgetSeconds }: LossChoiceInput): boolean {
  const asked = options.objective ?? 'auto';
  return (
    data.task === 'regression' &&
    data.objective?.kind === 'squared' &&
    asked === 'auto' &&
    data.continues === undefined &&
    folds.length > 0 &&
    options.learners.includes('trees') &&
    !options.learners.some((name) => named.has(name)) &&
    (budgetSeconds === null || budgetSeconds >= fewestSeconds)
  );
}

/** Never negative, positive on average, and skewed to the right. */
function isSkewedCountOrAmount(label: Float64Array): boolean {
  if (label.length < fewestRows) return false;
  let sum = 0;
  for (const value of label) {
    if (value < 0) return false;
    sum += value;
  }
  const mean = sum / label.length;
  let squares = 0;
  let cubes = 0;
  for (const value of label) {
    const off = value - mean;
    squares += off * off;
    cubes += off * off * off;
  }
  const deviation = Math.sqrt(squares / label.length);
  return mean > 0 && cubes / label.length / deviation ** 3 >= fromSkewness;
}

const probe = (seed: number): TrialSpec => ({
  learner: 'trees',
  params: resolveTreeParams({
    rounds: probeRounds,
    leaves: 31,
    learningRate: 0.1,
    lambda: 1,
    minDataInLeaf: 10,
    seed: deriveSeed(seed, 'loss-probe'),
  }),
  earlyStoppingRounds: 20,
});

/** Evenly spaced ones of the rows. */
const atMost = (rows: Int32Array, most: number): Int32Array => {
  const step = Math.ceil(rows.length / most);
  return step <= 1 ? rows : rows.filter((_, i) => i % step === 0);
};

const errorsOf = (predicted: Float64Array, labels: Float64Array): Float64Array =>
  predicted.map((value, i) => (value - labels[i]) ** 2);
