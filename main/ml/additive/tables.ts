/** Tables of additive terms while they are worked on: the model's terms in double precision. */
import type { AdditiveModel, AdditiveTerm } from '../model-spec.ts';
import { binOfValue, padCuts } from '../trees/quantile-cuts.ts';

/** As AdditiveTerm, in float64 and open to change. */
export type DraftTerm = {
  readonly features: readonly number[];
  readonly cuts: readonly Float32Array[];
  readonly values: Float64Array;
  readonly deviations: Float64Array;
  readonly weights: Float64Array;
};

export type DraftModel = {
  readonly outputCount: number;
  readonly intercept: Float64Array;
  readonly terms: DraftTerm[];
};

/** Cells along one axis, missing included. */
export const cellsOf = (cuts: Float32Array): number => cuts.length + 2;

/** Cells of a whole term. */
export const cellCountOf = (term: Pick<AdditiveTerm, 'cuts'>): number =>
  term.cuts.reduce((count, cuts) => count * cellsOf(cuts), 1);

/** For every cell of the finer axis the cell of the coarser one that holds it; the coarse cuts are among the fine ones. */
export function cellMap(fine: Float32Array, coarse: Float32Array): Int32Array {
  const padded = padCuts(coarse);
  return Int32Array.from({ length: cellsOf(fine) }, (_, cell) =>
    cell === fine.length + 1
      ? coarse.length + 1
      : cell === fine.length
        ? coarse.length
        : binOfValue(padded, fine[cell]),
  );
}

/** A model as drafts that may be changed. */
export const draftOf = (model: AdditiveModel): DraftModel => ({
  outputCount: model.outputCount,
  intercept: model.intercept.slice(),
  terms: model.terms.map((term) => ({
    features: term.features,
    cuts: term.cuts,
    values: Float64Array.from(term.values),
    deviations: Float64Array.from(term.deviations),
    weights: Float64Array.from(term.weights),
  })),
});

/** The model of a draft: tables rounded to float32, single features first, each kind in the order of features. */
export function settle(draft: DraftModel): AdditiveModel {
  const order = [...draft.terms].sort(
    (x, y) =>
      x.features.length - y.features.length ||
      x.features[0] - y.features[0] ||
      (x.features[1] ?? 0) - (y.features[1] ?? 0),
  );
  return {
    outputCount: draft.outputCount,
    intercept: draft.intercept.slice(),
    terms: order.map((term) => ({
      features: term.features,
      cuts: term.cuts,
      values: Float32Array.from(term.values),
      deviations: Float32Array.from(term.deviations),
      weights: Float32Array.from(term.weights),
    })),
  };
}

/** Bytes the trees of an additive model take when encoded, about two nodes a cell and output. */
export const additiveBytes = (model: AdditiveModel): number =>
  model.terms.reduce((sum, term) => sum + term.values.length * 82, 0);
