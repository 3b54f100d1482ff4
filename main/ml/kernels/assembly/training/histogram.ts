/**
 * Gradient histograms, twin of ../../histogram.ts. Blocks of 64 rows are first copied, 16 bytes at a time, into a buffer
 * that stays in the nearest cache: the misses of a block overlap, which stands in for a prefetch. Then features follow
 * eight at a time. Wide tables are taken in slabs of 128 columns. Each thread fills a histogram of its own; the leader
 * adds them up, exactly, since all sums are integers.
 */
import { claim, int, pointer, units } from './control';

const ROWS: i32 = 64;
const SLAB: i32 = 128;

/**
 * Integers: 0 row table, 1 its stride, 2 packed, 3 rows, 4 start, 5 end, 6 target, 7 bins of the histogram, 8 offsets,
 * 9 features, 10 feature count, 11 first feature when they follow one another else −1, 12 others' histograms,
 * 13 flags of who added, 14 buffers (16 KiB a thread), 15 rows of a unit.
 */
export function histogramShare(share: i32): void {
  const size = (<usize>int(7)) << 3;
  const flag = pointer(13) + ((<usize>share) << 2);
  const hist = share == 0 ? pointer(6) : pointer(12) + <usize>(share - 1) * size;
  if (share == 0) memory.fill(hist, 0, size);
  store<i32>(flag, 0);
  const all = units();
  let unit = claim();
  if (unit >= all) return;
  if (share != 0) memory.fill(hist, 0, size);
  store<i32>(flag, 1);
  const buffer = pointer(14) + ((<usize>share) << 14);
  const start = int(4);
  const end = int(5);
  const rows = int(15);
  for (; unit < all; unit = claim()) {
    const from = start + unit * rows;
    addRows(from, min(from + rows, end), hist, buffer);
  }
}

/** Adds the histograms of the helpers that took part. */
export function reduceHistograms(threads: i32): void {
  const size = <usize>int(7);
  const target = pointer(6);
  for (let share = 1; share < threads; share++) {
    if (load<i32>(pointer(13) + ((<usize>share) << 2)) == 0) continue;
    addTo(target, pointer(12) + ((<usize>(share - 1) * size) << 3), size);
  }
}

export function addTo(target: usize, other: usize, size: usize): void {
  let i: usize = 0;
  for (; i + 2 <= size; i += 2) {
    const at = i << 3;
    v128.store(target + at, f64x2.add(v128.load(target + at), v128.load(other + at)));
  }
  if (i < size) store<f64>(target + (i << 3), load<f64>(target + (i << 3)) + load<f64>(other + (i << 3)));
}

/** parent −= child. */
export function subtract(parent: usize, child: usize, size: usize): void {
  let i: usize = 0;
  for (; i + 2 <= size; i += 2) {
    const at = i << 3;
    v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
  }
  if (i < size) store<f64>(parent + (i << 3), load<f64>(parent + (i << 3)) - load<f64>(child + (i << 3)));
}

function addRows(from: i32, to: i32, hist: usize, buffer: usize): void {
  const first = int(11);
  if (first < 0) {
    addScattered(from, to, hist, buffer);
    return;
  }
  const table = pointer(0);
  const stride = <usize>int(1);
  const packed = pointer(2);
  const rows = pointer(3);
  const offsets = pointer(8);
  const count = int(10);
  for (let slab = 0; slab < count; slab += SLAB) {
    const width = min(SLAB, count - slab);
    const column = table + <usize>(first + slab);
    const own = offsets + ((<usize>slab) << 2);
    const pitch = <usize>((width + 15) & ~15);
    const values = buffer + ((<usize>ROWS) << 7);
    for (let at = from; at < to; at += ROWS) {
      const n = min(ROWS, to - at);
      const list = rows + ((<usize>at) << 2);
      const row0 = load<i32>(list);
      if (load<i32>(list + ((<usize>(n - 1)) << 2)) - row0 == n - 1) {
        // Rows that follow one another are read where they are
        addBlock(column + <usize>row0 * stride, stride, packed + ((<usize>row0) << 3), n, own, width, hist);
        continue;
      }
      for (let i = 0; i < n; i++) {
        const row = <usize>load<u32>(list + ((<usize>i) << 2));
        const source = column + row * stride;
        const target = buffer + <usize>i * pitch;
        for (let b: usize = 0; b < pitch; b += 16) v128.store(target + b, v128.load(source + b));
        store<f64>(values + ((<usize>i) << 3), load<f64>(packed + (row << 3)));
      }
      addBlock(buffer, pitch, values, n, own, width, hist);
    }
  }
}

