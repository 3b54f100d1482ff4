/** The addresses of the model pages. */
import { choiceParam, integerParam, numberParam, type RawSearch, textParam } from '../../lib/search-params.ts';

export const modelTabs = ['decide', 'quality', 'explain', 'curves', 'card', 'use'] as const;
/** A tab of a model's page. */
export type ModelTab = (typeof modelTabs)[number];

const effectViews = ['average', 'rows', 'centred', 'accumulated'] as const;
/** How the effect of a column is shown. */
export type EffectView = (typeof effectViews)[number];

/** View state of a model's page. */
export type ModelSearch = {
  readonly tab?: ModelTab | undefined;
  readonly threshold?: number | undefined;
  readonly segment?: string | undefined;
  readonly group?: string | undefined;
  readonly column?: string | undefined;
  readonly second?: string | undefined;
  readonly effect?: EffectView | undefined;
  readonly interactions?: 'shown' | undefined;
  readonly class?: string | undefined;
  readonly term?: number | undefined;
};

/** Reads the address of a model's page. */
export function readModelSearch(raw: RawSearch): ModelSearch {
  return {
    tab: choiceParam(raw.tab, modelTabs),
    threshold: numberParam(raw.threshold, 0, 1),
    segment: textParam(raw.segment),
    group: textParam(raw.group),
    column: textParam(raw.column),
    second: textParam(raw.second),
    effect: choiceParam(raw.effect, effectViews),
    interactions: choiceParam(raw.interactions, ['shown'] as const),
    class: textParam(raw.class),
    term: integerParam(raw.term, 0, 1_000_000),
  };
}

/** View state of the list of models. */
export type ModelsSearch = {
  readonly search?: string | undefined;
  readonly dataset?: string | undefined;
  readonly sort?: string | undefined;
  readonly order?: 'up' | 'down' | undefined;
};

/** Reads the address of the list. */
export function readModelsSearch(raw: RawSearch): ModelsSearch {
  return {
    search: textParam(raw.search),
    dataset: textParam(raw.dataset),
    sort: textParam(raw.sort),
    order: choiceParam(raw.order, ['up', 'down'] as const),
  };
}

/** The two models of the comparison. */
export type CompareSearch = { readonly a?: string | undefined; readonly b?: string | undefined };

/** Reads the address of the comparison. */
export function readCompareSearch(raw: RawSearch): CompareSearch {
  return { a: textParam(raw.a), b: textParam(raw.b) };
}
