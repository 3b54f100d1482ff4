/**
 * The numeric scan under monotone constraints: as `scanNumeric`, but a side's value is held within the leaf's bounds, and
 * on a constrained feature a cut counts only when the values of its sides are in order. Missing rows go with either side.
 */
import { gradientUnit } from '../kernels/histogram.ts';
import { boundedStep, stepScore } from './constraints.ts';
import type { SplitCandidate, SplitContext } from './split.ts';

/** Scans one numeric feature with `direction` −1, 0 or +1; `draw` as in `scanNumeric`. */
export function scanNumericBounded(
  hist: Float64Array,
  offset: number,
  missingBin: number,
  feature: number,
  context: SplitContext,
  best: SplitCandidate,
  draw: number,
  direction: number,
): void {
  const { gradient, hessian, lambda, minHessian } = context;
  const missing = hist[offset + missingBin];
  const last = missing === 0 ? missingBin - 1 : missingBin;
  const only = draw < 0 ? -1 : drawnBin(hist, offset, missingBin, draw);
  let sum = 0;
  for (let b = 0; b < last; b++) {
    sum += hist[offset + b];
    if (only >= 0 && b !== only) continue;
    for (let side = 0; side < (missing === 0 ? 1 : 2); side++) {
      const left = side === 0 ? sum : sum + missing;
      const g = Math.floor(left / gradientUnit);
      const h = left - g * gradientUnit;
      if (h < minHessian || hessian - h < minHessian) continue;
      const leftStep = boundedStep(g, h, lambda, context);
      const rightStep = boundedStep(gradient - g, hessian - h, lambda, context);
      if (direction * (rightStep - leftStep) < 0) continue;
      const score =
        stepScore(g, h, leftStep, lambda, context) + stepScore(gradient - g, hessian - h, rightStep, lambda, context);
      if (!(score > best.score)) continue;
      best.score = score;
      best.feature = feature;
      best.category = false;
      best.sorted = false;
      best.bin = b;
      best.leftGradient = g;
      best.leftHessian = h;
      best.missingLeft = missing === 0 ? h * 2 > hessian : side === 1;
    }
  }
}

/** The cut that `draw` in [0, 1) selects between the leaf's extreme filled bins. */
function drawnBin(hist: Float64Array, offset: number, missingBin: number, draw: number): number {
  let first = 0;
  let last = missingBin - 1;
  while (first < last && hist[offset + first] === 0) first++;
  while (last > first && hist[offset + last] === 0) last--;
  return first + Math.floor(draw * (last - first));
}
