/**
 * Ascending order of float32 values without NaN. Large arrays by a radix sort in three passes of 11 bits over keys whose
 * unsigned order is the order of the floats (sign bit flipped, negatives inverted), several times faster than comparing.
 */
const radixFrom = 4096;
const bits = 11;
const buckets = 1 << bits;

/** Sorts in place (−0 and 0 in any order among themselves) and returns the same array. */
export function sortFloats(values: Float32Array): Float32Array {
  const count = values.length;
  if (count < radixFrom) return values.sort();
  const words = new Uint32Array(values.buffer, values.byteOffset, count);
  let from = new Uint32Array(count);
  let to = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const w = words[i];
    from[i] = w >>> 31 ? ~w : w | 0x80000000;
  }
  const starts = new Int32Array(buckets);
  for (let shift = 0; shift < 32; shift += bits) {
    scatter(from, to, starts, shift);
    [from, to] = [to, from];
  }
  for (let i = 0; i < count; i++) {
    const w = from[i];
    words[i] = w >>> 31 ? w & 0x7fffffff : ~w;
  }
  return values;
}

function scatter(from: Uint32Array, to: Uint32Array, starts: Int32Array, shift: number): void {
  starts.fill(0);
  const mask = buckets - 1;
  for (let i = 0; i < from.length; i++) starts[(from[i] >>> shift) & mask]++;
  let at = 0;
  for (let b = 0; b < buckets; b++) {
    const size = starts[b];
    starts[b] = at;
    at += size;
  }
  for (let i = 0; i < from.length; i++) to[starts[(from[i] >>> shift) & mask]++] = from[i];
}
