/** The addresses of the pages about features. */
import { choiceParam, listParam, type RawSearch, textParam } from '../../lib/search-params.ts';

export const featureTabs = ['sets', 'recipes'] as const;
export type FeatureTab = (typeof featureTabs)[number];

export type FeaturesSearch = { readonly tab?: FeatureTab | undefined };

export const readFeaturesSearch = (raw: RawSearch): FeaturesSearch => ({ tab: choiceParam(raw.tab, featureTabs) });

/** The recipe editor: which recipe, on which data set, towards which target. */
export type RecipeSearch = {
  readonly recipe?: string | undefined;
  readonly dataset?: string | undefined;
  readonly target?: string | undefined;
};

export const readRecipeSearch = (raw: RawSearch): RecipeSearch => ({
  recipe: textParam(raw.recipe),
  dataset: textParam(raw.dataset),
  target: textParam(raw.target),
});

/** The feature set editor: which set is changed; none makes a new one. */
export type SetSearch = { readonly set?: string | undefined };

export const readSetSearch = (raw: RawSearch): SetSearch => ({ set: textParam(raw.set) });

/** One feature set: the key and the moment whose values are shown. */
export type ValuesSearch = { readonly at?: string | undefined; readonly key?: readonly string[] | undefined };

export const readValuesSearch = (raw: RawSearch): ValuesSearch => ({ at: textParam(raw.at), key: listParam(raw.key) });
