/**
 * Gradients as small integers in one float64 (see kernels/histogram.ts). Each round picks scales so that the sums of all
 * rows just fit; values round up or down at random with the right mean, by a hash of (row, key), hence independent of
 * the order and of the number of workers. After Shi et al., Quantized Training of GBDT (2022).
 */
import { resourceProblem } from '../../base/errors.ts';
import { gradientUnit } from '../kernels/histogram.ts';

export { hashRow, quantise } from '../kernels/row-passes.ts';

/** Room for what single precision may add to a sum of 2²⁶. */
const singleSlack = 64;

/** Rows that the integer range still serves with useful resolution. */
export const maxTrainRows = 2 ** 25;

/** Throws resource when `rowCount` is beyond what quantised sums can hold. */
export function assertQuantisable(rowCount: number): void {
  if (rowCount <= maxTrainRows) return;
  throw resourceProblem('tree-rows', `${rowCount} rows pass the limit of ${maxTrainRows} for training.`, {
    hint: 'Train on a sample of the rows: a query with USING SAMPLE, saved as a data set, gives one.',
  });
}

/** Levels per unit, at most `coarsest`, such that Σ|q| stays below 2²⁶ even when every row rounds up; `sum` is Σ of sizes. */
export const quantisationScale = (sum: number, rowCount: number, coarsest = Number.POSITIVE_INFINITY): number =>
  sum > 0 ? Math.fround(Math.min(coarsest, (gradientUnit - singleSlack - rowCount) / sum)) : 0;
