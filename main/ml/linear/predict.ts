import type { FeatureMatrix } from '../frame.ts';
import type { LinearModel, LinearTerm } from '../model-spec.ts';
import { withDerived } from './derived.ts';
import { clipped } from './design.ts';

/** What one term adds to output `k` for feature value `x` (NaN missing; codes beyond the levels count as "other"). */
export function termContribution(term: LinearTerm, x: number, k: number): number {
  if (term.kind === 'category') {
    if (Number.isNaN(x)) return term.missingWeights[k];
    return term.levelWeights[Math.min(x, term.levelWeights.length - 1)][k];
  }
  const z = (clipped(x, term.low, term.high, term.impute) - term.mean) / term.scale;
  return z * term.weights[k] + (Number.isNaN(x) ? term.missingWeights[k] : 0);
}

/** Margins of all rows, row-major [row][output]; written to `out` when given (its length must be rows × outputs). */
export function predictLinear(model: LinearModel, features: FeatureMatrix, out?: Float64Array): Float64Array {
  const matrix = withDerived(features, model.derived);
  const width = model.outputCount;
  const margins = out ?? new Float64Array(matrix.rowCount * width);
  for (let i = 0; i < matrix.rowCount; i++) {
    for (let k = 0; k < width; k++) margins[i * width + k] = model.intercept[k];
  }
  for (const term of model.terms) {
    const values = matrix.columns[term.feature];
    for (let i = 0; i < matrix.rowCount; i++) {
      for (let k = 0; k < width; k++) margins[i * width + k] += termContribution(term, values[i], k);
    }
  }
  return margins;
}
