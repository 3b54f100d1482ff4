/**
 * Gradient boosting over binned features: second-order gains, histogram trees grown best-first, shrinkage, row and feature
 * sampling, dropout, early stopping, continuing from an ensemble; forests are grown by the same parts. A pure function of its inputs: one thread, seeded draws, sums that do not depend on order;
 * so a model is the same bytes whatever else runs, on sorted data too.
 *
 * Arrays over rows are indexed by absolute row of the binned matrix, for training and validation rows alike. Rows of
 * weight zero are left out.
 */
import { invalidInput } from '../../base/errors.ts';
import { deriveSeed } from '../../base/rng.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { joinArrays } from '../../base/typed-arrays.ts';
import type { TrainingKernels } from '../kernels/training.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { combineEnsembles, type EnsemblePart } from './combine.ts';
import { createDart, type Dart } from './dart.ts';
import { createRowDrawer, createTreeFitter } from './fit-tree.ts';
import { trainForest } from './forest.ts';
import { createGrower } from './grow.ts';
import { gatherMargins, marginsOf, spreadMargins, startMargins } from './margins.ts';
import { createObjective } from './objective.ts';
import { resolveTreeParams, type TreeParams } from './params.ts';
import { assertQuantisable } from './quantise.ts';
import { addStoredTree, type StoredTree, storeTree } from './stored-tree.ts';
import {
  checkInput,
  effectiveWeight,
  scalePenalties,
  type TrainInput,
  usefulFeatures,
  weightUnit,
} from './train-input.ts';
import { createTreeBuilder, markBuilder, packTrees } from './tree-builder.ts';
import { addByWalking, addLeafRanges } from './walk-bins.ts';

export type { TrainInput } from './train-input.ts';

export type TrainControl = {
  readonly stop: StopSignal;
  /** Rounds without a better validation loss before giving up; null trains all rounds and keeps all. */
  readonly earlyStoppingRounds: number | null;
  /** True once time is up: training ends with the best rounds so far. Polled at every split. */
  readonly deadline?: () => boolean;
  /** Also compute the training loss each round (costs one pass over the rows). */
  readonly trainLoss?: boolean;
  readonly onRound?: (round: number, trainLoss: number | null, validLoss: number | null) => void;
};

/** Losses by round, as the objective defines them (log loss, root mean squared error, …); empty where not computed. */
export type TrainHistory = { readonly train: readonly number[]; readonly valid: readonly number[] };

export type TrainResult = {
  /** Cut back to `bestRound`. */
  readonly ensemble: TreeEnsemble;
  /** The trees of this training alone; with a base of zero where they continue others. */
  readonly grown: TreeEnsemble;
  /** Rounds kept; 0 is the base score alone. */
  readonly bestRound: number;
  /** Rounds finished. */
  readonly rounds: number;
  readonly history: TrainHistory;
  /** Margins of `validRows` in their order [row][output] at `bestRound`; exactly what the ensemble predicts. */
  readonly validMargins: Float64Array | null;
};

/** Rounds in a row in which no tree found a split before training ends. */
const barrenLimit = 5;
/** Nodes of all trees after which training ends: thousands of classes would otherwise fill the memory. */
const mostNodes = 4_000_000;

/**
 * Trains one ensemble. Throws cancelled when `stop` goes up, invalid-input for labels, weights or rows that do not fit.
 * At a deadline it returns what it has, down to the base score alone.
 */
export function trainTrees(input: TrainInput, given: TreeParams, control: TrainControl): TrainResult {
  const params = resolveTreeParams(given);
  checkInput(input, params);
  const { kernels } = input.binned;
  const mark = kernels.mark();
  try {
    return trainChecked(input, params, control);
  } finally {
    kernels.release(mark);
  }
}

