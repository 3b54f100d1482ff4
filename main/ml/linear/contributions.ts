import type { FeatureMatrix } from '../frame.ts';
import type { LinearModel } from '../model-spec.ts';
import { productShare, withDerived } from './derived.ts';
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
 * the base is the intercept plus all term means. A product is shared between its two features.
 */
export function linearContributions(model: LinearModel, features: FeatureMatrix): Contributions {
  const { outputCount } = model;
  const featureCount = features.columns.length;
  const matrix = withDerived(features, model.derived);
  const base = Float64Array.from(model.intercept);
  const values = new Float64Array(matrix.rowCount * outputCount * featureCount);
  model.terms.forEach((term, t) => {
    const means = model.termMeans[t];
    const column = matrix.columns[term.feature];
    for (let k = 0; k < outputCount; k++) base[k] += means[k];
    const derived = model.derived?.[term.feature - featureCount];
    const product = derived?.kind === 'product' ? derived : null;
    const owner = derived === undefined ? term.feature : derived.kind === 'hinge' ? derived.feature : -1;
    for (let i = 0; i < matrix.rowCount; i++) {
      for (let k = 0; k < outputCount; k++) {
        const at = (i * outputCount + k) * featureCount;
        const value = termContribution(term, column[i], k) - means[k];
        if (product === null) {
          values[at + owner] += value;
          continue;
        }
        const slope = term.kind === 'numeric' ? term.weights[k] / term.scale : 0;
        const first = productShare(product, features, i, slope, value);
        values[at + product.factors[0].feature] += first;
        values[at + product.factors[1].feature] += value - first;
      }
    }
  });
  return { rowCount: matrix.rowCount, outputCount, featureCount, base, values };
}
