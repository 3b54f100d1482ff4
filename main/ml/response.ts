/** From margins of a regression to what is predicted; see `Response` in model-spec.ts. */
import type { ModelSpec, Response } from './model-spec.ts';

/** The prediction of each row from its margins; without a response the margins themselves. */
export function applyResponse(response: Response | undefined, margins: Float64Array): Float64Array {
  if (response === undefined) return margins;
  if (response.kind === 'log') return margins.map(Math.exp);
  const width = response.levels.length;
  return Float64Array.from({ length: margins.length / width }, (_, row) => margins[row * width]);
}

/** All quantiles of each row, row-major in the order of the levels, never crossing. */
export function applyQuantiles(levels: readonly number[], margins: Float64Array): Float64Array {
  const width = levels.length;
  const below = countBelow(levels);
  const out = margins.slice();
  for (let at = 0; at < out.length; at += width) {
    const main = out[at];
    const lower = out.subarray(at + 1, at + 1 + below).sort();
    const upper = out.subarray(at + 1 + below, at + width).sort();
    for (let k = 0; k < lower.length; k++) lower[k] = Math.min(lower[k], main);
    for (let k = 0; k < upper.length; k++) upper[k] = Math.max(upper[k], main);
  }
  return out;
}

/** How many levels after the first lie below it. */
export const countBelow = (levels: readonly number[]): number => levels.filter((level) => level < levels[0]).length;

/** Quantiles of each row in ascending order of their levels; null for a model that predicts one number. */
export function ascendingQuantiles(
  response: Response | undefined,
  margins: Float64Array,
): { readonly levels: readonly number[]; readonly values: Float64Array } | null {
  if (response?.kind !== 'quantiles' || response.levels.length === 1) return null;
  const { levels } = response;
  const width = levels.length;
  const order = levels.map((_, k) => k).sort((a, b) => levels[a] - levels[b]);
  const values = applyQuantiles(levels, margins);
  return {
    levels: order.map((k) => levels[k]),
    values: Float64Array.from(values, (_, i) => values[i - (i % width) + order[i % width]]),
  };
}

/** What the margins, and with them exact contributions, are measured in. */
export function marginUnits(spec: Pick<ModelSpec, 'task' | 'response'>): 'log-odds' | 'target' | 'log-target' {
  if (spec.task !== 'regression') return 'log-odds';
  return spec.response?.kind === 'log' ? 'log-target' : 'target';
}
