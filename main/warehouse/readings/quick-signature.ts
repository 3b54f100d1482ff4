import { bit } from './signature.ts';

/**
 * The signature of the commonest cells by a short way: nothing, whole numbers, numbers with a decimal point, ISO dates and
 * times. −1 for all others, which the full classification decides; where this answers, both agree.
 */
const whole = bit.integer | bit.point | bit.comma | bit.pointInteger | bit.commaInteger;
const isoSeconds = bit.ymd | bit.time | (2 << 19);

const digit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Two digits as a number, −1 when they are none. */
const two = (bytes: Uint8Array, at: number): number =>
  digit(bytes[at]) && digit(bytes[at + 1]) ? (bytes[at] - 48) * 10 + bytes[at + 1] - 48 : -1;

/** Signature of a date as yyyy-mm-dd, alone or with a time as hh:mm:ss, of the first 28 days of a month. */
function isoSignature(bytes: Uint8Array, start: number, length: number): number {
  const century = two(bytes, start);
  const month = two(bytes, start + 5);
  const day = two(bytes, start + 8);
  if (century < 1 || two(bytes, start + 2) < 0 || bytes[start + 7] !== 45) return -1;
  if (month < 1 || month > 12 || day < 1 || day > 28) return -1;
  if (length === 10) return bit.ymd;
  if (length !== 19 || bytes[start + 10] !== 32 || bytes[start + 13] !== 58 || bytes[start + 16] !== 58) return -1;
  const hour = two(bytes, start + 11);
  const minute = two(bytes, start + 14);
  const second = two(bytes, start + 17);
  return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 ? isoSeconds : -1;
}

/** The signature of bytes[start, end), or −1 when the short way does not know it. */
export function quickSignature(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return bit.blank;
  if (length > 19) return -1;
  let at = bytes[start] === 45 ? start + 1 : start;
  const first = bytes[at];
  if (!digit(first)) return -1;
  const from = at;
  while (at < end && digit(bytes[at])) at++;
  const run = at - from;
  if (first === 48 && run > 1) return -1;
  if (at === end) return run > 7 ? -1 : whole;
  if (bytes[at] === 45 && from === start && run === 4 && (length === 10 || length === 19)) {
    return isoSignature(bytes, start, length);
  }
  if (bytes[at] !== 46 || run > 12) return -1;
  const decimals = end - at - 1;
  // Three digits behind the point may be a group of thousands
  if (decimals === 3 || decimals === 0) return -1;
  for (at++; at < end; at++) if (!digit(bytes[at])) return -1;
  return bit.point;
}
