/** Rows led through a tree by their bins, twin of ../../walk-rows.ts: four side by side, so that their chains of loads overlap. */
import { claim, int, pointer, units } from './control';

const UNIT: i32 = 4096;

/** The node after `slot`; a leaf (negative) stays. */
// @ts-ignore: decorator
@inline
function next(slot: i32, bins: usize, features: usize, tables: usize, children: usize): i32 {
  const inner = <usize>(slot & ~(slot >> 31));
  const bin = <usize>load<u8>(bins + <usize>load<i32>(features + (inner << 2)));
  const left = <usize>load<u8>(tables + (inner << 8) + bin);
  return select<i32>(load<i32>(children + ((2 * inner + left) << 2)), slot, slot >= 0);
}

// @ts-ignore: decorator
@inline
function addTo(cell: usize, values: usize, leaf: i32): void {
  store<f64>(cell, load<f64>(cell) + load<f64>(values + ((<usize>~leaf) << 3)));
}

/**
 * Adds to each row's margin the value of its leaf. Integers: 0 row table, 1 its stride, 2 rows, 3 their number, 4 feature of
 * each slot, 5 its table of bins, 6 its children, 7 values of leaves, 8 margins.
 */
export function walkShare(): void {
  const table = pointer(0);
  const stride = <usize>int(1);
  const count = int(3);
  const features = pointer(4);
  const tables = pointer(5);
  const children = pointer(6);
  const values = pointer(7);
  const margins = pointer(8);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const stop = pointer(2) + ((<usize>min(count, (unit + 1) * UNIT)) << 2);
    let at = pointer(2) + ((<usize>(unit * UNIT)) << 2);
    for (; at + 16 <= stop; at += 16) {
      const r0 = <usize>load<u32>(at);
      const r1 = <usize>load<u32>(at, 4);
      const r2 = <usize>load<u32>(at, 8);
      const r3 = <usize>load<u32>(at, 12);
      const b0 = table + r0 * stride;
      const b1 = table + r1 * stride;
      const b2 = table + r2 * stride;
      const b3 = table + r3 * stride;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      do {
        s0 = next(s0, b0, features, tables, children);
        s1 = next(s1, b1, features, tables, children);
        s2 = next(s2, b2, features, tables, children);
        s3 = next(s3, b3, features, tables, children);
      } while ((s0 & s1 & s2 & s3) >= 0);
      addTo(margins + (r0 << 3), values, s0);
      addTo(margins + (r1 << 3), values, s1);
      addTo(margins + (r2 << 3), values, s2);
      addTo(margins + (r3 << 3), values, s3);
    }
    for (; at < stop; at += 4) {
      const row = <usize>load<u32>(at);
      let slot = 0;
      do slot = next(slot, table + row * stride, features, tables, children);
      while (slot >= 0);
      addTo(margins + (row << 3), values, slot);
    }
  }
}
