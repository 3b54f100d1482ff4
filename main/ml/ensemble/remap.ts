/**
 * Models fitted inside folds know only the categories and date parts their own rows showed. To ship several of them as
 * one model, each is rewritten for a common recipe (fitted on all rows): a set of codes becomes the set of the codes
 * that mean the same levels. A level unknown to the fold behaves as the fold's "other", so the rewritten model gives
 * bit-equal margins on every row.
 */
import { bug } from '../../base/errors.ts';
import type {
  DerivedColumn,
  DerivedFactor,
  FeatureSpec,
  FittedRecipe,
  LinearModel,
  LinearTerm,
  NeighboursModel,
  TreeEnsemble,
} from '../model-spec.ts';
import type { NetModel } from '../nets/net-model.ts';

/** Index in `to.features` of each feature of `from`; throws when one is gone, which a wider fit never lets happen. */
export function featureMap(from: FittedRecipe, to: FittedRecipe): Int32Array {
  const index = new Map(to.features.map((feature, i) => [feature.name, i]));
  return Int32Array.from(from.features, (feature) => {
    const at = index.get(feature.name);
    if (at === undefined) throw bug(`feature ${feature.name} of a fold is missing in the common recipe`);
    return at;
  });
}

/** For every code of the wide feature (its "other" last): the code the narrow feature gives the same level. */
export function codeMap(narrow: FeatureSpec, wide: FeatureSpec): Int32Array {
  if (narrow.kind !== 'category' || wide.kind !== 'category') throw bug(`feature ${narrow.name} changed its kind`);
  const index = new Map(narrow.levels.map((level, code) => [level, code]));
  const other = narrow.levels.length;
  return Int32Array.from([...wide.levels.map((level) => index.get(level) ?? other), other]);
}

const hasBit = (bits: Uint32Array, offset: number, words: number, code: number): boolean =>
  code >>> 5 < words && ((bits[offset + (code >>> 5)] >>> (code & 31)) & 1) === 1;

/** The ensemble for the features and codes of another recipe; shares arrays that do not change. */
export function remapTrees(ensemble: TreeEnsemble, from: FittedRecipe, to: FittedRecipe): TreeEnsemble {
  const features = featureMap(from, to);
  const codes = new Map<number, Int32Array>();
  const feature = ensemble.feature.slice();
  const categoryOffset = ensemble.categoryOffset.slice();
  const categoryWords = ensemble.categoryWords.slice();
  const bits: number[] = [];
  for (let node = 0; node < feature.length; node++) {
    const narrow = ensemble.feature[node];
    if (narrow < 0) continue;
    feature[node] = features[narrow];
    const offset = ensemble.categoryOffset[node];
    if (offset < 0) continue;
    let map = codes.get(narrow);
    if (map === undefined) {
      map = codeMap(from.features[narrow], to.features[features[narrow]]);
      codes.set(narrow, map);
    }
    const words = (map.length + 31) >>> 5;
    const start = bits.length;
    for (let w = 0; w < words; w++) bits.push(0);
    for (let code = 0; code < map.length; code++) {
      if (hasBit(ensemble.categoryBits, offset, ensemble.categoryWords[node], map[code])) {
        bits[start + (code >>> 5)] = (bits[start + (code >>> 5)] | (1 << (code & 31))) >>> 0;
      }
    }
    categoryOffset[node] = start;
    categoryWords[node] = words;
  }
  return { ...ensemble, feature, categoryOffset, categoryWords, categoryBits: Uint32Array.from(bits) };
}

/** The linear model for the features and codes of another recipe. */
export function remapLinear(model: LinearModel, from: FittedRecipe, to: FittedRecipe): LinearModel {
  const features = featureMap(from, to);
  const terms = model.terms.map((term): LinearTerm => {
    const beyond = term.feature - from.features.length;
    if (beyond >= 0) return { ...term, feature: to.features.length + beyond };
    const at = features[term.feature];
    if (term.kind === 'numeric') return { ...term, feature: at };
    const map = codeMap(from.features[term.feature], to.features[at]);
    return { ...term, feature: at, levelWeights: Array.from(map, (code) => term.levelWeights[code]) };
  });
  if (model.derived === undefined) return { ...model, terms };
  const factor = factorMap(from, to, features);
  const derived = model.derived.map(
    (column): DerivedColumn =>
      column.kind === 'hinge'
        ? { ...column, feature: features[column.feature] }
        : { ...column, factors: [factor(column.factors[0]), factor(column.factors[1])] },
  );
  return { ...model, terms, derived };
}

/** Rewrites a factor; factors are made of levels, never of "other", so a code has one counterpart. */
function factorMap(
  from: FittedRecipe,
  to: FittedRecipe,
  features: Int32Array,
): (factor: DerivedFactor) => DerivedFactor {
  return (factor) => {
    const feature = features[factor.feature];
    if (factor.kind === 'number') return { ...factor, feature };
    const code = codeMap(from.features[factor.feature], to.features[feature]).indexOf(factor.code);
    if (code < 0) throw bug(`a level of ${from.features[factor.feature].name} is missing in the common recipe`);
    return { ...factor, feature, code };
  };
}

/** The neighbours for the features and codes of another recipe. */
export function remapNeighbours(model: NeighboursModel, from: FittedRecipe, to: FittedRecipe): NeighboursModel {
  const factor = factorMap(from, to, featureMap(from, to));
  return { ...model, coordinates: model.coordinates.map((each) => ({ ...each, factor: factor(each.factor) })) };
}

/** The net for the features and codes of another recipe: codes find the rows of the levels they mean. */
export function remapNet(model: NetModel, from: FittedRecipe, to: FittedRecipe): NetModel {
  const features = featureMap(from, to);
  return {
    ...model,
    numbers: model.numbers.map((number) => ({ ...number, feature: features[number.feature] })),
    categories: model.categories.map((category) => {
      const feature = features[category.feature];
      const codes = codeMap(from.features[category.feature], to.features[feature]);
      return { ...category, feature, rows: codes.map((code) => category.rows[code]) };
    }),
  };
}
