// Contributions of a block of rows; the layout is written by main/ml/explain/table-program.ts and quadrature-program.ts.
//
// Tables: conditions of a tree are answered for 8 rows at a time as 16-bit masks; a group of leaves looks the contributions
// of its features up by the pattern of its conditions, 4 rows × 4 features at a time, and adds them to float32 sums, which
// are carried over to float64 every few trees. Quadrature: three passes over a tree, 4 rows at a time, in float64.
//
// Column-wise throughout: tile[column][row] float32, sums[slot][row] float32, totals[slot][row] float64.
import { answerCategories } from './parts/category-tests';

const NODES: usize = 0; // first test
const NODE_COUNT: usize = 4;
const BODY: usize = 8; // first group, or first edge
const BODY_COUNT: usize = 12; // groups, or positions
const POINTS: usize = 16; // quadrature points; 0 for tables
const FACTORS: usize = 20;
const CATEGORIES: usize = 24;
const CATEGORY_COUNT: usize = 28;
const TREE_BYTES: usize = 32;
const TEST_BYTES: usize = 24;
const CARRY_TREES = 8;

/** Adds `treeCount` trees to the totals. `rows` is a multiple of 8; `room` the rows a column holds; `masks` scratch. */
export function explainBlock(
  trees: usize,
  treeCount: i32,
  tile: usize,
  rows: i32,
  masks: usize,
  products: usize,
  sums: usize,
  totals: usize,
  slots: i32,
  room: i32,
): void {
  let held = 0;
  for (let t = 0; t < treeCount; t++) {
    const tree = trees + <usize>t * TREE_BYTES;
    const categoryCount = load<i32>(tree, CATEGORY_COUNT);
    if (categoryCount > 0) answerCategories(load<u32>(tree, CATEGORIES), categoryCount, tile, rows);
    if (load<i32>(tree, POINTS) != 0) {
      for (let row: usize = 0; row < <usize>rows; row += 4) {
        holdFour(tree, tile + (row << 2), masks);
        integrate(tree, masks, products, totals + (row << 3));
      }
      continue;
    }
    for (let row: usize = 0; row < <usize>rows; row += 8) {
      holdEight(tree, tile + (row << 2), masks);
      addGroups(tree, masks, sums + (row << 2));
    }
    held++;
    if (held == CARRY_TREES) {
      carry(sums, totals, slots, rows, room);
      held = 0;
    }
  }
  if (held > 0) carry(sums, totals, slots, rows, room);
}

function carry(sums: usize, totals: usize, slots: i32, rows: i32, room: i32): void {
  const zero = f32x4.splat(0);
  for (let s = 0; s < slots; s++) {
    let from = sums + <usize>(s * room) * 4;
    let to = totals + <usize>(s * room) * 8;
    const end = from + <usize>rows * 4;
    for (; from < end; from += 16, to += 32) {
      const four = v128.load(from);
      v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(four)));
      const high = v128.shuffle<i32>(four, four, 2, 3, 2, 3);
      v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
      v128.store(from, zero);
    }
  }
}

// A test: column, threshold, whether missing goes left, places of its left and right edges and of the edge above on the same
// feature. An edge holds for a row when the row satisfies it and all edges above on its feature; place 0 always holds.
function holdEight(tree: usize, x: usize, masks: usize): void {
  v128.store(masks, i32x4.splat(-1));
  let at: usize = load<u32>(tree, NODES);
  const end = at + <usize>load<u32>(tree, NODE_COUNT) * TEST_BYTES;
  for (; at < end; at += TEST_BYTES) {
    const col = x + load<u32>(at);
    const limit = v128.load32_splat(at, 4);
    const a = v128.load(col);
    const b = v128.load(col, 16);
    let left: v128;
    if (load<u32>(at, 8) != 0) {
      left = v128.not(i16x8.narrow_i32x4_s(f32x4.gt(a, limit), f32x4.gt(b, limit)));
    } else {
      left = i16x8.narrow_i32x4_s(f32x4.le(a, limit), f32x4.le(b, limit));
    }
    const above = v128.load(masks + (<usize>load<u32>(at, 20) << 4));
    v128.store(masks + (<usize>load<u32>(at, 12) << 4), v128.and(above, left));
    v128.store(masks + (<usize>load<u32>(at, 16) << 4), v128.andnot(above, left));
  }
}

// A group: bits, table, blocks of 4 slots, bytes of a pattern's row; then the places of its bits, then slots (byte offsets).
function addGroups(tree: usize, masks: usize, sums: usize): void {
  let at: usize = load<u32>(tree, BODY);
  for (let g = load<i32>(tree, BODY_COUNT); g > 0; g--) {
    const bits: usize = load<u32>(at);
    const table: usize = load<u32>(at, 4);
    const quads = load<i32>(at, 8);
    const stride: usize = load<u32>(at, 12);
    at += 16;
    let pattern = i16x8.splat(0);
    let bit = i16x8.splat(1);
    for (const end = at + (bits << 2); at < end; at += 4) {
      pattern = v128.or(pattern, v128.and(bit, v128.load(masks + load<u32>(at))));
      bit = i16x8.add(bit, bit);
    }
    let r0 = table + <usize>i16x8.extract_lane_u(pattern, 0) * stride;
    let r1 = table + <usize>i16x8.extract_lane_u(pattern, 1) * stride;
    let r2 = table + <usize>i16x8.extract_lane_u(pattern, 2) * stride;
    let r3 = table + <usize>i16x8.extract_lane_u(pattern, 3) * stride;
    let r4 = table + <usize>i16x8.extract_lane_u(pattern, 4) * stride;
    let r5 = table + <usize>i16x8.extract_lane_u(pattern, 5) * stride;
    let r6 = table + <usize>i16x8.extract_lane_u(pattern, 6) * stride;
    let r7 = table + <usize>i16x8.extract_lane_u(pattern, 7) * stride;
    for (let q = 0; q < quads; q++) {
      const s0 = sums + load<u32>(at);
      const s1 = sums + load<u32>(at, 4);
      const s2 = sums + load<u32>(at, 8);
      const s3 = sums + load<u32>(at, 12);
      at += 16;
      addTurned(v128.load(r0), v128.load(r1), v128.load(r2), v128.load(r3), s0, s1, s2, s3);
      addTurned(v128.load(r4), v128.load(r5), v128.load(r6), v128.load(r7), s0 + 16, s1 + 16, s2 + 16, s3 + 16);
      r0 += 16;
      r1 += 16;
      r2 += 16;
      r3 += 16;
      r4 += 16;
      r5 += 16;
      r6 += 16;
      r7 += 16;
    }
  }
}

