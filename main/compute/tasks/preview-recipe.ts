/** What a recipe makes of a sample: every column before and after, with its distribution. */
import { detectTask, encodeTarget } from '../../ml/findings/target.ts';
import { type Frame, findColumn, type RawColumn } from '../../ml/frame.ts';
import type { InputSpec } from '../../ml/model-spec.ts';
import { fitSteps, type StepTarget } from '../../ml/recipe/fit-steps.ts';
import type { RecipeStep } from '../../ml/recipe/steps.ts';
import type { TaskEnvironment } from '../environment.ts';

export type PreviewRecipeInput = {
  readonly frame: Frame;
  readonly specs: readonly InputSpec[];
  readonly steps: readonly RecipeStep[];
  readonly target: string | null;
};

export type PreviewedColumn = {
  readonly name: string;
  readonly type: InputSpec['logicalType'];
  readonly from: readonly string[];
  readonly missing: number;
  readonly distinct: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly bars: readonly { readonly label: string; readonly count: number }[];
  readonly sample: readonly (string | number | null)[];
};

export type PreviewRecipeOutput = {
  readonly rows: number;
  readonly before: readonly PreviewedColumn[];
  readonly after: readonly PreviewedColumn[];
};

const barCount = 12;
const sampleCount = 8;

export function previewRecipe(input: PreviewRecipeInput, _environment: TaskEnvironment): PreviewRecipeOutput {
  const { frame, steps } = input;
  const specs = input.specs.filter(({ name }) => name !== input.target);
  const fitted = fitSteps({ frame, rows: null, inputs: specs, steps, target: targetOf(input), seed: 7 });
  const show = (spec: InputSpec, from: readonly string[]): PreviewedColumn[] => {
    const column = findColumn(fitted.frame, spec.name);
    return column === null ? [] : [described(column, spec, from)];
  };
  return {
    rows: frame.rowCount,
    before: specs.flatMap((spec) => show(spec, [spec.name])),
    after: fitted.visible.flatMap(({ spec, from }) => show(spec, from ?? [spec.name])),
  };
}

function targetOf({ frame, specs, target }: PreviewRecipeInput): StepTarget | null {
  if (target === null) return null;
  const column = findColumn(frame, target);
  const spec = specs.find(({ name }) => name === target);
  if (column === null || spec === undefined) return null;
  const { task, classes } = detectTask(column, spec.logicalType, {});
  const { label } = encodeTarget(
    column,
    spec.logicalType,
    task,
    classes.map(({ value }) => value),
  );
  return {
    label: label.map((value) => (Number.isNaN(value) ? 0 : value)),
    classCount: task === 'regression' ? 1 : classes.length,
  };
}

function described(column: RawColumn, spec: InputSpec, from: readonly string[]): PreviewedColumn {
  // Tags that tell folds apart mean nothing to a reader.
  const name = spec.name.replace(/ #[0-9a-z]+/g, '');
  const shared = { name, type: spec.logicalType, from };
  if (column.type === 'string') {
    const counts = new Map<string, number>();
    let missing = 0;
    for (const code of column.codes) {
      const text = code < 0 ? '' : column.levels[code];
      if (text === '') missing++;
      else counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const bars = [...counts]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, barCount)
      .map(([label, count]) => ({ label, count }));
    const sample = Array.from(column.codes.subarray(0, sampleCount), (code) => (code < 0 ? null : column.levels[code]));
    return { ...shared, missing, distinct: counts.size, low: null, high: null, mean: null, bars, sample };
  }
  const known = column.values.filter((value) => Number.isFinite(value));
  const sample = Array.from(column.values.subarray(0, sampleCount), (value) =>
    Number.isNaN(value) ? null : column.type === 'timestamp' ? new Date(value / 1000).toISOString() : value,
  );
  const missing = column.values.length - known.length;
  if (known.length === 0)
    return { ...shared, missing, distinct: 0, low: null, high: null, mean: null, bars: [], sample };
  const sorted = known.slice().sort();
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  const distinct = sorted.reduce((count, value, i) => count + (i === 0 || value !== sorted[i - 1] ? 1 : 0), 0);
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const width = (high - low) / barCount;
  const counts = new Array<number>(width > 0 ? barCount : 1).fill(0);
  for (const value of known) counts[width > 0 ? Math.min(barCount - 1, Math.floor((value - low) / width)) : 0]++;
  const label = (value: number): string =>
    column.type === 'timestamp'
      ? new Date(value / 1000).toISOString().slice(0, 10)
      : String(Number(value.toPrecision(3)));
  const bars = counts.map((count, i) => ({ label: label(low + width * i), count }));
  return column.type === 'timestamp'
    ? { ...shared, missing, distinct, low: null, high: null, mean: null, bars, sample }
    : { ...shared, missing, distinct, low, high, mean, bars, sample };
}
