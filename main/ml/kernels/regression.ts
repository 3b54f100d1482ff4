/**
 * Gradients of regression losses in TypeScript, twins of assembly/training/residuals.ts: the same operations in the same
 * order, so that both give the same bits. Residuals are taken in double precision and kept in single.
 */
import { fastExp } from './logistic.ts';
import { sumRowsBlock } from './row-passes.ts';

const { fround } = Math;
const leastHessian = fround(1e-16);

/** What of a residual counts: its size up to a limit in some unit, or its side. */
export type ResidualShape =
  | { readonly kind: 'size'; readonly limit: number; readonly unit: number }
  | { readonly kind: 'side'; readonly level: number };

/** Variance power, base margin and scale of targets of a deviance. */
export type DevianceShape = { readonly power: number; readonly base: number; readonly scale: number };

type FillBlock = (from: number, to: number) => void;

/** Gradients of squared, Huber (hessian 1 a row) or pinball loss at the given rows; Σ|g| and Σh into `sums`. */
export function residualGradients(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  shape: ResidualShape,
): void {
  const fill: FillBlock =
    shape.kind === 'side'
      ? (from, to) => sideBlock(margins, label, rows, from, to, shape.level, g, h)
      : (from, to) => sizeBlock(margins, label, rows, from, to, shape.limit, shape.unit, g, h);
  sumBlocks(rows, weight, g, h, sums, fill);
}

/** Gradients of a deviance at the given rows; Σ|g| and Σh into `sums`. */
export function devianceGradients(
  margins: Float64Array,
  label: Float64Array,
  weight: Float64Array | null,
  rows: Int32Array,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  shape: DevianceShape,
): void {
  sumBlocks(rows, weight, g, h, sums, (from, to) => devianceBlock(margins, label, rows, from, to, shape, g, h));
}

/** Fills blocks of rows, weighs them, and sums every fourth row apart, as lanes do. */
function sumBlocks(
  rows: Int32Array,
  weight: Float64Array | null,
  g: Float32Array,
  h: Float32Array,
  sums: Float64Array,
  fill: FillBlock,
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

function sizeBlock(
  margins: Float64Array,
  label: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  limit: number,
  unit: number,
  g: Float32Array,
  h: Float32Array,
): void {
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const residual = margins[row] - label[row];
    g[row] = Math.max(-limit, Math.min(limit, residual)) / unit;
    h[row] = 1;
  }
}

function sideBlock(
  margins: Float64Array,
  label: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  level: number,
  g: Float32Array,
  h: Float32Array,
): void {
  for (let i = from; i < to; i++) {
    const row = rows[i];
    g[row] = label[row] > margins[row] ? -level : 1 - level;
    h[row] = 1;
  }
}

function devianceBlock(
  margins: Float64Array,
  label: Float64Array,
  rows: Int32Array,
  from: number,
  to: number,
  { power, base, scale }: DevianceShape,
  g: Float32Array,
  h: Float32Array,
): void {
  const falling = fround(1 - power);
  const rising = fround(2 - power);
  for (let i = from; i < to; i++) {
    const row = rows[i];
    const m = fround(margins[row] - base);
    const seen = fround(fround(label[row] * scale) * fastExp(fround(falling * m)));
    const expected = fastExp(fround(rising * m));
    const curvature = fround(fround(rising * expected) - fround(falling * seen));
    g[row] = expected - seen;
    h[row] = Math.max(leastHessian, curvature);
  }
}
