/** What-if: the factors that move this prediction most, each with the control that turns it. */
import type { Cell } from '../../../main/contract/common.ts';
import type { Prediction } from '../../../main/contract/predictions.ts';
import type { FormField } from './form-fields.ts';

export type WhatIfFactor = {
  readonly field: FormField;
  readonly contribution: number;
  readonly slider: { readonly min: number; readonly max: number; readonly step: number } | null;
  readonly levels: readonly string[];
};

/**
 * The strongest factors of a prediction that can be turned: numbers with a range as sliders (1st to 99th percentile,
 * widened to hold the current value), categories as levels. Dates and free text have no natural scale and are left to
 * the form. Columns already `turned` stay in view however weak they are.
 */
export function pickFactors(
  prediction: Pick<Prediction, 'contributions'>,
  fields: readonly FormField[],
  row: Readonly<Record<string, Cell>>,
  limit: number,
  turned: readonly string[] = [],
): readonly WhatIfFactor[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const turnable = [...prediction.contributions]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .flatMap(({ column, contribution }): WhatIfFactor[] => {
      const field = byName.get(column);
      if (field === undefined) return [];
      const { control } = field;
      if (control.kind === 'select') {
        return [{ field, contribution, slider: null, levels: control.levels.map((level) => level.value) }];
      }
      if (control.kind !== 'number' || control.low === null || control.high === null) return [];
      const value = row[field.name];
      const current = typeof value === 'number' ? value : control.low;
      const min = Math.min(control.low, current);
      const max = Math.max(control.high, current);
      return max > min ? [{ field, contribution, slider: { min, max, step: control.step }, levels: [] }] : [];
    });
  const strongest = new Set(turnable.slice(0, limit).map((factor) => factor.field.name));
  return turnable.filter(({ field }) => strongest.has(field.name) || turned.includes(field.name));
}

export type OutputChange = { readonly was: number; readonly now: number; readonly difference: number };

/** The single figure a prediction is compared by: probability of the positive class, or the predicted value. */
export function readOutput(prediction: Pick<Prediction, 'prediction' | 'probability'>): number | null {
  if (prediction.probability !== null) return prediction.probability;
  return typeof prediction.prediction === 'number' ? prediction.prediction : null;
}

/** Was → now; null while either is unknown. */
export function compareOutputs(
  before: Pick<Prediction, 'prediction' | 'probability'> | null,
  after: Pick<Prediction, 'prediction' | 'probability'> | null,
): OutputChange | null {
  const was = before === null ? null : readOutput(before);
  const now = after === null ? null : readOutput(after);
  return was === null || now === null ? null : { was, now, difference: now - was };
}
