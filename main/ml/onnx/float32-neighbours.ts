/** Neighbouring float32 numbers, by their bit patterns (IEEE 754 orders positive floats like integers). */

const floats = new Float32Array(1);
const bits = new Int32Array(floats.buffer);

/** The next float32 above `value` (rounded to float32 first); NaN and +∞ stay. */
export function nextFloat32(value: number): number {
  floats[0] = value;
  if (Number.isNaN(value) || floats[0] === Number.POSITIVE_INFINITY) return floats[0];
  if (floats[0] === 0) {
    bits[0] = 1;
  } else {
    bits[0] += floats[0] > 0 ? 1 : -1;
  }
  return floats[0];
}

/** The next float32 below `value`; NaN and −∞ stay. */
export const previousFloat32 = (value: number): number => -nextFloat32(-value);
