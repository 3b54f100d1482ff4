/**
 * Gradients of regression losses, four rows at a time; twins in ../../regression.ts do the same operations in the same
 * order. Residuals are taken in double precision, since targets may lie far from 0, and kept in single.
 */
import { claim, double, int, pointer, units } from './control';
import { exp, firstLanes, four, highSums, lowSums, narrow, put, row, total } from './lanes';

const UNIT: i32 = 4096;

// @ts-ignore: decorator
@inline
function two(at: usize, a: usize, b: usize): v128 {
  return v128.load64_lane(at + (b << 3), v128.load64_zero(at + (a << 3)), 1);
}

let sumLow: v128 = f64x2.splat(0);
let sumHigh: v128 = f64x2.splat(0);
let weightLow: v128 = f64x2.splat(0);
let weightHigh: v128 = f64x2.splat(0);

function clearSums(): void {
  sumLow = f64x2.splat(0);
  sumHigh = f64x2.splat(0);
  weightLow = f64x2.splat(0);
  weightHigh = f64x2.splat(0);
}

function storeSums(unit: i32): void {
  const out = pointer(7) + ((<usize>unit) << 4);
  store<f64>(out, total(sumLow, sumHigh));
  store<f64>(out, total(weightLow, weightHigh), 8);
}

/** Weighs, stores and sums up to four rows; `n` of them count. */
// @ts-ignore: decorator
@inline
function keep(given: v128, curvature: v128, a: usize, b: usize, c: usize, d: usize, n: i32): void {
  const weights = pointer(2);
  const g = pointer(5);
  const h = pointer(6);
  let gradient = given;
  let hessian = curvature;
  if (weights != 0) {
    const w = four(weights, a << 3, b << 3, c << 3, d << 3);
    gradient = f32x4.mul(gradient, w);
    hessian = f32x4.mul(hessian, w);
  }
  if (d - a == 3) {
    v128.store(g + (a << 2), gradient);
    v128.store(h + (a << 2), hessian);
  } else {
    put(g, a << 2, b << 2, c << 2, d << 2, gradient);
    put(h, a << 2, b << 2, c << 2, d << 2, hessian);
  }
  if (n < 4) {
    gradient = firstLanes(gradient, n);
    hessian = firstLanes(hessian, n);
  }
  gradient = f32x4.abs(gradient);
  sumLow = lowSums(sumLow, gradient);
  sumHigh = highSums(sumHigh, gradient);
  weightLow = lowSums(weightLow, hessian);
  weightHigh = highSums(weightHigh, hessian);
}

/**
 * Integers: 0 margins, 1 labels, 2 weights or 0, 3 rows, 4 their number, 5 g, 6 h, 7 sums of units (Σ|g|, Σh),
 * 8 whether only the side counts. Doubles: 0 limit of residuals, 1 their unit; of sides 0 the gradient of rows
 * above the margin, 1 of the others.
 */
export function residualShare(): void {
  const margins = pointer(0);
  const labels = pointer(1);
  const rows = pointer(3);
  const count = int(4);
  const sides = int(8) != 0;
  const high = f64x2.splat(double(0));
  const low = f64x2.neg(high);
  const scale = f64x2.splat(double(1));
  const above = f32x4.splat(<f32>double(0));
  const others = f32x4.splat(<f32>double(1));
  const one = f32x4.splat(1.0);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    const last = to - 1;
    clearSums();
    for (let i = unit * UNIT; i < to; i += 4) {
      // Behind the last row it is looked at again, which changes nothing
      const a = row(rows, i);
      const b = row(rows, min(i + 1, last));
      const c = row(rows, min(i + 2, last));
      const d = row(rows, min(i + 3, last));
      const first = two(margins, a, b);
      const second = two(margins, c, d);
      const y = two(labels, a, b);
      const z = two(labels, c, d);
      let gradient: v128;
      if (sides) {
        const over = v128.shuffle<i32>(f64x2.gt(y, first), f64x2.gt(z, second), 0, 2, 4, 6);
        gradient = v128.bitselect(above, others, over);
      } else {
        const p = f64x2.max(low, f64x2.min(high, f64x2.sub(first, y)));
        const q = f64x2.max(low, f64x2.min(high, f64x2.sub(second, z)));
        gradient = narrow(f64x2.div(p, scale), f64x2.div(q, scale));
      }
      keep(gradient, one, a, b, c, d, to - i);
    }
    storeSums(unit);
  }
}

/** Integers: as residualShare to 7. Doubles: 0 power of the variance, 1 base margin, 2 scale of targets. */
export function devianceShare(): void {
  const margins = pointer(0);
  const labels = pointer(1);
  const rows = pointer(3);
  const count = int(4);
  const falling = f32x4.splat(<f32>(1 - double(0)));
  const rising = f32x4.splat(<f32>(2 - double(0)));
  const base = f64x2.splat(double(1));
  const scale = f64x2.splat(double(2));
  const least = f32x4.splat(1e-16);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    const last = to - 1;
    clearSums();
    for (let i = unit * UNIT; i < to; i += 4) {
      const a = row(rows, i);
      const b = row(rows, min(i + 1, last));
      const c = row(rows, min(i + 2, last));
      const d = row(rows, min(i + 3, last));
      const m = narrow(f64x2.sub(two(margins, a, b), base), f64x2.sub(two(margins, c, d), base));
      const y = narrow(f64x2.mul(two(labels, a, b), scale), f64x2.mul(two(labels, c, d), scale));
      const seen = f32x4.mul(y, exp(f32x4.mul(falling, m)));
      const expected = exp(f32x4.mul(rising, m));
      const curvature = f32x4.sub(f32x4.mul(rising, expected), f32x4.mul(falling, seen));
      keep(f32x4.sub(expected, seen), f32x4.pmax(least, curvature), a, b, c, d, to - i);
    }
    storeSums(unit);
  }
}
