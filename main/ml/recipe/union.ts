import type { FeatureSpec, FittedRecipe, InputSpec } from '../model-spec.ts';

/**
 * The smallest recipe that contains several fold recipes: every feature any of them has, every level any of them kept
 * (in the order of first appearance). A level outside the union is "other" in all of them, so nothing changes for it.
 * `inputs` gives the order of the raw columns.
 */
export function unionRecipe(recipes: readonly FittedRecipe[], inputs: readonly InputSpec[]): FittedRecipe {
  const features = new Map<string, FeatureSpec>();
  const levels = new Map<string, Map<string, number>>();
  for (const recipe of recipes) {
    for (const feature of recipe.features) {
      if (!features.has(feature.name)) features.set(feature.name, feature);
      if (feature.kind !== 'category') continue;
      const known = levels.get(feature.name) ?? new Map<string, number>();
      for (const level of feature.levels) if (!known.has(level)) known.set(level, known.size);
      levels.set(feature.name, known);
    }
  }
  const used = new Set([...features.values()].map((feature) => feature.source));
  const order = new Map(inputs.map((input, i) => [input.name, i]));
  const sorted = [...features.values()].sort((a, b) => (order.get(a.source) ?? 0) - (order.get(b.source) ?? 0));
  return {
    // A constant model still takes the columns it was trained on: it has to know how many rows to answer.
    inputs: used.size === 0 ? inputs : inputs.filter((input) => used.has(input.name)),
    features: sorted.map((feature) =>
      feature.kind === 'category' ? { ...feature, levels: [...(levels.get(feature.name)?.keys() ?? [])] } : feature,
    ),
  };
}
