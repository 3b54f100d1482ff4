// Contributions leaf by leaf, for trees whose tables would be too large to keep; see main/ml/explain/leaf-sums.ts.
//
// A pattern has one bit a feature of a leaf's path: 1 where a row satisfies all conditions on that feature. Sums are float64
// arrays over the 2^d sets of these features; totals are row-major float64, [row][slot]. Addresses and steps in bytes.
import { answerCategories } from './parts/category-tests';

const NODE_BYTES: usize = 32;

/**
 * Patterns of `rows` rows (a multiple of 4) at every leaf, out[leaf][row]. A node: column, threshold, whether missing goes
 * left, its own place and those of its children in `scratch`, bit of its feature, and the bit again where the path meets
 * the feature here for the first time.
 */
export function findPatterns(
  nodes: usize,
  nodeCount: i32,
  categories: usize,
  categoryCount: i32,
  leaves: usize,
  leafCount: i32,
  tile: usize,
  rows: i32,
  scratch: usize,
  out: usize,
  step: usize,
): void {
  if (categoryCount > 0) answerCategories(categories, categoryCount, tile, rows);
  const end = nodes + <usize>nodeCount * NODE_BYTES;
  v128.store(scratch, i32x4.splat(0));
  for (let row: usize = 0; row < <usize>rows << 2; row += 16) {
    const x = tile + row;
    for (let at = nodes; at < end; at += NODE_BYTES) {
      const value = v128.load(x + load<u32>(at));
      const limit = v128.load32_splat(at, 4);
      const left = load<u32>(at, 8) != 0 ? v128.not(f32x4.gt(value, limit)) : f32x4.le(value, limit);
      const bit = v128.load32_splat(at, 24);
      const here = v128.or(v128.load(scratch + load<u32>(at, 12)), v128.load32_splat(at, 28));
      v128.store(scratch + load<u32>(at, 16), v128.andnot(here, v128.andnot(bit, left)));
      v128.store(scratch + load<u32>(at, 20), v128.andnot(here, v128.and(bit, left)));
    }
    let to = out + row;
    for (let leaf = leaves; leaf < leaves + (<usize>leafCount << 2); leaf += 4) {
      v128.store(to, v128.load(scratch + load<u32>(leaf)));
      to += step;
    }
  }
}

/** share[U] = unit · patterns that hold all of U, by counting and summing over supersets. */
export function countShares(patterns: usize, count: i32, d: i32, unit: f64, share: usize): void {
  const size: usize = 8 << d;
  memory.fill(share, 0, size);
  for (let at = patterns; at < patterns + (<usize>count << 2); at += 4) {
    const to = share + (<usize>load<u32>(at) << 3);
    store<f64>(to, load<f64>(to) + unit);
  }
  if (d > 0) {
    for (let at = share; at < share + size; at += 16) store<f64>(at, load<f64>(at) + load<f64>(at, 8));
  }
  for (let bit: usize = 16; bit < size; bit <<= 1) {
    for (let block = share; block < share + size; block += 2 * bit) {
      for (let at = block; at < block + bit; at += 16) v128.store(at, f64x2.add(v128.load(at), v128.load(at + bit)));
    }
  }
}

/** share[U] = unit · Π of the fractions of U. */
export function multiplyShares(fractions: usize, d: i32, unit: f64, share: usize): void {
  store<f64>(share, unit);
  for (let j = 0; j < d; j++) {
    const factor = load<f64>(fractions + (<usize>j << 3));
    const bit: usize = 8 << j;
    for (let at = share; at < share + bit; at += 8) store<f64>(at + bit, load<f64>(at) * factor);
  }
}

/** sums[o] = Σ over T ⊆ o of weights[|T|] · share[all but T]. */
export function sumSubsets(share: usize, d: i32, weights: usize, sums: usize): void {
  const count: u32 = 1 << d;
  const last = share + (<usize>(count - 1) << 3);
  const size = <usize>count << 3;
  for (let set: u32 = 0; set < count; set++) {
    const weight = load<f64>(weights + (<usize>popcnt<u32>(set) << 3));
    store<f64>(sums + (<usize>set << 3), weight * load<f64>(last - (<usize>set << 3)));
  }
  if (d > 0) {
    for (let at = sums; at < sums + size; at += 16) store<f64>(at, load<f64>(at) + load<f64>(at, 8), 8);
  }
  for (let bit: usize = 16; bit < size; bit <<= 1) {
    for (let block = sums; block < sums + size; block += 2 * bit) {
      for (let at = block; at < block + bit; at += 16) {
        v128.store(at + bit, f64x2.add(v128.load(at + bit), v128.load(at)));
      }
    }
  }
}

