/**
 * Gradients of the logistic and softmax losses, four rows at a time in single precision; twins in ../../logistic.ts and
 * ../../softmax.ts do the same operations in the same order.
 */
import { claim, double, int, pointer, units } from './control';
import { exp, firstLanes, four, highSums, lowSums, narrow, pick, put, row, total } from './lanes';

const UNIT: i32 = 4096;

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
function marginsOf(at: usize, a: usize, b: usize, c: usize, d: usize, follow: bool): v128 {
  if (follow) return narrow(v128.load(at + (a << 3)), v128.load(at + (a << 3), 16));
  return four(at, a << 3, b << 3, c << 3, d << 3);
}

/**
 * Probabilities of all classes, class by class as the margins. Integers: 0 margins, 1 rows, 2 their number, 3 classes, 4 probabilities
 * (single precision), 5 rows of the table.
 */
export function softmaxShare(): void {
  const margins = pointer(0);
  const rows = pointer(1);
  const count = int(2);
  const classes = <usize>int(3);
  const probabilities = pointer(4);
  const table = <usize>int(5);
  const plane = table << 2;
  const marginPlane = table << 3;
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
      const follow = d - a == 3;
      let at = margins;
      let most = marginsOf(at, a, b, c, d, follow);
      for (let k: usize = 1; k < classes; k++) {
        at += marginPlane;
        most = f32x4.pmax(most, marginsOf(at, a, b, c, d, follow));
      }
      let sum = f32x4.splat(0.0);
      let out = probabilities;
      at = margins;
      for (let k: usize = 0; k < classes; k++, out += plane, at += marginPlane) {
        const e = exp(f32x4.sub(marginsOf(at, a, b, c, d, follow), most));
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
