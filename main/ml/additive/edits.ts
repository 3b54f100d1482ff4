/**
 * Edits of an additive model's curves. Every edit names a term by its features and a run of its cells, so a list of edits means
 * the same for the model it was made on, applied in order. Terms are not centred again: what was not touched keeps its
 * values bit by bit.
 */
import { invalidInput } from '../../base/errors.ts';
import type { AdditiveModel, AdditiveTerm } from '../model-spec.ts';
import { isotonic } from './isotonic.ts';

/** Cells `from` … `to` inclusive of term `term`, for output `output`. Pairs take whole-table edits only. */
type Range = { readonly term: number; readonly output: number; readonly from: number; readonly to: number };

export type CurveEdit =
  | (Range & { readonly kind: 'set'; readonly value: number })
  | (Range & { readonly kind: 'shift'; readonly by: number })
  | (Range & { readonly kind: 'flatten' })
  | (Range & { readonly kind: 'smooth' })
  | (Range & { readonly kind: 'monotone'; readonly direction: 'up' | 'down' })
  | { readonly kind: 'remove'; readonly term: number };

/** The model after all edits, in order. Throws invalid-input `curve-edit` for a term, output or range it does not have. */
export function applyEdits(model: AdditiveModel, edits: readonly CurveEdit[]): AdditiveModel {
  const terms = [...model.terms];
  for (const edit of edits) {
    const term = terms[edit.term];
    if (term === undefined) throw problem(`Term ${edit.term} of ${terms.length} does not exist.`);
    terms[edit.term] = edit.kind === 'remove' ? removed(term) : edited(term, model.outputCount, edit);
  }
  return { ...model, terms };
}

const problem = (message: string): Error =>
  invalidInput('curve-edit', message, { hint: 'Read the curves again: the model may have another version by now.' });

const removed = (term: AdditiveTerm): AdditiveTerm => ({
  ...term,
  values: new Float32Array(term.values.length),
  deviations: new Float32Array(term.deviations.length),
});

function edited(term: AdditiveTerm, outputs: number, edit: Exclude<CurveEdit, { kind: 'remove' }>): AdditiveTerm {
  const { from, to, output } = edit;
  if (term.features.length !== 1) throw problem('A pair can be removed, but not edited cell by cell.');
  if (output >= outputs) throw problem(`Output ${output} of ${outputs} does not exist.`);
  if (!(from <= to && to < term.weights.length)) {
    throw problem(`Cells ${from} to ${to} are not among the ${term.weights.length} of this curve.`);
  }
  const count = to - from + 1;
  const old = Float64Array.from({ length: count }, (_, i) => term.values[(from + i) * outputs + output]);
  const weights = Float64Array.from({ length: count }, (_, i) => term.weights[from + i]);
  const made = newValues(edit, old, weights);
  const values = term.values.slice();
  const deviations = term.deviations.slice();
  for (let i = 0; i < count; i++) {
    values[(from + i) * outputs + output] = made[i];
    // A value set by hand is no estimate: it has no spread.
    if (made[i] !== old[i]) deviations[(from + i) * outputs + output] = 0;
  }
  return { ...term, values, deviations };
}

function newValues(
  edit: Exclude<CurveEdit, { kind: 'remove' }>,
  old: Float64Array,
  weights: Float64Array,
): Float64Array {
  switch (edit.kind) {
    case 'set':
      return old.map(() => Math.fround(edit.value));
    case 'shift':
      return old.map((value) => Math.fround(value + edit.by));
    case 'flatten':
      return old.map(() => Math.fround(weightedMean(old, weights)));
    case 'smooth':
      return smoothed(old, weights);
    case 'monotone':
      return isotonic(old, weights, edit.direction).map(Math.fround);
  }
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let mass = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    mass += weights[i];
  }
  return mass > 0 ? sum / mass : values.reduce((total, value) => total + value, 0) / values.length;
}

/** Share of the range's rows under one half of the smoothing window. */
const windowShare = 0.05;

/** Weighted moving mean over the neighbours that hold about a tenth of the rows of the range, at least one on each side. */
function smoothed(values: Float64Array, weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const floor = total > 0 ? (total / weights.length) * 1e-3 : 1;
  return values.map((_, i) => {
    let sum = (weights[i] + floor) * values[i];
    let mass = weights[i] + floor;
    for (const step of [-1, 1]) {
      let reached = 0;
      for (let j = i + step; j >= 0 && j < values.length; j += step) {
        sum += (weights[j] + floor) * values[j];
        mass += weights[j] + floor;
        reached += weights[j];
        if (reached >= windowShare * total) break;
      }
    }
    return Math.fround(sum / mass);
  });
}
