/**
 * Best cut of each numeric feature of a leaf, two bins at a time, twin of ../../scan-features.ts: the highest score, and of
 * equals the lowest cut, missing rows to the right first.
 */
import { claim, double, int, pointer, units } from './control';

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

/**
 * Scans features. Integers: 0 histogram, 1 list with the first bin and the missing bin of each, 2 their number, 3 results:
 * score, bin, 1 for missing rows to the left, and the packed left sum. Doubles: 0 gradient, 1 hessian, 2 λ, 3 α, 4 least
 * hessian of a side, 5 the floor ≥ 0 that scores must pass. A unit is four features.
 */
export function scanShare(): void {
  const hist = pointer(0);
  const list = pointer(1);
  const count = int(2);
  const out = pointer(3);
  gradient = f64x2.splat(double(0));
  hessian = f64x2.splat(double(1));
  lambda = f64x2.splat(double(2));
  alpha = f64x2.splat(double(3));
  least = f64x2.splat(double(4));
  const floor = double(5);
  const all = units();
  for (let unit = claim(); unit < all; unit = claim()) {
    const to = min(count, 4 * unit + 4);
    for (let j = 4 * unit; j < to; j++) {
      const bins = hist + ((<usize>load<i32>(list + ((<usize>j) << 3))) << 3);
      scanOne(bins, load<i32>(list + ((<usize>j) << 3), 4), out + ((<usize>j) << 5), floor);
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
