import type { FeatureMatrix } from '../frame.ts';
import type { LinearModel } from '../model-spec.ts';
import { termContribution } from './predict.ts';

/** Exact contributions: margin[row][k] = base[k] + Σ_f values[(row · outputCount + k) · featureCount + f]. */
export type Contributions = {
  readonly rowCount: number;
  readonly outputCount: number;
  readonly featureCount: number;
  readonly base: Float64Array;
  readonly values: Float64Array;
};

/**
 * Shapley values of a linear model under independent features: each term minus its training mean, exact in the margin;
 * the base is the intercept plus all term means.
 */
export function linearContributions(model: LinearModel, matrix: FeatureMatrix): Contributions {
  const { outputCount } = model;
  const featureCount = matrix.columns.length;
  const base = Float64Array.from(model.intercept);
  const values = new Float64Array(matrix.rowCount * outputCount * featureCount);
  model.terms.forEach((term, t) => {
    const means = model.termMeans[t];
    const column = matrix.columns[term.feature];
    for (let k = 0; k < outputCount; k++) base[k] += means[k];
    for (let i = 0; i < matrix.rowCount; i++) {
      for (let k = 0; k < outputCount; k++) {
        values[(i * outputCount + k) * featureCount + term.feature] += termContribution(term, column[i], k) - means[k];
      }
    }
  });
  return { rowCount: matrix.rowCount, outputCount, featureCount, base, values };
}
