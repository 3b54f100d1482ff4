/**
 * Squared error, with gradients in units of the target's standard deviation so that penalties mean the same for any unit;
 * margins stay in target units.
 */
import { dataProblem } from '../../base/errors.ts';
import { plainKernels } from '../kernels/training-plain.ts';
import { type Objective, type ObjectiveData, weightOf } from './objective-types.ts';

/** The squares objective; the base is the weighted mean. Throws data-problem for targets too large to square. */
export function squares({ label, weight, trainRows, kernels = plainKernels }: ObjectiveData): Objective {
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
  const shape = { kind: 'size', limit: Number.POSITIVE_INFINITY, unit } as const;
  return {
    base: Float64Array.of(mean),
    stepUnit: unit,
    beginRound: () => {},
    gradients: (_, margins, rows, g, h, sums) =>
      kernels.residualGradients(margins, label, weight, rows, g, h, sums, shape),
    forestLeaf: ({ rows, from, to, amplify, lambda }) => {
      let total = 0;
      let weights = 0;
      for (let i = from; i < to; i++) {
        const w = weightOf(weight, rows[i]) * weightOf(amplify, rows[i]);
        total += w * (label[rows[i]] - mean);
        weights += w;
      }
      return weights + lambda > 0 ? total / (weights + lambda) : 0;
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
