/**
 * Best split of a category feature, twin of scanCategory in ../../../trees/category-split.ts without bounds and draws. The
 * order of categories is total (ratio, then bin), so any way of sorting gives the same: here a merge without jumps.
 */
import { double } from './control';

const UNIT: f64 = 67108864.0;
const INVERSE: f64 = 1.0 / 67108864.0;

// Places in a thread's buffer: by category its gradient, hessian, bin; ratios and the order, twice
const GRADIENTS: usize = 0;
const HESSIANS: usize = 2048;
const BINS: usize = 4096;
const KEYS: usize = 5120;
const ORDER: usize = 7168;
const OTHER_KEYS: usize = 8192;
const OTHER_ORDER: usize = 10240;

let sortedOrder: usize = 0;
let leaf: usize = 0;

/** The doubles of the leaf at hand begin there. */
export function chooseCategoryLeaf(at: usize): void {
  leaf = at;
}

// @ts-ignore: decorator
@inline
function given(index: usize): f64 {
  return double(leaf + index);
}

// @ts-ignore: decorator
@inline
function gradientOf(buffer: usize, i: u32): f64 {
  return load<f64>(buffer + GRADIENTS + ((<usize>i) << 3));
}

// @ts-ignore: decorator
@inline
function hessianOf(buffer: usize, i: u32): f64 {
  return load<f64>(buffer + HESSIANS + ((<usize>i) << 3));
}

// @ts-ignore: decorator
@inline
function binOf(buffer: usize, i: u32): u32 {
  return load<u32>(buffer + BINS + ((<usize>i) << 2));
}

// @ts-ignore: decorator
@inline
function orderAt(i: i32): u32 {
  return load<u32>(sortedOrder + ((<usize>i) << 2));
}

// @ts-ignore: decorator
@inline
function sideScore(g: f64, h: f64, lambda: f64, alpha: f64): f64 {
  let a = g;
  if (alpha != 0) {
    const size = abs(g);
    a = size > alpha ? size - alpha : 0;
  }
  return (a * a) / (h + lambda);
}

/**
 * Scans the categories of bins 0 … missingBin. Doubles: see scan.ts; 6 smoothing, 7 rows a category needs to be sorted,
 * 8 extra λ of sorted splits, 9 most categories on a side, 10 least rows of a group, 11 hessian of a row.
 */
export function scanCategory(bins: usize, missingBin: i32, sorted: bool, out: usize, least: f64, buffer: usize): void {
  store<f64>(out, least);
  store<f64>(out, -1, 8);
  let count = 0;
  for (let b = 0; b <= missingBin; b++) {
    const p = load<f64>(bins + ((<usize>b) << 3));
    const g = floor(p * INVERSE);
    const at = <usize>count;
    store<f64>(buffer + GRADIENTS + (at << 3), g);
    store<f64>(buffer + HESSIANS + (at << 3), p - g * UNIT);
    store<u32>(buffer + BINS + (at << 2), b);
    count += <i32>(p != 0);
  }
  if (count < 2) return;
  if (sorted) scanSorted(count, missingBin - 1, out, buffer);
  else scanOneByOne(count, missingBin - 1, out, buffer);
}

function scanOneByOne(count: i32, otherBin: i32, out: usize, buffer: usize): void {
  const G = given(0);
  const H = given(1);
  const lambda = given(2);
  const alpha = given(3);
  const least = given(4);
  let score = load<f64>(out);
  let found = -1;
  for (let i = 0; i < count; i++) {
    const g = gradientOf(buffer, i);
    const h = hessianOf(buffer, i);
    if (h < least || H - h < least) continue;
    const value = sideScore(g, h, lambda, alpha) + sideScore(G - g, H - h, lambda, alpha);
    if (value > score) {
      score = value;
      found = i;
    }
  }
  if (found < 0) return;
  for (let i = 0; i < count; i++) store<u32>(buffer + ORDER + ((<usize>i) << 2), i);
  sortedOrder = buffer + ORDER;
  keep(found, found + 1, count, score, otherBin, out, buffer);
}

