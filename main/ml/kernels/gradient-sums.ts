/**
 * What the gradients of every loss have in common, in TypeScript: they are filled block by block, weighed, and summed with
 * every fourth row apart, as the lanes of the compiled twins do, so that both give the same bits.
 */
import { sumRowsBlock } from './row-passes.ts';

const { fround } = Math;

/** The least hessian of a row. */
export const leastHessian = fround(1e-16);

/**
 * Fills g and h of the rows by margins and labels, times their weights; Σ|g| and Σh into `sums`. `shape` says what a loss
 * needs beside them.
 */
export type GradientKernel<From, Shape extends readonly unknown[] = []> = (
  from: From,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  ...shape: Shape
) => void;

/** Lets `fill` set g and h of rows[from…to), block by block, weighs them and sums them. */
export function fillGradients(
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  fill: (from: number, to: number) => void,
): void {
  sums.fill(0);
  const lanes = new Float64Array(8);
  for (let from = 0; from < rows.length; from += sumRowsBlock) {
    const to = Math.min(rows.length, from + sumRowsBlock);
    fill(from, to);
    if (weight !== null) weighBlock(rows, from, to, weight, g, h);
    lanes.fill(0);
    sumBlock(rows, from, to, g, h, lanes);
    sums[0] += lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
    sums[1] += lanes[4] + lanes[5] + (lanes[6] + lanes[7]);
  }
}

function weighBlock(
  rows: Int32Array,
  from: number,
  to: number,
  weight: Float64Array,
  g: Float32Array,
  h: Float32Array,
): void {
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const w = fround(weight[row]);
    g[row] = fround(g[row] * w);
    h[row] = fround(h[row] * w);
  }
}

function sumBlock(
  rows: Int32Array,
  from: number,
  to: number,
  g: Float32Array,
  h: Float32Array,
  lanes: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const lane = (i - from) & 3;
    lanes[lane] += Math.abs(g[rows[i]]);
    lanes[4 + lane] += h[rows[i]];
  }
}
