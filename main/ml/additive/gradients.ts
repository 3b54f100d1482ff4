/**
 * The inner loop of boosting: one pass over the rows applies the step of the term before, derives gradient and hessian
 * of the loss and sums them by the cells of the next term. The logistic function comes from a table with linear
 * interpolation (error below 3e-6), which changes only the direction of a step, never what the model predicts.
 */
import type { Sums } from './step.ts';

/** The rows of one bag, gathered together. */
export type BagRows = {
  readonly count: number;
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  /** Row-major [row][output]; brought up to date by every pass. */
  readonly margins: Float64Array;
};

/** A step not yet applied: cells of the rows and [cell][output] values. */
export type Pending = { readonly cells: Uint8Array; readonly values: Float64Array };

const tableReach = 16;
const tableSteps = 64;
const logistic = Float64Array.from({ length: 2 * tableReach * tableSteps + 2 }, (_, i) => {
  return 1 / (1 + Math.exp(tableReach - i / tableSteps));
});

/** Sums for one output of squared error or log loss. */
export function passSingle(
  rows: BagRows,
  isLogistic: boolean,
  pending: Pending,
  cells: Uint8Array,
  multiplicity: Uint8Array | null,
  sums: Sums,
): void {
  const { g, h, count } = sums;
  const { label, weight, margins } = rows;
  const { cells: before, values } = pending;
  const largest = 2 * tableReach * tableSteps;
  g.fill(0);
  h.fill(0);
  if (multiplicity !== null) count.fill(0);
  for (let i = 0; i < rows.count; i++) {
    const m = margins[i] + values[before[i]];
    margins[i] = m;
    let gradient = m - label[i];
    let hessian = 1;
    if (isLogistic) {
      const at = Math.max(0, Math.min(largest, (m + tableReach) * tableSteps));
      const slot = at | 0;
      const p = logistic[slot] + (at - slot) * (logistic[slot + 1] - logistic[slot]);
      gradient = p - label[i];
      hessian = p * (1 - p);
    }
    if (weight !== null) {
      gradient *= weight[i];
      hessian *= weight[i];
    }
    const cell = cells[i];
    if (multiplicity !== null) {
      gradient *= multiplicity[i];
      hessian *= multiplicity[i];
      count[cell] += multiplicity[i];
    }
    g[cell] += gradient;
    h[cell] += hessian;
  }
}

/** Sums of every output of the softmax loss; `sums[k]` are those of output k. */
export function passSoftmax(
  rows: BagRows,
  outputs: number,
  pending: Pending,
  cells: Uint8Array,
  multiplicity: Uint8Array | null,
  sums: readonly Sums[],
): void {
  const { label, weight, margins } = rows;
  const p = new Float64Array(outputs);
  for (const { g, h, count } of sums) {
    g.fill(0);
    h.fill(0);
    if (multiplicity !== null) count.fill(0);
  }
  for (let i = 0; i < rows.count; i++) {
    const from = pending.cells[i] * outputs;
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < outputs; k++) {
      const m = margins[i * outputs + k] + pending.values[from + k];
      margins[i * outputs + k] = m;
      if (m > top) top = m;
    }
    let total = 0;
    for (let k = 0; k < outputs; k++) {
      p[k] = Math.exp(margins[i * outputs + k] - top);
      total += p[k];
    }
    const w = (weight === null ? 1 : weight[i]) * (multiplicity === null ? 1 : multiplicity[i]);
    const cell = cells[i];
    for (let k = 0; k < outputs; k++) {
      const share = p[k] / total;
      sums[k].g[cell] += w * (share - (label[i] === k ? 1 : 0));
      sums[k].h[cell] += w * share * (1 - share);
      if (multiplicity !== null) sums[k].count[cell] += multiplicity[i];
    }
  }
}

/** Adds a step to the margins of all rows. */
export function applyStep(rows: BagRows, outputs: number, { cells, values }: Pending): void {
  const { margins } = rows;
  for (let i = 0; i < rows.count; i++) {
    for (let k = 0; k < outputs; k++) margins[i * outputs + k] += values[cells[i] * outputs + k];
  }
}

/** Weighted mean loss of the margins. */
export function bagLoss(rows: BagRows, task: 'binary' | 'multiclass' | 'regression', outputs: number): number {
  const { label, weight, margins } = rows;
  let total = 0;
  let mass = 0;
  for (let i = 0; i < rows.count; i++) {
    let loss: number;
    if (task === 'regression') loss = (margins[i] - label[i]) ** 2;
    else if (task === 'binary') {
      const m = label[i] === 1 ? margins[i] : -margins[i];
      loss = m > 0 ? Math.log1p(Math.exp(-m)) : -m + Math.log1p(Math.exp(m));
    } else {
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputs; k++) top = Math.max(top, margins[i * outputs + k]);
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += Math.exp(margins[i * outputs + k] - top);
      loss = top + Math.log(sum) - margins[i * outputs + label[i]];
    }
    const w = weight === null ? 1 : weight[i];
    total += w * loss;
    mass += w;
  }
  return mass > 0 ? total / mass : Number.NaN;
}
