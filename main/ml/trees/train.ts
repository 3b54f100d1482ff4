/**
 * Gradient boosting over binned features: second-order gains, histogram trees grown best-first, shrinkage, row and feature
 * sampling, early stopping. A pure function of its inputs: one thread, seeded draws, sums that do not depend on order;
 * so a model is the same bytes whatever else runs, on sorted data too.
 *
 * Arrays over rows are indexed by absolute row of the binned matrix, for training and validation rows alike. Rows of
 * weight zero are left out.
 */
import { invalidInput } from '../../base/errors.ts';
import { deriveSeed } from '../../base/rng.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { Task, TreeEnsemble } from '../model-spec.ts';
import type { BinMapper, BinnedMatrix, FeatureKind } from './bins.ts';
import { createGrower } from './grow.ts';
import { renewLeaves } from './leaf-values.ts';
import { createObjective } from './objective.ts';
import { resolveTreeParams, type TreeParams } from './params.ts';
import { assertQuantisable, hashRow, quantisationScale, quantise } from './quantise.ts';
import { createTreeBuilder, markBuilder, packTrees } from './tree-builder.ts';
import { addByWalking, addLeafRanges } from './walk-bins.ts';

export type TrainInput = {
  readonly binned: BinnedMatrix;
  readonly mapper: BinMapper;
  readonly kinds: readonly FeatureKind[];
  /** By absolute row: 0/1, class index, or value. */
  readonly label: Float64Array;
  /** By absolute row, ≥ 0; null weighs all rows 1. */
  readonly weight: Float64Array | null;
  readonly trainRows: Int32Array;
  readonly validRows: Int32Array | null;
  readonly task: Task;
  /** 1 for binary and regression, the number of classes for multiclass. */
  readonly outputCount: number;
};

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

/** Losses by round: log loss, or root mean squared error in target units; empty where not computed. */
export type TrainHistory = { readonly train: readonly number[]; readonly valid: readonly number[] };

export type TrainResult = {
  /** Cut back to `bestRound`. */
  readonly ensemble: TreeEnsemble;
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

/**
 * Trains one booster. Throws cancelled when `stop` goes up, invalid-input for labels, weights or rows that do not fit.
 * At a deadline it returns what it has, down to the base score alone.
 */
export function trainTrees(input: TrainInput, given: TreeParams, control: TrainControl): TrainResult {
  const params = resolveTreeParams(given);
  const { binned, mapper, task, outputCount, label } = input;
  checkInput(input);
  const weight = effectiveWeight(input, params);
  const trainRows = weight === null ? input.trainRows : input.trainRows.filter((row) => weight[row] > 0);
  if (trainRows.length === 0) {
    throw invalidInput('tree-no-rows', 'There are no training rows with a positive weight.', {
      hint: 'Check the row weights and the split into training and validation rows.',
    });
  }
  assertQuantisable(trainRows.length);
  const objective = createObjective(task, { label, weight, trainRows, outputCount });
  const features = usefulFeatures(binned, trainRows);
  const grower = createGrower(binned, mapper, features, params, trainRows);
  const builder = createTreeBuilder();
  const cells = binned.rowCount * outputCount;
  const margins = new Float64Array(cells);
  for (let i = 0; i < cells; i++) margins[i] = objective.base[i % outputCount];
  const g = new Float64Array(binned.rowCount);
  const h = new Float64Array(binned.rowCount);
  const packed = new Float64Array(binned.rowCount);
  const sums = new Float64Array(2);
  const validRows = input.validRows;
  const history = { train: [] as number[], valid: [] as number[] };
  const rounds = { done: 0, best: 0, bestLoss: Number.POSITIVE_INFINITY, barren: 0 };
  let bestMark = markBuilder(builder);
  let bestMargins = validRows === null ? null : gatherMargins(margins, validRows, outputCount);
  if (validRows !== null && validRows.length > 0) rounds.bestLoss = objective.loss(margins, validRows);
  const poll = (): boolean => {
    throwIfStopped(control.stop);
    return control.deadline?.() === true;
  };

  const growRound = (round: number): boolean => {
    const roundSeed = deriveSeed(params.seed, `round ${round}`);
    const [bag, rest] = drawBag(trainRows, params.baggingFraction, roundSeed);
    objective.beginRound(margins, bag);
    let grew = false;
    for (let output = 0; output < outputCount; output++) {
      objective.gradients(output, margins, bag, g, h, sums);
      const gradientScale = quantisationScale(sums[0], bag.length);
      const hessianScale = quantisationScale(sums[1], bag.length);
      const seed = deriveSeed(roundSeed, `output ${output}`);
      const sum = quantise(g, h, bag, gradientScale, hessianScale, seed, packed);
      grower.rows.set(bag);
      const before = markBuilder(builder);
      const tree = grower.grow(builder, bag.length, { packed, sum, gradientScale, hessianScale, seed }, poll);
      if (tree === null) return false;
      if (tree.leafCount === 1) {
        truncate(builder, before.nodes);
        continue;
      }
      grew = true;
      builder.root.push(tree.root);
      builder.output.push(output);
      renewLeaves(builder, tree, grower.rows, { g, h, weight }, params, objective.stepUnit);
      addLeafRanges(builder, tree, grower.rows, margins, outputCount, output);
      addByWalking(builder, tree, binned, rest, margins, outputCount, output);
      if (validRows !== null) addByWalking(builder, tree, binned, validRows, margins, outputCount, output);
    }
    rounds.barren = grew ? 0 : rounds.barren + 1;
    return true;
  };

  for (let round = 1; round <= params.rounds; round++) {
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
      bestMargins = validRows === null ? null : gatherMargins(margins, validRows, outputCount);
    }
    if (!keepAll && round - rounds.best >= (control.earlyStoppingRounds ?? 0)) break;
    if (rounds.barren >= barrenLimit) break;
  }
  return {
    ensemble: packTrees(builder, objective.base, bestMark),
    bestRound: rounds.best,
    rounds: rounds.done,
    history,
    validMargins: bestMargins,
  };
}

