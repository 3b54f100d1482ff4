import { bug } from '../../base/errors.ts';
import type { Calibrator, Task } from '../model-spec.ts';
import { logSigmoid, sigmoid, softmaxInto } from '../stats/links.ts';

/**
 * Predictions from blended margins. Binary: margins and result have one value a row (probability of the positive
 * class). Multiclass: row-major [row][class]; rows sum to one. Regression: the margins themselves, copied.
 */
export function applyCalibration(
  calibrator: Calibrator,
  margins: ArrayLike<number>,
  task: Task,
  outputCount: number,
): Float64Array {
  const out = Float64Array.from(margins);
  if (task === 'regression') return out;
  if (task === 'multiclass') {
    for (let k = 0; k < outputCount; k++) {
      const { scale, offset } = classScale(calibrator, k);
      if (scale === 1 && offset === 0) continue;
      for (let at = k; at < out.length; at += outputCount) out[at] = scale * out[at] + offset;
    }
    for (let at = 0; at < out.length; at += outputCount) softmaxInto(out, at, outputCount, out);
    return out;
  }
  for (let i = 0; i < out.length; i++) out[i] = calibratedProbability(calibrator, out[i]);
  return out;
}

/** How the calibrator of several classes changes the margin of class k before softmax: scale · m + offset. */
export function classScale(calibrator: Calibrator, k: number): { readonly scale: number; readonly offset: number } {
  if (calibrator.kind === 'temperature') return { scale: 1 / calibrator.temperature, offset: 0 };
  if (calibrator.kind === 'vector') return { scale: calibrator.scales[k], offset: calibrator.offsets[k] };
  return { scale: 1, offset: 0 };
}

/** Probability of the positive class for one binary margin; non-decreasing in the margin. */
export function calibratedProbability(calibrator: Calibrator, margin: number): number {
  switch (calibrator.kind) {
    case 'identity':
      return sigmoid(margin);
    case 'platt':
      return sigmoid(calibrator.slope * margin + calibrator.intercept);
    case 'beta':
      return sigmoid(calibrator.a * logSigmoid(margin) - calibrator.b * logSigmoid(-margin) + calibrator.c);
    case 'temperature':
      return sigmoid(margin / calibrator.temperature);
    case 'piecewise':
    case 'venn-abers':
      return interpolate(calibrator.margins, calibrator.probabilities, margin);
    default:
      throw bug('unknown calibrator');
  }
}

/** Linear interpolation over ascending knots, constant outside; NaN stays NaN. */
export function interpolate(knots: readonly number[], values: readonly number[], x: number): number {
  const last = knots.length - 1;
  if (Number.isNaN(x) || last < 0) return Number.NaN;
  if (x <= knots[0]) return values[0];
  if (x >= knots[last]) return values[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= x) low = middle;
    else high = middle;
  }
  const share = (x - knots[low]) / (knots[high] - knots[low]);
  return values[low] + share * (values[high] - values[low]);
}
