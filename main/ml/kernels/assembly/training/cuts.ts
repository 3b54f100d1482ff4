/**
 * Cuts of columns, twin of ../../sort-floats.ts and of quantileCuts in ../../../trees/quantile-cuts.ts: values without NaN in
 * ascending order by three passes of 11 bits, the distinct ones with their counts, and cuts between them.
 */
import { claim, int, pointer, units } from './control';

const BUCKETS: usize = 2048;

/** Turns the counts of buckets into where each begins, then moves words by eleven of their bits. */
function scatter(from: usize, to: usize, count: usize, starts: usize, shift: u32): void {
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

// @ts-ignore: decorator
@inline
function tally(starts: usize, bits: u32): void {
  const bucket = starts + ((<usize>(bits & 2047)) << 2);
  store<u32>(bucket, load<u32>(bucket) + 1);
}

/** A single-precision c with low ≤ c < high, half way where the format allows. */
function cutBetween(low: f32, high: f32): f32 {
  const middle = <f32>(<f64>low / 2 + <f64>high / 2);
  return middle >= low && middle < high ? middle : low;
}

// @ts-ignore: decorator
@inline
function value(values: usize, i: i32): f32 {
  return load<f32>(values + ((<usize>i) << 2));
}

// @ts-ignore: decorator
@inline
function count(counts: usize, i: i32): f64 {
  return <f64>load<u32>(counts + ((<usize>i) << 2));
}

/** Distinct values of sorted keys to `values`, their counts over the keys, which are read ahead of them. */
function distinct(keys: usize, size: i32, values: usize): i32 {
  let found = 0;
  let since = 0;
  let last: f32 = 0;
  for (let i = 0; i < size; i++) {
    const word = load<u32>(keys + ((<usize>i) << 2));
    const x = reinterpret<f32>(word >> 31 ? word & 0x7fffffff : ~word);
    if (i > 0 && x == last) continue;
    if (i > 0) store<u32>(keys + ((<usize>(found - 1)) << 2), i - since);
    store<f32>(values + ((<usize>found) << 2), x);
    since = i;
    last = x;
    found++;
  }
  if (found > 0) store<u32>(keys + ((<usize>(found - 1)) << 2), size - since);
  return found;
}

/** Writes the cuts of `size` distinct values and returns their number. */
function cut(values: usize, counts: usize, size: i32, total: i32, maxBins: i32, out: usize): i32 {
  if (size <= maxBins) {
    for (let i = 1; i < size; i++) {
      store<f32>(out + ((<usize>(i - 1)) << 2), cutBetween(value(values, i - 1), value(values, i)));
    }
    return max(0, size - 1);
  }
  const heavy = <f64>total / <f64>maxBins;
  let lightRows: f64 = 0;
  let lightBins = maxBins;
  for (let i = 0; i < size; i++) {
    const own = count(counts, i);
    if (own >= heavy) lightBins--;
    else lightRows += own;
  }
  let mean = lightRows / <f64>max(1, lightBins);
  let inBin: f64 = 0;
  let made = 0;
  for (let i = 0; i + 1 < size && made < maxBins - 1; i++) {
    const here = count(counts, i);
    const own = here >= heavy;
    inBin += here;
    if (!own) lightRows -= here;
    if (!own && inBin < mean && !(count(counts, i + 1) >= heavy && inBin >= mean / 2)) continue;
    store<f32>(out + ((<usize>made) << 2), cutBetween(value(values, i), value(values, i + 1)));
    made++;
    inBin = 0;
    if (!own) {
      lightBins--;
      mean = lightRows / <f64>max(1, lightBins);
    }
  }
  return made;
}

/**
 * Cuts of columns. Integers: 0 columns (address, number of values, which are overwritten), 1 scratch of a thread, 2 bytes of
 * that, 3 cuts (256 words a column: their number, then they), 4 most bins. A unit is a column.
 */
export function cutShare(share: i32): void {
  const scratch = pointer(1) + <usize>share * pointer(2);
  const low = scratch;
  const middle = low + (BUCKETS << 2);
  const high = middle + (BUCKETS << 2);
  const keys = high + (BUCKETS << 2);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const column = pointer(0) + ((<usize>unit) << 3);
    const values = load<usize>(column);
    const rows = load<usize>(column, 4);
    memory.fill(low, 0, 3 * (BUCKETS << 2));
    let kept: usize = 0;
    for (let i: usize = 0; i < rows; i++) {
      const word = load<u32>(values + (i << 2));
      if ((word & 0x7fffffff) > 0x7f800000) continue; // NaN
      const key = word >> 31 ? ~word : word | 0x80000000;
      store<u32>(values + (kept << 2), key);
      kept++;
      tally(low, key);
      tally(middle, key >> 11);
      tally(high, key >> 22);
    }
    scatter(values, keys, kept, low, 0);
    scatter(keys, values, kept, middle, 11);
    scatter(values, keys, kept, high, 22);
    const out = pointer(3) + ((<usize>unit) << 10);
    store<i32>(out, cut(values, keys, distinct(keys, <i32>kept, values), <i32>kept, int(4), out + 4));
  }
}
