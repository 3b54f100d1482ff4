/** Values to bins, twins of the loops in ../../training-plain.ts. */
import { claim, int, pointer, units } from './control';

const UNIT: i32 = 16384;
const ROW_UNIT: i32 = 1024;

// @ts-ignore: decorator
@inline
function step(cuts: usize, bin: i32, half: i32, x: f32): i32 {
  return bin + (half & -(<i32>(x > load<f32>(cuts + ((<usize>(bin + half)) << 2)))));
}

// @ts-ignore: decorator
@inline
function keep(out: usize, bin: i32, missing: i32, x: f32): void {
  store<u8>(out, select<i32>(bin, missing, x == x));
}

/**
 * Eight branch-free searches side by side, so that their chains of loads overlap. Integers: 0 values, 1 their number,
 * 2 padded cuts, 3 their number plus one (a power of two), 4 bin of missing values, 5 bins out.
 */
export function binShare(): void {
  const values = pointer(0);
  const count = int(1);
  const cuts = pointer(2) - 4;
  const size = int(3);
  const missing = int(4);
  const bins = pointer(5);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    let i = unit * UNIT;
    for (; i + 8 <= to; i += 8) {
      const at = values + ((<usize>i) << 2);
      const x0 = load<f32>(at);
      const x1 = load<f32>(at, 4);
      const x2 = load<f32>(at, 8);
      const x3 = load<f32>(at, 12);
      const x4 = load<f32>(at, 16);
      const x5 = load<f32>(at, 20);
      const x6 = load<f32>(at, 24);
      const x7 = load<f32>(at, 28);
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      let b4 = 0;
      let b5 = 0;
      let b6 = 0;
      let b7 = 0;
      for (let half = size >> 1; half > 0; half >>= 1) {
        b0 = step(cuts, b0, half, x0);
        b1 = step(cuts, b1, half, x1);
        b2 = step(cuts, b2, half, x2);
        b3 = step(cuts, b3, half, x3);
        b4 = step(cuts, b4, half, x4);
        b5 = step(cuts, b5, half, x5);
        b6 = step(cuts, b6, half, x6);
        b7 = step(cuts, b7, half, x7);
      }
      const out = bins + <usize>i;
      keep(out, b0, missing, x0);
      keep(out + 1, b1, missing, x1);
      keep(out + 2, b2, missing, x2);
      keep(out + 3, b3, missing, x3);
      keep(out + 4, b4, missing, x4);
      keep(out + 5, b5, missing, x5);
      keep(out + 6, b6, missing, x6);
      keep(out + 7, b7, missing, x7);
    }
    for (; i < to; i++) {
      const x = load<f32>(values + ((<usize>i) << 2));
      let bin = 0;
      for (let half = size >> 1; half > 0; half >>= 1) bin = step(cuts, bin, half, x);
      keep(bins + <usize>i, bin, missing, x);
    }
  }
}

/** Bins of category codes. Integers: 0 values, 1 their number, 2 bin of each code, 3 codes, 4 other bin, 5 missing bin, 6 out. */
export function codeShare(): void {
  const values = pointer(0);
  const count = int(1);
  const bins = pointer(2);
  const codes = <f32>int(3);
  const other = int(4);
  const missing = int(5);
  const out = pointer(6);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * UNIT);
    for (let i = unit * UNIT; i < to; i++) {
      const x = load<f32>(values + ((<usize>i) << 2));
      let bin = other;
      if (x != x) bin = missing;
      else if (x >= 0 && x < codes && nearest(x) == x) bin = load<u8>(bins + <usize>x);
      store<u8>(out + <usize>i, bin);
    }
  }
}

/** Columns to rows, 64 rows at a time. Integers: 0 addresses of columns, 1 their number, 2 rows, 3 table, 4 its stride. */
export function transposeShare(): void {
  const columns = pointer(0);
  const width = int(1);
  const count = int(2);
  const table = pointer(3);
  const stride = <usize>int(4);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, (unit + 1) * ROW_UNIT);
    for (let from = unit * ROW_UNIT; from < to; from += 64) {
      const end = min(to, from + 64);
      for (let f = 0; f < width; f++) {
        const column = load<usize>(columns + ((<usize>f) << 2));
        let at = table + <usize>from * stride + <usize>f;
        let i = from;
        for (; i + 4 <= end; i += 4) {
          const word = load<u32>(column + <usize>i);
          store<u8>(at, word);
          at += stride;
          store<u8>(at, word >> 8);
          at += stride;
          store<u8>(at, word >> 16);
          at += stride;
          store<u8>(at, word >> 24);
          at += stride;
        }
        for (; i < end; i++) {
          store<u8>(at, load<u8>(column + <usize>i));
          at += stride;
        }
      }
    }
  }
}
