/**
 * Decimal numbers as most files write them, read to the nearest double. Up to 15 digits and 22 decimals the quotient of two
 * exact doubles is correctly rounded (Clinger 1990); longer ones and exponents go through the language's own reading.
 */
const powers = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));
/** No leading zeros, and no whole numbers of more than 15 digits: those are codes. */
const shape = /^[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$/;
const code = /^[+-]?\d{16,}$/;

/** The number of bytes[start, end); NaN where the text is written in any other way. */
export function readPlainNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  let negative = false;
  if (at < end && (bytes[at] === 45 || bytes[at] === 43)) negative = bytes[at++] === 45;
  const first = at;
  let value = 0;
  let point = -1;
  for (; at < end; at++) {
    const digit = bytes[at] - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (bytes[at] === 46 && point < 0) point = at;
    else return readLong(bytes, start, end);
  }
  const decimals = point < 0 ? 0 : end - point - 1;
  const digits = end - first - (point < 0 ? 0 : 1);
  if (digits === 0) return Number.NaN;
  if (bytes[first] === 48 && digits > 1 && point !== first + 1) return Number.NaN;
  if (digits > 15 || point === first || point === end - 1) return readLong(bytes, start, end);
  const size = decimals === 0 ? value : value / powers[decimals];
  return negative ? -size : size;
}

function readLong(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 40) return Number.NaN;
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]);
  const value = shape.test(text) && !code.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}
