/**
 * Stable ascending order of numbers. Long inputs use a least-significant-digit radix sort over the 64 bits of the
 * doubles, mapped so that unsigned order equals numeric order: O(n), four passes of 16 bits. NaN sorts last.
 */

const radixFrom = 4096;

/** Indices of `values` in ascending order; equal values keep their order, −0 equals 0, NaN comes last. */
export function argsort(values: ArrayLike<number>): Uint32Array {
  const count = values.length;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (count < radixFrom) return order.sort((a, b) => compareNumbers(values[a], values[b]) || a - b);
  return radix(values, order);
}

/** Numeric comparison with NaN last. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
}

function radix(values: ArrayLike<number>, order: Uint32Array): Uint32Array {
  const count = values.length;
  const doubles = new Float64Array(count);
  for (let i = 0; i < count; i++) doubles[i] = Number.isNaN(values[i]) ? Number.NaN : values[i] + 0;
  const words = new Uint32Array(doubles.buffer);
  const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;
  const lowAt = littleEndian ? 0 : 1;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const h = words[2 * i + 1 - lowAt];
    const l = words[2 * i + lowAt];
    const negative = h >>> 31 === 1 && !Number.isNaN(doubles[i]);
    high[i] = negative ? ~h >>> 0 : (h | 0x80000000) >>> 0;
    low[i] = negative ? ~l >>> 0 : l;
    if (Number.isNaN(doubles[i])) high[i] = 0xffffffff;
  }
  let from = order;
  let to: Uint32Array = new Uint32Array(count);
  const starts = new Uint32Array(65536);
  for (let pass = 0; pass < 4; pass++) {
    const keys = pass < 2 ? low : high;
    const shift = (pass & 1) * 16;
    starts.fill(0);
    for (let i = 0; i < count; i++) starts[(keys[i] >>> shift) & 0xffff]++;
    let sum = 0;
    for (let d = 0; d < 65536; d++) {
      const size = starts[d];
      starts[d] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      const index = from[i];
      to[starts[(keys[index] >>> shift) & 0xffff]++] = index;
    }
    const kept = from;
    from = to;
    to = kept;
  }
  return from;
}
