import { type FeatureSpec, type FittedRecipe, type FittedStep, type InputSpec, rawColumnsOf } from '../model-spec.ts';
import { stepInputs } from './fitted-step.ts';

/**
 * The smallest recipe that contains several fold recipes: every feature any of them has, every level any of them kept
 * (in the order of first appearance). A level outside the union is "other" in all of them, so nothing changes for it.
 * Steps of equal content have equal outputs and are shared; those fitted differently in a fold stand side by side.
 * `inputs` gives the order of the raw columns.
 */
export function unionRecipe(recipes: readonly FittedRecipe[], inputs: readonly InputSpec[]): FittedRecipe {
  const features = new Map<string, FeatureSpec>();
  const levels = new Map<string, Map<string, number>>();
  const steps = new Map<string, FittedStep>();
  for (const recipe of recipes) {
    for (const step of recipe.steps ?? []) steps.set(step.output, step);
    for (const feature of recipe.features) {
      if (!features.has(feature.name)) features.set(feature.name, feature);
      if (feature.kind !== 'category') continue;
      const known = levels.get(feature.name) ?? new Map<string, number>();
      for (const level of feature.levels) if (!known.has(level)) known.set(level, known.size);
      levels.set(feature.name, known);
    }
  }
  const used = new Set([
    ...[...features.values()].flatMap(rawColumnsOf),
    ...[...steps.values()].flatMap((step) => stepInputs(step).map(([name]) => name)),
  ]);
  const order = new Map(inputs.map((input, i) => [input.name, i]));
  const place = (feature: FeatureSpec): number => order.get(rawColumnsOf(feature)[0]) ?? 0;
  const sorted = [...features.values()].sort((a, b) => place(a) - place(b));
  return {
    // A constant model still takes the columns it was trained on: it has to know how many rows to answer.
    inputs: used.size === 0 ? inputs : inputs.filter((input) => used.has(input.name)),
    ...(steps.size === 0 ? {} : { steps: [...steps.values()] }),
    features: sorted.map((feature) =>
      feature.kind === 'category' ? { ...feature, levels: [...(levels.get(feature.name)?.keys() ?? [])] } : feature,
    ),
  };
}
