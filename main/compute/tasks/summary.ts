import { type DependenceResult, dependence as partialDependence } from '../../ml/explain/dependence.ts';
import { type ColumnSummary, globalSummary } from '../../ml/explain/summary.ts';
import type { Frame } from '../../ml/frame.ts';
import { explainMargins, predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
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
};

/** Global summary of exact contributions over the background sample. */
export function summarise(input: SummaryInput, _environment: TaskEnvironment): SummaryOutput {
  const spec = unpackModel(input.model);
  const matrix = applyRecipe(spec.recipe, input.background);
  const explained = explainMargins(spec, matrix, input.output);
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
  return { columns, additivityMaxError: worst, rows: matrix.rowCount };
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
