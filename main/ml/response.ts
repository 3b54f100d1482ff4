/** From margins of a regression to what is predicted; see `Response` in model-spec.ts. */
import type { Response } from './model-spec.ts';
import { mainQuantile } from './objective-spec.ts';

/** Predictions row-major rowCount × outputCount; the margins themselves without a response. */
export function applyResponse(response: Response | undefined, margins: Float64Array): Float64Array {
  if (response === undefined) return margins;
  if (response.kind === 'log') return margins.map(Math.exp);
  const width = response.levels.length;
  const out = margins.slice();
  if (width > 1) for (let at = 0; at < out.length; at += width) out.subarray(at, at + width).sort();
  return out;
}

/** The one prediction of each row that stands for it: of the level nearest the median where there are several. */
export function mainOutputs(response: Response | undefined, outputs: Float64Array): Float64Array {
  if (response?.kind !== 'quantiles' || response.levels.length === 1) return outputs;
  const width = response.levels.length;
  const main = mainQuantile(response.levels);
  return Float64Array.from({ length: outputs.length / width }, (_, row) => outputs[row * width + main]);
}

/** The output whose margin is the row's main prediction: crossing quantiles are explained by the one that is shown. */
export function mainOutput(response: Response | undefined, margins: Float64Array, row = 0): number {
  if (response?.kind !== 'quantiles') return 0;
  const width = response.levels.length;
  const order = response.levels.map((_, k) => k);
  order.sort((a, b) => margins[row * width + a] - margins[row * width + b] || a - b);
  return order[mainQuantile(response.levels)];
}
