/**
 * Cut points of one numeric feature. Few distinct values: a cut between every two neighbours. Many: greedy equal-count
 * bins in which a value heavier than an average bin gets one of its own. A cut lies half way between two neighbouring
 * training values and is float32, so that `x ≤ cut` decides alike in training, in the kernels and in ONNX.
 */

/** A float32 c with low ≤ c < high, half way where the format allows; infinities are ordinary values. */
export function cutBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** Cuts from ascending values without NaN; at most `maxBins − 1`, ascending, none below the least value. */
export function quantileCuts(sorted: Float32Array, maxBins: number): Float32Array {
  const { values, counts } = distinct(sorted);
  const cuts: number[] = [];
  if (values.length <= maxBins) {
    for (let i = 1; i < values.length; i++) cuts.push(cutBetween(values[i - 1], values[i]));
    return Float32Array.from(cuts);
  }
  const heavy = sorted.length / maxBins;
  let lightRows = 0;
  let lightBins = maxBins;
  for (const count of counts) {
    if (count >= heavy) lightBins--;
    else lightRows += count;
  }
  let mean = lightRows / Math.max(1, lightBins);
  let inBin = 0;
  for (let i = 0; i + 1 < values.length && cuts.length < maxBins - 1; i++) {
    const own = counts[i] >= heavy;
    inBin += counts[i];
    if (!own) lightRows -= counts[i];
    const close = own || inBin >= mean || (counts[i + 1] >= heavy && inBin >= mean / 2);
    if (!close) continue;
    cuts.push(cutBetween(values[i], values[i + 1]));
    inBin = 0;
    if (!own) {
      lightBins--;
      mean = lightRows / Math.max(1, lightBins);
    }
  }
  return Float32Array.from(cuts);
}

/** Kept from column to column: garbage of this size would stay in memory for long. */
let scratch = { values: new Float32Array(0), counts: new Int32Array(0) };

/** Distinct values of a sorted array, and how often each occurs; valid until the next call. */
function distinct(sorted: Float32Array): { readonly values: Float32Array; readonly counts: Int32Array } {
  if (scratch.values.length < sorted.length) {
    scratch = { values: new Float32Array(sorted.length), counts: new Int32Array(sorted.length) };
  }
  const { values, counts } = scratch;
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (size === 0 || sorted[i] !== values[size - 1]) {
      counts[size] = 0;
      values[size++] = sorted[i];
    }
    counts[size - 1]++;
  }
  return { values: values.subarray(0, size), counts: counts.subarray(0, size) };
}

/** Cuts for `binOfValue`: filled up with +∞, below which no value lies, to 2ᵏ − 1 entries. */
export function padCuts(cuts: Float32Array): Float32Array {
  let size = 1;
  while (size - 1 < cuts.length) size *= 2;
  const padded = new Float32Array(size - 1).fill(Number.POSITIVE_INFINITY);
  padded.set(cuts);
  return padded;
}

/**
 * Number of cuts below x: the bin of x when bin b holds cuts[b − 1] < x ≤ cuts[b]. A binary search without jumps, since every
 * step is a coin toss to the processor.
 */
export function binOfValue(padded: Float32Array, x: number): number {
  let bin = 0;
  for (let half = (padded.length + 1) >> 1; half > 0; half >>= 1) {
    bin += -+(x > padded[bin + half - 1]) & half;
  }
  return bin;
}
