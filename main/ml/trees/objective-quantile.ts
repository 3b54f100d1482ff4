/**
 * Pinball loss at one or several levels, one output a level, and absolute error, which is twice the pinball loss at the
 * median. Gradients only say on which side a row lies, so leaves take the quantile of their residuals ("leaf renewal",
 * Friedman 2001 §4.3 for absolute error).
 */
import { blockRows, type LeafValue, type Objective, type ObjectiveData, weightOf } from './objective-types.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** Pinball at `levels`; the base of each output is the quantile of the targets. */
export const quantiles = (data: ObjectiveData, levels: readonly number[]): Objective => pinball(data, levels, 1);

/** Absolute error; the base is the weighted median. */
export const absolute = (data: ObjectiveData): Objective => pinball(data, [0.5], 2);

function pinball({ label, weight, trainRows }: ObjectiveData, levels: readonly number[], factor: number): Objective {
  const outputs = levels.length;
  const targets = Float64Array.from(trainRows, (row) => label[row]);
  const weights = weight === null ? null : Float64Array.from(trainRows, (row) => weight[row]);
  const leafValue: LeafValue = ({ output, margins, rows, from, to, amplify, lambda }) => {
    const count = to - from;
    const residuals = new Float64Array(count);
    const own = weight === null && amplify === null ? null : new Float64Array(count);
    let mass = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[from + i];
      residuals[i] = label[row] - margins[row * outputs + output];
      const w = weightOf(weight, row) * weightOf(amplify, row);
      if (own !== null) own[i] = w;
      mass += w;
    }
    const value = weightedQuantile(residuals, own, levels[output]);
    return Number.isNaN(value) ? 0 : (value * mass) / (mass + lambda);
  };
  return {
    base: Float64Array.from(levels, (level) => weightedQuantile(targets, weights, level)),
    stepUnit: 1,
    beginRound: () => {},
    gradients: (output, margins, rows, g, h, sums) => {
      sums.fill(0);
      const shape = { output, outputs, level: levels[output] };
      for (let i = 0; i < rows.length; i += blockRows) {
        gradientBlock(shape, margins, label, weight, rows, i, Math.min(rows.length, i + blockRows), g, h, sums);
      }
    },
    leafValue,
    loss: (margins, rows) => {
      let sum = 0;
      let mass = 0;
      for (const row of rows) {
        const w = weightOf(weight, row);
        for (let k = 0; k < outputs; k++) {
          const error = label[row] - margins[row * outputs + k];
          sum += w * (error > 0 ? levels[k] * error : (levels[k] - 1) * error);
        }
        mass += w;
      }
      return (factor * sum) / (mass * outputs);
    },
  };
}

function gradientBlock(
  { output, outputs, level }: { readonly output: number; readonly outputs: number; readonly level: number },
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
): void {
  let absolute = 0;
  let hessians = 0;
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const w = weight === null ? 1 : weight[row];
    const first = (label[row] > margins[row * outputs + output] ? -level : 1 - level) * w;
    g[row] = first;
    h[row] = w;
    absolute += first < 0 ? -first : first;
    hessians += w;
  }
  sums[0] += absolute;
  sums[1] += hessians;
}
