/**
 * One boosting step on one term: a shallow regression tree on the term's histogram, as a value for every cell. On one
 * feature: best-first splits of the ordered cells (categories ordered by gradient ÷ hessian), missing a leaf of its own.
 * On two: the best cut of one feature with the best cut of the other on either side, missing ordered last.
 * Leaf values are Newton steps −G ÷ (H + λ).
 */

/** Sums of one histogram by cell; `count` are rows. */
export type Sums = { readonly g: Float64Array; readonly h: Float64Array; readonly count: Float64Array };

export type StepRules = { readonly leaves: number; readonly minRowsInLeaf: number; readonly lambda: number };

/** Least hessian of a leaf. */
const minHessian = 1e-4;
/** Longest step of a leaf, in units of the margin. */
const longestStep = 5;

const score = (g: number, h: number, lambda: number): number => (h > 0 ? (g * g) / (h + lambda) : 0);

function leafValue(g: number, h: number, rules: StepRules): number {
  if (!(h > minHessian)) return 0;
  const value = -g / (h + rules.lambda);
  return Math.max(-longestStep, Math.min(longestStep, value));
}

/** Scratch of `stepOne`: the order of the value cells, kept between steps because it hardly changes. */
export type OneTermState = { readonly order: Int32Array; readonly isCategory: boolean };

/** Writes the step of a one-feature term to `out`. */
export function stepOne(sums: Sums, state: OneTermState, rules: StepRules, out: Float64Array): void {
  const { g, h, count } = sums;
  const valueCells = state.order.length;
  const missing = valueCells;
  if (state.isCategory) sortByRatio(state.order, g, h);
  const { order } = state;
  const segments: Segment[] = [bestCut(sums, order, 0, valueCells, rules)];
  while (segments.length < rules.leaves) {
    let best = -1;
    for (let s = 0; s < segments.length; s++) {
      if (segments[s].cut >= 0 && (best < 0 || segments[s].gain > segments[best].gain)) best = s;
    }
    if (best < 0) break;
    const { from, to, cut } = segments[best];
    segments.splice(best, 1, bestCut(sums, order, from, cut, rules), bestCut(sums, order, cut, to, rules));
  }
  for (const segment of segments) {
    const value = leafValue(segment.g, segment.h, rules);
    for (let i = segment.from; i < segment.to; i++) out[order[i]] = value;
  }
  out[missing] = count[missing] >= rules.minRowsInLeaf ? leafValue(g[missing], h[missing], rules) : 0;
}

type Segment = {
  readonly from: number;
  readonly to: number;
  readonly g: number;
  readonly h: number;
  /** Start of the right part; −1 without an admissible cut. */
  readonly cut: number;
  readonly gain: number;
};

function bestCut(sums: Sums, order: Int32Array, from: number, to: number, rules: StepRules): Segment {
  const { g, h, count } = sums;
  let totalG = 0;
  let totalH = 0;
  let rows = 0;
  for (let i = from; i < to; i++) {
    totalG += g[order[i]];
    totalH += h[order[i]];
    rows += count[order[i]];
  }
  const base = score(totalG, totalH, rules.lambda);
  let leftG = 0;
  let leftH = 0;
  let leftRows = 0;
  let cut = -1;
  let gain = 1e-12;
  for (let i = from; i < to - 1; i++) {
    const cell = order[i];
    if (count[cell] === 0) continue;
    leftG += g[cell];
    leftH += h[cell];
    leftRows += count[cell];
    if (leftRows < rules.minRowsInLeaf || leftH < minHessian) continue;
    if (rows - leftRows < rules.minRowsInLeaf || totalH - leftH < minHessian) break;
    const gained = score(leftG, leftH, rules.lambda) + score(totalG - leftG, totalH - leftH, rules.lambda) - base;
    if (gained > gain) {
      gain = gained;
      cut = i + 1;
    }
  }
  return { from, to, g: totalG, h: totalH, cut, gain };
}

