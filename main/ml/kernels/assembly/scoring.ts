// Scoring of a block of rows by a program of trees; the layout is written by main/ml/trees/score-program.ts.
//
// Bitvector trees: QuickScorer (Lucchese et al., SIGIR 2015) in its vectorised form (SIGIR 2016), turned round so that the
// bitvectors of 16 rows stay in registers while one tree's tests stream by. A failed test clears the leaves of the left
// subtree; the lowest leaf left is the answer. Leaves come in planes of 32. Other trees: a walk without jumps, 8 rows abreast.
//
// Tile: float32 columns of `stride` bytes each: used features, the same with NaN as −∞ (walks only), answers to category
// tests (1 right, 0 left).

import { answerCategories } from './parts/category-tests';

const KIND: usize = 0; // 0 bitvectors, 1 walk of fixed length, 2 walk to the leaf
const CODE: usize = 4; // first plane, or root node
const COUNT: usize = 8; // planes, or steps
const LEAVES: usize = 12; // float32 values in leaf order
const OUTPUT: usize = 16;
const CATEGORIES: usize = 20; // first category test
const CATEGORY_COUNT: usize = 24;
const TREE_BYTES: usize = 32;

/** Adds all trees to margins[output][row] (float64, `room` rows an output). `rows` is a multiple of 16. */
export function scoreBlock(trees: usize, treeCount: i32, tile: usize, rows: i32, margins: usize, room: i32): void {
  for (let t = 0; t < treeCount; t++) {
    const tree = trees + <usize>t * TREE_BYTES;
    const out = margins + <usize>(load<i32>(tree, OUTPUT) * room) * 8;
    const categoryCount = load<i32>(tree, CATEGORY_COUNT);
    if (categoryCount > 0) answerCategories(load<u32>(tree, CATEGORIES), categoryCount, tile, rows);
    const kind = load<i32>(tree, KIND);
    if (kind == 0) {
      const planes = load<i32>(tree, COUNT);
      for (let row = 0; row < rows; row += 16) {
        if (planes == 1) onePlane(tree, tile + (<usize>row << 2), out + (<usize>row << 3));
        else manyPlanes(tree, planes, tile + (<usize>row << 2), out + (<usize>row << 3));
      }
    } else if (kind == 1) {
      for (let row = 0; row < rows; row += 8) walkEight(tree, tile + (<usize>row << 2), out + (<usize>row << 3));
    } else {
      for (let row = 0; row < rows; row++) walkOne(tree, tile + (<usize>row << 2), out + (<usize>row << 3));
    }
  }
}

/** Copies `count` columns of `bytes` bytes from `from` to `to`, NaN becoming −∞. */
export function copyLow(from: usize, to: usize, bytes: usize): void {
  const low = f32x4.splat(-Infinity);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(from + at);
    v128.store(to + at, v128.bitselect(x, low, f32x4.eq(x, x)));
  }
}

// @ts-ignore: decorator
@inline
function addLeaf(leaves: usize, cleared: u32, out: usize): void {
  store<f64>(out, load<f64>(out) + <f64>load<f32>(leaves + (<usize>ctz(~cleared) << 2)));
}

function onePlane(tree: usize, x: usize, out: usize): void {
  let c0 = i32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let at: usize = load<u32>(tree, CODE);
  const leaves: usize = load<u32>(tree, LEAVES);
  let end = at + 8 + <usize>load<u32>(at) * 12;
  const last = end + <usize>load<u32>(at, 4) * 12;
  for (at += 8; at < end; at += 12) {
    const col = x + load<u32>(at);
    const limit = v128.load32_splat(at, 4);
    const mask = v128.load32_splat(at, 8);
    c0 = v128.or(c0, v128.and(mask, f32x4.lt(limit, v128.load(col))));
    c1 = v128.or(c1, v128.and(mask, f32x4.lt(limit, v128.load(col, 16))));
    c2 = v128.or(c2, v128.and(mask, f32x4.lt(limit, v128.load(col, 32))));
    c3 = v128.or(c3, v128.and(mask, f32x4.lt(limit, v128.load(col, 48))));
  }
  for (; at < last; at += 12) {
    const col = x + load<u32>(at);
    const limit = v128.load32_splat(at, 4);
    const mask = v128.load32_splat(at, 8);
    c0 = v128.or(c0, v128.andnot(mask, f32x4.ge(limit, v128.load(col))));
    c1 = v128.or(c1, v128.andnot(mask, f32x4.ge(limit, v128.load(col, 16))));
    c2 = v128.or(c2, v128.andnot(mask, f32x4.ge(limit, v128.load(col, 32))));
    c3 = v128.or(c3, v128.andnot(mask, f32x4.ge(limit, v128.load(col, 48))));
  }
  addLeaf(leaves, i32x4.extract_lane(c0, 0), out);
  addLeaf(leaves, i32x4.extract_lane(c0, 1), out + 8);
  addLeaf(leaves, i32x4.extract_lane(c0, 2), out + 16);
  addLeaf(leaves, i32x4.extract_lane(c0, 3), out + 24);
  addLeaf(leaves, i32x4.extract_lane(c1, 0), out + 32);
  addLeaf(leaves, i32x4.extract_lane(c1, 1), out + 40);
  addLeaf(leaves, i32x4.extract_lane(c1, 2), out + 48);
  addLeaf(leaves, i32x4.extract_lane(c1, 3), out + 56);
  addLeaf(leaves, i32x4.extract_lane(c2, 0), out + 64);
  addLeaf(leaves, i32x4.extract_lane(c2, 1), out + 72);
  addLeaf(leaves, i32x4.extract_lane(c2, 2), out + 80);
  addLeaf(leaves, i32x4.extract_lane(c2, 3), out + 88);
  addLeaf(leaves, i32x4.extract_lane(c3, 0), out + 96);
  addLeaf(leaves, i32x4.extract_lane(c3, 1), out + 104);
  addLeaf(leaves, i32x4.extract_lane(c3, 2), out + 112);
  addLeaf(leaves, i32x4.extract_lane(c3, 3), out + 120);
}

