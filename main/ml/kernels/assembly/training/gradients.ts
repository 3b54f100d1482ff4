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

// @ts-ignore: decorator
@inline
function pick(at: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let value = v128.load32_zero(at + (a << 2));
  value = v128.load32_lane(at + (b << 2), value, 1);
  value = v128.load32_lane(at + (c << 2), value, 2);
  return v128.load32_lane(at + (d << 2), value, 3);
}

/**
 * Probabilities of all classes, class by class. Integers: 0 margins, 1 rows, 2 their number, 3 classes, 4 probabilities
 * (single precision), 5 rows of the table.
 */
export function softmaxShare(): void {
  const margins = pointer(0);
  const rows = pointer(1);
  const count = int(2);
  const classes = <usize>int(3);
  const probabilities = pointer(4);
  const plane = (<usize>int(5)) << 2;
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    const last = to - 1;
    for (let i = unit * UNIT; i < to; i += 4) {
      // Behind the last row it is looked at again, which changes nothing
      const a = row(rows, i);
      const b = row(rows, min(i + 1, last));
      const c = row(rows, min(i + 2, last));
      const d = row(rows, min(i + 3, last));
      const a8 = (a * classes) << 3;
      const b8 = (b * classes) << 3;
      const c8 = (c * classes) << 3;
      const d8 = (d * classes) << 3;
      let most = four(margins, a8, b8, c8, d8);
      for (let k: usize = 1; k < classes; k++) most = f32x4.pmax(most, four(margins + (k << 3), a8, b8, c8, d8));
      const follow = d - a == 3;
      let sum = f32x4.splat(0.0);
      let out = probabilities;
      for (let k: usize = 0; k < classes; k++, out += plane) {
        const e = exp(f32x4.sub(four(margins + (k << 3), a8, b8, c8, d8), most));
        sum = f32x4.add(sum, e);
        if (follow) v128.store(out + (a << 2), e);
        else put(out, a << 2, b << 2, c << 2, d << 2, e);
      }
      out = probabilities;
      for (let k: usize = 0; k < classes; k++, out += plane) {
        if (follow) v128.store(out + (a << 2), f32x4.div(v128.load(out + (a << 2)), sum));
        else put(out, a << 2, b << 2, c << 2, d << 2, f32x4.div(pick(out, a, b, c, d), sum));
      }
    }
  }
}

/**
 * Gradients of one class. Integers: 0 its probabilities, 1 labels, 2 weights or 0, 3 rows, 4 their number, 5 g, 6 h, 7 sums
 * of units, 8 the class. Doubles: 0 factor on hessians.
 */
export function classGradientShare(): void {
  const probabilities = pointer(0);
  const labels = pointer(1);
  const weights = pointer(2);
  const rows = pointer(3);
  const count = int(4);
  const g = pointer(5);
  const h = pointer(6);
  const own = f64x2.splat(<f64>int(8));
  const factor = f32x4.splat(<f32>double(0));
  const one = f32x4.splat(1.0);
  const least = f32x4.splat(1e-16);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    const last = to - 1;
    let lowG = f64x2.splat(0.0);
    let highG = lowG;
    let lowH = lowG;
    let highH = lowG;
    for (let i = unit * UNIT; i < to; i += 4) {
      const a = row(rows, i);
      const b = row(rows, min(i + 1, last));
      const c = row(rows, min(i + 2, last));
      const d = row(rows, min(i + 3, last));
      const follow = d - a == 3;
      const p = follow ? v128.load(probabilities + (a << 2)) : pick(probabilities, a, b, c, d);
      const first = v128.load64_lane(labels + (b << 3), v128.load64_zero(labels + (a << 3)), 1);
      const second = v128.load64_lane(labels + (d << 3), v128.load64_zero(labels + (c << 3)), 1);
      const mine = v128.shuffle<i32>(f64x2.eq(first, own), f64x2.eq(second, own), 0, 2, 4, 6);
      let gradient = f32x4.sub(p, v128.and(one, mine));
      let hessian = f32x4.pmax(least, f32x4.mul(f32x4.mul(factor, p), f32x4.sub(one, p)));
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
