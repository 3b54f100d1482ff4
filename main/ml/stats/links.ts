/** Link functions between margins (log-odds) and probabilities, stable at both ends. */

/** 1 / (1 + e^−x). */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** ln(1 + e^x) without overflow. */
export const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));

/** ln σ(x). */
export const logSigmoid = (x: number): number => -softplus(-x);

/** ln(p / (1 − p)); ±Infinity at 1 and 0, NaN outside. */
export const logit = (p: number): number => Math.log(p) - Math.log1p(-p);

/** Softmax of `count` margins at `offset`, written to the same place of `out`; shifts by the largest first. */
export function softmaxInto(
  margins: ArrayLike<number>,
  offset: number,
  count: number,
  out: Float64Array,
  scale = 1,
): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < count; k++) top = Math.max(top, margins[offset + k] * scale);
  let total = 0;
  for (let k = 0; k < count; k++) {
    const value = Math.exp(margins[offset + k] * scale - top);
    out[offset + k] = value;
    total += value;
  }
  for (let k = 0; k < count; k++) out[offset + k] /= total;
}
