import { pickRows } from '../../base/typed-arrays.ts';
import { fitAdditive } from '../../ml/additive/fit.ts';
import type { AdditiveParams } from '../../ml/additive/params.ts';
import { predictAdditive } from '../../ml/additive/predict.ts';
import { marginLoss } from '../../ml/ensemble/blend.ts';
import { takeFeatures } from '../../ml/frame.ts';
import { fitExpandedLinear } from '../../ml/linear/expand.ts';
import { predictLinear } from '../../ml/linear/predict.ts';
import type { AdditiveModel, FittedRecipe, LinearModel, NeighboursModel } from '../../ml/model-spec.ts';
import { fitNeighbours } from '../../ml/neighbours/fit.ts';
import { predictNeighbours } from '../../ml/neighbours/predict.ts';
import type { NetModel } from '../../ml/nets/net-model.ts';
import type { NetParams } from '../../ml/nets/params.ts';
import { constrainFeatures } from '../../ml/trees/column-constraints.ts';
import type { TreeParams } from '../../ml/trees/params.ts';
import { encodeTrees } from '../../ml/trees/serialize.ts';
import { trainTrees } from '../../ml/trees/train.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type SelectionSpec, selectInputs } from './select-inputs.ts';
import { type PreparedSplit, prepareSplit, type Split, type TrainingData } from './training-data.ts';

/** One learner with its parameters; what a trial is. */
export type TrialSpec =
  | {
      readonly learner: 'trees';
      readonly params: TreeParams;
      readonly earlyStoppingRounds: number | null;
      /** Present: only columns that beat shuffled targets on the split's own training rows are used. */
      readonly selection?: SelectionSpec;
    }
  | {
      /** Averaged trees: a random forest, or extremely randomised trees. */
      readonly learner: 'forest' | 'extra-trees';
      readonly params: TreeParams;
    }
  | { readonly learner: 'linear'; readonly seed: number }
  | { readonly learner: 'ebm'; readonly params: AdditiveParams }
  | { readonly learner: 'knn'; readonly seed: number }
  | { readonly learner: 'mlp'; readonly params: NetParams };

/** Trials that the kernels fit, without waiting for anything; nets are trained by ONNX Runtime. */
export type KernelTrialSpec = Exclude<TrialSpec, { readonly learner: 'mlp' }>;

export type FitSplitInput<T extends TrialSpec = TrialSpec> = {
  readonly data: TrainingData;
  readonly split: Split;
  readonly trial: T;
  readonly label: { readonly trial: number; readonly fold: number };
};

/** A fitted model with its in-fold recipe; trees travel encoded, and only those grown in this fit. */
export type FittedPart =
  | { readonly learner: 'trees'; readonly recipe: FittedRecipe; readonly trees: Uint8Array }
  | { readonly learner: 'linear'; readonly recipe: FittedRecipe; readonly linear: LinearModel }
  | { readonly learner: 'ebm'; readonly recipe: FittedRecipe; readonly additive: AdditiveModel }
  | { readonly learner: 'knn'; readonly recipe: FittedRecipe; readonly neighbours: NeighboursModel }
  | { readonly learner: 'mlp'; readonly recipe: FittedRecipe; readonly net: NetModel };

export type FitSplitOutput = {
  readonly part: FittedPart;
  /** Margins of the split's validation rows, row-major; null without validation rows. */
  readonly validMargins: Float64Array | null;
  /** Loss of those margins; NaN without validation rows. */
  readonly validLoss: number;
  readonly rounds: number;
  readonly fitMs: number;
};

/** Fits one trial on one split: recipe, bins and model see the training rows alone. */
export function fitSplit(input: FitSplitInput<KernelTrialSpec>, environment: TaskEnvironment): FitSplitOutput {
  const { data, split, trial } = input;
  const started = environment.now();
  const prepared = prepareFor(input, environment);
  if (trial.learner === 'linear') {
    const linear = fitExpandedLinear(
      {
        matrix: prepared.matrix,
        kinds: prepared.linearKinds,
        label: data.label,
        weight: data.weight,
        rows: split.trainRows,
        task: data.task,
        outputCount: data.outputCount,
      },
      { seed: trial.seed, foldCount: 3 },
      { stop: environment.stop, deadline: environment.deadline },
    );
    const validMargins =
      split.validRows === null
        ? null
        : pickRows(predictLinear(linear, prepared.matrix), split.validRows, data.outputCount);
    return {
      part: { learner: 'linear', recipe: prepared.recipe, linear },
      validMargins,
      validLoss: validLoss(input, validMargins),
      rounds: 1,
      fitMs: environment.now() - started,
    };
  }
  if (trial.learner === 'knn') {
    const neighbours = fitNeighbours(
      {
        matrix: prepared.matrix,
        kinds: prepared.linearKinds,
        label: data.label,
        rows: split.trainRows,
        task: data.task,
        outputCount: data.outputCount,
      },
      trial.seed,
      environment.stop,
    );
    const valid =
      split.validRows === null ? null : predictNeighbours(neighbours, takeFeatures(prepared.matrix, split.validRows));
    return {
      part: { learner: 'knn', recipe: prepared.recipe, neighbours },
      validMargins: valid,
      validLoss: validLoss(input, valid),
      rounds: neighbours.k,
      fitMs: environment.now() - started,
    };
  }
  if (trial.learner === 'ebm') {
    const { model: additive, rounds } = fitAdditive(
      {
        matrix: prepared.matrix,
        kinds: prepared.linearKinds,
        label: data.label,
        weight: data.weight,
        rows: split.trainRows,
        task: data.task,
        outputCount: data.outputCount,
      },
      trial.params,
      { stop: environment.stop, deadline: environment.deadline },
    );
    const validMargins =
      split.validRows === null
        ? null
        : pickRows(predictAdditive(additive, prepared.matrix), split.validRows, data.outputCount);
    return {
      part: { learner: 'ebm', recipe: prepared.recipe, additive },
      validMargins,
      validLoss: validLoss(input, validMargins),
      rounds,
      fitMs: environment.now() - started,
    };
  }
  const team = environment.team ?? null;
  const { mapper, binned } = prepared.bins(trial.params.maxBins, team);
  const dismiss = binned.kernels.hire(team);
  try {
    return fitTrees(input, trial, environment, prepared, { mapper, binned }, started);
  } finally {
    dismiss();
  }
}

