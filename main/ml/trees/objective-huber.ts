/**
 * Huber loss: ½ r² up to a threshold, linear beyond. The threshold is fixed for a run, so that losses of rounds compare:
 * `delta` robust standard deviations of the target (1.4826 × median absolute deviation; the plain one where that is 0).
 * Leaves take the median of their residuals plus the mean of the clipped rest, one step of the M-estimate (Friedman 2001,
 * algorithm 4).
 */
import { plainKernels } from '../kernels/training-plain.ts';
import { squares } from './objective-squares.ts';
import { type LeafValue, type Objective, type ObjectiveData, weightOf } from './objective-types.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** The Huber objective; the base is the M-estimate of one step from the weighted median. */
export function huber(data: ObjectiveData, delta: number): Objective {
  const { label, weight, trainRows, kernels = plainKernels } = data;
  const spread = robustSpread(data);
  const unit = spread > 0 ? spread : squares(data).stepUnit;
  const limit = delta * unit;
  const shape = { kind: 'size', limit, unit } as const;
  const zero = new Float64Array(label.length);
  const leafValue: LeafValue = ({ margins, rows, from, to, amplify, lambda }) => {
    const count = to - from;
    const residuals = new Float64Array(count);
    const weights = new Float64Array(count);
    let mass = 0;
    for (let i = 0; i < count; i++) {
      const row = rows[from + i];
      residuals[i] = label[row] - margins[row];
      weights[i] = weightOf(weight, row) * weightOf(amplify, row);
      mass += weights[i];
    }
    if (!(mass > 0)) return 0;
    const median = weightedQuantile(residuals, weight === null && amplify === null ? null : weights, 0.5);
    let rest = 0;
    for (let i = 0; i < count; i++) rest += weights[i] * clip(residuals[i] - median, limit);
    return ((median + rest / mass) * mass) / (mass + lambda);
  };
  const base = leafValue({
    output: 0,
    margins: zero,
    rows: trainRows,
    from: 0,
    to: trainRows.length,
    amplify: null,
    lambda: 0,
  });
  return {
    base: Float64Array.of(base),
    stepUnit: unit,
    beginRound: () => {},
    gradients: (_, margins, rows, g, h, sums) =>
      kernels.residualGradients(margins, label, weight, rows, g, h, sums, shape),
    leafValue,
    loss: (margins, rows) => {
      let sum = 0;
      let mass = 0;
      for (const row of rows) {
        const size = Math.abs(margins[row] - label[row]);
        const w = weightOf(weight, row);
        sum += w * (size <= limit ? 0.5 * size * size : limit * (size - 0.5 * limit));
        mass += w;
      }
      return sum / mass;
    },
  };
}

const clip = (x: number, limit: number): number => Math.max(-limit, Math.min(limit, x));

function robustSpread({ label, weight, trainRows }: ObjectiveData): number {
  const targets = Float64Array.from(trainRows, (row) => label[row]);
  const weights = weight === null ? null : Float64Array.from(trainRows, (row) => weight[row]);
  const median = weightedQuantile(targets, weights, 0.5);
  return (
    1.4826 *
    weightedQuantile(
      targets.map((y) => Math.abs(y - median)),
      weights,
      0.5,
    )
  );
}
