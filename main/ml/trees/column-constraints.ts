/** Constraints as users state them, by column, turned into those of a recipe's features. */
import { invalidInput } from '../../base/errors.ts';
import { type FittedRecipe, rawColumnsOf } from '../model-spec.ts';
import type { TreeParams } from './params.ts';

/** Directions and groups by raw column; both may be empty. */
export type ColumnConstraints = {
  readonly monotone: readonly { readonly column: string; readonly direction: -1 | 1 }[];
  /** Columns that may act together; a column in no group acts alone. Empty allows all. */
  readonly interactions: readonly (readonly string[])[];
};

/** Whether nothing is constrained. */
export const isUnconstrained = ({ monotone, interactions }: ColumnConstraints): boolean =>
  monotone.length === 0 && interactions.length === 0;

/**
 * The parameters of a recipe's features. Columns the recipe left out (constant, useless) bind nothing. Throws invalid-input
 * for a direction on text or on a date, whose parts repeat.
 */
export function constrainFeatures(
  constraints: ColumnConstraints | undefined,
  recipe: FittedRecipe,
): Pick<TreeParams, 'monotone' | 'interactions'> {
  if (constraints === undefined) return { monotone: null, interactions: null };
  const { features } = recipe;
  const direction = new Map(constraints.monotone.map((entry) => [entry.column, entry.direction]));
  const bent = features.find(({ source, kind }) => direction.has(source) && kind !== 'numeric');
  if (bent !== undefined) {
    throw invalidInput(
      'monotone-not-number',
      `The column "${bent.source}" is ${bent.kind === 'category' ? 'text' : 'a date'}; a prediction can only rise or fall with a number.`,
      { hint: 'Take the column out of --monotone.', details: { column: bent.source } },
    );
  }
  const shared = features.find((feature) => feature.from?.some((column) => direction.has(column)));
  if (shared !== undefined) {
    throw invalidInput(
      'monotone-in-recipe',
      `The recipe makes “${shared.name}” of a column that a prediction may only rise or fall with.`,
      { hint: 'Take the column out of --monotone or out of the recipe.', details: { column: shared.from?.[0] ?? '' } },
    );
  }
  const featuresOf = (columns: readonly string[]): number[] =>
    features.flatMap((feature, f) => (rawColumnsOf(feature).some((name) => columns.includes(name)) ? [f] : []));
  const grouped = new Set(constraints.interactions.flat());
  const alone = [...new Set(features.flatMap(rawColumnsOf))].filter((source) => !grouped.has(source));
  return {
    monotone: direction.size === 0 ? null : features.map(({ source }) => direction.get(source) ?? 0),
    interactions:
      constraints.interactions.length === 0
        ? null
        : [...constraints.interactions.map(featuresOf), ...alone.map((column) => featuresOf([column]))],
  };
}
