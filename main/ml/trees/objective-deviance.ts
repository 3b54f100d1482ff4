/**
 * Deviances of a positive mean with variance mean^p: Poisson (p = 1), Tweedie (1 < p < 2), gamma (p = 2). The margin is
 * ln(mean). With a = y e^((1−p)m) and b = e^((2−p)m): gradient b − a, hessian (2−p) b + (p−1) a. Targets are taken in units
 * of their mean, so that penalties mean the same for any unit.
 *
 * A leaf's best step has the closed form ln(Σa / Σb), so leaves take it instead of a Newton step, which overshoots where
 * the mean must grow much; λ adds to both sums, and the step is kept within ±`mostStep`.
 */
import { dataProblem } from '../../base/errors.ts';
import { deviance as unitDeviance } from '../metrics/deviance.ts';
import {
  blockRows,
  type LeafValue,
  leastHessian,
  type Objective,
  type ObjectiveData,
  weightOf,
} from './objective-types.ts';

/** Steps of a leaf at most, in the logarithm: a leaf of zeros alone would go to −∞. */
const mostStep = 6;

/** The deviance objective of variance power `power`; the base is ln of the weighted mean. */
export function deviance({ label, weight, trainRows }: ObjectiveData, power: number): Objective {
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
    gradients: (_, margins, rows, g, h, sums) => {
      sums.fill(0);
      const shape = { power, base, scale };
      for (let i = 0; i < rows.length; i += blockRows) {
        gradientBlock(shape, margins, label, weight, rows, i, Math.min(rows.length, i + blockRows), g, h, sums);
      }
    },
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

function gradientBlock(
  { power, base, scale }: { readonly power: number; readonly base: number; readonly scale: number },
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
    const m = margins[row] - base;
    const w = weight === null ? 1 : weight[row];
    const seen = label[row] * scale * Math.exp((1 - power) * m);
    const expected = Math.exp((2 - power) * m);
    const first = (expected - seen) * w;
    const second = Math.max((2 - power) * expected + (power - 1) * seen, leastHessian) * w;
    g[row] = first;
    h[row] = second;
    absolute += first < 0 ? -first : first;
    hessians += second;
  }
  sums[0] += absolute;
  sums[1] += hessians;
}
