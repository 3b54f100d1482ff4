/**
 * What every fitting task reads, all of it on shared memory: the raw columns, the target, the folds. Recipes, features
 * and bins are fitted inside the worker from the fold's own training rows, and kept for the next trial on that fold.
 */
import type { FeatureMatrix, Frame } from '../../ml/frame.ts';
import type { Team } from '../../ml/kernels/team.ts';
import { openTrainingKernels } from '../../ml/kernels/training.ts';
import type { FittedRecipe, InputSpec, Task } from '../../ml/model-spec.ts';
import type { ObjectiveSpec } from '../../ml/objective-spec.ts';
import { applyRecipe, featureKinds, featuresOf, type FeatureKind as RecipeKind } from '../../ml/recipe/apply.ts';
import { fitRecipe, fitRecipeWithSteps } from '../../ml/recipe/fit.ts';
import type { RecipeStep } from '../../ml/recipe/steps.ts';
import { applyBins, type BinMapper, type BinnedMatrix, buildBins, type FeatureKind } from '../../ml/trees/bins.ts';
import type { ColumnConstraints } from '../../ml/trees/column-constraints.ts';
import type { TreeParams } from '../../ml/trees/params.ts';
import { predictTrees } from '../../ml/trees/predict.ts';
import { decodeTrees } from '../../ml/trees/serialize.ts';
import type { TrainInput } from '../../ml/trees/train.ts';

export type TrainingData = {
  /** Distinguishes runs in the workers' caches. */
  readonly session: string;
  readonly frame: Frame;
  readonly inputs: readonly InputSpec[];
  readonly task: Task;
  readonly outputCount: number;
  /** 0/1, class index, or value; length rowCount. */
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  /** Loss of a regression; absent: squared error. It decides what margins mean, so every learner of the run shares it. */
  readonly objective?: ObjectiveSpec;
  /** The user's steps before the features, fitted in every split anew; absent: none. */
  readonly steps?: readonly RecipeStep[];
  /** Orders of target encodings. */
  readonly seed?: number;
  /** What all trials of boosted trees share; absent: nothing. */
  readonly trees?: Partial<Pick<TreeParams, 'ensemble' | 'sampling' | 'gradientLevels' | 'rounds'>>;
  /** What every learner of the run must keep to; absent: nothing. */
  readonly constraints?: ColumnConstraints;
  /** The model whose trees the run goes on from; absent: it begins anew. */
  readonly continues?: ContinuedTrees;
};

/** Trees that stand first in the model and stay as they are, and the recipe they were fitted with, which stays too. */
export type ContinuedTrees = {
  readonly recipe: FittedRecipe;
  /** Encoded. */
  readonly trees: Uint8Array;
};

/** Rows of one fit; `name` identifies the split within the session. */
export type Split = { readonly name: string; readonly trainRows: Int32Array; readonly validRows: Int32Array | null };

export type PreparedSplit = {
  readonly recipe: FittedRecipe;
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  readonly linearKinds: readonly RecipeKind[];
  /** Where `team` helped, it stays hired until `binned.kernels` is told otherwise. */
  readonly bins: (maxBins: number, team?: Team | null) => { readonly mapper: BinMapper; readonly binned: BinnedMatrix };
  /** The trees that new ones go on from, with their margins of all rows; absent where a model begins anew. */
  readonly start?: NonNullable<TrainInput['init']>;
};

const cache = new Map<string, PreparedSplit>();
let cachedSession = '';

/** Bytes of prepared features a worker keeps; beyond it the oldest split is prepared again when needed. */
const cacheBytes = 384 * 1024 * 1024;

/** Features of all rows under the recipe fitted on the split's training rows. */
export function prepareSplit(data: TrainingData, split: Split): PreparedSplit {
  if (cachedSession !== data.session) {
    cache.clear();
    cachedSession = data.session;
  }
  const known = cache.get(split.name);
  if (known) return known;
  const { recipe, matrix } = fitSplit(data, split.trainRows);
  const linearKinds = featureKinds(recipe);
  const kinds = linearKinds.map((feature): FeatureKind => feature.kind);
  const binsBySize = new Map<number, { readonly mapper: BinMapper; readonly binned: BinnedMatrix }>();
  const prepared: PreparedSplit = {
    recipe,
    matrix,
    kinds,
    linearKinds,
    ...startOf(data, matrix),
    bins: (maxBins, team = null) => {
      let made = binsBySize.get(maxBins);
      if (made === undefined) {
        made = makeBins(matrix, kinds, split.trainRows, maxBins, team);
        binsBySize.clear();
        binsBySize.set(maxBins, made);
      }
      return made;
    },
  };
  const bytesEach = matrix.rowCount * (matrix.columns.length * 6 + 8) + 1;
  while (cache.size > 0 && (cache.size + 1) * bytesEach > cacheBytes) {
    const oldest = cache.keys().next().value;
    if (oldest === undefined) break;
    cache.delete(oldest);
  }
  cache.set(split.name, prepared);
  return prepared;
}

/** The recipe fitted on the training rows alone (or that of the model that is continued), and the features of all rows. */
function fitSplit(
  data: TrainingData,
  rows: Int32Array,
): { readonly recipe: FittedRecipe; readonly matrix: FeatureMatrix } {
  const { frame, inputs, steps, continues } = data;
  if (continues !== undefined) return { recipe: continues.recipe, matrix: applyRecipe(continues.recipe, frame) };
  if (steps === undefined || steps.length === 0) {
    const recipe = fitRecipe(frame, rows, { inputs });
    return { recipe, matrix: applyRecipe(recipe, frame) };
  }
  const classCount = data.task === 'regression' ? 1 : data.task === 'binary' ? 2 : data.outputCount;
  const fitted = fitRecipeWithSteps(frame, rows, {
    inputs,
    steps,
    target: { label: data.label, classCount },
    seed: data.seed ?? 0,
  });
  return { recipe: fitted.recipe, matrix: featuresOf(fitted.recipe, fitted.frame) };
}

function startOf({ continues }: TrainingData, matrix: FeatureMatrix): Pick<PreparedSplit, 'start'> {
  if (continues === undefined) return {};
  const ensemble = decodeTrees(continues.trees);
  return { start: { ensemble, margins: predictTrees(ensemble, matrix) } };
}

function makeBins(
  matrix: FeatureMatrix,
  kinds: readonly FeatureKind[],
  rows: Int32Array,
  maxBins: number,
  team: Team | null,
): { readonly mapper: BinMapper; readonly binned: BinnedMatrix } {
  const kernels = openTrainingKernels(matrix.rowCount * kinds.length);
  const dismiss = kernels.hire(team);
  try {
    const mapper = buildBins(matrix, kinds, rows, { maxBins }, kernels);
    return { mapper, binned: applyBins(mapper, matrix, kernels) };
  } catch (error) {
    dismiss();
    throw error;
  }
}