// @ts-ignore: decorator
@inline
function addTurned(a: v128, b: v128, c: v128, d: v128, s0: usize, s1: usize, s2: usize, s3: usize): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const gh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(s0, f32x4.add(v128.load(s0), v128.shuffle<i64>(ab, cd, 0, 2)));
  v128.store(s1, f32x4.add(v128.load(s1), v128.shuffle<i64>(ab, cd, 1, 3)));
  v128.store(s2, f32x4.add(v128.load(s2), v128.shuffle<i64>(ef, gh, 0, 2)));
  v128.store(s3, f32x4.add(v128.load(s3), v128.shuffle<i64>(ef, gh, 1, 3)));
}

// As holdEight, for 4 rows as two pairs of 64-bit masks a place.
function holdFour(tree: usize, x: usize, masks: usize): void {
  v128.store(masks, i32x4.splat(-1));
  v128.store(masks, i32x4.splat(-1), 16);
  let at: usize = load<u32>(tree, NODES);
  const end = at + <usize>load<u32>(tree, NODE_COUNT) * TEST_BYTES;
  for (; at < end; at += TEST_BYTES) {
    const a = v128.load(x + load<u32>(at));
    const limit = v128.load32_splat(at, 4);
    const left = load<u32>(at, 8) != 0 ? v128.not(f32x4.gt(a, limit)) : f32x4.le(a, limit);
    const low = i64x2.extend_low_i32x4_s(left);
    const high = i64x2.extend_high_i32x4_s(left);
    const above = masks + (<usize>load<u32>(at, 20) << 5);
    const aboveLow = v128.load(above);
    const aboveHigh = v128.load(above, 16);
    const toLeft = masks + (<usize>load<u32>(at, 12) << 5);
    const toRight = masks + (<usize>load<u32>(at, 16) << 5);
    v128.store(toLeft, v128.and(aboveLow, low));
    v128.store(toLeft, v128.and(aboveHigh, high), 16);
    v128.store(toRight, v128.andnot(aboveLow, low));
    v128.store(toRight, v128.andnot(aboveHigh, high), 16);
  }
}

// An edge: places of its parent and of the edge above on its feature, place of the right child (0: a leaf), slot; all in
// bytes. Its factors at a point: share, steps to the factors of the states "leaves here" and "holds"; weight, step of weight.
function integrate(tree: usize, masks: usize, products: usize, totals: usize): void {
  const edges: usize = load<u32>(tree, BODY);
  const positions: usize = load<u32>(tree, BODY_COUNT);
  const points = load<i32>(tree, POINTS);
  let factors: usize = load<u32>(tree, FACTORS);
  for (let q = 0; q < points; q++) {
    const start = v128.load64_splat(factors);
    v128.store(products, start);
    v128.store(products, start, 16);
    let edge = edges;
    let factor = factors + 40;
    for (let i: usize = 32; i < positions << 5; i += 32) {
      const above = masks + load<u32>(edge, 4);
      const share = v128.load64_splat(factor);
      const leaves = v128.load64_splat(factor, 8);
      const holds = v128.load64_splat(factor, 16);
      const parent = products + load<u32>(edge);
      const here = products + i;
      const low = f64x2.add(leaves, v128.and(v128.load(masks + i), holds));
      const high = f64x2.add(leaves, v128.and(v128.load(masks + i, 16), holds));
      v128.store(here, f64x2.mul(v128.load(parent), f64x2.add(share, v128.and(v128.load(above), low))));
      v128.store(here, f64x2.mul(v128.load(parent, 16), f64x2.add(share, v128.and(v128.load(above, 16), high))), 16);
      edge += 16;
      factor += 40;
    }
    factors = factor;
    for (let i: usize = (positions - 1) << 5; i > 0; i -= 32) {
      edge -= 16;
      factor -= 40;
      const here = products + i;
      let low = v128.load(here);
      let high = v128.load(here, 16);
      const right = load<u32>(edge, 8);
      if (right != 0) {
        low = f64x2.add(v128.load(here, 32), v128.load(products + right));
        high = f64x2.add(v128.load(here, 48), v128.load(products + right, 16));
        v128.store(here, low);
        v128.store(here, high, 16);
      }
      const above = masks + load<u32>(edge, 4);
      const weight = v128.load64_splat(factor, 24);
      const step = v128.load64_splat(factor, 32);
      const total = totals + load<u32>(edge, 12);
      const wLow = v128.and(v128.load(above), f64x2.add(weight, v128.and(v128.load(masks + i), step)));
      const wHigh = v128.and(v128.load(above, 16), f64x2.add(weight, v128.and(v128.load(masks + i, 16), step)));
      v128.store(total, f64x2.add(v128.load(total), f64x2.mul(low, wLow)));
      v128.store(total, f64x2.add(v128.load(total, 16), f64x2.mul(high, wHigh)), 16);
    }
  }
}
