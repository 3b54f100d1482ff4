/**
 * Losses with first and second derivatives in the margin. Binary: logistic. Multiclass: softmax with the diagonal of the
 * Hessian scaled by K/(K−1), as in Friedman's K-class boosting. Regression: squares, with gradients in units of the target's
 * standard deviation so that penalties mean the same for any unit; margins stay in target units.
 *
 * Margins are row-major rowCount × outputCount by absolute row; gradients fill one output at a time.
 */
import { dataProblem } from '../../base/errors.ts';
import type { Task } from '../model-spec.ts';

export type Objective = {
  readonly base: Float64Array;
  /** Multiply a Newton step by this to get margin units. */
  readonly stepUnit: number;
  /** Called once a round before `gradients`: takes probabilities of all outputs from the margins. */
  readonly beginRound: (margins: Float64Array, rows: Int32Array) => void;
  /** Fills g and h at the given rows for one output; returns [Σ|g|, Σh] through `sums`. */
  readonly gradients: (
    output: number,
    margins: Float64Array,
    rows: Int32Array,
    g: Float64Array,
    h: Float64Array,
    sums: Float64Array,
  ) => void;
  /** Weighted mean loss: log loss, or the root of the mean squared error in target units. */
  readonly loss: (margins: Float64Array, rows: Int32Array) => number;
};

type Data = {
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  readonly trainRows: Int32Array;
  readonly outputCount: number;
};

const blockRows = 512;
const leastHessian = 1e-16;

/** The objective of a task, with base scores fitted to the weighted training rows. */
export function createObjective(task: Task, data: Data): Objective {
  if (task === 'binary') return logistic(data);
  return task === 'multiclass' ? softmax(data) : squares(data);
}

const weightOf = (weight: Float64Array | null, row: number): number => (weight === null ? 1 : weight[row]);

function logistic({ label, weight, trainRows }: Data): Objective {
  let positive = 0;
  let total = 0;
  for (const row of trainRows) {
    positive += label[row] * weightOf(weight, row);
    total += weightOf(weight, row);
  }
  const rate = Math.min(1 - 1e-6, Math.max(1e-6, total > 0 ? positive / total : 0.5));
  return {
    base: Float64Array.of(Math.log(rate / (1 - rate))),
    stepUnit: 1,
    beginRound: () => {},
    gradients: (_, margins, rows, g, h, sums) => {
      sums.fill(0);
      for (let i = 0; i < rows.length; i += blockRows) {
        logisticBlock(margins, label, weight, rows, i, Math.min(rows.length, i + blockRows), g, h, sums);
      }
    },
    loss: (margins, rows) => {
      let sum = 0;
      let weights = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const w = weightOf(weight, row);
        const signed = label[row] > 0.5 ? margins[row] : -margins[row];
        sum += w * (signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed);
        weights += w;
      }
      return sum / weights;
    },
  };
}

function logisticBlock(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float64Array,
  h: Float64Array,
  sums: Float64Array,
): void {
  let absolute = 0;
  let hessians = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const p = 1 / (1 + Math.exp(-margins[row]));
    const w = weight === null ? 1 : weight[row];
    const first = (p - label[row]) * w;
    const second = Math.max(p * (1 - p), leastHessian) * w;
    g[row] = first;
    h[row] = second;
    absolute += first < 0 ? -first : first;
    hessians += second;
  }
  sums[0] += absolute;
  sums[1] += hessians;
}

function softmax({ label, weight, trainRows, outputCount }: Data): Objective {
  const totals = new Float64Array(outputCount);
  let all = 0;
  for (const row of trainRows) {
    totals[label[row]] += weightOf(weight, row);
    all += weightOf(weight, row);
  }
  const probabilities = new Float64Array(label.length * outputCount);
  const factor = outputCount > 1 ? outputCount / (outputCount - 1) : 1;
  return {
    base: totals.map((total) => Math.log(Math.min(1, Math.max(1e-6, all > 0 ? total / all : 1 / outputCount)))),
    stepUnit: 1,
    beginRound: (margins, rows) => {
      for (let i = 0; i < rows.length; i += blockRows) {
        softmaxBlock(margins, probabilities, outputCount, rows, i, Math.min(rows.length, i + blockRows));
      }
    },
    gradients: (output, _, rows, g, h, sums) => {
      sums.fill(0);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const p = probabilities[row * outputCount + output];
        const w = weightOf(weight, row);
        const first = (label[row] === output ? p - 1 : p) * w;
        const second = Math.max(factor * p * (1 - p), leastHessian) * w;
        g[row] = first;
        h[row] = second;
        sums[0] += Math.abs(first);
        sums[1] += second;
      }
    },
    loss: (margins, rows) => {
      let sum = 0;
      let weights = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const at = row * outputCount;
        let most = margins[at];
        for (let k = 1; k < outputCount; k++) most = Math.max(most, margins[at + k]);
        let total = 0;
        for (let k = 0; k < outputCount; k++) total += Math.exp(margins[at + k] - most);
        const w = weightOf(weight, row);
        sum += w * (Math.log(total) + most - margins[at + label[row]]);
        weights += w;
      }
      return sum / weights;
    },
  };
}

function softmaxBlock(
  margins: Float64Array,
  out: Float64Array,
  outputs: number,
  rows: Int32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) {
    const at = rows[i] * outputs;
    let most = margins[at];
    for (let k = 1; k < outputs; k++) if (margins[at + k] > most) most = margins[at + k];
    let total = 0;
    for (let k = 0; k < outputs; k++) {
      const e = Math.exp(margins[at + k] - most);
      out[at + k] = e;
      total += e;
    }
    for (let k = 0; k < outputs; k++) out[at + k] /= total;
  }
}

function squares({ label, weight, trainRows }: Data): Objective {
  let total = 0;
  let sum = 0;
  for (const row of trainRows) {
    total += weightOf(weight, row);
    sum += label[row] * weightOf(weight, row);
  }
  const mean = total > 0 ? sum / total : 0;
  let squared = 0;
  for (const row of trainRows) squared += weightOf(weight, row) * (label[row] - mean) ** 2;
  const spread = Math.sqrt(squared / total);
  if (!Number.isFinite(mean) || spread === Number.POSITIVE_INFINITY) {
    throw dataProblem('target-range', 'The target holds values too large to square.', {
      hint: 'Rescale the target or remove the extreme values.',
    });
  }
  const unit = spread > 0 ? spread : 1;
  return {
    base: Float64Array.of(mean),
    stepUnit: unit,
    beginRound: () => {},
    gradients: (_, margins, rows, g, h, sums) => {
      sums.fill(0);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const w = weightOf(weight, row);
        const first = ((margins[row] - label[row]) / unit) * w;
        g[row] = first;
        h[row] = w;
        sums[0] += Math.abs(first);
        sums[1] += w;
      }
    },
    loss: (margins, rows) => {
      let errors = 0;
      let weights = 0;
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const w = weightOf(weight, row);
        errors += w * (margins[row] - label[row]) ** 2;
        weights += w;
      }
      return Math.sqrt(errors / weights);
    },
  };
}