function addBlock(table: usize, pitch: usize, packed: usize, n: i32, offsets: usize, count: i32, hist: usize): void {
  let j = 0;
  for (; j + 8 <= count; j += 8) {
    const own = offsets + ((<usize>j) << 2);
    if (at(own, 7) - at(own, 0) == 7 * 2048) addSlots(table + <usize>j, pitch, packed, n, hist + at(own, 0));
    else addEight(table + <usize>j, pitch, packed, n, own, hist);
  }
  if (j + 4 <= count) {
    addFour(table + <usize>j, pitch, packed, n, offsets + ((<usize>j) << 2), hist);
    j += 4;
  }
  for (; j < count; j++) addOne(table + <usize>j, pitch, packed, n, hist + at(offsets, j));
}

// @ts-ignore: decorator
@inline
function at(offsets: usize, j: i32): usize {
  return (<usize>load<i32>(offsets + ((<usize>j) << 2))) << 3;
}

// @ts-ignore: decorator
@inline
function add(bin: usize, value: f64): void {
  store<f64>(bin, load<f64>(bin) + value);
}

/** Eight features whose bins follow one another in slots of 256. */
function addSlots(table: usize, pitch: usize, packed: usize, n: i32, hist: usize): void {
  const end = packed + ((<usize>n) << 3);
  let from = table;
  for (let p = packed; p < end; p += 8) {
    const value = load<f64>(p);
    const b0 = hist + ((<usize>load<u8>(from, 0)) << 3);
    store<f64>(b0, load<f64>(b0, 0) + value, 0);
    const b1 = hist + ((<usize>load<u8>(from, 1)) << 3);
    store<f64>(b1, load<f64>(b1, 2048) + value, 2048);
    const b2 = hist + ((<usize>load<u8>(from, 2)) << 3);
    store<f64>(b2, load<f64>(b2, 4096) + value, 4096);
    const b3 = hist + ((<usize>load<u8>(from, 3)) << 3);
    store<f64>(b3, load<f64>(b3, 6144) + value, 6144);
    const b4 = hist + ((<usize>load<u8>(from, 4)) << 3);
    store<f64>(b4, load<f64>(b4, 8192) + value, 8192);
    const b5 = hist + ((<usize>load<u8>(from, 5)) << 3);
    store<f64>(b5, load<f64>(b5, 10240) + value, 10240);
    const b6 = hist + ((<usize>load<u8>(from, 6)) << 3);
    store<f64>(b6, load<f64>(b6, 12288) + value, 12288);
    const b7 = hist + ((<usize>load<u8>(from, 7)) << 3);
    store<f64>(b7, load<f64>(b7, 14336) + value, 14336);
    from += pitch;
  }
}

function addEight(table: usize, pitch: usize, packed: usize, n: i32, offsets: usize, hist: usize): void {
  const h0 = hist + at(offsets, 0);
  const h1 = hist + at(offsets, 1);
  const h2 = hist + at(offsets, 2);
  const h3 = hist + at(offsets, 3);
  const h4 = hist + at(offsets, 4);
  const h5 = hist + at(offsets, 5);
  const h6 = hist + at(offsets, 6);
  const h7 = hist + at(offsets, 7);
  const end = packed + ((<usize>n) << 3);
  let from = table;
  for (let p = packed; p < end; p += 8) {
    const value = load<f64>(p);
    add(h0 + ((<usize>load<u8>(from, 0)) << 3), value);
    add(h1 + ((<usize>load<u8>(from, 1)) << 3), value);
    add(h2 + ((<usize>load<u8>(from, 2)) << 3), value);
    add(h3 + ((<usize>load<u8>(from, 3)) << 3), value);
    add(h4 + ((<usize>load<u8>(from, 4)) << 3), value);
    add(h5 + ((<usize>load<u8>(from, 5)) << 3), value);
    add(h6 + ((<usize>load<u8>(from, 6)) << 3), value);
    add(h7 + ((<usize>load<u8>(from, 7)) << 3), value);
    from += pitch;
  }
}

