/** The prediction form built from a model's inputs: which control a column gets, and what range its hint names. */
import type { Cell } from '../../../main/contract/common.ts';
import type { InputField } from '../../../main/contract/models.ts';

export type FieldControl =
  | {
      readonly kind: 'number';
      readonly whole: boolean;
      readonly step: number;
      readonly low: number | null;
      readonly high: number | null;
      readonly min: number | null;
      readonly max: number | null;
    }
  | {
      readonly kind: 'select';
      readonly levels: readonly { readonly value: string; readonly share: number }[];
      readonly open: boolean;
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'date'; readonly withTime: boolean };

export type FormField = {
  readonly name: string;
  readonly type: InputField['type'];
  readonly control: FieldControl;
  readonly typical: Cell;
  readonly importance: number;
  /** Unused by the model: the value cannot change the answer. */
  readonly idle: boolean;
  readonly missingShare: number;
};

/** A step that divides a range into about a hundred, as 1, 2 or 5 times a power of ten; whole numbers never step below 1. */
export function pickStep(low: number | null, high: number | null, whole: boolean): number {
  const range = low !== null && high !== null && high > low ? high - low : 0;
  if (range === 0) return whole ? 1 : 0.1;
  const raw = range / 100;
  const power = 10 ** Math.floor(Math.log10(raw));
  const scaled = raw / power;
  const step = (scaled < 1.5 ? 1 : scaled < 3.5 ? 2 : scaled < 7.5 ? 5 : 10) * power;
  return whole ? Math.max(1, Math.round(step)) : Number(step.toPrecision(1));
}

function buildControl(field: InputField): FieldControl {
  switch (field.type) {
    case 'integer':
    case 'number': {
      const whole = field.type === 'integer';
      const { low, high, min, max } = field;
      return { kind: 'number', whole, step: pickStep(low, high, whole), low, high, min, max };
    }
    case 'date':
    case 'datetime':
      return { kind: 'date', withTime: field.type === 'datetime' };
    case 'boolean':
      return {
        kind: 'select',
        levels:
          field.levels.length > 0
            ? field.levels
            : [
                { value: 'true', share: 0 },
                { value: 'false', share: 0 },
              ],
        open: false,
      };
    case 'text':
      return field.levels.length > 0 ? { kind: 'select', levels: field.levels, open: true } : { kind: 'text' };
  }
}

/** The fields of the form, the ones that move the answer most first; equal importance keeps the model's order. */
export function buildFormFields(inputs: readonly InputField[]): readonly FormField[] {
  // A model whose inner parts are not known has no importances at all: then no column counts as unused
  const known = inputs.some((field) => field.importance > 0);
  return inputs
    .map(
      (field): FormField => ({
        name: field.name,
        type: field.type,
        control: buildControl(field),
        typical: field.typical,
        importance: field.importance,
        idle: known && field.importance === 0,
        missingShare: field.missingShare,
      }),
    )
    .sort((a, b) => b.importance - a.importance);
}

/** Fields whose name contains the search text, case ignored. */
export function filterFields(fields: readonly FormField[], search: string): readonly FormField[] {
  const needle = search.trim().toLowerCase();
  return needle === '' ? fields : fields.filter((field) => field.name.toLowerCase().includes(needle));
}