// The lowest leaf left over all planes: planes are gone through from the last to the first, each one that has a leaf left
// overriding the later ones.
function manyPlanes(tree: usize, planes: i32, x: usize, out: usize): void {
  const none = i32x4.splat(-1);
  let at: usize = load<u32>(tree, CODE);
  const leaves: usize = load<u32>(tree, LEAVES);
  let k0 = none;
  let k1 = none;
  let k2 = none;
  let k3 = none;
  let p0 = i32x4.splat(0);
  let p1 = p0;
  let p2 = p0;
  let p3 = p0;
  for (let plane = planes - 1; plane >= 0; plane--) {
    let c0 = i32x4.splat(load<i32>(at, 8));
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    const end = at + 12 + <usize>load<u32>(at) * 12;
    const last = end + <usize>load<u32>(at, 4) * 12;
    for (at += 12; at < end; at += 12) {
      const col = x + load<u32>(at);
      const limit = v128.load32_splat(at, 4);
      const mask = v128.load32_splat(at, 8);
      c0 = v128.or(c0, v128.and(mask, f32x4.lt(limit, v128.load(col))));
      c1 = v128.or(c1, v128.and(mask, f32x4.lt(limit, v128.load(col, 16))));
      c2 = v128.or(c2, v128.and(mask, f32x4.lt(limit, v128.load(col, 32))));
      c3 = v128.or(c3, v128.and(mask, f32x4.lt(limit, v128.load(col, 48))));
    }
    for (; at < last; at += 12) {
      const col = x + load<u32>(at);
      const limit = v128.load32_splat(at, 4);
      const mask = v128.load32_splat(at, 8);
      c0 = v128.or(c0, v128.andnot(mask, f32x4.ge(limit, v128.load(col))));
      c1 = v128.or(c1, v128.andnot(mask, f32x4.ge(limit, v128.load(col, 16))));
      c2 = v128.or(c2, v128.andnot(mask, f32x4.ge(limit, v128.load(col, 32))));
      c3 = v128.or(c3, v128.andnot(mask, f32x4.ge(limit, v128.load(col, 48))));
    }
    const here = i32x4.splat(plane << 7);
    const e0 = i32x4.eq(c0, none);
    const e1 = i32x4.eq(c1, none);
    const e2 = i32x4.eq(c2, none);
    const e3 = i32x4.eq(c3, none);
    k0 = v128.bitselect(k0, c0, e0);
    k1 = v128.bitselect(k1, c1, e1);
    k2 = v128.bitselect(k2, c2, e2);
    k3 = v128.bitselect(k3, c3, e3);
    p0 = v128.bitselect(p0, here, e0);
    p1 = v128.bitselect(p1, here, e1);
    p2 = v128.bitselect(p2, here, e2);
    p3 = v128.bitselect(p3, here, e3);
  }
  addFour(leaves, k0, p0, out);
  addFour(leaves, k1, p1, out + 32);
  addFour(leaves, k2, p2, out + 64);
  addFour(leaves, k3, p3, out + 96);
}

function addFour(leaves: usize, k: v128, p: v128, out: usize): void {
  addLeaf(leaves + <usize>i32x4.extract_lane(p, 0), i32x4.extract_lane(k, 0), out);
  addLeaf(leaves + <usize>i32x4.extract_lane(p, 1), i32x4.extract_lane(k, 1), out + 8);
  addLeaf(leaves + <usize>i32x4.extract_lane(p, 2), i32x4.extract_lane(k, 2), out + 16);
  addLeaf(leaves + <usize>i32x4.extract_lane(p, 3), i32x4.extract_lane(k, 3), out + 24);
}

// A node: column (byte offset in the tile), threshold, right child, left child; a leaf leads to itself, its threshold slot
// holds its value.
// @ts-ignore: decorator
@inline
function next(node: usize, x: usize): usize {
  const right = x + load<u32>(node);
  return load<u32>(node + (<usize>(load<f32>(right) <= load<f32>(node, 4)) << 2), 8);
}

// @ts-ignore: decorator
@inline
function addValue(node: usize, out: usize): void {
  store<f64>(out, load<f64>(out) + <f64>load<f32>(node, 4));
}

function walkEight(tree: usize, x: usize, out: usize): void {
  const root: usize = load<u32>(tree, CODE);
  const steps = load<i32>(tree, COUNT);
  let n0 = root;
  let n1 = root;
  let n2 = root;
  let n3 = root;
  let n4 = root;
  let n5 = root;
  let n6 = root;
  let n7 = root;
  for (let step = 0; step < steps; step++) {
    n0 = next(n0, x);
    n1 = next(n1, x + 4);
    n2 = next(n2, x + 8);
    n3 = next(n3, x + 12);
    n4 = next(n4, x + 16);
    n5 = next(n5, x + 20);
    n6 = next(n6, x + 24);
    n7 = next(n7, x + 28);
  }
  addValue(n0, out);
  addValue(n1, out + 8);
  addValue(n2, out + 16);
  addValue(n3, out + 24);
  addValue(n4, out + 32);
  addValue(n5, out + 40);
  addValue(n6, out + 48);
  addValue(n7, out + 56);
}

function walkOne(tree: usize, x: usize, out: usize): void {
  let node: usize = load<u32>(tree, CODE);
  while (load<u32>(node, 8) != <u32>node) node = next(node, x);
  addValue(node, out);
}
