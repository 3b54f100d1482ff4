/**
 * Pinball loss at one or several levels, one output a level, and absolute error, which is twice the pinball loss at the
 * median. Gradients only say on which side a row lies, so leaves take the quantile of their residuals ("leaf renewal",
 * Friedman 2001 §4.3 for absolute error).
 */
import { plainKernels } from '../kernels/training-plain.ts';
import { marginsOf } from './margins.ts';
import { type LeafValue, type Objective, type ObjectiveData, weightOf } from './objective-types.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** Pinball at `levels`; the base of each output is the quantile of the targets. */
export const quantiles = (data: ObjectiveData, levels: readonly number[]): Objective => pinball(data, levels, 1);

/** Absolute error; the base is the weighted median. */
export const absolute = (data: ObjectiveData): Objective => pinball(data, [0.5], 2);

function pinball(data: ObjectiveData, levels: readonly number[], factor: number): Objective {
  const { label, weight, trainRows, kernels = plainKernels } = data;
  const outputs = levels.length;
  const rowCount = label.length;
  const targets = Float64Array.from(trainRows, (row) => label[row]);
  const weights = weight === null ? null : Float64Array.from(trainRows, (row) => weight[row]);
  const leafValue: LeafValue = ({ output, margins, rows, from, to, amplify, lambda }) => {
    const own = marginsOf(margins, output, outputs);
    const count = to - from;
    const residuals = new Float64Array(count);
    const weights = weight === null && amplify === null ? null : new Float64Array(count);
    let mass = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[from + i];
      residuals[i] = label[row] - own[row];
      const w = weightOf(weight, row) * weightOf(amplify, row);
      if (weights !== null) weights[i] = w;
      mass += w;
    }
    const value = weightedQuantile(residuals, weights, levels[output]);
    return Number.isNaN(value) ? 0 : (value * mass) / (mass + lambda);
  };
  return {
    base: Float64Array.from(levels, (level) => weightedQuantile(targets, weights, level)),
    stepUnit: 1,
    beginRound: () => {},
    gradients: (output, margins, rows, g, h, sums) => {
      const shape = { kind: 'side', level: levels[output] } as const;
      kernels.residualGradients(marginsOf(margins, output, outputs), label, weight, rows, g, h, sums, shape);
    },
    leafValue,
    loss: (margins, rows) => {
      let sum = 0;
      let mass = 0;
      for (const row of rows) {
        const w = weightOf(weight, row);
        for (let k = 0; k < outputs; k++) {
          const error = label[row] - margins[k * rowCount + row];
          sum += w * (error > 0 ? levels[k] * error : (levels[k] - 1) * error);
        }
        mass += w;
      }
      return (factor * sum) / (mass * outputs);
    },
  };
}