function addFour(table: usize, pitch: usize, packed: usize, n: i32, offsets: usize, hist: usize): void {
  const h0 = hist + at(offsets, 0);
  const h1 = hist + at(offsets, 1);
  const h2 = hist + at(offsets, 2);
  const h3 = hist + at(offsets, 3);
  const end = packed + ((<usize>n) << 3);
  let from = table;
  for (let p = packed; p < end; p += 8) {
    const value = load<f64>(p);
    add(h0 + ((<usize>load<u8>(from, 0)) << 3), value);
    add(h1 + ((<usize>load<u8>(from, 1)) << 3), value);
    add(h2 + ((<usize>load<u8>(from, 2)) << 3), value);
    add(h3 + ((<usize>load<u8>(from, 3)) << 3), value);
    from += pitch;
  }
}

function addOne(table: usize, pitch: usize, packed: usize, n: i32, hist: usize): void {
  const end = packed + ((<usize>n) << 3);
  let from = table;
  for (let p = packed; p < end; p += 8) {
    add(hist + ((<usize>load<u8>(from)) << 3), load<f64>(p));
    from += pitch;
  }
}

/** Any set of features: places of the rows first, then a feature at a time. */
function addScattered(from: i32, to: i32, hist: usize, buffer: usize): void {
  const table = pointer(0);
  const stride = <usize>int(1);
  const packed = pointer(2);
  const rows = pointer(3);
  const offsets = pointer(8);
  const features = pointer(9);
  const count = int(10);
  const values = buffer + ((<usize>ROWS) << 7);
  for (let at = from; at < to; at += ROWS) {
    const n = min(ROWS, to - at);
    for (let i = 0; i < n; i++) {
      const row = <usize>load<u32>(rows + ((<usize>(at + i)) << 2));
      store<usize>(buffer + ((<usize>i) << 2), table + row * stride);
      store<f64>(values + ((<usize>i) << 3), load<f64>(packed + (row << 3)));
    }
    let j = 0;
    for (; j + 4 <= count; j += 4) {
      scatterFour(buffer, values, n, features + ((<usize>j) << 2), offsets + ((<usize>j) << 2), hist);
    }
    for (; j < count; j++) {
      scatterOne(buffer, values, n, features + ((<usize>j) << 2), offsets + ((<usize>j) << 2), hist);
    }
  }
}

function scatterFour(places: usize, values: usize, n: i32, features: usize, offsets: usize, hist: usize): void {
  const f0 = load<usize>(features);
  const f1 = load<usize>(features, 4);
  const f2 = load<usize>(features, 8);
  const f3 = load<usize>(features, 12);
  const h0 = hist + at(offsets, 0);
  const h1 = hist + at(offsets, 1);
  const h2 = hist + at(offsets, 2);
  const h3 = hist + at(offsets, 3);
  for (let i: usize = 0; i < <usize>n; i++) {
    const row = load<usize>(places + (i << 2));
    const value = load<f64>(values + (i << 3));
    add(h0 + ((<usize>load<u8>(row + f0)) << 3), value);
    add(h1 + ((<usize>load<u8>(row + f1)) << 3), value);
    add(h2 + ((<usize>load<u8>(row + f2)) << 3), value);
    add(h3 + ((<usize>load<u8>(row + f3)) << 3), value);
  }
}

function scatterOne(places: usize, values: usize, n: i32, features: usize, offsets: usize, hist: usize): void {
  const feature = load<usize>(features);
  const own = hist + at(offsets, 0);
  for (let i: usize = 0; i < <usize>n; i++) {
    add(own + ((<usize>load<u8>(load<usize>(places + (i << 2)) + feature)) << 3), load<f64>(values + (i << 3)));
  }
}
