/**
 * What a model needs to give intervals: calibration scores of rows it had not learned from, and for numbers the shape
 * that makes intervals wide where the model is unsure. `T` is how tree ensembles are held: as such, or as bytes.
 */
import type { TreeEnsemble } from '../model-spec.ts';
import type { ScoreTable } from './score-table.ts';

/**
 * Score s of a row with prediction m and truth y, and the interval at bound q:
 * - constant: s = |y − m|; [m − q, m + q].
 * - spread: s = |y − m| / w, w = max(floor, trees(x)), the expected size of the miss; [m − q·w, m + q·w].
 * - quantiles: s = max(a − y, y − b), (a, b) = m + trees(x), a low and a high quantile of the truth around the prediction;
 *   [a − q, b + q] (conformalised quantile regression, Romano, Patterson & Candès 2019).
 */
export type IntervalShape<T = TreeEnsemble> =
  | { readonly kind: 'constant' }
  | { readonly kind: 'spread'; readonly trees: T; readonly floor: number }
  | { readonly kind: 'quantiles'; readonly trees: T };

/** Tables of their own for rows with one value of a column each (Mondrian: coverage holds within every group). */
export type GroupTables = {
  readonly column: string;
  readonly entries: readonly { readonly value: string; readonly table: ScoreTable }[];
};

/**
 * Where the calibration rows come from: a holdout the model never saw (split), or out-of-fold predictions, around the shipped
 * mean of the folds (cross) or around every fold's own prediction (cv+, see `FoldModels`).
 */
export type IntervalSource = 'split' | 'cross' | 'cv+';

/** The models of the folds one by one, with the scores of the rows each had not learned from. */
export type FoldModels<T = TreeEnsemble> = {
  readonly folds: readonly {
    /** Boosted, bagged and additive parts as one ensemble; null where there are none. */
    readonly trees: T | null;
    /** Members of the model that are this fold's alone, by index. */
    readonly members: readonly number[];
    readonly table: ScoreTable;
  }[];
};

/** What was measured when the intervals were made: bounds from four fifths of the rows, judged on the last fifth. */
export type IntervalCheck = {
  readonly level: number;
  /** Share of rows whose truth lay inside. */
  readonly coverage: number;
  /** Mean width in target units, or mean number of labels in the set. */
  readonly size: number;
};

export type NumberIntervals<T = TreeEnsemble> = {
  readonly kind: 'number';
  readonly source: IntervalSource;
  readonly rows: number;
  readonly shape: IntervalShape<T>;
  readonly table: ScoreTable;
  readonly groups: GroupTables | null;
  /** Present exactly when the source is cv+. */
  readonly plus?: FoldModels<T>;
  /** Intervals do not reach below it; −∞ is written as null. */
  readonly least: number | null;
  readonly checks: readonly IntervalCheck[];
  readonly note: string;
};

/**
 * Sets of labels. lac: s = 1 − p(label), least ambiguous sets (Sadinle, Lei & Wasserman 2019), with a table a class
 * where the classes are large enough. aps: s = total probability of the labels at least as likely as the true one
 * (Romano, Sesia & Candès 2020, without the random part). The likeliest label always belongs to the set.
 */
export type ClassIntervals = {
  readonly kind: 'classes';
  readonly source: IntervalSource;
  readonly rows: number;
  readonly method: 'lac' | 'aps';
  readonly table: ScoreTable;
  /** One table a class, in the order of the model's classes; null: one table for all. */
  readonly classTables: readonly ScoreTable[] | null;
  /** Binary: the Venn–Abers band p₀…p₁ of the probability over the margin, by linear interpolation; else null. */
  readonly band: ProbabilityBand | null;
  readonly checks: readonly IntervalCheck[];
  readonly note: string;
};

export type ProbabilityBand = {
  readonly margins: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
};

/** Intervals were not made; `reason` says why and how many rows it takes. */
export type RefusedIntervals = { readonly kind: 'refused'; readonly rows: number; readonly reason: string };

export type IntervalModel<T = TreeEnsemble> = NumberIntervals<T> | ClassIntervals | RefusedIntervals;

/** The same intervals with their ensembles held another way. */
export function mapIntervalTrees<A, B>(model: IntervalModel<A>, change: (trees: A) => B): IntervalModel<B> {
  if (model.kind !== 'number') return model;
  const { shape, plus, ...rest } = model;
  const folds = plus?.folds.map((fold) => ({ ...fold, trees: fold.trees === null ? null : change(fold.trees) }));
  return {
    ...rest,
    shape: shape.kind === 'constant' ? shape : { ...shape, trees: change(shape.trees) },
    ...(folds === undefined ? {} : { plus: { folds } }),
  };
}
