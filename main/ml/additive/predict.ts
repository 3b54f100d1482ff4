/** Margins and exact contributions of an additive model straight from its tables. */
import type { FeatureMatrix } from '../frame.ts';
import type { Contributions } from '../linear/contributions.ts';
import type { AdditiveModel, AdditiveTerm } from '../model-spec.ts';
import { binOfValue, padCuts } from '../trees/quantile-cuts.ts';
import { cellsOf } from './tables.ts';

/** The cell of a term that every row falls into. */
export function termCells(term: AdditiveTerm, matrix: FeatureMatrix): Int32Array {
  const cells = new Int32Array(matrix.rowCount);
  term.features.forEach((feature, axis) => {
    const cuts = term.cuts[axis];
    const padded = padCuts(cuts);
    const width = cellsOf(cuts);
    const column = matrix.columns[feature];
    for (let i = 0; i < cells.length; i++) {
      const x = column[i];
      cells[i] = cells[i] * width + (Number.isNaN(x) ? cuts.length + 1 : binOfValue(padded, x));
    }
  });
  return cells;
}

/** Margins [row][output], terms added in order in float64. */
export function predictAdditive(model: AdditiveModel, matrix: FeatureMatrix): Float64Array {
  const { outputCount: outputs } = model;
  const margins = new Float64Array(matrix.rowCount * outputs);
  for (let i = 0; i < margins.length; i++) margins[i] = model.intercept[i % outputs];
  for (const term of model.terms) {
    const cells = termCells(term, matrix);
    for (let i = 0; i < matrix.rowCount; i++) {
      for (let k = 0; k < outputs; k++) margins[i * outputs + k] += term.values[cells[i] * outputs + k];
    }
  }
  return margins;
}

/**
 * Shapley values of the tables with absent features drawn from their own training distribution, independent of each
 * other: a one-feature term gives f(x) − E f; a pair gives each of its features half of what it adds alone and half of
 * what it adds to the other.
 */
export function additiveContributions(model: AdditiveModel, matrix: FeatureMatrix): Contributions {
  const { outputCount } = model;
  const featureCount = matrix.columns.length;
  const base = Float64Array.from(model.intercept);
  const values = new Float64Array(matrix.rowCount * outputCount * featureCount);
  for (const term of model.terms) {
    const cells = termCells(term, matrix);
    const shares = cellShares(term, outputCount);
    for (let k = 0; k < outputCount; k++) base[k] += shares.mean[k];
    shares.tables.forEach((table, axis) => {
      const feature = term.features[axis];
      for (let i = 0; i < matrix.rowCount; i++) {
        for (let k = 0; k < outputCount; k++) {
          values[(i * outputCount + k) * featureCount + feature] += table[cells[i] * outputCount + k];
        }
      }
    });
  }
  return { rowCount: matrix.rowCount, outputCount, featureCount, base, values };
}

type Shares = {
  readonly mean: Float64Array;
  /** One table a feature of the term, [cell][output]. */
  readonly tables: readonly Float64Array[];
};

const known = new WeakMap<AdditiveTerm, Shares>();

/** What every cell of a term gives to each of its features, and the mean that stays in the base. */
function cellShares(term: AdditiveTerm, outputs: number): Shares {
  let shares = known.get(term);
  if (shares === undefined) {
    shares = term.features.length === 1 ? singleShares(term, outputs) : pairShares(term, outputs);
    known.set(term, shares);
  }
  return shares;
}

function singleShares(term: AdditiveTerm, outputs: number): Shares {
  const p = normalised(Float64Array.from(term.weights));
  const mean = new Float64Array(outputs);
  for (let i = 0; i < term.values.length; i++) mean[i % outputs] += p[Math.floor(i / outputs)] * term.values[i];
  return { mean, tables: [Float64Array.from(term.values, (value, i) => value - mean[i % outputs])] };
}

function pairShares(term: AdditiveTerm, outputs: number): Shares {
  const [n, m] = [cellsOf(term.cuts[0]), cellsOf(term.cuts[1])];
  const p = new Float64Array(n);
  const q = new Float64Array(m);
  for (let c = 0; c < n * m; c++) {
    p[Math.floor(c / m)] += term.weights[c];
    q[c % m] += term.weights[c];
  }
  normalised(p);
  normalised(q);
  const mean = new Float64Array(outputs);
  const tables = [new Float64Array(n * m * outputs), new Float64Array(n * m * outputs)];
  for (let k = 0; k < outputs; k++) {
    const ofRow = new Float64Array(n);
    const ofColumn = new Float64Array(m);
    for (let c = 0; c < n * m; c++) {
      const value = term.values[c * outputs + k];
      ofRow[Math.floor(c / m)] += q[c % m] * value;
      ofColumn[c % m] += p[Math.floor(c / m)] * value;
    }
    for (let i = 0; i < n; i++) mean[k] += p[i] * ofRow[i];
    for (let c = 0; c < n * m; c++) {
      const value = term.values[c * outputs + k];
      const [alone, other] = [ofRow[Math.floor(c / m)], ofColumn[c % m]];
      tables[0][c * outputs + k] = (alone - mean[k] + value - other) / 2;
      tables[1][c * outputs + k] = (other - mean[k] + value - alone) / 2;
    }
  }
  return { mean, tables };
}

function normalised(weights: Float64Array): Float64Array {
  let total = 0;
  for (const weight of weights) total += weight;
  for (let i = 0; i < weights.length; i++) weights[i] = total > 0 ? weights[i] / total : 1 / weights.length;
  return weights;
}
