/**
 * Best cut of each numeric feature of a leaf, two bins at a time, twin of ../../scan-features.ts: the highest score, and of
 * equals the lowest cut, missing rows to the right first.
 */
import { chooseCategoryLeaf, scanCategory } from './category-scan';
import { claim, double, int, pointer, units } from './control';
import { addTo, subtract } from './histogram';

const UNIT: f64 = 67108864.0;
const INVERSE: f64 = 1.0 / 67108864.0;

let gradient: v128 = f64x2.splat(0);
let hessian: v128 = f64x2.splat(0);
let lambda: v128 = f64x2.splat(0);
let alpha: v128 = f64x2.splat(0);
let least: v128 = f64x2.splat(0);

/** Scores of the cuts with these packed sums to the left, 0 where a side is too light (`heavy` tells). */
// @ts-ignore: decorator
@inline
function scores(g: v128, h: v128, other: v128, heavy: v128, G: v128, L: v128, A: v128, penalised: bool): v128 {
  let a = g;
  let c = f64x2.sub(G, g);
  if (penalised) {
    a = f64x2.pmax(f64x2.splat(0.0), f64x2.sub(f64x2.abs(a), A));
    c = f64x2.pmax(f64x2.splat(0.0), f64x2.sub(f64x2.abs(c), A));
  }
  const left = f64x2.add(h, L);
  const right = f64x2.add(other, L);
  const value = f64x2.add(f64x2.mul(f64x2.mul(a, a), right), f64x2.mul(f64x2.mul(c, c), left));
  return v128.and(f64x2.div(value, f64x2.mul(left, right)), heavy);
}

/** Takes the sums and penalties of a leaf from twelve doubles. */
function chooseLeaf(at: usize): void {
  gradient = f64x2.splat(double(at));
  hessian = f64x2.splat(double(at + 1));
  lambda = f64x2.splat(double(at + 2));
  alpha = f64x2.splat(double(at + 3));
  least = f64x2.splat(double(at + 4));
  chooseCategoryLeaf(at);
}

function scanEntry(hist: usize, entry: usize, out: usize, floor: f64, buffer: usize): void {
  const bins = hist + ((<usize>load<i32>(entry)) << 3);
  const kind = load<i32>(entry, 8);
  if (kind == 0) scanOne(bins, load<i32>(entry, 4), out, floor);
  else if (kind < 3) scanCategory(bins, load<i32>(entry, 4), kind == 2, out, floor, buffer);
}

/**
 * Scans features. Integers: 0 histogram, 1 list with the first bin, the missing bin and the kind of each (0 numbers, 1
 * categories one by one, 2 in order, 3 not scanned), 2 their number, 3 results: score, bin (−1: none), 1 for missing rows to
 * the left, the packed left sum, 256 bits of the left categories; 4 buffers (16 KiB a thread). Doubles: 0 gradient,
 * 1 hessian, 2 λ, 3 α, 4 least hessian of a side, 5 the floor ≥ 0 that scores must pass, then those of category-scan.ts. A
 * unit is two features.
 */
export function scanShare(share: i32): void {
  const hist = pointer(0);
  const list = pointer(1);
  const count = int(2);
  const out = pointer(3);
  const buffer = pointer(4) + ((<usize>share) << 14);
  chooseLeaf(0);
  const floor = double(5);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, 2 * unit + 2);
    for (let j = 2 * unit; j < to; j++) {
      scanEntry(hist, list + <usize>j * 12, out + ((<usize>j) << 6), floor, buffer);
    }
  }
}

/**
 * After the histogram of a smaller child was built and not added up: adds it up, takes it off the parent's, which leaves the
 * sibling's, and scans the children, feature by feature while its bins are near. Integers: as scanShare for the smaller
 * child (results 0: not scanned), 5 parent, 6 results of the sibling, 7 threads that built, 8 others' histograms, 9 flags of
 * who added, 10 bins of a histogram. Doubles: twelve as above for each child.
 */
