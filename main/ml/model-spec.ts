/**
 * The intermediate representation of a trained model: what training produces, what scoring kernels and explainers read,
 * and what the ONNX exporter writes. Plain data; arrays may be typed arrays in memory.
 *
 *   raw columns → recipe → float32 features → members (margins) → Σ weight · margin → calibration → prediction
 *
 * Members are blended in the margin (log-odds for classification, target units for regression), so that exact SHAP
 * values of the blend are the weighted sums of the members' SHAP values.
 */
import type { IntervalModel } from './conformal/interval-model.ts';
import type { InputType } from './frame.ts';
import type { NetModel } from './nets/net-model.ts';

export type Task = 'binary' | 'multiclass' | 'regression';

/** One raw input column of the model. */
export type InputSpec = {
  readonly name: string;
  readonly type: InputType;
  /** Logical type of the data set's column, for forms and diffs. */
  readonly logicalType: 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'text';
};

/** Calendar parts of a timestamp, all computed in UTC. `elapsed_days` counts days since 1970-01-01 with fraction. */
export type DatePart = 'year' | 'month' | 'day' | 'weekday' | 'hour' | 'elapsed_days';

/**
 * One model feature, derived row-wise from one raw column:
 * - numeric: float32 of the double; NaN stays missing.
 * - category: code = index in `levels`; a level not listed (rare in training or never seen) is `levels.length`; missing is NaN.
 * - date-part: see DatePart; weekday 0 = Monday; NaN when missing.
 */
export type FeatureSpec = (
  | { readonly kind: 'numeric'; readonly name: string; readonly source: string }
  | { readonly kind: 'category'; readonly name: string; readonly source: string; readonly levels: readonly string[] }
  | { readonly kind: 'date-part'; readonly name: string; readonly source: string; readonly part: DatePart }
) & {
  /** Raw columns behind a source that a step made; absent: the source is a raw column itself. */
  readonly from?: readonly string[];
};

/**
 * One column computed from columns of the same row before the features, fitted on training rows. `output` is unique in a
 * recipe and differs between folds where what was fitted differs. Columns are raw inputs or outputs of earlier steps.
 * - fill: missing numbers replaced, by the value of the row's group where it is listed. fill-text: missing texts replaced.
 * - missing: 1 where missing, else 0.
 * - lookup: a number for a text; `other` for a text not listed, `missing` where it is missing.
 * - arithmetic: ratio (missing over zero), product, difference, sum.
 * - map: log(1 + x), √x, Yeo–Johnson [λ], affine (x − p₀) / p₁, clip to [p₀, p₁].
 * - bins: how many edges lie below x.
 * - length: characters rounded down to an edge; words: number of tokens; term: tokens of a list × weight.
 */
export type FittedStep = { readonly output: string } & (
  | {
      readonly op: 'fill';
      readonly column: string;
      readonly value: number;
      readonly by: {
        readonly column: string;
        readonly levels: readonly string[];
        readonly values: readonly number[];
      } | null;
    }
  | { readonly op: 'fill-text'; readonly column: string; readonly value: string }
  | { readonly op: 'missing'; readonly column: string }
  | {
      readonly op: 'lookup';
      readonly column: string;
      readonly levels: readonly string[];
      readonly values: readonly number[];
      readonly other: number | null;
      readonly missing: number | null;
    }
  | {
      readonly op: 'arithmetic';
      readonly function: 'ratio' | 'product' | 'difference' | 'sum';
      readonly left: string;
      readonly right: string;
    }
  | {
      readonly op: 'map';
      readonly function: 'log' | 'sqrt' | 'yeo-johnson' | 'affine' | 'clip';
      readonly column: string;
      readonly parameters: readonly number[];
    }
  | { readonly op: 'bins'; readonly column: string; readonly edges: readonly number[] }
  | { readonly op: 'date-part'; readonly column: string; readonly part: DatePart }
  | { readonly op: 'date-difference'; readonly left: string; readonly right: string; readonly unitMicroseconds: number }
  | { readonly op: 'length'; readonly column: string; readonly edges: readonly number[] }
  | { readonly op: 'words'; readonly column: string }
  | { readonly op: 'term'; readonly column: string; readonly tokens: readonly string[]; readonly weight: number }
);

export type FittedRecipe = {
  readonly inputs: readonly InputSpec[];
  /** Computed in order before the features; absent: none. */
  readonly steps?: readonly FittedStep[];
  readonly features: readonly FeatureSpec[];
};

/** The raw columns behind a feature. */
export const rawColumnsOf = (feature: Pick<FeatureSpec, 'source' | 'from'>): readonly string[] =>
  feature.from ?? [feature.source];

