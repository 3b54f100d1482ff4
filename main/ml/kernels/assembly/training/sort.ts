/** Ascending order of single-precision values without NaN, twin of ../../sort-floats.ts: three passes of 11 bits. */
import { claim, int, pointer, units } from './control';

const BUCKETS: usize = 2048;

// @ts-ignore: decorator
@inline
function scatter(from: usize, to: usize, count: usize, starts: usize, shift: u32): void {
  memory.fill(starts, 0, BUCKETS << 2);
  for (let i: usize = 0; i < count; i++) {
    const bucket = starts + (<usize>((load<u32>(from + (i << 2)) >> shift) & 2047) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
  }
  let at: u32 = 0;
  for (let b: usize = 0; b < BUCKETS; b++) {
    const size = load<u32>(starts + (b << 2));
    store<u32>(starts + (b << 2), at);
    at += size;
  }
  for (let i: usize = 0; i < count; i++) {
    const word = load<u32>(from + (i << 2));
    const bucket = starts + (<usize>((word >> shift) & 2047) << 2);
    const place = load<u32>(bucket);
    store<u32>(bucket, place + 1);
    store<u32>(to + ((<usize>place) << 2), word);
  }
}

/** Sorts columns. Integers: 0 columns (address, number of values), 1 scratch of a thread, 2 bytes of that. A unit is a column. */
export function sortShare(share: i32): void {
  const scratch = pointer(1) + <usize>share * pointer(2);
  const keys = scratch + (BUCKETS << 2);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const column = pointer(0) + ((<usize>unit) << 3);
    const values = load<usize>(column);
    const count = load<usize>(column, 4);
    for (let i: usize = 0; i < count; i++) {
      const word = load<u32>(values + (i << 2));
      store<u32>(values + (i << 2), word >> 31 ? ~word : word | 0x80000000);
    }
    scatter(values, keys, count, scratch, 0);
    scatter(keys, values, count, scratch, 11);
    scatter(values, keys, count, scratch, 22);
    for (let i: usize = 0; i < count; i++) {
      const word = load<u32>(keys + (i << 2));
      store<u32>(values + (i << 2), word >> 31 ? word & 0x7fffffff : ~word);
    }
  }
}
