/** Four rows at a time: their values from anywhere into lanes and back, sums of lanes in order, the exponential. */

/** eˣ for |x| ≤ 87, relative error below 3e-7: 2ᵏ times a polynomial of degree 6 on |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
export function exp(given: v128): v128 {
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
export function narrow(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** Doubles at four places. */
// @ts-ignore: decorator
@inline
export function four(at: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  return narrow(
    v128.load64_lane(at + b, v128.load64_zero(at + a), 1),
    v128.load64_lane(at + d, v128.load64_zero(at + c), 1),
  );
}

// @ts-ignore: decorator
@inline
export function put(at: usize, a: usize, b: usize, c: usize, d: usize, value: v128): void {
  v128.store32_lane(at + a, value, 0);
  v128.store32_lane(at + b, value, 1);
  v128.store32_lane(at + c, value, 2);
  v128.store32_lane(at + d, value, 3);
}

// @ts-ignore: decorator
@inline
export function row(rows: usize, i: i32): usize {
  return <usize>load<u32>(rows + ((<usize>i) << 2));
}

/** Lanes 0 … n − 1, zeros behind. */
// @ts-ignore: decorator
@inline
export function firstLanes(value: v128, n: i32): v128 {
  return v128.and(value, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n)));
}

// @ts-ignore: decorator
@inline
export function lowSums(sums: v128, value: v128): v128 {
  return f64x2.add(sums, f64x2.promote_low_f32x4(value));
}

// @ts-ignore: decorator
@inline
export function highSums(sums: v128, value: v128): v128 {
  return f64x2.add(sums, f64x2.promote_low_f32x4(v128.shuffle<f32>(value, value, 2, 3, 2, 3)));
}

// @ts-ignore: decorator
@inline
export function total(low: v128, high: v128): f64 {
  return (
    f64x2.extract_lane(low, 0) +
    f64x2.extract_lane(low, 1) +
    (f64x2.extract_lane(high, 0) + f64x2.extract_lane(high, 1))
  );
}

// @ts-ignore: decorator
@inline
export function pick(at: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let value = v128.load32_zero(at + (a << 2));
  value = v128.load32_lane(at + (b << 2), value, 1);
  value = v128.load32_lane(at + (c << 2), value, 2);
  return v128.load32_lane(at + (d << 2), value, 3);
}