/**
 * A boosted or bagged ensemble in flat parallel arrays over all nodes of all trees.
 * Node i is a leaf when feature[i] < 0; else a row goes left when
 *   numeric split (categoryOffset[i] < 0): x ≤ threshold[i] (float32 compare), or x is NaN and missingLeft[i] is 1;
 *   category split: its integer code c is a member of the left set (a bitset of 32-bit words, `categoryWords[i]` of them,
 *   from categoryBits[categoryOffset[i]]; codes beyond the words are not members), or x is NaN and missingLeft[i] is 1.
 * Infinities compare as values. Leaf values are float32-representable. margin[k] = baseScore[k] + Σ leaf values of trees of output k.
 */
export type TreeEnsemble = {
  readonly outputCount: number;
  readonly baseScore: Float64Array; // length outputCount
  readonly treeRoot: Int32Array; // first node of each tree
  readonly treeOutput: Int32Array; // output each tree adds to
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array; // absolute node index
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  readonly categoryOffset: Int32Array; // −1 for numeric splits and leaves
  readonly categoryWords: Int32Array;
  readonly categoryBits: Uint32Array;
  readonly value: Float32Array; // leaf value; 0 in inner nodes
  readonly cover: Float64Array; // training weight that reached the node (count × row weight), for path-dependent SHAP
  readonly gain: Float32Array; // split gain of inner nodes; 0 in leaves
};

/**
 * Linear margins over expanded features. Terms of numeric and date-part features: z = (impute(x) − mean) / scale, with
 * x clipped to [low, high] first, and an optional missing indicator; terms of category features: one-hot over `levels`
 * codes (0…levels.length), missing adding `missingWeight`.
 * margin[k] = intercept[k] + Σ terms.
 */
export type LinearTerm =
  | {
      readonly kind: 'numeric';
      readonly feature: number;
      readonly mean: number;
      readonly scale: number;
      readonly low: number;
      readonly high: number;
      readonly impute: number;
      readonly weights: readonly number[]; // per output
      readonly missingWeights: readonly number[]; // per output, added when x is NaN
    }
  | {
      readonly kind: 'category';
      readonly feature: number;
      readonly levelWeights: readonly (readonly number[])[]; // [code][output]; code = levels.length is "other"
      readonly missingWeights: readonly number[];
    };

/** One factor of a product: a standardised number (missing replaced, clipped), or 1 where a category has a code, else 0. */
export type DerivedFactor =
  | {
      readonly kind: 'number';
      readonly feature: number;
      readonly mean: number;
      readonly scale: number;
      readonly low: number;
      readonly high: number;
      readonly impute: number;
    }
  | {
      readonly kind: 'level';
      readonly feature: number;
      readonly code: number;
      /** Mean over the training rows. */
      readonly share: number;
    };

/**
 * A column a linear model computes from features before its terms read it, rounded to float32: what a number exceeds a knot
 * by, max(0, clip(impute(x)) − knot), or the product of two factors. Never missing.
 */
export type DerivedColumn =
  | {
      readonly kind: 'hinge';
      readonly feature: number;
      readonly low: number;
      readonly high: number;
      readonly impute: number;
      readonly knot: number;
    }
  | { readonly kind: 'product'; readonly factors: readonly [DerivedFactor, DerivedFactor] };

export type LinearModel = {
  readonly outputCount: number;
  /** Terms with a feature number from the recipe's number of features on read these, in order; absent means none. */
  readonly derived?: readonly DerivedColumn[];
  readonly intercept: readonly number[];
  readonly terms: readonly LinearTerm[];
  /** Mean of each term's contribution over the training rows [term][output]: the reference of exact contributions. */
  readonly termMeans: readonly (readonly number[])[];
};

/**
 * One term of an additive model: a table over the cells of one feature or of two. Cell c of a feature holds
 * cuts[c − 1] < x ≤ cuts[c] in float32 (category codes are numbers here, with cuts at code + ½); the last cell, number
 * cuts.length + 1, holds missing values. With n₀ × n₁ cells, tables are row-major: cell = c₀ · n₁ + c₁.
 */
export type AdditiveTerm = {
  readonly features: readonly number[]; // one or two, ascending
  readonly cuts: readonly Float32Array[]; // one a feature, ascending
  readonly values: Float32Array; // [cell][output]
  readonly deviations: Float32Array; // [cell][output], standard deviation over the bags
  readonly weights: Float32Array; // [cell], training weight
};

/** An explainable boosting machine: margin[k] = intercept[k] + Σ values of the cells a row falls into. */
export type AdditiveModel = {
  readonly outputCount: number;
  readonly intercept: Float64Array;
  readonly terms: readonly AdditiveTerm[];
};

