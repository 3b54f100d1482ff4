/**
 * Deviances of a positive mean with variance mean^p: Poisson (p = 1), Tweedie (1 < p < 2), gamma (p = 2). The margin is
 * ln(mean). With a = y e^((1−p)m) and b = e^((2−p)m): gradient b − a, hessian (2−p) b + (p−1) a. Targets are taken in units
 * of their mean, so that penalties mean the same for any unit.
 *
 * A leaf's best step has the closed form ln(Σa / Σb), so leaves take it instead of a Newton step, which overshoots where
 * the mean must grow much; λ adds to both sums, and the step is kept within ±`mostStep`.
 */
import { dataProblem } from '../../base/errors.ts';
import { plainKernels } from '../kernels/training-plain.ts';
import { deviance as unitDeviance } from '../metrics/deviance.ts';
import { type LeafValue, type Objective, type ObjectiveData, weightOf } from './objective-types.ts';

/** Steps of a leaf at most, in the logarithm: a leaf of zeros alone would go to −∞. */
const mostStep = 6;

/** The deviance objective of variance power `power`; the base is ln of the weighted mean. */
export function deviance(data: ObjectiveData, power: number): Objective {
  const { label, weight, trainRows, kernels = plainKernels } = data;
  let mass = 0;
  let sum = 0;
  for (const row of trainRows) {
    const y = label[row];
    if (y < 0 || (power === 2 && y === 0)) {
      throw dataProblem('target-range', `Row ${row} has the target ${y}, which this objective does not take.`, {
        hint:
          power === 2
            ? 'The gamma objective takes targets above 0; Tweedie takes zeros too.'
            : 'The Poisson and Tweedie objectives take targets of 0 and more; use another objective.',
        details: { row },
      });
    }
    mass += weightOf(weight, row);
    sum += y * weightOf(weight, row);
  }
  const mean = sum / mass;
  if (!(mean > 0)) {
    throw dataProblem('target-range', 'All targets are 0; there is no positive mean to fit.', {
      hint: 'Choose another target, or another objective.',
    });
  }
  const scale = 1 / mean;
  const base = Math.log(mean);
  const leafValue: LeafValue = ({ margins, rows, from, to, amplify, lambda }) => {
    let seen = 0;
    let expected = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const m = margins[row] - base;
      const w = weightOf(weight, row) * weightOf(amplify, row);
      seen += w * label[row] * scale * Math.exp((1 - power) * m);
      expected += w * Math.exp((2 - power) * m);
    }
    const step = Math.log((seen + lambda) / (expected + lambda));
    return Number.isNaN(step) ? 0 : Math.max(-mostStep, Math.min(mostStep, step));
  };
  return {
    base: Float64Array.of(base),
    stepUnit: 1,
    beginRound: () => {},
    gradients: (_, margins, rows, g, h, sums) =>
      kernels.devianceGradients(margins, label, weight, rows, g, h, sums, { power, base, scale }),
    leafValue,
    loss: (margins, rows) => {
      let total = 0;
      let weights = 0;
      for (const row of rows) {
        const w = weightOf(weight, row);
        total += w * unitDeviance(label[row], Math.exp(margins[row]), power);
        weights += w;
      }
      return total / weights;
    },
  };
}