export function siblingsShare(share: i32): void {
  const small = pointer(0);
  const list = pointer(1);
  const count = int(2);
  const smallOut = pointer(3);
  const buffer = pointer(4) + ((<usize>share) << 14);
  const parent = pointer(5);
  const largeOut = pointer(6);
  const threads = int(7);
  const size = (<usize>int(10)) << 3;
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, 2 * unit + 2);
    for (let j = 2 * unit; j < to; j++) {
      const entry = list + <usize>j * 12;
      const at = (<usize>load<i32>(entry)) << 3;
      const bins = load<usize>(entry, 4) + 1;
      for (let other = 1; other < threads; other++) {
        if (load<i32>(pointer(9) + ((<usize>other) << 2)) == 0) continue;
        addTo(small + at, pointer(8) + <usize>(other - 1) * size + at, bins);
      }
      subtract(parent + at, small + at, bins);
    }
    if (smallOut != 0) {
      chooseLeaf(0);
      for (let j = 2 * unit; j < to; j++) {
        scanEntry(small, list + <usize>j * 12, smallOut + ((<usize>j) << 6), double(5), buffer);
      }
    }
    chooseLeaf(12);
    for (let j = 2 * unit; j < to; j++) {
      scanEntry(parent, list + <usize>j * 12, largeOut + ((<usize>j) << 6), double(17), buffer);
    }
  }
}

function scanOne(bins: usize, missingBin: i32, out: usize, floor: f64): void {
  const G = gradient;
  const H = hessian;
  const L = lambda;
  const A = alpha;
  const M = least;
  const missing = load<f64>(bins + ((<usize>missingBin) << 3));
  const to = missing == 0 ? missingBin - 1 : missingBin;
  const gone = f64x2.splat(missing);
  const penalised = f64x2.extract_lane(A, 0) != 0;
  const inverse = f64x2.splat(INVERSE);
  const unit = f64x2.splat(UNIT);
  let sum: f64 = 0;
  let right = f64x2.splat(floor);
  let left = right;
  let rightAt = i64x2.splat(-1);
  let leftAt = rightAt;
  for (let b = 0; b < to; b += 2) {
    const first = sum + load<f64>(bins + ((<usize>b) << 3));
    sum = first + load<f64>(bins + ((<usize>b) << 3), 8);
    // Behind the last cut the same is looked at twice, which changes nothing
    const sums = f64x2.replace_lane(f64x2.splat(first), 1, b + 1 < to ? sum : first);
    let g = f64x2.floor(f64x2.mul(sums, inverse));
    let h = f64x2.sub(sums, f64x2.mul(g, unit));
    let other = f64x2.sub(H, h);
    const enough = f64x2.ge(other, M);
    // Hessians only grow to the left, with missing rows the more so
    if (!v128.any_true(enough)) break;
    const index = i64x2(b, b + 1);
    let heavy = v128.and(f64x2.ge(h, M), enough);
    if (v128.any_true(heavy)) {
      const score = scores(g, h, other, heavy, G, L, A, penalised);
      rightAt = v128.bitselect(index, rightAt, f64x2.gt(score, right));
      right = f64x2.pmax(right, score);
    }
    if (missing == 0) continue;
    const shifted = f64x2.add(sums, gone);
    g = f64x2.floor(f64x2.mul(shifted, inverse));
    h = f64x2.sub(shifted, f64x2.mul(g, unit));
    other = f64x2.sub(H, h);
    heavy = v128.and(v128.and(f64x2.ge(h, M), f64x2.ge(other, M)), f64x2.ne(sums, f64x2.splat(0.0)));
    if (!v128.any_true(heavy)) continue;
    const score = scores(g, h, other, heavy, G, L, A, penalised);
    leftAt = v128.bitselect(index, leftAt, f64x2.gt(score, left));
    left = f64x2.pmax(left, score);
  }
  let score = floor;
  let bin: i64 = -1;
  let side: f64 = 0;
  for (let k = 0; k < 4; k++) {
    const value =
      k == 0
        ? f64x2.extract_lane(right, 0)
        : k == 1
          ? f64x2.extract_lane(right, 1)
          : k == 2
            ? f64x2.extract_lane(left, 0)
            : f64x2.extract_lane(left, 1);
    const at =
      k == 0
        ? i64x2.extract_lane(rightAt, 0)
        : k == 1
          ? i64x2.extract_lane(rightAt, 1)
          : k == 2
            ? i64x2.extract_lane(leftAt, 0)
            : i64x2.extract_lane(leftAt, 1);
    if (at < 0 || !(value > score || (value == score && bin >= 0 && at < bin))) continue;
    score = value;
    bin = at;
    side = k < 2 ? 0 : 1;
  }
  let leftSum: f64 = 0;
  for (let b: i64 = 0; b <= bin; b++) leftSum += load<f64>(bins + ((<usize>b) << 3));
  if (side == 1) leftSum += missing;
  store<f64>(out, score);
  store<f64>(out, <f64>bin, 8);
  store<f64>(out, side, 16);
  store<f64>(out, leftSum, 24);
}
