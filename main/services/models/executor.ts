/**
 * Scoring behind one interface: the application's own kernels, or the exported graph in ONNX Runtime. Both read raw rows and
 * give the same numbers within the parity tolerance; `kind` tells the record which one ran.
 */
import { bug } from '../../base/errors.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { frameTensors } from '../../inference/frame-tensors.ts';
import type { ModelSource, ProviderName, WireTensor } from '../../inference/protocol.ts';
import type { ProviderAttempt, ProviderChoice } from '../../inference/providers.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { onnxOutputNames } from '../../ml/onnx/output-names.ts';
import { predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import { alignBooleans } from '../../ml/recipe/boolean-words.ts';

/** Predictions of a block of rows. */
export type Predictions = {
  /** Row-major rowCount × outputCount, before calibration. */
  readonly margins: Float64Array;
  /** Binary: probability of the positive class; multiclass: row-major rowCount × classes; regression: values. */
  readonly outputs: Float64Array;
};

export type Executor = {
  readonly kind: 'kernels' | 'onnx';
  readonly predict: (frame: Frame) => Promise<Predictions>;
  /** Frees what the executor holds; it must not be used afterwards. */
  readonly close: () => Promise<void>;
};

/** Scores in this thread with the application's kernels. */
export function createKernelExecutor(spec: ModelSpec): Executor {
  return {
    kind: 'kernels',
    predict: async (frame) => {
      const margins = predictMargins(spec, applyRecipe(spec.recipe, frame));
      return { margins, outputs: predictOutputs(spec, margins) };
    },
    close: async () => {},
  };
}

export type OnnxExecutor = Executor & {
  readonly provider: ProviderName;
  readonly attempts: readonly ProviderAttempt[];
};

/** Rows sent to the inference process at once: large enough to keep it busy, small enough to bound its memory. */
const chunkRows = 8_192;

/** Loads the exported graph into the inference process and scores there. */
export async function createOnnxExecutor(
  spec: ModelSpec,
  source: ModelSource,
  client: InferenceClient,
  options: { readonly provider?: ProviderChoice; readonly threads?: number } = {},
): Promise<OnnxExecutor> {
  const model = await client.load(source, options);
  const names = onnxOutputNames(spec);
  const outputName = names.prediction ?? names.probability ?? names.probabilities;
  if (outputName === null) throw bug('an exported model has no output');
  const width = spec.task === 'multiclass' ? spec.classes.length : 1;
  return {
    kind: 'onnx',
    provider: model.provider,
    attempts: model.attempts,
    predict: async (raw) => {
      const frame = alignBooleans(spec.recipe, raw);
      const margins = new Float64Array(frame.rowCount * spec.outputCount);
      const outputs = new Float64Array(frame.rowCount * width);
      for (let from = 0; from < frame.rowCount; from += chunkRows) {
        const to = Math.min(from + chunkRows, frame.rowCount);
        const inputs = frameTensors(spec.recipe.inputs, frame, from, to);
        const results = await client.run(model.sessionId, inputs, { outputs: [names.margin, outputName] });
        margins.set(floats(results[names.margin], names.margin), from * spec.outputCount);
        outputs.set(floats(results[outputName], outputName), from * width);
      }
      return { margins, outputs };
    },
    close: () => client.unload(model.sessionId),
  };
}

function floats(tensor: WireTensor | undefined, name: string): Float32Array {
  if (tensor?.type !== 'float32') throw bug(`the exported model gave no float32 output “${name}”`);
  return tensor.data;
}
