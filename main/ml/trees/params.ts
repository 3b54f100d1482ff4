import { invalidInput } from '../../base/errors.ts';
import { checkObjective, type ObjectiveSpec, squaredError } from '../objective-spec.ts';

/** What shapes a boosted tree ensemble. Units: counts in rows, weights in hessian, fractions in (0, 1]. */
export type TreeParams = {
  /** Boosting rounds at most; multiclass grows one tree a class a round. */
  readonly rounds: number;
  /** Factor on every leaf value. */
  readonly learningRate: number;
  /** Leaves a tree at most; growth is best-first. */
  readonly leaves: number;
  /** Levels of splits at most; 0 sets no limit. */
  readonly maxDepth: number;
  /** Least sum of hessians in a leaf. */
  readonly minChildWeight: number;
  /** Least number of rows in a leaf, read from the hessian share (exact for unweighted regression). */
  readonly minDataInLeaf: number;
  /** L2 penalty on leaf values. */
  readonly lambda: number;
  /** L1 penalty on leaf values. */
  readonly alpha: number;
  /** Least loss reduction of a split. */
  readonly minGain: number;
  /** Share of features drawn for each tree. */
  readonly featureFraction: number;
  /** Share of the tree's features drawn again at each node. */
  readonly featureFractionByNode: number;
  /** Share of rows drawn for each round, without replacement. */
  readonly baggingFraction: number;
  /** Seed of rounding, bagging, feature and threshold draws. */
  readonly seed: number;
  /** Value bins a feature at most, 2…255; the missing bin comes on top. */
  readonly maxBins: number;
  /** Extremely randomised: one random threshold per feature and node. */
  readonly extraTrees: boolean;
  /**
   * Splits are chosen by gradients rounded at random to integers from −gradientLevels to gradientLevels; 0 takes the finest
   * that sums can hold. With few, such as 2, close splits change places by chance. Leaf values are exact either way.
   */
  readonly gradientLevels: number;
  /** Smoothing (in hessian) of the statistics that order categories; rarer categories stay on the right side. */
  readonly catSmooth: number;
  /** Extra L2 penalty of sorted category splits. */
  readonly catL2: number;
  /** Categories in the left set of a sorted split at most. */
  readonly maxCatThreshold: number;
  /** Features of up to this many levels split one level against the rest. */
  readonly oneHotMax: number;
  /** Least rows between two cut points among sorted categories. */
  readonly minDataPerGroup: number;
  /** Weight factor by class index (binary: [negative, positive]); null weighs all alike, balanced all classes. */
  readonly classWeights: readonly number[] | 'balanced' | null;
  /** Binary only: weight factor of positive rows, on top of `classWeights`. */
  readonly scalePosWeight: number;
  /** Pulls a leaf of n rows toward its parent's value with weight pathSmooth / (n + pathSmooth). */
  readonly pathSmooth: number;
  /** Loss of a regression; classification has its own. */
  readonly objective: ObjectiveSpec;
  /** `boosted`; `dart` drops trees while fitting the next; `forest` averages independent trees. */
  readonly ensemble: 'boosted' | 'dart' | 'forest';
  /** DART: share of the trees dropped in a round, rounds without any drop, and trees dropped at most. */
  readonly dropRate: number;
  readonly skipDrop: number;
  readonly maxDrop: number;
  /** How rows are drawn for a round: by `baggingFraction`, by gradient size (GOSS), or by minimal variance (MVS). */
  readonly sampling: 'uniform' | 'goss' | 'mvs';
  /** GOSS: share of rows with the largest gradients that are always used, and share drawn from the others. */
  readonly topRate: number;
  readonly otherRate: number;
  /** Binary only: share of rows of each class drawn for a round, [negative, positive]; null uses `baggingFraction`. */
  readonly classBagging: readonly [number, number] | null;
  /** Forest only: rows drawn with replacement, as many as there are; without it each tree sees all rows. */
  readonly bootstrap: boolean;
  /** Per feature −1, 0 or +1: the direction in which the margin may move; null for none. Numeric features only. */
  readonly monotone: readonly number[] | null;
  /** Groups of features that may meet on a path; a feature in no group stays alone. Null allows all. */
  readonly interactions: readonly (readonly number[])[] | null;
};