function scanSorted(count: i32, otherBin: i32, out: usize, buffer: usize): void {
  const G = given(0);
  const H = given(1);
  const lambda = given(2) + given(8);
  const alpha = given(3);
  const least = given(4);
  const smooth = given(6);
  const enough = given(7) * given(11);
  let used = 0;
  for (let i = 0; i < count; i++) {
    const h = hessianOf(buffer, i);
    store<f64>(buffer + KEYS + ((<usize>used) << 3), gradientOf(buffer, i) / (h + smooth));
    store<u32>(buffer + ORDER + ((<usize>used) << 2), i);
    used += <i32>(h >= enough && h > 0);
  }
  if (used < 1) return;
  sort(used, buffer);
  const most = <i32>min<f64>(given(9), <f64>((used + 1) >> 1));
  const minGroup = given(10) * given(11);
  let score = load<f64>(out);
  let from = 0;
  let to = 0;
  for (let direction = 0; direction < 2; direction++) {
    let g: f64 = 0;
    let h: f64 = 0;
    let group: f64 = 0;
    for (let taken = 0; taken < most; taken++) {
      const i = direction == 0 ? taken : used - 1 - taken;
      const own = orderAt(i);
      g += gradientOf(buffer, own);
      h += hessianOf(buffer, own);
      group += hessianOf(buffer, own);
      if (h < least) continue;
      const rest = H - h;
      if (rest < least || rest < minGroup || !(rest > 0)) break;
      if (group < minGroup) continue;
      group = 0;
      const value = sideScore(g, h, lambda, alpha) + sideScore(G - g, rest, lambda, alpha);
      if (value > score) {
        score = value;
        from = direction == 0 ? 0 : i;
        to = direction == 0 ? taken + 1 : used;
      }
    }
  }
  if (to == 0) return;
  keepRare(count, enough, used, buffer);
  keep(from, to, count, score, otherBin, out, buffer);
}

/** Puts the categories that were too rare to be sorted behind the others. */
function keepRare(count: i32, enough: f64, used: i32, buffer: usize): void {
  let at = used;
  for (let i = 0; i < count; i++) {
    const h = hessianOf(buffer, i);
    if (h >= enough && h > 0) continue;
    store<u32>(sortedOrder + ((<usize>at) << 2), i);
    at++;
  }
}

/** Stable order of the first `count` keys, from runs of one to a run of all. */
function sort(count: i32, buffer: usize): void {
  let keys = buffer + KEYS;
  let order = buffer + ORDER;
  let toKeys = buffer + OTHER_KEYS;
  let toOrder = buffer + OTHER_ORDER;
  for (let width = 1; width < count; width <<= 1) {
    for (let start = 0; start < count; start += 2 * width) {
      let a = start;
      const middle = min(start + width, count);
      let b = middle;
      const end = min(middle + width, count);
      let at = start;
      while (a < middle && b < end) {
        const left = load<f64>(keys + ((<usize>a) << 3));
        const right = load<f64>(keys + ((<usize>b) << 3));
        const first = left <= right;
        store<f64>(toKeys + ((<usize>at) << 3), select<f64>(left, right, first));
        store<u32>(toOrder + ((<usize>at) << 2), load<u32>(order + ((<usize>select<i32>(a, b, first)) << 2)));
        a += <i32>first;
        b += <i32>!first;
        at++;
      }
      const rest = a < middle ? a : b;
      const left = <usize>(end - at);
      memory.copy(toKeys + ((<usize>at) << 3), keys + ((<usize>rest) << 3), left << 3);
      memory.copy(toOrder + ((<usize>at) << 2), order + ((<usize>rest) << 2), left << 2);
    }
    const k = keys;
    keys = toKeys;
    toKeys = k;
    const o = order;
    order = toOrder;
    toOrder = o;
  }
  sortedOrder = order;
}

/** The set order[from…to) as the left side, or its complement when the bin of unknown codes is in it. */
function keep(from: i32, to: i32, count: i32, score: f64, otherBin: i32, out: usize, buffer: usize): void {
  let g: f64 = 0;
  let h: f64 = 0;
  let hasOther = false;
  for (let i = from; i < to; i++) {
    const own = orderAt(i);
    g += gradientOf(buffer, own);
    h += hessianOf(buffer, own);
    if (binOf(buffer, own) == <u32>otherBin) hasOther = true;
  }
  const members = out + 32;
  memory.fill(members, 0, 32);
  let missingLeft: f64 = 0;
  for (let i = 0; i < count; i++) {
    const inside = i >= from && i < to;
    if (inside == hasOther) continue;
    const bin = binOf(buffer, orderAt(i));
    if (bin == <u32>otherBin + 1) {
      missingLeft = 1;
      continue;
    }
    const word = members + ((<usize>(bin >> 5)) << 2);
    store<u32>(word, load<u32>(word) | (<u32>1 << (bin & 31)));
  }
  store<f64>(out, score);
  store<f64>(out, 0, 8);
  store<f64>(out, missingLeft, 16);
  store<f64>(out, hasOther ? (given(0) - g) * UNIT + (given(1) - h) : g * UNIT + h, 24);
}
