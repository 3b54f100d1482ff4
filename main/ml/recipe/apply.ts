/**
 * Applies a fitted recipe: raw columns to column-major float32 features. Every step is row-wise, so any block of rows
 * gives the same bits as the whole. Empty text counts as missing, because the exported graph has no other way to say
 * that a string is absent.
 */
import { bug, invalidInput } from '../../base/errors.ts';
import type { FeatureMatrix, Frame, RawColumn } from '../frame.ts';
import type { FeatureSpec, FittedRecipe, InputSpec } from '../model-spec.ts';
import { alignBooleans } from './boolean-words.ts';
import { datePart } from './date-parts.ts';
import { applySteps } from './fitted-step.ts';
import { inputColumn } from './inputs.ts';

/** How a learner must treat a feature: order of numbers, or membership of codes 0…levelCount (the last is "other"). */
export type FeatureKind = { readonly kind: 'numeric' } | { readonly kind: 'category'; readonly levelCount: number };

/** Text values of one column that the model has no level for. */
export type UnseenCategories = {
  readonly column: string;
  readonly rows: number;
  /** Up to five of them, the most frequent first. */
  readonly examples: readonly string[];
};

/**
 * Features of `rows` (all when null or absent), in the recipe's order. `allocate` lets the caller place the columns in
 * shared memory. Throws data-problem when an input column is absent or of another physical type.
 */
export function applyRecipe(
  recipe: FittedRecipe,
  frame: Frame,
  rows: Int32Array | null = null,
  allocate: (length: number) => Float32Array = (length) => new Float32Array(length),
): FeatureMatrix {
  const aligned = alignBooleans(recipe, frame);
  const raw = { rowCount: frame.rowCount, columns: recipe.inputs.map((input) => inputColumn(aligned, input)) };
  return featuresOf(recipe, applySteps(recipe.steps, raw), rows, allocate);
}

/** Features from a frame that holds the columns of the recipe's steps already, as fitting leaves it. */
export function featuresOf(
  recipe: FittedRecipe,
  prepared: Frame,
  rows: Int32Array | null = null,
  allocate: (length: number) => Float32Array = (length) => new Float32Array(length),
): FeatureMatrix {
  const rowCount = rows === null ? prepared.rowCount : rows.length;
  const sources = new Map(prepared.columns.map((column) => [column.name, column]));
  const columns = recipe.features.map((feature) => {
    const out = allocate(rowCount);
    fillFeature(feature, sourceOf(sources, feature), rows, out);
    return out;
  });
  return { rowCount, columns };
}

/** The kind of every feature, in the recipe's order. */
export function featureKinds(recipe: FittedRecipe): FeatureKind[] {
  return recipe.features.map((feature) =>
    feature.kind === 'category' ? { kind: 'category', levelCount: feature.levels.length } : { kind: 'numeric' },
  );
}

/** By column: values that were too rare in training to get a level of their own. */
export type RareLevels = Readonly<Record<string, readonly string[]>>;

/** Per text column with any: how many rows hold a value the model has no level for and that is not among the rare ones. */
export function countUnseen(recipe: FittedRecipe, raw: Frame, rare: RareLevels = {}): UnseenCategories[] {
  const frame = alignBooleans(recipe, raw);
  const found: UnseenCategories[] = [];
  for (const feature of recipe.features) {
    if (feature.kind !== 'category' || feature.from !== undefined) continue;
    const column = inputColumn(frame, { name: feature.source, type: 'string' });
    if (column.type !== 'string') continue;
    const known = new Set(rare[feature.source] ?? []);
    const codes = levelCodes(column.levels, feature.levels).map((code, level) =>
      known.has(column.levels[level]) ? -1 : code,
    );
    const counts = new Float64Array(column.levels.length);
    let rows = 0;
    for (let i = 0; i < frame.rowCount; i++) {
      const code = column.codes[i];
      if (code < 0 || codes[code] !== feature.levels.length) continue;
      counts[code]++;
      rows++;
    }
    if (rows === 0) continue;
    const unseen: number[] = [];
    for (let code = 0; code < counts.length; code++) if (counts[code] > 0) unseen.push(code);
    unseen.sort((a, b) => counts[b] - counts[a] || a - b);
    found.push({ column: feature.source, rows, examples: unseen.slice(0, 5).map((code) => column.levels[code]) });
  }
  return found;
}

/**
 * Features of one row. Numbers for double inputs, microseconds since 1970 UTC for timestamps, text for strings; null,
 * an absent key and empty text are missing. Throws invalid-input naming the column when a value has the wrong type.
 */
export function encodeRow(recipe: FittedRecipe, row: Readonly<Record<string, string | number | null>>): Float32Array {
  const frame: Frame = {
    rowCount: 1,
    columns: recipe.inputs.map((input) => cellColumn(input, row[input.name] ?? null)),
  };
  return Float32Array.from(applyRecipe(recipe, frame).columns, (column) => column[0]);
}

function cellColumn(input: InputSpec, value: string | number | null): RawColumn {
  const wanted = input.type === 'string' ? 'string' : 'number';
  if (value !== null && typeof value !== wanted) {
    throw invalidInput(
      'value-type',
      `"${input.name}" needs ${wanted === 'string' ? 'text' : 'a number'}, got ${typeof value}.`,
      {
        hint: input.type === 'timestamp' ? 'Give microseconds since 1970-01-01 UTC.' : '',
        details: { column: input.name },
      },
    );
  }
  if (input.type === 'string') {
    const text = typeof value === 'string' ? value : null;
    const codes = Int32Array.of(text === null ? -1 : 0);
    return { type: 'string', name: input.name, codes, levels: text === null ? [] : [text] };
  }
  return {
    type: input.type,
    name: input.name,
    values: Float64Array.of(typeof value === 'number' ? value : Number.NaN),
  };
}

function sourceOf(sources: ReadonlyMap<string, RawColumn>, feature: FeatureSpec): RawColumn {
  const column = sources.get(feature.source);
  if (column === undefined) throw bug(`feature ${feature.name} has no input ${feature.source}`);
  return column;
}

/** Codes of a column's own levels among the model's: index, `wanted.length` for the others, −1 for empty text. */
function levelCodes(levels: readonly string[], wanted: readonly string[]): Int32Array {
  const index = new Map(wanted.map((level, code) => [level, code]));
  return Int32Array.from(levels, (level) => (level === '' ? -1 : (index.get(level) ?? wanted.length)));
}

function fillFeature(feature: FeatureSpec, column: RawColumn, rows: Int32Array | null, out: Float32Array): void {
  if (feature.kind === 'category') {
    if (column.type !== 'string') throw bug(`category feature ${feature.name} on a ${column.type} column`);
    const map = levelCodes(column.levels, feature.levels);
    for (let i = 0; i < out.length; i++) {
      const code = column.codes[rows === null ? i : rows[i]];
      const mapped = code < 0 ? -1 : map[code];
      out[i] = mapped < 0 ? Number.NaN : mapped;
    }
    return;
  }
  if (column.type === 'string') throw bug(`${feature.kind} feature ${feature.name} on a text column`);
  const values = column.values;
  if (feature.kind === 'numeric') {
    // Storing rounds to float32
    if (rows === null) for (let i = 0; i < out.length; i++) out[i] = values[i];
    else for (let i = 0; i < out.length; i++) out[i] = values[rows[i]];
  } else {
    for (let i = 0; i < out.length; i++)
      out[i] = Math.fround(datePart(values[rows === null ? i : rows[i]], feature.part));
  }
}
