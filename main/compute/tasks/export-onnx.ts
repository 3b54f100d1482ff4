import type { Frame } from '../../ml/frame.ts';
import { buildOnnx, type OnnxMeta } from '../../ml/onnx/build-onnx.ts';
import { buildParityRows } from '../../ml/onnx/parity-rows.ts';
import { predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import { buildReference, type ReferenceStatistics } from '../../ml/stats/reference.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type ExportOnnxInput = {
  readonly model: PortableModel;
  readonly meta: OnnxMeta;
  /** Training rows to mix into the parity rows. */
  readonly sample: Frame;
  readonly parityRowCount: number;
  readonly seed: number;
  /** All training rows: their statistics are kept with the model. */
  readonly trainingFrame: Frame;
};

export type ExportOnnxOutput = {
  readonly onnx: Uint8Array;
  readonly rows: Frame;
  /** What the application's kernels predict for the rows. */
  readonly expected: { readonly margins: Float64Array; readonly outputs: Float64Array };
  readonly reference: ReferenceStatistics;
};

/** Writes the model as one ONNX graph and predicts the stored parity rows with the application's own kernels. */
export function exportOnnx(input: ExportOnnxInput, _environment: TaskEnvironment): ExportOnnxOutput {
  const spec = unpackModel(input.model);
  const onnx = buildOnnx(spec, input.meta);
  const rows = buildParityRows(spec, input.sample, { rowCount: input.parityRowCount, seed: input.seed });
  const margins = predictMargins(spec, applyRecipe(spec.recipe, rows));
  return {
    onnx,
    rows,
    expected: { margins, outputs: predictOutputs(spec, margins) },
    reference: buildReference(spec.recipe.inputs, input.trainingFrame),
  };
}
