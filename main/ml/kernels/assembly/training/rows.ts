/**
 * Passes over rows between two trees, twins of ../../row-passes.ts. Sums of doubles are taken in blocks of fixed size and
 * added in order, so that they are one number for any number of threads; integer sums are exact anyway. Passes by leaf go
 * through blocks of row numbers: what a block touches stays in the near cache while its leaves are served one by one.
 */
import { claim, double, int, pointer, units } from './control';

const UNIT: i32 = 4096;

// @ts-ignore: decorator
@inline
function hash4(rows: v128, key: v128): v128 {
  let x = i32x4.mul(v128.xor(rows, key), i32x4.splat(0x21f0aaad));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x735a2d97));
  return v128.xor(x, i32x4.shr_u(x, 15));
}

// @ts-ignore: decorator
@inline
function round4(value: v128, scale: v128, noise: v128): v128 {
  return f32x4.floor(
    f32x4.add(f32x4.mul(value, scale), f32x4.mul(f32x4.convert_i32x4_u(noise), f32x4.splat(1.52587890625e-5))),
  );
}

// @ts-ignore: decorator
@inline
function pack2(g: v128, h: v128): v128 {
  return f64x2.add(
    f64x2.mul(f64x2.promote_low_f32x4(g), f64x2.splat(67108864.0)),
    f64x2.promote_low_f32x4(h),
  );
}

// @ts-ignore: decorator
@inline
function gather4(at: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let value = v128.load32_zero(at + (a << 2));
  value = v128.load32_lane(at + (b << 2), value, 1);
  value = v128.load32_lane(at + (c << 2), value, 2);
  return v128.load32_lane(at + (d << 2), value, 3);
}

/** Integers: 0 g, 1 h, 2 rows, 3 their number, 4 key, 5 packed, 6 sums of units. Doubles: 0 gradient scale, 1 hessian scale. */
export function quantiseShare(): void {
  const g = pointer(0);
  const h = pointer(1);
  const rows = pointer(2);
  const count = int(3);
  const key = i32x4.splat(int(4));
  const packed = pointer(5);
  const gradientScale = f32x4.splat(<f32>double(0));
  const hessianScale = f32x4.splat(<f32>double(1));
  const bytes = i32x4.splat(0xffff);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    let sum = f64x2.splat(0.0);
    for (let i = unit * UNIT; i < to; i += 4) {
      const list = rows + ((<usize>i) << 2);
      const n = min(4, to - i);
      const a = <usize>load<u32>(list);
      const b = n > 1 ? <usize>load<u32>(list, 4) : a;
      const c = n > 2 ? <usize>load<u32>(list, 8) : a;
      const d = n > 3 ? <usize>load<u32>(list, 12) : a;
      const x = hash4(i32x4(<i32>a, <i32>b, <i32>c, <i32>d), key);
      const follow = d - a == 3;
      const gs = follow ? v128.load(g + (a << 2)) : gather4(g, a, b, c, d);
      const hs = follow ? v128.load(h + (a << 2)) : gather4(h, a, b, c, d);
      const gq = round4(gs, gradientScale, v128.and(x, bytes));
      const hq = round4(hs, hessianScale, i32x4.shr_u(x, 16));
      const low = pack2(gq, hq);
      const high = pack2(v128.shuffle<f32>(gq, gq, 2, 3, 2, 3), v128.shuffle<f32>(hq, hq, 2, 3, 2, 3));
      if (follow) {
        v128.store(packed + (a << 3), low);
        v128.store(packed + (a << 3), high, 16);
        sum = f64x2.add(sum, f64x2.add(low, high));
        continue;
      }
      v128.store64_lane(packed + (a << 3), low, 0);
      sum = f64x2.add(sum, f64x2.replace_lane(low, 1, 0));
      if (n > 1) {
        v128.store64_lane(packed + (b << 3), low, 1);
        sum = f64x2.add(sum, f64x2.replace_lane(low, 0, 0));
      }
      if (n > 2) {
        v128.store64_lane(packed + (c << 3), high, 0);
        sum = f64x2.add(sum, f64x2.replace_lane(high, 1, 0));
      }
      if (n > 3) {
        v128.store64_lane(packed + (d << 3), high, 1);
        sum = f64x2.add(sum, f64x2.replace_lane(high, 0, 0));
      }
    }
    store<f64>(pointer(6) + ((<usize>unit) << 3), f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  }
}

/** First place in rows[from…to), ascending, whose row is not below `limit`. */
function lowerBound(rows: usize, from: i32, to: i32, limit: i32): i32 {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i32>(rows + ((<usize>middle) << 2)) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Adds each leaf's value to its rows' margins. Integers: 0 rows, 1 leaves (start, end), 2 their number, 3 values,
 * 4 margins, 5 rows of a block. A unit is a block of row numbers.
 */
export function addLeavesShare(): void {
  const rows = pointer(0);
  const leaves = pointer(1);
  const leafCount = int(2);
  const margins = pointer(4);
  const block = int(5);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    for (let leaf = 0; leaf < leafCount; leaf++) {
      const range = leaves + ((<usize>leaf) << 3);
      const end = load<i32>(range, 4);
      const first = lowerBound(rows, load<i32>(range), end, unit * block);
      const last = lowerBound(rows, first, end, (unit + 1) * block);
      const value = load<f64>(pointer(3) + ((<usize>leaf) << 3));
      const stop = rows + ((<usize>last) << 2);
      for (let at = rows + ((<usize>first) << 2); at < stop; at += 4) {
        const cell = margins + ((<usize>load<u32>(at)) << 3);
        store<f64>(cell, load<f64>(cell) + value);
      }
    }
  }
}

/**
 * Sums g and h by leaf and block of row numbers. Integers: 0 rows, 1 leaves (start, end), 2 their number, 3 sums (g, h) by
 * block and leaf, 4 g, 5 h, 6 rows of a block.
 */
export function sumLeavesShare(): void {
  const rows = pointer(0);
  const leaves = pointer(1);
  const leafCount = int(2);
  const g = pointer(4);
  const h = pointer(5);
  const block = int(6);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    let out = pointer(3) + ((<usize>(unit * leafCount)) << 4);
    for (let leaf = 0; leaf < leafCount; leaf++) {
      const range = leaves + ((<usize>leaf) << 3);
      const end = load<i32>(range, 4);
      const first = lowerBound(rows, load<i32>(range), end, unit * block);
      const last = lowerBound(rows, first, end, (unit + 1) * block);
      const stop = rows + ((<usize>last) << 2);
      let gradient: f64 = 0;
      let hessian: f64 = 0;
      for (let at = rows + ((<usize>first) << 2); at < stop; at += 4) {
        const row = (<usize>load<u32>(at)) << 2;
        gradient += <f64>load<f32>(g + row);
        hessian += <f64>load<f32>(h + row);
      }
      store<f64>(out, gradient);
      store<f64>(out, hessian, 8);
      out += 16;
    }
  }
}
