/**
 * Passes over rows between two trees, twins of quantise.ts, leaf-values.ts and walk-bins.ts under ../../../trees.
 * Sums of doubles are taken in blocks of fixed size and added in order, so that they are one number for any number of
 * threads; integer sums are exact anyway.
 */
import { claim, double, int, pointer, units } from './control';

/** Rows of a unit; also the block of a sum. */
const UNIT: i32 = 4096;
const LEAF_BLOCK: i32 = 1024;

// @ts-ignore: decorator
@inline
function hashRow(row: i32, key: i32): i32 {
  let x = (row ^ key) * 0x21f0aaad;
  x ^= x >>> 15;
  x *= 0x735a2d97;
  x ^= x >>> 15;
  return x;
}

/** Integers: 0 g, 1 h, 2 rows, 3 their number, 4 key, 5 packed, 6 sums of units. Doubles: 0 gradient scale, 1 hessian scale. */
export function quantiseShare(): void {
  const g = pointer(0);
  const h = pointer(1);
  const rows = pointer(2);
  const count = int(3);
  const key = int(4);
  const packed = pointer(5);
  const gradientScale = double(0);
  const hessianScale = double(1);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    let sum: f64 = 0;
    for (let i = unit * UNIT; i < to; i++) {
      const row = load<i32>(rows + ((<usize>i) << 2));
      const at = (<usize>row) << 3;
      const x = hashRow(row, key);
      const gq = Math.floor(load<f64>(g + at) * gradientScale + <f64>(x & 0xffff) * (1.0 / 65536.0));
      const hq = Math.floor(load<f64>(h + at) * hessianScale + <f64>(x >>> 16) * (1.0 / 65536.0));
      const p = gq * 67108864.0 + hq;
      store<f64>(packed + at, p);
      sum += p;
    }
    store<f64>(pointer(6) + ((<usize>unit) << 3), sum);
  }
}

/**
 * Adds each leaf's value to its rows' margins. Integers: 0 rows, 1 pieces (start, end, leaf), 2 values by leaf,
 * 3 margins at the output, 4 outputs. A unit is a piece.
 */
export function addLeavesShare(): void {
  const rows = pointer(0);
  const margins = pointer(3);
  const step = (<usize>int(4)) << 3;
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const piece = pointer(1) + <usize>unit * 12;
    const value = load<f64>(pointer(2) + ((<usize>load<i32>(piece, 8)) << 3));
    const stop = rows + ((<usize>load<i32>(piece, 4)) << 2);
    for (let at = rows + ((<usize>load<i32>(piece)) << 2); at < stop; at += 4) {
      const cell = margins + <usize>load<u32>(at) * step;
      store<f64>(cell, load<f64>(cell) + value);
    }
  }
}

/** Sums g and h of pieces of at most 1 024 rows. Integers: 0 rows, 1 pieces (start, end, leaf), 2 sums (g, h), 3 g, 4 h. */
export function sumLeavesShare(): void {
  const rows = pointer(0);
  const g = pointer(3);
  const h = pointer(4);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const piece = pointer(1) + <usize>unit * 12;
    const end = load<i32>(piece, 4);
    for (let from = load<i32>(piece); from < end; from += LEAF_BLOCK) {
      const stop = rows + ((<usize>min(end, from + LEAF_BLOCK)) << 2);
      let gradient: f64 = 0;
      let hessian: f64 = 0;
      for (let at = rows + ((<usize>from) << 2); at < stop; at += 4) {
        const row = (<usize>load<u32>(at)) << 3;
        gradient += load<f64>(g + row);
        hessian += load<f64>(h + row);
      }
      const out = pointer(2) + ((<usize>unit) << 4);
      store<f64>(out, gradient);
      store<f64>(out, hessian, 8);
    }
  }
}
