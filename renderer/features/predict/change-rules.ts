/** Rules of a counterfactual search as the editor holds them: by column, only what the user set. */
import type { ColumnRule } from '../../../main/contract/counterfactuals.ts';
import type { FormField } from './form-fields.ts';

/** What a column may do, in one word. */
export type Freedom = 'free' | 'fixed' | 'up' | 'down';

export type RuleDraft = {
  readonly freedom: Freedom;
  /** Texts as typed; what is no number is left out. */
  readonly min: string;
  readonly max: string;
  readonly step: string;
  readonly levels: readonly string[];
};

export type RuleDrafts = Readonly<Record<string, RuleDraft>>;

export const freeRule: RuleDraft = { freedom: 'free', min: '', max: '', step: '', levels: [] };

/** Freedoms that make sense for a column: texts have no up and down. */
export const freedomsOf = (field: FormField): readonly Freedom[] =>
  field.control.kind === 'number' || field.control.kind === 'date'
    ? ['free', 'fixed', 'up', 'down']
    : ['free', 'fixed'];

const numberOf = (text: string): number | undefined => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
};

/** The rules as the host reads them; columns without a limit are left out. */
export function buildRules(fields: readonly FormField[], drafts: RuleDrafts): ColumnRule[] {
  return fields.flatMap((field): ColumnRule[] => {
    const draft = drafts[field.name];
    if (draft === undefined) return [];
    const { freedom, levels } = draft;
    const column = field.name;
    if (freedom === 'fixed') return [{ column, immutable: true }];
    const numeric = field.control.kind === 'number';
    const [min, max, step] = [draft.min, draft.max, draft.step].map((text) => (numeric ? numberOf(text) : undefined));
    const rule: ColumnRule = {
      column,
      ...(freedom === 'free' ? {} : { direction: freedom }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(step === undefined || step <= 0 ? {} : { step }),
      ...(levels.length === 0 || field.control.kind !== 'select' ? {} : { levels: [...levels] }),
    };
    return Object.keys(rule).length > 1 ? [rule] : [];
  });
}
