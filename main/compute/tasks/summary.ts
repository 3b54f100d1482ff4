import { type DependenceResult, dependence as partialDependence } from '../../ml/explain/dependence.ts';
import { takeRows } from '../../ml/explain/rows.ts';
import { type ColumnSummary, globalSummary } from '../../ml/explain/summary.ts';
import type { Frame, RawColumn } from '../../ml/frame.ts';
import { isGraphModel, type Member, type ModelSpec, rawColumnsOf } from '../../ml/model-spec.ts';
import { type ExplainedRows, explainMargins, predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import { treeImportance } from '../../ml/trees/importance.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type SummaryInput = {
  readonly model: PortableModel;
  readonly background: Frame;
  /** Output explained: 0 for binary and regression, the class index for multiclass. */
  readonly output: number;
};

export type SummaryOutput = {
  readonly columns: readonly ColumnSummary[];
  readonly additivityMaxError: number;
  readonly rows: number;
  /** Share of the trees' summed split gain by input column, weighted like the members; null without trees. */
  readonly gainShares: Readonly<Record<string, number>> | null;
};

/**
 * Global summary of exact contributions over the background sample. Neighbours and nets have none: there it is by how much
 * the margin of a row moves when one of its cells is another row's.
 */
export function summarise(given: SummaryInput, _environment: TaskEnvironment): SummaryOutput {
  const whole = unpackModel(given.model);
  const spec = oneNetATrial(whole);
  const input = spec === whole ? given : { ...given, background: fewRows(given.background, spec.recipe.inputs.length) };
  const matrix = applyRecipe(spec.recipe, input.background);
  const explained = isGraphModel(spec) ? exchangedCells(spec, input) : explainMargins(spec, matrix, input.output);
  const margins = predictMargins(spec, matrix);
  const width = explained.inputs.length;
  let worst = 0;
  for (let row = 0; row < matrix.rowCount; row++) {
    let sum = explained.base;
    for (let c = 0; c < width; c++) sum += explained.values[row * width + c];
    const margin = margins[row * spec.outputCount + input.output];
    worst = Math.max(worst, Math.abs(sum - margin) / Math.max(1, Math.abs(margin)));
  }
  const columns = globalSummary({
    inputs: explained.inputs,
    values: explained.values,
    frame: input.background,
    seed: 1,
  });
  return { columns, additivityMaxError: worst, rows: matrix.rowCount, gainShares: gainShares(spec) };
}

/** Nets take their time, and those of a trial's folds say much the same: one of them stands for all of equal weight. */
function oneNetATrial(spec: ModelSpec): ModelSpec {
  const nets = spec.members.filter(({ kind }) => kind === 'net');
  if (nets.length === 0) return spec;
  const members = spec.members.flatMap((member): Member[] => {
    if (member.kind !== 'net') return [member];
    const alike = nets.filter(({ weight }) => weight === member.weight);
    return alike[0] === member ? [{ ...member, weight: member.weight * alike.length }] : [];
  });
  return { ...spec, members };
}

/** Answers of nets that a summary may take, about a second's worth. */
const mostNetRows = 4000;

/** Rows spread over the frame, fewer the more columns are exchanged. */
function fewRows(frame: Frame, columns: number): Frame {
  const count = Math.min(frame.rowCount, Math.max(40, Math.floor(mostNetRows / (columns + 1))));
  return takeRows(
    frame,
    Int32Array.from({ length: count }, (_, i) => Math.floor((i * frame.rowCount) / count)),
  );
}

function exchangedCells(spec: ModelSpec, { background, output }: SummaryInput): ExplainedRows {
  const { inputs } = spec.recipe;
  const { outputCount } = spec;
  const rows = background.rowCount;
  const margins = predictMargins(spec, applyRecipe(spec.recipe, background));
  const values = new Float64Array(rows * inputs.length);
  const half = Math.floor(rows / 2);
  inputs.forEach(({ name }, c) => {
    const columns = background.columns.map((column): RawColumn => {
      if (column.name !== name) return column;
      const from = (row: number): number => (row + half) % rows;
      return column.type === 'string'
        ? { ...column, codes: column.codes.map((_, row) => column.codes[from(row)]) }
        : { ...column, values: column.values.map((_, row) => column.values[from(row)]) };
    });
    const moved = predictMargins(spec, applyRecipe(spec.recipe, { rowCount: rows, columns }));
    for (let row = 0; row < rows; row++) {
      const at = row * outputCount + output;
      values[row * inputs.length + c] = margins[at] - moved[at];
    }
  });
  return { base: 0, values, inputs: inputs.map(({ name }) => name) };
}

function gainShares(spec: ModelSpec): SummaryOutput['gainShares'] {
  const { features } = spec.recipe;
  const gains = new Map<string, number>();
  let total = 0;
  for (const member of spec.members) {
    if (member.kind !== 'trees') continue;
    treeImportance(member.trees, features.length).gain.forEach((gain, f) => {
      const part = Math.abs(member.weight) * gain;
      total += part;
      const columns = rawColumnsOf(features[f]);
      for (const name of columns) gains.set(name, (gains.get(name) ?? 0) + part / columns.length);
    });
  }
  if (total <= 0) return null;
  return Object.fromEntries(Array.from(gains, ([name, gain]) => [name, gain / total]));
}

export type DependenceTaskInput = SummaryInput & { readonly column: string };

/** Partial dependence of one column over the background sample, in probability or target units. */
export function dependenceTask(input: DependenceTaskInput, _environment: TaskEnvironment): DependenceResult {
  const spec = unpackModel(input.model);
  return partialDependence({
    recipe: spec.recipe,
    background: input.background,
    column: input.column,
    predict: (matrix) => {
      const outputs = predictOutputs(spec, predictMargins(spec, matrix));
      if (spec.outputCount === 1) return outputs;
      return Float64Array.from({ length: matrix.rowCount }, (_, row) => outputs[row * spec.outputCount + input.output]);
    },
  });
}