/** Insertion sort by −g ÷ (h + 1): the order hardly moves from one step to the next. Ties keep their order. */
function sortByRatio(order: Int32Array, g: Float64Array, h: Float64Array): void {
  for (let i = 1; i < order.length; i++) {
    const cell = order[i];
    const key = -g[cell] / (h[cell] + 1);
    let at = i - 1;
    while (at >= 0 && -g[order[at]] / (h[order[at]] + 1) > key) {
      order[at + 1] = order[at];
      at--;
    }
    order[at + 1] = cell;
  }
}

/** Writes the step of a pair of `rows` × `columns` cells to `out`. */
export function stepPair(sums: Sums, rows: number, columns: number, rules: StepRules, out: Float64Array): void {
  const byRow = bestCross(sums, rows, columns, columns, 1, rules);
  const byColumn = bestCross(sums, columns, rows, 1, columns, rules);
  const cross = byColumn.gain > byRow.gain ? byColumn : byRow;
  const [outer, inner] = cross === byRow ? [columns, 1] : [1, columns];
  const [n, m] = cross === byRow ? [rows, columns] : [columns, rows];
  for (const [from, to, cut] of [
    [0, cross.cut, cross.low],
    [cross.cut, n, cross.high],
  ]) {
    for (const [start, end] of [
      [0, cut],
      [cut, m],
    ]) {
      let g = 0;
      let h = 0;
      for (let i = from; i < to; i++) {
        for (let j = start; j < end; j++) {
          g += sums.g[i * outer + j * inner];
          h += sums.h[i * outer + j * inner];
        }
      }
      const value = leafValue(g, h, rules);
      for (let i = from; i < to; i++) for (let j = start; j < end; j++) out[i * outer + j * inner] = value;
    }
  }
}

/** A cut of the first axis, and a cut of the second on each side of it; 0 leaves a side whole. */
type Cross = { cut: number; low: number; high: number; gain: number };

function bestCross({ g, h, count }: Sums, n: number, m: number, outer: number, inner: number, rules: StepRules): Cross {
  const total = new Float64Array(3 * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const cell = i * outer + j * inner;
      total[j] += g[cell];
      total[m + j] += h[cell];
      total[2 * m + j] += count[cell];
    }
  }
  const low = new Float64Array(3 * m);
  const high = new Float64Array(3 * m);
  const found: Cross = { cut: 0, low: 0, high: 0, gain: 0 };
  for (let i = 0; i + 1 < n; i++) {
    for (let j = 0; j < m; j++) {
      const cell = i * outer + j * inner;
      low[j] += g[cell];
      low[m + j] += h[cell];
      low[2 * m + j] += count[cell];
    }
    for (let j = 0; j < 3 * m; j++) high[j] = total[j] - low[j];
    const lowSide = bestSide(low, m, rules);
    const highSide = bestSide(high, m, rules);
    if (lowSide === null || highSide === null) continue;
    const gain = lowSide.score + highSide.score;
    if (gain > found.gain) Object.assign(found, { cut: i + 1, low: lowSide.cut, high: highSide.cut, gain });
  }
  return found;
}

/** The best cut of one side; null when the side itself has too few rows. */
function bestSide(sums: Float64Array, m: number, rules: StepRules): { cut: number; score: number } | null {
  let g = 0;
  let h = 0;
  let rows = 0;
  for (let j = 0; j < m; j++) {
    g += sums[j];
    h += sums[m + j];
    rows += sums[2 * m + j];
  }
  if (rows < rules.minRowsInLeaf || h < minHessian) return null;
  let best = score(g, h, rules.lambda);
  let cut = 0;
  let leftG = 0;
  let leftH = 0;
  let leftRows = 0;
  for (let j = 0; j + 1 < m; j++) {
    leftG += sums[j];
    leftH += sums[m + j];
    leftRows += sums[2 * m + j];
    if (leftRows < rules.minRowsInLeaf || leftH < minHessian) continue;
    if (rows - leftRows < rules.minRowsInLeaf || h - leftH < minHessian) break;
    const gained = score(leftG, leftH, rules.lambda) + score(g - leftG, h - leftH, rules.lambda);
    if (gained > best) {
      best = gained;
      cut = j + 1;
    }
  }
  return { cut, score: best };
}
