/**
 * Steps a user puts between the raw columns and what the learners see, in order. Steps of one row only: what looks at other
 * rows is a feature set. A step names columns as the user knows them; after a step that changes a column, its name means
 * the changed one.
 */
import type { DatePart } from '../model-spec.ts';

type OnColumns = {
  readonly columns: readonly string[];
  /** True: the columns as they were stay visible to the learner beside what the step makes of them. */
  readonly keep?: boolean | undefined;
};

type OnPair = { readonly left: string; readonly right: string; readonly as?: string | undefined };

/** What is learned of a group's numbers. */
export type GroupStatistic = 'mean' | 'median' | 'min' | 'max' | 'std' | 'count';

export type RecipeStep =
  | (OnColumns & {
      readonly kind: 'impute';
      readonly with: 'mean' | 'median' | 'mode' | 'constant';
      readonly value?: number | string | undefined;
      /** Text column whose groups have a filling of their own. */
      readonly by?: string | undefined;
      /** Adds a column that is 1 where the value was missing. */
      readonly indicator?: boolean | undefined;
    })
  | (OnColumns & { readonly kind: 'one-hot'; readonly maxLevels?: number | undefined })
  | (OnColumns & { readonly kind: 'ordinal'; readonly order?: readonly string[] | undefined })
  | (OnColumns & { readonly kind: 'frequency' })
  | {
      readonly kind: 'aggregate';
      readonly columns: readonly string[];
      /** Text column whose groups are summed up over the training rows. */
      readonly by: string;
      readonly with: GroupStatistic;
    }
  | (OnColumns & { readonly kind: 'target'; readonly smoothing?: number | undefined })
  | (OnColumns & { readonly kind: 'date-parts'; readonly parts: readonly DatePart[] })
  | (OnPair & { readonly kind: 'date-difference'; readonly unit: 'hours' | 'days' })
  | (OnColumns & { readonly kind: 'text'; readonly measures: readonly ('characters' | 'words')[] })
  | (OnColumns & { readonly kind: 'terms'; readonly count: number; readonly hashed?: boolean | undefined })
  | (OnColumns & { readonly kind: 'bins'; readonly method: 'quantile' | 'equal' | 'tree'; readonly count: number })
  | (OnPair & { readonly kind: 'ratio' | 'product' | 'difference' | 'sum' })
  | (OnColumns & { readonly kind: 'log' | 'sqrt' | 'yeo-johnson' | 'standardise' })
  | (OnColumns & { readonly kind: 'clip'; readonly low?: number | undefined; readonly high?: number | undefined })
  | { readonly kind: 'drop'; readonly columns: readonly string[] };

export type RecipeStepKind = RecipeStep['kind'];

/** Every column a step reads, by the names the user gave. */
export function columnsOfStep(step: RecipeStep): readonly string[] {
  if (!('columns' in step)) return [step.left, step.right];
  return 'by' in step && step.by !== undefined ? [...step.columns, step.by] : step.columns;
}
