/**
 * Several additive models as one, exactly: every term on the union of the parts' cuts, so that a cell of the result lies in
 * one cell of each part and its value is the weighted mean of theirs (to float32). Terms that a part lacks count as zero
 * there. Error bands are the spread of all bags of all parts: their own and that between the parts.
 */
import { codeMap, featureMap } from '../ensemble/remap.ts';
import type { AdditiveModel, AdditiveTerm, FeatureSpec, FittedRecipe } from '../model-spec.ts';
import { purify } from './purify.ts';
import { cellMap, cellsOf, type DraftModel, type DraftTerm, settle } from './tables.ts';

export type AdditivePart = {
  readonly model: AdditiveModel;
  readonly recipe: FittedRecipe;
  /** Shares of the result; they add up to 1. */
  readonly share: number;
};

/** The parts' weighted mean for the features and codes of `recipe`, purified and centred. */
export function mergeAdditive(parts: readonly AdditivePart[], recipe: FittedRecipe): AdditiveModel {
  const outputCount = parts[0].model.outputCount;
  const intercept = new Float64Array(outputCount);
  const groups = new Map<string, Placed[]>();
  for (const { model, recipe: own, share } of parts) {
    for (let k = 0; k < outputCount; k++) intercept[k] += share * model.intercept[k];
    const features = featureMap(own, recipe);
    for (const term of model.terms) {
      const placed = place(term, own, recipe, features, share);
      const key = placed.features.join();
      groups.set(key, [...(groups.get(key) ?? []), placed]);
    }
  }
  const terms = [...groups.values()].map((placed) => mergeTerm(placed, recipe, outputCount));
  const draft: DraftModel = { outputCount, intercept, terms };
  purify(draft);
  return settle(draft);
}

/** A part's term among the common features, ascending. */
type Placed = {
  readonly features: readonly number[];
  readonly axes: readonly Axis[];
  readonly term: AdditiveTerm;
  /** True when the term's axes stand the other way round. */
  readonly turned: boolean;
  readonly share: number;
};

/** One axis of a part: its cuts, and for categories the part's code of every common code. */
type Axis = { readonly cuts: Float32Array; readonly codes: Int32Array | null };

function place(
  term: AdditiveTerm,
  own: FittedRecipe,
  common: FittedRecipe,
  features: Int32Array,
  share: number,
): Placed {
  const at = term.features.map((feature) => features[feature]);
  const axes = term.features.map((feature, axis): Axis => {
    const spec = own.features[feature];
    const codes = spec.kind === 'category' ? codeMap(spec, common.features[features[feature]]) : null;
    return { cuts: term.cuts[axis], codes };
  });
  const turned = at.length === 2 && at[0] > at[1];
  return {
    features: turned ? [at[1], at[0]] : at,
    axes: turned ? [axes[1], axes[0]] : axes,
    term,
    turned,
    share,
  };
}

function mergeTerm(placed: readonly Placed[], recipe: FittedRecipe, outputs: number): DraftTerm {
  const { features } = placed[0];
  const cuts = features.map((feature, axis) =>
    unionCuts(
      placed.map(({ axes }) => axes[axis]),
      recipe.features[feature],
      features.length === 1,
    ),
  );
  const sizes = cuts.map(cellsOf);
  const cellCount = sizes.reduce((count, size) => count * size, 1);
  const width = sizes[1] ?? 1;
  const values = new Float64Array(cellCount * outputs);
  const squares = new Float64Array(cellCount * outputs);
  const weights = new Float64Array(cellCount);
  let present = 0;
  for (const part of placed) {
    const maps = part.axes.map((axis, a) => axisMap(cuts[a], axis));
    const partWidth = cellsOf(part.term.cuts[part.term.cuts.length - 1]);
    const source = new Int32Array(cellCount);
    const spread = new Float64Array(part.term.weights.length);
    for (let c = 0; c < cellCount; c++) {
      const first = maps[0][Math.floor(c / width)];
      const second = maps.length === 1 ? 0 : maps[1][c % width];
      source[c] = maps.length === 1 ? first : part.turned ? second * partWidth + first : first * partWidth + second;
      spread[source[c]]++;
    }
    present += part.share;
    for (let c = 0; c < cellCount; c++) {
      weights[c] += part.share * (part.term.weights[source[c]] / spread[source[c]]);
      for (let k = 0; k < outputs; k++) {
        const value = part.term.values[source[c] * outputs + k];
        const deviation = part.term.deviations[source[c] * outputs + k];
        values[c * outputs + k] += part.share * value;
        squares[c * outputs + k] += part.share * (value * value + deviation * deviation);
      }
    }
  }
  const deviations = squares.map((square, i) => Math.sqrt(Math.max(0, square - values[i] * values[i])));
  return { features, cuts, values, deviations, weights: weights.map((weight) => weight / present) };
}

/**
 * Cuts of all parts, ascending. Categories of a feature's own term are parted code by code; those of a pair wherever
 * two neighbouring codes differ in some part.
 */
function unionCuts(axes: readonly Axis[], spec: FeatureSpec, own: boolean): Float32Array {
  if (spec.kind !== 'category')
    return Float32Array.from([...new Set(axes.flatMap(({ cuts }) => [...cuts]))].sort((a, b) => a - b));
  const cellOfCode = axes.map(({ cuts, codes }) =>
    Array.from({ length: spec.levels.length + 1 }, (_, code) => cellOf(cuts, codes?.[code] ?? code)),
  );
  const cuts: number[] = [];
  for (let code = 0; code < spec.levels.length; code++) {
    if (own || cellOfCode.some((cells) => cells[code] !== cells[code + 1])) cuts.push(code + 0.5);
  }
  return Float32Array.from(cuts);
}

const cellOf = (cuts: Float32Array, x: number): number => {
  let cell = 0;
  while (cell < cuts.length && x > cuts[cell]) cell++;
  return cell;
};

/** For every cell of the union the part's cell. */
function axisMap(union: Float32Array, { cuts, codes }: Axis): Int32Array {
  if (codes === null) return cellMap(union, cuts);
  return Int32Array.from({ length: cellsOf(union) }, (_, cell) => {
    if (cell === union.length + 1) return cuts.length + 1;
    const code = cell < union.length ? Math.floor(union[cell]) : codes.length - 1;
    return cellOf(cuts, codes[code]);
  });
}
