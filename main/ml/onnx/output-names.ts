/** Names of the graph's outputs: the plain ones, followed by underscores where an input column already has that name. */
import type { ModelSpec } from '../model-spec.ts';

export type OutputNames = {
  /** float32 [N, outputCount]: blended margins before calibration (classification), target units (regression). */
  readonly margin: string;
  /** float32 [N, K]: calibrated probabilities in the order of `classes`; null for regression. */
  readonly probabilities: string | null;
  /** float32 [N]: calibrated probability of the positive class; null unless binary. */
  readonly probability: string | null;
  /** string [N]: the most probable class (positive from 0.5 on); null for regression. */
  readonly label: string | null;
  /** float32 [N]: null for classification. */
  readonly prediction: string | null;
  /** float32 [N, levels]: ascending quantiles; null unless the model predicts several. */
  readonly quantiles: string | null;
};

/** The names that `buildOnnx` gives to the outputs of a model. */
export function onnxOutputNames(spec: Pick<ModelSpec, 'task' | 'recipe' | 'response'>): OutputNames {
  const taken = new Set(spec.recipe.inputs.map((input) => input.name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const regression = spec.task === 'regression';
  return {
    margin: free('margin'),
    probabilities: regression ? null : free('probabilities'),
    probability: spec.task === 'binary' ? free('probability') : null,
    label: regression ? null : free('label'),
    prediction: regression ? free('prediction') : null,
    quantiles: spec.response?.kind === 'quantiles' && spec.response.levels.length > 1 ? free('quantiles') : null,
  };
}