export const defaultTreeParams: TreeParams = {
  rounds: 100,
  learningRate: 0.1,
  leaves: 31,
  maxDepth: 0,
  minChildWeight: 1e-3,
  minDataInLeaf: 20,
  lambda: 0,
  alpha: 0,
  minGain: 0,
  featureFraction: 1,
  featureFractionByNode: 1,
  baggingFraction: 1,
  seed: 1,
  maxBins: 255,
  extraTrees: false,
  gradientLevels: 0,
  catSmooth: 10,
  catL2: 10,
  maxCatThreshold: 32,
  oneHotMax: 4,
  minDataPerGroup: 100,
  classWeights: null,
  scalePosWeight: 1,
  pathSmooth: 0,
  objective: squaredError,
  ensemble: 'boosted',
  dropRate: 0.1,
  skipDrop: 0.5,
  maxDrop: 50,
  sampling: 'uniform',
  topRate: 0.2,
  otherRate: 0.1,
  classBagging: null,
  bootstrap: true,
  monotone: null,
  interactions: null,
};

type Range = readonly [low: number, high: number, integer: boolean];

const ranges: Partial<Record<keyof TreeParams, Range>> = {
  rounds: [0, 1_000_000, true],
  learningRate: [1e-12, 1e6, false],
  leaves: [1, 65_536, true],
  maxDepth: [0, 65_536, true],
  minChildWeight: [0, 1e300, false],
  minDataInLeaf: [0, 1e15, false],
  lambda: [0, 1e300, false],
  alpha: [0, 1e300, false],
  minGain: [0, 1e300, false],
  featureFraction: [1e-12, 1, false],
  featureFractionByNode: [1e-12, 1, false],
  baggingFraction: [1e-12, 1, false],
  seed: [-1e15, 1e15, true],
  maxBins: [2, 255, true],
  gradientLevels: [0, 1e9, true],
  catSmooth: [0, 1e300, false],
  catL2: [0, 1e300, false],
  maxCatThreshold: [1, 255, true],
  oneHotMax: [0, 255, true],
  minDataPerGroup: [0, 1e15, false],
  scalePosWeight: [1e-12, 1e12, false],
  pathSmooth: [0, 1e300, false],
  dropRate: [0, 1, false],
  skipDrop: [0, 1, false],
  maxDrop: [1, 1e6, true],
  topRate: [0, 1, false],
  otherRate: [1e-12, 1, false],
};

/** Defaults filled in and every value checked; throws invalid-input naming the parameter and its range. */
export function resolveTreeParams(given: Partial<TreeParams> = {}): TreeParams {
  const params: TreeParams = { ...defaultTreeParams, ...given };
  for (const [name, range] of Object.entries(ranges)) {
    const value = params[name as keyof TreeParams];
    const [low, high, integer] = range;
    const inside = typeof value === 'number' && value >= low && value <= high && (!integer || Number.isInteger(value));
    if (inside) continue;
    throw invalidInput('tree-param', `Tree parameter ${name} is ${String(value)}.`, {
      hint: `Give ${integer ? 'an integer' : 'a number'} from ${low} to ${high}.`,
      details: { parameter: name },
    });
  }
  const { classWeights, classBagging, monotone, sampling, topRate, otherRate } = params;
  if (
    Array.isArray(classWeights) &&
    classWeights.some((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY))
  ) {
    throw bad('classWeights', 'holds a value that is not a weight', 'Give one finite weight ≥ 0 for each class.');
  }
  if (classBagging?.some((share) => !(share > 0 && share <= 1))) {
    throw bad('classBagging', 'holds a share outside (0, 1]', 'Give a share for negative and one for positive rows.');
  }
  if (monotone?.some((direction) => direction !== -1 && direction !== 0 && direction !== 1)) {
    throw bad('monotone', 'holds something other than −1, 0 and 1', 'Give one direction a feature.');
  }
  if (sampling === 'goss' && topRate + otherRate > 1) {
    throw bad('topRate', 'and otherRate add up to more than 1', 'Lower one of the two.');
  }
  checkObjective(params.objective);
  return params;
}

const bad = (parameter: string, what: string, hint: string): Error =>
  invalidInput('tree-param', `Tree parameter ${parameter} ${what}.`, { hint, details: { parameter } });
