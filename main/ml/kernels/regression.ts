/**
 * Gradients of regression losses in TypeScript, twins of assembly/training/residuals.ts: the same operations in the same
 * order, so that both give the same bits. Residuals are taken in double precision and kept in single.
 */
import { fillGradients, type GradientKernel, leastHessian } from './gradient-sums.ts';
import { fastExp } from './logistic.ts';

const { fround } = Math;

/** What of a residual counts: its size up to a limit in some unit, or its side. */
export type ResidualShape =
  | { readonly kind: 'size'; readonly limit: number; readonly unit: number }
  | { readonly kind: 'side'; readonly level: number };

/** Variance power, base margin and scale of targets of a deviance. */
export type DevianceShape = { readonly power: number; readonly base: number; readonly scale: number };

/** Gradients of squared, Huber (hessian 1 a row) or pinball loss. */
export const residualGradients: GradientKernel<Float64Array, [shape: ResidualShape]> = (
  margins,
  label,
  weight,
  rows,
  g,
  h,
  sums,
  shape,
) =>
  fillGradients(
    weight,
    rows,
    g,
    h,
    sums,
    shape.kind === 'side'
      ? (from, to) => sideBlock(margins, label, rows, from, to, shape.level, g, h)
      : (from, to) => sizeBlock(margins, label, rows, from, to, shape.limit, shape.unit, g, h),
  );

/** Gradients of a deviance. */
export const devianceGradients: GradientKernel<Float64Array, [shape: DevianceShape]> = (
  margins,
  label,
  weight,
  rows,
  g,
  h,
  sums,
  shape,
) => fillGradients(weight, rows, g, h, sums, (from, to) => devianceBlock(margins, label, rows, from, to, shape, g, h));

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
