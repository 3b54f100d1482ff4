/**
 * Vector scaling of several classes (Guo et al. 2017): softmax(s · m + b) with a scale and an offset a class. Fitted by
 * Newton steps on the diagonal of the Hessian, halved until the loss falls, with a ridge towards s = 1, b = 0 that keeps
 * rare classes in place. Scales stay above zero, so that a higher margin never means a lower probability.
 */
import type { Calibrator } from '../model-spec.ts';
import { softmaxInto } from '../stats/links.ts';

const mostIterations = 60;
const leastScale = 0.05;
/** Rows the ridge weighs as much as. */
const ridgeRows = 10;

/** Fits scales and offsets on row-major margins and class indices. */
export function fitVector(margins: ArrayLike<number>, labels: ArrayLike<number>, outputCount: number): Calibrator {
  const size = 2 * outputCount;
  let params = Float64Array.from({ length: size }, (_, k) => (k < outputCount ? 1 : 0));
  let state = slopes(margins, labels, outputCount, params);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    let step = 1;
    let next = params;
    let reached = state;
    for (; step > 1e-4; step /= 2) {
      next = params.map((value, j) => value - (step * state.gradient[j]) / state.curvature[j]);
      for (let k = 0; k < outputCount; k++) next[k] = Math.max(leastScale, next[k]);
      reached = slopes(margins, labels, outputCount, next);
      if (reached.loss <= state.loss) break;
    }
    const gain = state.loss - reached.loss;
    if (!(gain > 0)) break;
    params = next;
    state = reached;
    if (gain < 1e-8 * labels.length) break;
  }
  return {
    kind: 'vector',
    scales: Array.from(params.subarray(0, outputCount)),
    offsets: Array.from(params.subarray(outputCount)),
  };
}

function slopes(margins: ArrayLike<number>, labels: ArrayLike<number>, width: number, params: Float64Array) {
  const gradient = new Float64Array(2 * width);
  const curvature = new Float64Array(2 * width).fill(ridgeRows);
  const row = new Float64Array(width);
  let loss = 0;
  for (let j = 0; j < 2 * width; j++) {
    const away = params[j] - (j < width ? 1 : 0);
    loss += (ridgeRows / 2) * away ** 2;
    gradient[j] = ridgeRows * away;
  }
  for (let i = 0; i < labels.length; i++) {
    const at = i * width;
    for (let k = 0; k < width; k++) row[k] = params[k] * margins[at + k] + params[width + k];
    softmaxInto(row, 0, width, row);
    loss -= Math.log(Math.max(row[labels[i]], 1e-300));
    for (let k = 0; k < width; k++) {
      const miss = row[k] - (labels[i] === k ? 1 : 0);
      const bend = row[k] * (1 - row[k]);
      const margin = margins[at + k];
      gradient[k] += miss * margin;
      gradient[width + k] += miss;
      // Twice the diagonal bounds what scale and offset do together
      curvature[k] += 2 * bend * margin * margin;
      curvature[width + k] += 2 * bend;
    }
  }
  return { loss, gradient, curvature };
}
