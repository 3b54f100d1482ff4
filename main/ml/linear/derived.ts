/**
 * Columns derived from features for linear models: hinges that let the slope of a number change at quantile knots (linear
 * splines), and products of pairs. Values are float32, so that the exported graph reads the same bits.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { DerivedColumn, DerivedFactor } from '../model-spec.ts';
import { clipped } from './design.ts';

/** The features followed by the derived columns. */
export function withDerived(matrix: FeatureMatrix, derived: readonly DerivedColumn[] | undefined): FeatureMatrix {
  if (derived === undefined || derived.length === 0) return matrix;
  return { rowCount: matrix.rowCount, columns: [...matrix.columns, ...derived.map((each) => derive(matrix, each))] };
}

function derive(matrix: FeatureMatrix, column: DerivedColumn): Float32Array {
  const out = new Float32Array(matrix.rowCount);
  if (column.kind === 'hinge') {
    const { low, high, impute, knot } = column;
    const values = matrix.columns[column.feature];
    for (let i = 0; i < out.length; i++) out[i] = Math.max(0, clipped(values[i], low, high, impute) - knot);
    return out;
  }
  const [a, b] = column.factors;
  const [left, right] = [matrix.columns[a.feature], matrix.columns[b.feature]];
  for (let i = 0; i < out.length; i++) out[i] = factorValue(a, left[i]) * factorValue(b, right[i]);
  return out;
}

/** A factor of a product for one feature value. */
export function factorValue(factor: DerivedFactor, x: number): number {
  if (factor.kind === 'level') return x === factor.code ? 1 : 0;
  return (clipped(x, factor.low, factor.high, factor.impute) - factor.mean) / factor.scale;
}

/** Mean of a factor over the training rows; standardised numbers have none. */
const factorMean = (factor: DerivedFactor): number => (factor.kind === 'level' ? factor.share : 0);

/**
 * The first factor's share of a product term: its Shapley value under independent features, slope · ½ (u − ū)(v + v̄), plus
 * half of what the product's training mean differs from ū v̄, so that both shares add up to `value`.
 */
export function productShare(
  product: DerivedColumn & { readonly kind: 'product' },
  matrix: FeatureMatrix,
  row: number,
  slope: number,
  value: number,
): number {
  const [a, b] = product.factors;
  const u = factorValue(a, matrix.columns[a.feature][row]);
  const v = factorValue(b, matrix.columns[b.feature][row]);
  const [meanU, meanV] = [factorMean(a), factorMean(b)];
  const first = (slope * (u - meanU) * (v + meanV)) / 2;
  const second = (slope * (v - meanV) * (u + meanU)) / 2;
  return first + (value - first - second) / 2;
}
