/** What trees are trained on, and the checks of it. */
import { invalidInput } from '../../base/errors.ts';
import type { Task, TreeEnsemble } from '../model-spec.ts';
import { outputsOf } from '../objective-spec.ts';
import type { BinMapper, BinnedMatrix, FeatureKind } from './bins.ts';
import type { TreeParams } from './params.ts';

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
  /** 1 for binary and regression (quantiles: their number), the number of classes for multiclass. */
  readonly outputCount: number;
  /** Continues from an ensemble: its trees come first, and margins start from its own (by absolute row, row-major). */
  readonly init?: { readonly ensemble: TreeEnsemble; readonly margins: Float64Array };
};

/** Features whose training rows fall into more than one bin. */
export function usefulFeatures(binned: BinnedMatrix, rows: Int32Array): number[] {
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

/** Row weights with the class weights of the parameters multiplied in; null weighs all alike. */
export function effectiveWeight(input: TrainInput, params: TreeParams): Float64Array | null {
  const { label, weight, task } = input;
  const positive = task === 'binary' ? params.scalePosWeight : 1;
  const classWeights =
    task === 'regression' ? null : params.classWeights === 'balanced' ? balancedWeights(input) : params.classWeights;
  if (positive === 1 && classWeights === null) return weight;
  return label.map((y, row) => {
    const own = weight === null ? 1 : weight[row];
    return own * (classWeights?.[y] ?? 1) * (y === 1 ? positive : 1);
  });
}

/** Gradients are kept in single precision: the power of two that brings enormous or tiny weights near 1, else 1. */
export function weightUnit(weight: Float64Array | null): number {
  if (weight === null) return 1;
  let most = 0;
  for (const w of weight) if (w > most) most = w;
  if (most === 0 || (most < 2 ** 40 && most > 2 ** -40)) return 1;
  return 2 ** -Math.floor(Math.log2(most));
}

/** Penalties that meet gradients and hessians in that unit. */
export const scalePenalties = (params: TreeParams, unit: number): TreeParams => ({
  ...params,
  lambda: params.lambda * unit,
  alpha: params.alpha * unit,
  minChildWeight: params.minChildWeight * unit,
  minGain: params.minGain * unit,
  catL2: params.catL2 * unit,
});

/** n / (K · n_k) over the weighted training rows, so that all classes weigh alike; 1 for a class without rows. */
function balancedWeights({ label, weight, trainRows, task, outputCount }: TrainInput): number[] {
  const totals = new Array<number>(task === 'binary' ? 2 : outputCount).fill(0);
  let all = 0;
  for (const row of trainRows) {
    const w = weight === null ? 1 : weight[row];
    totals[label[row]] += w;
    all += w;
  }
  const present = totals.filter((total) => total > 0).length;
  return totals.map((total) => (total > 0 ? all / (present * total) : 1));
}

/** Throws invalid-input for sizes, kinds, labels or weights that do not fit, naming the row. */
export function checkInput(input: TrainInput, params: TreeParams): void {
  const { binned, mapper, kinds, label, weight, trainRows, validRows, task, outputCount } = input;
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
  const fits =
    task === 'multiclass'
      ? outputCount >= 2
      : outputCount === (task === 'regression' ? outputsOf(params.objective) : 1);
  if (!fits) throw problem(`${outputCount} outputs for ${task}.`);
  checkConstraints(input, params);
  if (input.init !== undefined) {
    const { ensemble, margins } = input.init;
    if (ensemble.outputCount !== outputCount || margins.length !== binned.rowCount * outputCount) {
      throw problem(`The ensemble to continue has ${ensemble.outputCount} outputs and ${margins.length} margins.`);
    }
  }
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

function checkConstraints({ kinds, task }: TrainInput, { monotone, interactions }: TreeParams): void {
  const problem = (message: string, hint: string): Error => invalidInput('tree-constraints', message, { hint });
  if (monotone !== null) {
    if (monotone.length !== kinds.length) {
      throw problem(`${monotone.length} monotone directions for ${kinds.length} features.`, 'Give one a feature.');
    }
    const category = monotone.findIndex((direction, f) => direction !== 0 && kinds[f] === 'category');
    if (category >= 0) {
      throw problem(
        `Feature ${category} holds categories, which have no order a prediction could follow.`,
        'Constrain numeric features only.',
      );
    }
    if (task === 'multiclass' && monotone.some((direction) => direction !== 0)) {
      throw problem(
        'Several classes share one total, so no feature can push all of them the same way.',
        'Use a yes-or-no or numeric target.',
      );
    }
  }
  const outside = interactions?.flat().find((feature) => !(feature >= 0 && feature < kinds.length));
  if (outside !== undefined) throw problem(`An interaction group names feature ${outside} of ${kinds.length}.`, '');
}
