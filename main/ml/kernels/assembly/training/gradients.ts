/**
 * Gradients of the logistic and softmax losses, four rows at a time in single precision; twins in ../../logistic.ts and
 * ../../softmax.ts do the same operations in the same order.
 */
import { claim, double, int, pointer, units } from './control';

const UNIT: i32 = 4096;

/** eˣ for |x| ≤ 87, relative error below 3e-7: 2ᵏ times a polynomial of degree 6 on |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function exp(given: v128): v128 {
  const x = f32x4.pmin(f32x4.splat(87.0), f32x4.pmax(f32x4.splat(-87.0), given));
  const magic = f32x4.splat(12582912.0);
  const t = f32x4.add(f32x4.mul(x, f32x4.splat(1.442695)), magic);
  const k = f32x4.sub(t, magic);
  const r = f32x4.sub(
    f32x4.sub(x, f32x4.mul(k, f32x4.splat(0.693359375))),
    f32x4.mul(k, f32x4.splat(-2.1219444e-4)),
  );
  let p = f32x4.add(f32x4.mul(r, f32x4.splat(1.3888889e-3)), f32x4.splat(8.333333e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1666668e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0));
  return f32x4.mul(p, i32x4.shl(i32x4.add(t, i32x4.splat(127)), 23));
}

// @ts-ignore: decorator
@inline
function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** Doubles at four places. */
// @ts-ignore: decorator
@inline
function four(at: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  return narrow(
    v128.load64_lane(at + b, v128.load64_zero(at + a), 1),
    v128.load64_lane(at + d, v128.load64_zero(at + c), 1),
  );
}

// @ts-ignore: decorator
@inline
function put(at: usize, a: usize, b: usize, c: usize, d: usize, value: v128): void {
  v128.store32_lane(at + a, value, 0);
  v128.store32_lane(at + b, value, 1);
  v128.store32_lane(at + c, value, 2);
  v128.store32_lane(at + d, value, 3);
}

// @ts-ignore: decorator
@inline
function row(rows: usize, i: i32): usize {
  return <usize>load<u32>(rows + ((<usize>i) << 2));
}

/** Lanes 0 … n − 1, zeros behind. */
// @ts-ignore: decorator
@inline
function firstLanes(value: v128, n: i32): v128 {
  return v128.and(value, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n)));
}

// @ts-ignore: decorator
@inline
function lowSums(sums: v128, value: v128): v128 {
  return f64x2.add(sums, f64x2.promote_low_f32x4(value));
}

// @ts-ignore: decorator
@inline
function highSums(sums: v128, value: v128): v128 {
  return f64x2.add(sums, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)));
}

// @ts-ignore: decorator
@inline
function total(low: v128, high: v128): f64 {
  return (
    f64x2.extract_lane(low, 0) +
    f64x2.extract_lane(low, 1) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

/** Integers: 0 margins, 1 labels, 2 weights or 0, 3 rows, 4 their number, 5 g, 6 h, 7 sums of units (Σ|g|, Σh). */
export function logisticShare(): void {
  const margins = pointer(0);
  const labels = pointer(1);
  const weights = pointer(2);
  const rows = pointer(3);
  const count = int(4);
  const g = pointer(5);
  const h = pointer(6);
  const one = f32x4.splat(1.0);
  const least = f32x4.splat(1e-16);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    let lowG = f64x2.splat(0.0);
    let highG = lowG;
    let lowH = lowG;
    let highH = lowG;
    for (let i = unit * UNIT; i < to; i += 4) {
      const last = to - 1;
      const a = row(rows, i);
      const d = row(rows, min(i + 3, last));
      let margin: v128;
      let label: v128;
      const follow = d - a == 3;
      let b = a + 1;
      let c = a + 2;
      if (follow) {
        margin = narrow(v128.load(margins + (a << 3)), v128.load(margins + (a << 3), 16));
        label = narrow(v128.load(labels + (a << 3)), v128.load(labels + (a << 3), 16));
      } else {
        b = row(rows, min(i + 1, last));
        c = row(rows, min(i + 2, last));
        margin = four(margins, a << 3, b << 3, c << 3, d << 3);
        label = four(labels, a << 3, b << 3, c << 3, d << 3);
      }
      const p = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(margin))));
      let gradient = f32x4.sub(p, label);
      let hessian = f32x4.pmax(least, f32x4.mul(p, f32x4.sub(one, p)));
      if (weights != 0) {
        const w = four(weights, a << 3, b << 3, c << 3, d << 3);
        gradient = f32x4.mul(gradient, w);
        hessian = f32x4.mul(hessian, w);
      }
      if (follow) {
        v128.store(g + (a << 2), gradient);
        v128.store(h + (a << 2), hessian);
      } else {
        put(g, a << 2, b << 2, c << 2, d << 2, gradient);
        put(h, a << 2, b << 2, c << 2, d << 2, hessian);
      }
      if (to - i < 4) {
        gradient = firstLanes(gradient, to - i);
        hessian = firstLanes(hessian, to - i);
      }
      gradient = f32x4.abs(gradient);
      lowG = lowSums(lowG, gradient);
      highG = highSums(highG, gradient);
      lowH = lowSums(lowH, hessian);
      highH = highSums(highH, hessian);
    }
    const out = pointer(7) + ((<usize>unit) << 4);
    store<f64>(out, total(lowG, highG));
    store<f64>(out, total(lowH, highH), 8);
  }
}

