/** Gradients of the logistic loss, two rows at a time, twin of ../../logistic.ts with the same arithmetic in the same order. */
import { claim, int, pointer, units } from './control';

const UNIT: i32 = 4096;

/** eˣ for |x| ≤ 708, relative error below 1e-14: 2ᵏ times a polynomial of degree 11 on |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  const magic = f64x2.splat(6755399441055744.0);
  const t = f64x2.add(f64x2.mul(x, f64x2.splat(1.4426950408889634)), magic);
  const k = f64x2.sub(t, magic);
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238))),
    f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)),
  );
  let p = f64x2.add(f64x2.mul(r, f64x2.splat(2.505210838544172e-8)), f64x2.splat(2.755731922398589e-7));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.7557319223985893e-6));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.48015873015873e-5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.984126984126984e-4));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.388888888888889e-3));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(8.333333333333333e-3));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(4.1666666666666664e-2));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.16666666666666666));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
  return f64x2.mul(p, i64x2.shl(i64x2.add(t, i64x2.splat(1023)), 52));
}

// @ts-ignore: decorator
@inline
function pair(at: usize, first: usize, second: usize): v128 {
  return v128.load64_lane(at + second, v128.load64_zero(at + first), 1);
}

// @ts-ignore: decorator
@inline
function put(at: usize, first: usize, second: usize, value: v128): void {
  v128.store64_lane(at + first, value, 0);
  v128.store64_lane(at + second, value, 1);
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
  const one = f64x2.splat(1.0);
  const most = f64x2.splat(708.0);
  const least = f64x2.splat(-708.0);
  const floor = f64x2.splat(1e-16);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    let absolute = f64x2.splat(0.0);
    let hessians = f64x2.splat(0.0);
    for (let i = unit * UNIT; i < to; i += 2) {
      const alone = i + 1 == to;
      const first = (<usize>load<u32>(rows + ((<usize>i) << 2))) << 3;
      const second = alone ? first : (<usize>load<u32>(rows + ((<usize>(i + 1)) << 2))) << 3;
      const x = f64x2.min(most, f64x2.max(least, f64x2.neg(pair(margins, first, second))));
      const p = f64x2.div(one, f64x2.add(one, exp(x)));
      let gradient = f64x2.sub(p, pair(labels, first, second));
      let hessian = f64x2.max(f64x2.mul(p, f64x2.sub(one, p)), floor);
      if (weights != 0) {
        const w = pair(weights, first, second);
        gradient = f64x2.mul(gradient, w);
        hessian = f64x2.mul(hessian, w);
      }
      put(g, first, second, gradient);
      put(h, first, second, hessian);
      if (alone) {
        gradient = f64x2.replace_lane(gradient, 1, 0);
        hessian = f64x2.replace_lane(hessian, 1, 0);
      }
      absolute = f64x2.add(absolute, f64x2.abs(gradient));
      hessians = f64x2.add(hessians, hessian);
    }
    const out = pointer(7) + ((<usize>unit) << 4);
    store<f64>(out, f64x2.extract_lane(absolute, 0) + f64x2.extract_lane(absolute, 1));
    store<f64>(out, f64x2.extract_lane(hessians, 0) + f64x2.extract_lane(hessians, 1), 8);
  }
}