function fitTrees(
  input: FitSplitInput<KernelTrialSpec>,
  trial: Extract<TrialSpec, { readonly params: TreeParams }>,
  environment: TaskEnvironment,
  prepared: PreparedSplit,
  { mapper, binned }: ReturnType<PreparedSplit['bins']>,
  started: number,
): FitSplitOutput {
  const { data, split } = input;
  let lastEmit = started;
  const trained = trainTrees(
    {
      binned,
      mapper,
      kinds: prepared.kinds,
      label: data.label,
      weight: data.weight,
      trainRows: split.trainRows,
      validRows: split.validRows,
      task: data.task,
      outputCount: data.outputCount,
      ...(prepared.start === undefined ? {} : { init: prepared.start }),
    },
    paramsOf(data, trial, prepared.recipe),
    {
      stop: environment.stop,
      deadline: environment.deadline,
      earlyStoppingRounds: trial.learner === 'trees' ? trial.earlyStoppingRounds : null,
      onRound: (round, _trainLoss, validLoss) => {
        const now = environment.now();
        if (validLoss === null || !(isCurveRound(round) || now - lastEmit >= 1000)) return;
        lastEmit = now;
        environment.emit({
          series: 'curve',
          trial: input.label.trial,
          fold: input.label.fold,
          round,
          valid: validLoss,
        });
      },
    },
  );
  return {
    part: { learner: 'trees', recipe: prepared.recipe, trees: encodeTrees(trained.grown) },
    validMargins: trained.validMargins,
    validLoss: validLoss(input, trained.validMargins),
    rounds: trained.bestRound,
    fitMs: environment.now() - started,
  };
}

/** The trial's parameters under the objective, the constraints and the kind of boosting of the run. */
const paramsOf = (
  data: TrainingData,
  { learner, params }: Extract<TrialSpec, { readonly params: TreeParams }>,
  recipe: FittedRecipe,
): TreeParams => ({
  ...params,
  ...(learner === 'trees' ? boostingOf(data, params) : {}),
  ...constrainFeatures(data.constraints, recipe),
  ...(data.objective === undefined ? {} : { objective: data.objective }),
});

const boostingOf = ({ trees }: TrainingData, params: TreeParams): Partial<TreeParams> =>
  trees === undefined
    ? {}
    : { ...trees, ...(trees.rounds === undefined ? {} : { rounds: Math.min(trees.rounds, params.rounds) }) };

/** The split under all columns, or under those the trial selects on its training rows. */
function prepareFor(
  { data, split, trial }: FitSplitInput<KernelTrialSpec>,
  environment: TaskEnvironment,
): PreparedSplit {
  if (trial.learner !== 'trees' || trial.selection === undefined) return prepareSplit(data, split);
  const inputs = selectInputs(data, split, trial.selection, environment.stop);
  if (inputs.length === data.inputs.length) return prepareSplit(data, split);
  return prepareSplit({ ...data, inputs }, { ...split, name: `${split.name}-selected-${trial.selection.seed}` });
}

function validLoss({ data, split }: FitSplitInput<KernelTrialSpec>, margins: Float64Array | null): number {
  if (margins === null || split.validRows === null) return Number.NaN;
  const labels = Float64Array.from(split.validRows, (row) => data.label[row]);
  return marginLoss(data.task, margins, labels, data.outputCount, data.objective);
}

/** Rounds that always get a point of the learning curve: 1, 2, 3, 4, 6, 8, 12, 16 …, some fifteen a fit, however short it is. */
function isCurveRound(round: number): boolean {
  const power = 2 ** Math.floor(Math.log2(round));
  return round === power || round === 1.5 * power;
}
