/**
 * Gradient histograms: hist[offset(f) + bin(row, f)] += packed(row) over the rows of a leaf.
 *
 * Gradient and hessian travel as ONE float64, g · 2²⁶ + h with integers |Σg| < 2²⁶ and 0 ≤ Σh < 2²⁶: half the memory traffic,
 * and every sum is exact, hence independent of order; a sibling is the parent minus the other child without error.
 *
 * Rows are taken in blocks: their table positions and packed values are first gathered into two small arrays (which
 * touches every cache line of the block at once, the nearest thing to a prefetch here), then features follow eight at a
 * time with offsets in locals. Each step is a small function over at most 256 rows, so that the engine compiles it early and
 * never has to replace a running loop.
 */

/** Rows gathered at a time. */
const blockRows = 256;

/** 2²⁶: the place value of the gradient in a packed number. */
export const gradientUnit = 67_108_864;

const fullSlots = 0.4;

/** The features of one tree and where each one's bins start in its histograms. */
export type HistogramPlan = {
  readonly count: number;
  readonly features: Int32Array;
  readonly offsets: Int32Array;
  /** Histogram length. */
  readonly size: number;
};

/** A plan for the given features (ascending), with `binCounts[f]` bins each and at most `largest` bins in all. */
export function planHistogram(
  features: readonly number[],
  binCounts: readonly number[],
  largest = Number.POSITIVE_INFINITY,
): HistogramPlan {
  const offsets = new Int32Array(features.length);
  const bins = features.reduce((sum, feature) => sum + binCounts[feature], 0);
  // Slots of one size are a little faster to fill; they pay where they are mostly full.
  const slots = bins >= fullSlots * 256 * features.length && 256 * features.length <= largest;
  let size = 0;
  features.forEach((feature, j) => {
    offsets[j] = size;
    size += slots ? 256 : binCounts[feature];
  });
  return { count: features.length, features: Int32Array.from(features), offsets, size };
}

/** What a histogram is filled from: rows[start…end) of a table by row, and their packed gradients. */
export type HistogramSource = {
  readonly plan: HistogramPlan;
  readonly bins: Uint8Array;
  readonly stride: number;
  readonly packed: Float64Array;
  readonly rows: Int32Array;
  readonly start: number;
  readonly end: number;
};

export type HistogramScratch = {
  readonly base: Int32Array;
  readonly packed: Float64Array;
  /** Holds a value that depends on every touched line, so that the touching is not optimised away. */
  readonly touched: Int32Array;
};

export const createHistogramScratch = (): HistogramScratch => ({
  base: new Int32Array(blockRows),
  packed: new Float64Array(blockRows),
  touched: new Int32Array(1),
});

/** Clears `hist` and fills it from rows[start…end). */
export function buildHistogram(
  plan: HistogramPlan,
  bins: Uint8Array,
  stride: number,
  packed: Float64Array,
  rows: Int32Array,
  start: number,
  end: number,
  hist: Float64Array,
  scratch: HistogramScratch,
): void {
  hist.fill(0, 0, plan.size);
  for (let from = start; from < end; from += blockRows) {
    const count = Math.min(blockRows, end - from);
    scratch.touched[0] = gather(rows, from, count, stride, packed, bins, scratch.base, scratch.packed);
    let j = 0;
    for (; j + 8 <= plan.count; j += 8) addEight(plan, j, bins, scratch.base, scratch.packed, count, hist);
    for (; j + 4 <= plan.count; j += 4) addFour(plan, j, bins, scratch.base, scratch.packed, count, hist);
    for (; j < plan.count; j++) addOne(plan, j, bins, scratch.base, scratch.packed, count, hist);
  }
}

/** parent −= child, leaving the sibling in place. */
export function subtractHistogram(parent: Float64Array, child: Float64Array, size: number): void {
  for (let start = 0; start < size; start += 1024) subtractBlock(parent, child, start, Math.min(size, start + 1024));
}

function subtractBlock(parent: Float64Array, child: Float64Array, start: number, end: number): void {
  for (let i = start; i < end; i++) parent[i] -= child[i];
}

function gather(
  rows: Int32Array,
  from: number,
  count: number,
  stride: number,
  packed: Float64Array,
  bins: Uint8Array,
  base: Int32Array,
  out: Float64Array,
): number {
  let touched = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[from + i];
    const at = Math.imul(row, stride);
    base[i] = at;
    out[i] = packed[row];
    touched ^= bins[at] ^ bins[at + stride - 1];
  }
  return touched;
}

function addEight(
  plan: HistogramPlan,
  j: number,
  bins: Uint8Array,
  base: Int32Array,
  packed: Float64Array,
  count: number,
  hist: Float64Array,
): void {
  const { features: f, offsets: o } = plan;
  const f0 = f[j];
  const f1 = f[j + 1];
  const f2 = f[j + 2];
  const f3 = f[j + 3];
  const f4 = f[j + 4];
  const f5 = f[j + 5];
  const f6 = f[j + 6];
  const f7 = f[j + 7];
  const o0 = o[j];
  const o1 = o[j + 1];
  const o2 = o[j + 2];
  const o3 = o[j + 3];
  const o4 = o[j + 4];
  const o5 = o[j + 5];
  const o6 = o[j + 6];
  const o7 = o[j + 7];
  for (let i = 0; i < count; i++) {
    const at = base[i];
    const p = packed[i];
    hist[o0 + bins[at + f0]] += p;
    hist[o1 + bins[at + f1]] += p;
    hist[o2 + bins[at + f2]] += p;
    hist[o3 + bins[at + f3]] += p;
    hist[o4 + bins[at + f4]] += p;
    hist[o5 + bins[at + f5]] += p;
    hist[o6 + bins[at + f6]] += p;
    hist[o7 + bins[at + f7]] += p;
  }
}

function addFour(
  plan: HistogramPlan,
  j: number,
  bins: Uint8Array,
  base: Int32Array,
  packed: Float64Array,
  count: number,
  hist: Float64Array,
): void {
  const { features: f, offsets: o } = plan;
  const f0 = f[j];
  const f1 = f[j + 1];
  const f2 = f[j + 2];
  const f3 = f[j + 3];
  const o0 = o[j];
  const o1 = o[j + 1];
  const o2 = o[j + 2];
  const o3 = o[j + 3];
  for (let i = 0; i < count; i++) {
    const at = base[i];
    const p = packed[i];
    hist[o0 + bins[at + f0]] += p;
    hist[o1 + bins[at + f1]] += p;
    hist[o2 + bins[at + f2]] += p;
    hist[o3 + bins[at + f3]] += p;
  }
}

function addOne(
  plan: HistogramPlan,
  j: number,
  bins: Uint8Array,
  base: Int32Array,
  packed: Float64Array,
  count: number,
  hist: Float64Array,
): void {
  const feature = plan.features[j];
  const offset = plan.offsets[j];
  for (let i = 0; i < count; i++) hist[offset + bins[base[i] + feature]] += packed[i];
}
