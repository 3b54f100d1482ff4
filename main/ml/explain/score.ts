import type { Frame } from '../frame.ts';
import type { ModelSpec } from '../model-spec.ts';
import { predictMargins, predictOutputs } from '../predict.ts';
import { applyRecipe } from '../recipe/apply.ts';

const columnOf = (values: Float64Array, width: number, output: number): Float64Array =>
  width === 1 ? values : Float64Array.from({ length: values.length / width }, (_, row) => values[row * width + output]);

/** The margin of one output by row: log-odds, or the value of a regression. */
export const marginScorer =
  (spec: ModelSpec, output: number) =>
  (frame: Frame): Float64Array =>
    columnOf(predictMargins(spec, applyRecipe(spec.recipe, frame)), spec.outputCount, output);

/** What people are shown of one output by row: its probability, or the value. */
export const outputScorer =
  (spec: ModelSpec, output: number) =>
  (frame: Frame): Float64Array =>
    columnOf(allOutputs(spec)(frame), spec.outputCount, output);

/** All outputs, row-major. */
export const allOutputs =
  (spec: ModelSpec) =>
  (frame: Frame): Float64Array =>
    predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));
