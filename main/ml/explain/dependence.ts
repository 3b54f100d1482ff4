/**
 * Partial dependence (Friedman 2001) and individual conditional expectation (Goldstein et al. 2015) of one raw column:
 * the column is set to each grid value in all background rows, everything else stays, and the model predicts. Only the
 * features made from the column are computed again.
 */
import { invalidInput } from '../../base/errors.ts';
import { type FeatureMatrix, type Frame, findColumn, type RawColumn } from '../frame.ts';
import { type FittedRecipe, rawColumnsOf } from '../model-spec.ts';
import { applyRecipe } from '../recipe/apply.ts';
import { mean } from '../stats/moments.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';

export type DependencePoint = {
  /** Number, microseconds since 1970 UTC for timestamps, text for levels, null for missing. */
  readonly value: number | string | null;
  readonly mean: number;
  /** 10 % and 90 % quantile of the single rows' predictions. */
  readonly low: number;
  readonly high: number;
  /** Share of background rows at this level, or nearest to this grid value. */
  readonly share: number;
};

export type DependenceResult = {
  readonly column: string;
  readonly points: readonly DependencePoint[];
  /** One line a sampled row: its prediction at every point. */
  readonly lines: readonly (readonly number[])[];
};

export type DependenceInput = {
  readonly recipe: FittedRecipe;
  /** Background rows, best a few hundred. */
  readonly background: Frame;
  readonly column: string;
  /** One number a row: the probability of the explained class, or the value. */
  readonly predict: (matrix: FeatureMatrix) => Float64Array;
  readonly gridSize?: number;
  /** Values of a number column to stand at, instead of its quantiles. */
  readonly values?: readonly number[];
  readonly lineCount?: number;
};

/** Dependence of the prediction on one column. Throws invalid-input when the model does not use the column. */
export function dependence(input: DependenceInput): DependenceResult {
  const { recipe, background } = input;
  const column = findColumn(background, input.column);
  if (column === null || !recipe.features.some((feature) => rawColumnsOf(feature).includes(input.column))) {
    throw invalidInput('unused-column', `The model does not use a column "${input.column}".`, {
      hint: `It uses ${recipe.inputs.map((spec) => spec.name).join(', ')}.`,
      details: { column: input.column },
    });
  }
  const base = applyRecipe(recipe, background);
  const own = recipe.features.map((feature) => rawColumnsOf(feature).includes(input.column));
  // Steps may read other columns beside this one: then the rows themselves are changed and prepared again.
  const stepped = recipe.features.some((feature, f) => own[f] && feature.from !== undefined);
  const part: FittedRecipe = {
    inputs: recipe.inputs.filter((spec) => spec.name === input.column),
    features: recipe.features.filter((_, f) => own[f]),
  };
  const replaced = (value: number | string | null): Float32Array[] => {
    const changed = applyRecipe(part, { rowCount: 1, columns: [cell(column, value)] });
    let next = 0;
    return base.columns.map((values, f) =>
      own[f] ? new Float32Array(background.rowCount).fill(changed.columns[next++][0]) : values,
    );
  };
  const grid = input.values?.map((value) => ({ value, share: 0 })) ?? gridOf(column, recipe, input.gridSize ?? 20);
  const lineCount = Math.min(input.lineCount ?? 25, background.rowCount);
  const lineRows = Array.from({ length: lineCount }, (_, i) =>
    Math.floor(((i + 0.5) * background.rowCount) / lineCount),
  );
  const lines: number[][] = lineRows.map(() => []);
  const points = grid.map(({ value, share }): DependencePoint => {
    const columns = stepped ? withValue(recipe, background, column, value) : replaced(value);
    const predictions = input.predict({ rowCount: background.rowCount, columns });
    lineRows.forEach((row, i) => {
      lines[i].push(predictions[row]);
    });
    const sorted = sortedFinite(predictions);
    return {
      value,
      share,
      mean: mean(predictions),
      low: quantileSorted(sorted, 0.1),
      high: quantileSorted(sorted, 0.9),
    };
  });
  return { column: input.column, points, lines };
}

/** Features of all rows with one value in the column. */
function withValue(
  recipe: FittedRecipe,
  frame: Frame,
  column: RawColumn,
  value: number | string | null,
): readonly Float32Array[] {
  const one = cell(column, value);
  const filled: RawColumn =
    one.type === 'string'
      ? { ...one, codes: new Int32Array(frame.rowCount).fill(one.codes[0]) }
      : { ...one, values: new Float64Array(frame.rowCount).fill(one.values[0]) };
  const columns = frame.columns.map((own) => (own.name === column.name ? filled : own));
  return applyRecipe(recipe, { rowCount: frame.rowCount, columns }).columns;
}

type GridValue = { readonly value: number | string | null; readonly share: number };

function gridOf(column: RawColumn, recipe: FittedRecipe, size: number): GridValue[] {
  return column.type === 'string' ? levelGrid(column, recipe, size) : numberGrid(column.values, size);
}

/** Most frequent levels first, as many as fit, then missing if it occurs. */
function levelGrid(column: RawColumn & { type: 'string' }, recipe: FittedRecipe, size: number): GridValue[] {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const code of column.codes) {
    if (code < 0 || column.levels[code] === '') missing++;
    else counts.set(column.levels[code], (counts.get(column.levels[code]) ?? 0) + 1);
  }
  for (const feature of recipe.features) {
    if (feature.source !== column.name || feature.kind !== 'category') continue;
    for (const level of feature.levels) if (!counts.has(level)) counts.set(level, 0);
  }
  const rows = Math.max(1, column.codes.length);
  const grid: GridValue[] = Array.from(counts, ([value, count]) => ({ value, share: count / rows }))
    .sort((a, b) => b.share - a.share || (a.value < b.value ? -1 : 1))
    .slice(0, size);
  if (missing > 0) grid.push({ value: null, share: missing / rows });
  return grid;
}

/** Distinct values when few, else quantiles from 1 % to 99 %; then missing if it occurs. */
function numberGrid(values: Float64Array, size: number): GridValue[] {
  const sorted = sortedFinite(values);
  const distinct = Array.from(new Set(sorted));
  const points =
    distinct.length <= size
      ? distinct
      : Array.from(
          new Set(Array.from({ length: size }, (_, i) => quantileSorted(sorted, 0.01 + (0.98 * i) / (size - 1)))),
        );
  const rows = Math.max(1, values.length);
  const counts = new Float64Array(points.length);
  let at = 0;
  for (const value of sorted) {
    while (at + 1 < points.length && Math.abs(points[at + 1] - value) <= Math.abs(points[at] - value)) at++;
    counts[at]++;
  }
  const grid: GridValue[] = points.map((value, i) => ({ value, share: counts[i] / rows }));
  const missing = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  if (missing > 0) grid.push({ value: null, share: missing / rows });
  return grid;
}

function cell(column: RawColumn, value: number | string | null): RawColumn {
  if (column.type === 'string') {
    const text = typeof value === 'string' ? value : null;
    return {
      type: 'string',
      name: column.name,
      codes: Int32Array.of(text === null ? -1 : 0),
      levels: text === null ? [] : [text],
    };
  }
  return {
    type: column.type,
    name: column.name,
    values: Float64Array.of(typeof value === 'number' ? value : Number.NaN),
  };
}