/** What it returns holds copies: the kernels' arrays are given back. */
function trainChecked(input: TrainInput, chosen: TreeParams, control: TrainControl): TrainResult {
  const { binned, mapper, task, outputCount, validRows } = input;
  const { kernels } = binned;
  const label = placeDoubles(kernels, input.label);
  const weight = effectiveWeight(input, chosen);
  const unit = weightUnit(weight);
  const params = unit === 1 ? chosen : scalePenalties(chosen, unit);
  const trainRows = placeRows(kernels, input.trainRows, weight);
  if (trainRows.length === 0) {
    throw invalidInput('tree-no-rows', 'There are no training rows with a positive weight.', {
      hint: 'Check the row weights and the split into training and validation rows.',
    });
  }
  assertQuantisable(trainRows.length);
  const objective = createObjective(task, params.objective, {
    label,
    weight: weight === null ? null : placeDoubles(kernels, unit === 1 ? weight : weight.map((w) => w * unit)),
    trainRows,
    outputCount,
    kernels,
  });
  const features = usefulFeatures(binned, trainRows);
  const grower = createGrower(binned, mapper, features, params, trainRows);
  if (params.ensemble === 'forest') {
    return trainForest({ input, params, control, objective, grower, weight, trainRows });
  }
  const builder = createTreeBuilder();
  const margins = kernels.doubles(binned.rowCount * outputCount);
  if (input.init === undefined) startMargins(objective.base, margins);
  else spreadMargins(input.init.margins, margins, outputCount);
  const fitTree = createTreeFitter({ input, params, objective, grower, weight, builder });
  const history = { train: [] as number[], valid: [] as number[] };
  const rounds = { done: 0, best: 0, bestLoss: Number.POSITIVE_INFINITY, barren: 0 };
  const everyRow = validRows === null ? trainRows : joinArrays(Int32Array, [trainRows, validRows]);
  const dart = params.ensemble === 'dart' ? createDart(builder, binned, everyRow, margins, outputCount, params) : null;
  let bestMark = markBuilder(builder);
  let bestValues: number[] = [];
  let bestMargins = validRows === null ? null : gatherMargins(margins, validRows, outputCount);
  if (validRows !== null && validRows.length > 0) rounds.bestLoss = objective.loss(margins, validRows);
  const poll = (): boolean => {
    throwIfStopped(control.stop);
    return control.deadline?.() === true;
  };
  // Draws go on too: the same seed again would give the first new trees the rows of the first old ones
  const earlierRounds = Math.floor((input.init?.ensemble.treeRoot.length ?? 0) / outputCount);
  const drawRows = createRowDrawer({ params, objective, trainRows, label, outputCount });

  const growRound = (round: number): boolean => {
    const roundSeed = deriveSeed(params.seed, `round ${earlierRounds + round}`);
    dart?.begin(round);
    const draw = drawRows(round, roundSeed, margins);
    objective.beginRound(margins, draw.bag);
    const grown: StoredTree[] = [];
    let grew = false;
    for (let output = 0; output < outputCount; output++) {
      const tree = fitTree(output, margins, draw, deriveSeed(roundSeed, `output ${output}`), poll);
      if (tree === null) return false;
      if (tree.leafCount === 1) continue;
      grew = true;
      if (dart !== null) {
        grown.push(storeTree(tree, output, round));
        continue;
      }
      const own = marginsOf(margins, output, outputCount);
      addLeafRanges(kernels, builder, tree, grower.rows, own);
      addByWalking(builder, tree, binned, draw.rest, own);
      if (validRows !== null) addByWalking(builder, tree, binned, validRows, own);
    }
    dart?.end(grown);
    rounds.barren = grew ? 0 : rounds.barren + 1;
    return true;
  };

  for (let round = 1; round <= params.rounds && builder.feature.length < mostNodes; round++) {
    if (poll() || !growRound(round)) break;
    rounds.done = round;
    const trainLoss = control.trainLoss ? objective.loss(margins, trainRows) : null;
    const validLoss = validRows !== null && validRows.length > 0 ? objective.loss(margins, validRows) : null;
    if (trainLoss !== null) history.train.push(trainLoss);
    if (validLoss !== null) history.valid.push(validLoss);
    control.onRound?.(round, trainLoss, validLoss);
    const keepAll = control.earlyStoppingRounds === null || validLoss === null;
    if (keepAll || validLoss < rounds.bestLoss) {
      if (validLoss !== null) rounds.bestLoss = validLoss;
      rounds.best = round;
      bestMark = markBuilder(builder);
      // Later rounds of DART scale these trees again: the best round is its trees with the values of that moment.
      if (dart !== null) bestValues = builder.value.slice();
      else if (validRows !== null) bestMargins = gatherMargins(margins, validRows, outputCount);
    }
    if (!keepAll && round - rounds.best >= (control.earlyStoppingRounds ?? 0)) break;
    if (rounds.barren >= barrenLimit) break;
  }
  if (dart !== null) {
    bestValues.forEach((value, node) => {
      builder.value[node] = value;
    });
    if (validRows !== null) bestMargins = replayDart(dart, rounds.best);
  }
  const base = input.init === undefined ? objective.base : new Float64Array(outputCount);
  const grown = packTrees(builder, base, bestMark);
  return {
    ensemble: input.init === undefined ? grown : combineEnsembles(unscaled(input.init.ensemble, grown)),
    grown,
    bestRound: rounds.best,
    rounds: rounds.done,
    history,
    validMargins: bestMargins,
  };

  /** Margins of the validation rows from the kept values, added in the order the finished ensemble adds them. */
  function replayDart({ trees }: Dart, best: number): Float64Array {
    const rows = validRows ?? new Int32Array(0);
    const start = input.init?.margins ?? null;
    if (start === null) startMargins(objective.base, margins);
    else spreadMargins(start, margins, outputCount);
    for (const tree of trees) {
      if (tree.round <= best) addStoredTree(tree, builder.value, 1, binned, rows, margins, outputCount);
    }
    return gatherMargins(margins, rows, outputCount);
  }
}

/** The training rows that count, ascending: sums by leaf go through rows in order. */
function placeRows(kernels: TrainingKernels, rows: Int32Array, weight: Float64Array | null): Int32Array {
  const kept = weight === null ? rows : rows.filter((row) => weight[row] > 0);
  const out = kernels.ints(kept.length);
  out.set(kept);
  if (out.some((row, i) => i > 0 && row < out[i - 1])) out.sort();
  return out;
}

function placeDoubles(kernels: TrainingKernels, values: Float64Array): Float64Array {
  const out = kernels.doubles(values.length);
  out.set(values);
  return out;
}

const unscaled = (...ensembles: readonly TreeEnsemble[]): EnsemblePart[] =>
  ensembles.map((ensemble) => ({ ensemble, weight: 1 }));
