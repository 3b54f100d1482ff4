/** Partial dependence and single rows' curves of any scoring function, on raw rows; for models with kernels dependence.ts is faster. */
import type { Frame } from '../frame.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { type Axis, nodeValue, scoreExchanged } from './axis.ts';
import type { ScoringSteps } from './steps.ts';

export type CurveResult = {
  readonly points: readonly {
    readonly value: number | string;
    readonly mean: number;
    /** 10 % and 90 % quantile of the single rows. */
    readonly low: number;
    readonly high: number;
    readonly share: number;
  }[];
  readonly lines: readonly (readonly number[])[];
};

const shownLines = 25;

/** Predictions with the axis' column set to every node in all rows. Cost: nodes × rows. */
export function* partialCurve(background: Frame, axis: Axis): ScoringSteps<CurveResult> {
  const { rowCount } = background;
  const size = axis.nodes.length;
  const rows = Int32Array.from({ length: size * rowCount }, (_, i) => i % rowCount);
  const nodes = Int32Array.from({ length: size * rowCount }, (_, i) => Math.floor(i / rowCount));
  const scores = yield* scoreExchanged(background, rows, [{ axis, nodes }]);
  const weight = new Float64Array(size);
  for (const own of axis.nodesOf) for (const [node, share] of own) weight[node] += share / rowCount;
  const points = Array.from({ length: size }, (_, node) => {
    const own = scores.subarray(node * rowCount, (node + 1) * rowCount);
    const sorted = sortedFinite(own);
    return {
      value: nodeValue(axis, node),
      mean: own.reduce((sum, value) => sum + value, 0) / rowCount,
      low: quantileSorted(sorted, 0.1),
      high: quantileSorted(sorted, 0.9),
      share: weight[node],
    };
  });
  const count = Math.min(shownLines, rowCount);
  const lines = Array.from({ length: count }, (_, i) => {
    const row = Math.floor(((i + 0.5) * rowCount) / count);
    return Array.from({ length: size }, (_n, node) => scores[node * rowCount + row]);
  });
  return { points, lines };
}