/** Probabilities of all classes. Integers: 0 margins, 1 rows, 2 their number, 3 classes, 4 probabilities (single precision). */
export function softmaxShare(): void {
  const margins = pointer(0);
  const rows = pointer(1);
  const count = int(2);
  const classes = <usize>int(3);
  const probabilities = pointer(4);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    const last = to - 1;
    for (let i = unit * UNIT; i < to; i += 4) {
      const a = row(rows, i) * classes;
      const b = row(rows, min(i + 1, last)) * classes;
      const c = row(rows, min(i + 2, last)) * classes;
      const d = row(rows, min(i + 3, last)) * classes;
      let most = four(margins, a << 3, b << 3, c << 3, d << 3);
      for (let k: usize = 1; k < classes; k++) {
        most = f32x4.max(most, four(margins + (k << 3), a << 3, b << 3, c << 3, d << 3));
      }
      let sum = f32x4.splat(0.0);
      for (let k: usize = 0; k < classes; k++) {
        const e = exp(f32x4.sub(four(margins + (k << 3), a << 3, b << 3, c << 3, d << 3), most));
        put(probabilities + (k << 2), a << 2, b << 2, c << 2, d << 2, e);
        sum = f32x4.add(sum, e);
      }
      for (let lane = 0; lane < min(4, to - i); lane++) {
        const from = probabilities + ((lane == 0 ? a : lane == 1 ? b : lane == 2 ? c : d) << 2);
        const divisor =
          lane == 0
            ? f32x4.extract_lane(sum, 0)
            : lane == 1
              ? f32x4.extract_lane(sum, 1)
              : lane == 2
                ? f32x4.extract_lane(sum, 2)
                : f32x4.extract_lane(sum, 3);
        for (let k: usize = 0; k < classes; k++) {
          store<f32>(from + (k << 2), load<f32>(from + (k << 2)) / divisor);
        }
      }
    }
  }
}

/**
 * Gradients of one class. Integers: 0 probabilities, 1 labels, 2 weights or 0, 3 rows, 4 their number, 5 g, 6 h, 7 sums of
 * units, 8 classes, 9 the class. Doubles: 0 factor on hessians.
 */
export function classGradientShare(): void {
  const labels = pointer(1);
  const weights = pointer(2);
  const rows = pointer(3);
  const count = int(4);
  const g = pointer(5);
  const h = pointer(6);
  const classes = <usize>int(8);
  const own = int(9);
  const probabilities = pointer(0) + ((<usize>own) << 2);
  const factor = <f32>double(0);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    let absolute: f64 = 0;
    let hessians: f64 = 0;
    for (let i = unit * UNIT; i < to; i++) {
      const at = row(rows, i);
      const p = load<f32>(probabilities + ((at * classes) << 2));
      let gradient = load<f64>(labels + (at << 3)) == <f64>own ? p - <f32>1 : p;
      let hessian = max<f32>(factor * p * (<f32>1 - p), <f32>1e-16);
      if (weights != 0) {
        const w = <f32>load<f64>(weights + (at << 3));
        gradient *= w;
        hessian *= w;
      }
      store<f32>(g + (at << 2), gradient);
      store<f32>(h + (at << 2), hessian);
      absolute += <f64>abs<f32>(gradient);
      hessians += <f64>hessian;
    }
    const out = pointer(7) + ((<usize>unit) << 4);
    store<f64>(out, absolute);
    store<f64>(out, hessians, 8);
  }
}