/** Adds k[o] − g[o without i] to the slot of each feature i, for each row's pattern o. */
export function addSingles(
  g: usize,
  k: usize,
  d: i32,
  patterns: usize,
  rows: i32,
  slots: usize,
  totals: usize,
  step: usize,
): void {
  const slotsEnd = slots + (<usize>d << 2);
  for (let at = patterns; at < patterns + (<usize>rows << 2); at += 4) {
    const held = <usize>load<u32>(at) << 3;
    // All sums over subsets have one sign: where the largest is zero, all are.
    if (load<f64>(g + held) != 0) {
      const own = load<f64>(k + held);
      let bit: usize = 8;
      for (let slot = slots; slot < slotsEnd; slot += 4) {
        const to = totals + load<u32>(slot);
        store<f64>(to, load<f64>(to) + (own - load<f64>(g + (held & ~bit))));
        bit <<= 1;
      }
    }
    totals += step;
  }
}

/** As addSingles for pairs: a[o] − b[o without i] − b[o without j] + c[o without both], slots in the order (0,1), (0,2), (1,2), … */
export function addPairs(
  a: usize,
  b: usize,
  c: usize,
  d: i32,
  patterns: usize,
  rows: i32,
  slots: usize,
  totals: usize,
  step: usize,
): void {
  const top: usize = 8 << d;
  for (let at = patterns; at < patterns + (<usize>rows << 2); at += 4) {
    const held = <usize>load<u32>(at) << 3;
    if (load<f64>(c + held) != 0) {
      const own = load<f64>(a + held);
      let slot = slots;
      for (let j: usize = 16; j < top; j <<= 1) {
        const noJ = held & ~j;
        const rest = own - load<f64>(b + noJ);
        for (let i: usize = 8; i < j; i <<= 1) {
          const to = totals + load<u32>(slot);
          store<f64>(to, load<f64>(to) + (rest - load<f64>(b + (held & ~i)) + load<f64>(c + (noJ & ~i))));
          slot += 4;
        }
      }
    }
    totals += step;
  }
}

// Weights by how many features only the row (a) and only the background row (b) satisfy: at (a · 32 + b) · 8.
const SIDE: usize = 32 * 32 * 8;

/**
 * Contributions by meeting each row with each background row (room for a multiple of 4 of them): of those that together
 * hold every feature. weights: of a feature of a, of b; of two of a, two of b, one of each.
 */
export function meet(
  full: u32,
  background: usize,
  count: i32,
  unit: f64,
  weights: usize,
  pairs: bool,
  patterns: usize,
  rows: i32,
  slots: usize,
  pairSlots: usize,
  totals: usize,
  step: usize,
): void {
  const end = background + (<usize>count << 2);
  for (let at = patterns; at < patterns + (<usize>rows << 2); at += 4) {
    const needed = full & ~load<u32>(at);
    const four = i32x4.splat(needed);
    const b = popcnt<u32>(needed);
    for (let other = background; other < end; other += 16) {
      const met = i32x4.eq(v128.and(v128.load(other), four), four);
      if (!v128.any_true(met)) continue;
      let lanes = i32x4.bitmask(met);
      if (end - other < 16) lanes &= (1 << (<i32>(end - other) >> 2)) - 1;
      while (lanes != 0) {
        const own = full & ~load<u32>(other + (<usize>ctz<i32>(lanes) << 2));
        lanes &= lanes - 1;
        const place = weights + (<usize>((popcnt<u32>(own) << 5) + b) << 3);
        addTo(own, unit * load<f64>(place), slots, totals);
        addTo(needed, unit * load<f64>(place + SIDE), slots, totals);
        if (pairs) {
          addTwo(own, own, unit * load<f64>(place + 2 * SIDE), pairSlots, totals);
          addTwo(needed, needed, unit * load<f64>(place + 3 * SIDE), pairSlots, totals);
          addTwo(own, needed, unit * load<f64>(place + 4 * SIDE), pairSlots, totals);
          addTwo(needed, own, unit * load<f64>(place + 4 * SIDE), pairSlots, totals);
        }
      }
    }
    totals += step;
  }
}

// @ts-ignore: decorator
@inline
function addTo(set: u32, value: f64, slots: usize, totals: usize): void {
  for (let left = set; left != 0; left &= left - 1) {
    const to = totals + load<u32>(slots + (<usize>ctz<u32>(left) << 2));
    store<f64>(to, load<f64>(to) + value);
  }
}

// Pairs of a larger feature in `upper` and a smaller one in `lower`.
// @ts-ignore: decorator
@inline
function addTwo(upper: u32, lower: u32, value: f64, pairSlots: usize, totals: usize): void {
  for (let left = upper; left != 0; left &= left - 1) {
    const j = ctz<u32>(left);
    const line = pairSlots + (<usize>((j * (j - 1)) >> 1) << 2);
    addTo(lower & ((1 << j) - 1), value, line, totals);
  }
}
