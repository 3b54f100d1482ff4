/**
 * Fits the row-wise preprocessing on the given rows alone, so that a fold never sees its validation rows: levels of
 * categories by frequency, the parts of dates that vary, numbers as they are. A column with a single value and no
 * missing cell among the rows carries nothing and yields no feature; an input without features leaves the recipe.
 */
import type { Frame, RawColumn, StringColumn } from '../frame.ts';
import {
  type DatePart,
  type FeatureSpec,
  type FittedRecipe,
  type FittedStep,
  type InputSpec,
  rawColumnsOf,
} from '../model-spec.ts';
import { datePart } from './date-parts.ts';
import { fitSteps, type StepTarget } from './fit-steps.ts';
import { stepInputs } from './fitted-step.ts';
import { inputColumn } from './inputs.ts';
import type { RecipeStep } from './steps.ts';

export type RecipeOptions = {
  readonly inputs: readonly InputSpec[];
  /** Most levels a category keeps; the rest becomes "other". Default 254, so that codes fit a byte with missing. */
  readonly maxLevels?: number;
  /** Levels seen in fewer rows become "other". Default: 0.05 % of the rows, at least 2 and at most 20. */
  readonly minLevelCount?: number;
};

/** Steps to fit before the features, and what they may look at. */
export type StepOptions = {
  readonly steps: readonly RecipeStep[];
  readonly target: StepTarget | null;
  readonly seed: number;
};

/**
 * A recipe with the user's steps before its features, and the frame to train on: its training rows hold ordered target
 * encodings, which applying the recipe would not give. Throws as fitRecipe, and invalid-input naming step and column.
 */
export function fitRecipeWithSteps(
  frame: Frame,
  rows: Int32Array | null,
  options: RecipeOptions & StepOptions,
): { readonly recipe: FittedRecipe; readonly frame: Frame } {
  const fitted = fitSteps({ ...options, frame, rows });
  const plain = fitRecipe(fitted.frame, rows, { ...options, inputs: fitted.visible.map(({ spec }) => spec) });
  const from = new Map(fitted.visible.map(({ spec, from: raw }) => [spec.name, raw]));
  const features = plain.features.map((feature): FeatureSpec => {
    const raw = from.get(feature.source) ?? null;
    return raw === null ? feature : { ...feature, from: raw };
  });
  const steps = neededSteps(fitted.steps, features);
  const used = new Set([
    ...features.flatMap(rawColumnsOf),
    ...steps.flatMap((step) => stepInputs(step).map(([name]) => name)),
  ]);
  return {
    recipe: {
      inputs: options.inputs.filter(({ name }) => used.has(name)),
      ...(steps.length === 0 ? {} : { steps }),
      features,
    },
    frame: fitted.frame,
  };
}

/** The steps that some feature reads in the end. */
function neededSteps(steps: readonly FittedStep[], features: readonly FeatureSpec[]): FittedStep[] {
  const needed = new Set(features.map(({ source }) => source));
  return steps
    .toReversed()
    .filter((step) => {
      if (!needed.has(step.output)) return false;
      for (const [name] of stepInputs(step)) needed.add(name);
      return true;
    })
    .reverse();
}

const dateParts: readonly DatePart[] = ['year', 'month', 'day', 'weekday', 'hour', 'elapsed_days'];

/**
 * Fits a recipe on `rows` of `frame` (all rows when null). Throws data-problem when an input column is absent or of
 * another type. Equal rows in any order give the same recipe: ties between levels are broken by text.
 */
export function fitRecipe(frame: Frame, rows: Int32Array | null, options: RecipeOptions): FittedRecipe {
  const rowCount = rows === null ? frame.rowCount : rows.length;
  const maxLevels = options.maxLevels ?? 254;
  const minLevelCount = options.minLevelCount ?? Math.min(20, Math.max(2, Math.floor(rowCount * 0.0005)));
  const features: FeatureSpec[] = [];
  const inputs: InputSpec[] = [];
  for (const input of options.inputs) {
    const column = inputColumn(frame, input);
    const made = featuresOf(column, input.name, rows, rowCount, maxLevels, minLevelCount);
    if (made.length > 0) inputs.push(input);
    features.push(...made);
  }
  return { inputs, features };
}

function featuresOf(
  column: RawColumn,
  name: string,
  rows: Int32Array | null,
  rowCount: number,
  maxLevels: number,
  minLevelCount: number,
): FeatureSpec[] {
  if (column.type === 'double') {
    const value = (i: number): number => Math.fround(column.values[rows === null ? i : rows[i]]);
    return varies(rowCount, value) ? [{ kind: 'numeric', name, source: name }] : [];
  }
  if (column.type === 'timestamp') {
    return dateParts
      .filter((part) => {
        const value = (i: number): number => Math.fround(datePart(column.values[rows === null ? i : rows[i]], part));
        return varies(rowCount, value, part !== 'elapsed_days');
      })
      .map((part) => ({ kind: 'date-part', name: `${name} · ${part.replace('_', ' ')}`, source: name, part }));
  }
  const levels = keptLevels(column, rows, rowCount, maxLevels, minLevelCount);
  return levels === null ? [] : [{ kind: 'category', name, source: name, levels }];
}

/** True when at least two distinct states occur; missing is one of them unless it is to be ignored. */
function varies(rowCount: number, value: (i: number) => number, ignoreMissing = false): boolean {
  let first: number | null = null;
  for (let i = 0; i < rowCount; i++) {
    const next = value(i);
    if (ignoreMissing && Number.isNaN(next)) continue;
    if (first === null) first = next;
    else if (next !== first && !(Number.isNaN(next) && Number.isNaN(first))) return true;
  }
  return false;
}

/** Levels to keep, or null when level, "other" and missing together show fewer than two states. */
function keptLevels(
  column: StringColumn,
  rows: Int32Array | null,
  rowCount: number,
  maxLevels: number,
  minLevelCount: number,
): string[] | null {
  const counts = new Float64Array(column.levels.length);
  let missing = 0;
  for (let i = 0; i < rowCount; i++) {
    const code = column.codes[rows === null ? i : rows[i]];
    if (code < 0 || column.levels[code] === '') missing++;
    else counts[code]++;
  }
  const candidates: number[] = [];
  let seen = 0;
  for (let code = 0; code < counts.length; code++) {
    if (counts[code] > 0) seen++;
    if (counts[code] >= minLevelCount) candidates.push(code);
  }
  const textOf = column.levels;
  candidates.sort((a, b) => counts[b] - counts[a] || (textOf[a] < textOf[b] ? -1 : 1));
  const kept = candidates.slice(0, maxLevels);
  const states = kept.length + (seen > kept.length ? 1 : 0) + (missing > 0 ? 1 : 0);
  return states < 2 ? null : kept.map((code) => textOf[code]);
}