function truncate(builder: ReturnType<typeof createTreeBuilder>, nodes: number): void {
  for (const list of [
    builder.feature,
    builder.threshold,
    builder.left,
    builder.right,
    builder.missingLeft,
    builder.categoryOffset,
    builder.categoryWords,
    builder.value,
    builder.cover,
    builder.gain,
  ]) {
    list.length = nodes;
  }
}

function gatherMargins(margins: Float64Array, rows: Int32Array, outputs: number): Float64Array {
  const out = new Float64Array(rows.length * outputs);
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < outputs; k++) out[i * outputs + k] = margins[rows[i] * outputs + k];
  }
  return out;
}

/** Rows in and out of the round's bag: each row by a seeded coin; all rows when the fraction is 1. */
function drawBag(rows: Int32Array, fraction: number, seed: number): readonly [bag: Int32Array, rest: Int32Array] {
  if (fraction >= 1) return [rows, new Int32Array(0)];
  const key = deriveSeed(seed, 'bag');
  const limit = fraction * 4_294_967_296;
  const inside = rows.filter((row) => hashRow(row, key) >>> 0 < limit);
  if (inside.length === 0) return [rows, new Int32Array(0)];
  return [inside, rows.filter((row) => hashRow(row, key) >>> 0 >= limit)];
}

/** Features whose training rows fall into more than one bin. */
function usefulFeatures(binned: BinnedMatrix, rows: Int32Array): number[] {
  const useful: number[] = [];
  binned.columns.forEach((column, f) => {
    const first = column[rows[0]];
    for (let i = 1; i < rows.length; i++) {
      if (column[rows[i]] === first) continue;
      useful.push(f);
      return;
    }
  });
  return useful;
}

function effectiveWeight(input: TrainInput, params: TreeParams): Float64Array | null {
  const { label, weight, task } = input;
  const positive = task === 'binary' ? params.scalePosWeight : 1;
  const classWeights = task === 'regression' ? null : params.classWeights;
  if (positive === 1 && classWeights === null) return weight;
  return label.map((y, row) => {
    const own = weight === null ? 1 : weight[row];
    return own * (classWeights?.[y] ?? 1) * (y === 1 ? positive : 1);
  });
}

function checkInput({
  binned,
  mapper,
  kinds,
  label,
  weight,
  trainRows,
  validRows,
  task,
  outputCount,
}: TrainInput): void {
  const problem = (message: string): Error => invalidInput('tree-input', message);
  if (mapper.features.length !== binned.featureCount || kinds.length !== binned.featureCount) {
    throw problem(
      `${binned.featureCount} binned features, ${mapper.features.length} in the mapper, ${kinds.length} kinds.`,
    );
  }
  if (kinds.some((kind, f) => mapper.features[f].kind !== kind)) throw problem('Feature kinds differ from the mapper.');
  if (label.length !== binned.rowCount) throw problem(`${label.length} labels for ${binned.rowCount} rows.`);
  if (weight !== null && weight.length !== binned.rowCount) {
    throw problem(`${weight.length} weights for ${binned.rowCount} rows.`);
  }
  if (task === 'multiclass' ? outputCount < 2 : outputCount !== 1) throw problem(`${outputCount} outputs for ${task}.`);
  const classes = task === 'binary' ? 2 : outputCount;
  for (const rows of validRows === null ? [trainRows] : [trainRows, validRows]) {
    for (const row of rows) {
      const y = label[row];
      const labelled = task === 'regression' ? Number.isFinite(y) : y >= 0 && y < classes && Number.isInteger(y);
      if (!labelled) throw problem(`Row ${row} has the label ${y}, which does not fit the task ${task}.`);
      if (weight !== null && !(weight[row] >= 0 && weight[row] < Number.POSITIVE_INFINITY)) {
        throw problem(`Row ${row} has the weight ${weight[row]}.`);
      }
    }
  }
}