/** One coordinate of k-nearest neighbours: a factor times its weight, rounded to float32. */
export type Coordinate = { readonly factor: DerivedFactor; readonly weight: number };

/**
 * k-nearest neighbours in standardised coordinates. With squared distances dⱼ of the k + 1 nearest points and h the largest
 * of them, a point counts countⱼ · (1 − dⱼ ÷ h), so that the answer changes continuously as neighbours change. Targets are
 * class shares or values; `priorWeight` rows of `prior` stand beside the neighbours. Margins: log-odds, log shares, or the mean.
 */
export type NeighboursModel = {
  readonly outputCount: number;
  readonly task: Task;
  readonly k: number;
  readonly coordinates: readonly Coordinate[];
  readonly points: Float32Array; // [point][coordinate]; equal rows are one point
  readonly targets: Float32Array; // [point][output]
  readonly counts: Float32Array; // rows of each point
  readonly prior: readonly number[];
  readonly priorWeight: number;
};

/**
 * `graph` is a model from outside that exists as the package's ONNX graph only: it takes the raw columns and gives margins
 * and predictions by itself, is alone in its model, and no kernel can compute it.
 */
export type Member =
  | { readonly kind: 'trees'; readonly weight: number; readonly trees: TreeEnsemble }
  | { readonly kind: 'linear'; readonly weight: number; readonly linear: LinearModel }
  | { readonly kind: 'additive'; readonly weight: number; readonly additive: AdditiveModel }
  | { readonly kind: 'neighbours'; readonly weight: number; readonly neighbours: NeighboursModel }
  | { readonly kind: 'net'; readonly weight: number; readonly net: NetModel }
  | { readonly kind: 'constant'; readonly weight: number; readonly margin: readonly number[] }
  | { readonly kind: 'graph'; readonly weight: number };

/** True when the model answers through its ONNX graph and is explained by sampling: foreign graphs, neighbours, nets. */
export const isGraphModel = (spec: Pick<ModelSpec, 'members'>): boolean =>
  spec.members.some(({ kind }) => kind === 'graph' || kind === 'neighbours' || kind === 'net');

/** True when a graph model is explained by sampling in a compute worker: neighbours, whose coalitions have a kernel. */
export const isNeighbourModel = (spec: Pick<ModelSpec, 'members'>): boolean =>
  spec.members.some(({ kind }) => kind === 'neighbours') &&
  spec.members.every(({ kind }) => kind !== 'graph' && kind !== 'net');

/**
 * Continuous calibrators on the blended margin m.
 * - identity: sigmoid(m) / softmax(m) / m.
 * - platt: sigmoid(slope · m + intercept).
 * - beta: sigmoid(a · ln σ(m) − b · ln(1 − σ(m)) + c).
 * - temperature: softmax(m / temperature).
 * - vector: softmax(scales · m + offsets), one of each a class.
 * - piecewise, venn-abers: probability by linear interpolation over knots (margins ascending), constant outside.
 */
export type Calibrator =
  | { readonly kind: 'identity' }
  | { readonly kind: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'beta'; readonly a: number; readonly b: number; readonly c: number }
  | { readonly kind: 'temperature'; readonly temperature: number }
  | { readonly kind: 'vector'; readonly scales: readonly number[]; readonly offsets: readonly number[] }
  | { readonly kind: 'venn-abers'; readonly margins: readonly number[]; readonly probabilities: readonly number[] }
  | { readonly kind: 'piecewise'; readonly margins: readonly number[]; readonly probabilities: readonly number[] };

/**
 * How a regression's prediction follows from its margins, where it is not the margin itself.
 * - log: prediction = exp(margin); contributions stay in the margin, where they multiply the prediction.
 * - quantiles: one output a level. The first level is "the" prediction and is its margin, so that contributions explain
 *   exactly the number that is shown. The others, ascending, are put in order around it: those below are sorted and kept
 *   at or under it, those above are sorted and kept at or over it, so that quantiles never cross.
 */
export type Response = { readonly kind: 'log' } | { readonly kind: 'quantiles'; readonly levels: readonly number[] };

/** Everything needed to predict. `classes` are label texts; for binary [negative, positive]; empty for regression. */
export type ModelSpec = {
  readonly task: Task;
  readonly classes: readonly string[];
  readonly outputCount: number; // 1 for binary and regression (one a level for quantiles), classes.length for multiclass
  /** Regression only; absent: the prediction is the margin. */
  readonly response?: Response;
  readonly recipe: FittedRecipe;
  readonly members: readonly Member[];
  readonly calibration: Calibrator;
  /** How intervals and prediction sets are made; absent in models without. */
  readonly intervals?: IntervalModel;
};
