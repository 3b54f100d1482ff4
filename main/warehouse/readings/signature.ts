import { classifyAdorned } from './adorned-number.ts';
import { classifyClock } from './clock-shape.ts';
import { classifyDate, isDay } from './date-shape.ts';
import { classifyNamedDate } from './named-date.ts';
import { classifyNumber } from './number-shape.ts';
import { findWord, longestWord } from './words.ts';

/**
 * A signature says, in one integer, which readings a cell's text fits and where two readings would give different
 * values. Counting signatures over all rows of a column gives the exact evidence for every reading at once, in one pass
 * and with a few dozen counters; nothing is sampled.
 */
export const bit = {
  /** Plain digits, at most 15, no leading zero. */
  integer: 1 << 0,
  /** Fits with a decimal point (comma, blank or apostrophe grouping thousands). */
  point: 1 << 1,
  /** Fits with a decimal comma (point, blank or apostrophe grouping thousands). */
  comma: 1 << 2,
  /** Fits both, with different values: 1.234. */
  numbersDiffer: 1 << 3,
  pointInteger: 1 << 4,
  commaInteger: 1 << 5,
  pointGrouped: 1 << 6,
  commaGrouped: 1 << 7,
  ymd: 1 << 8,
  dmy: 1 << 9,
  mdy: 1 << 10,
  /** Fits day first and month first, with different dates: 03/04. */
  daysDiffer: 1 << 11,
  time: 1 << 12,
  zoned: 1 << 13,
  /** Digits that are a code, not a quantity: leading zeros or more than 15 digits. */
  code: 1 << 14,
  padded: 1 << 15,
  /** Bits 16–22: shape of the date, see date-shape.ts. */
  infinite: 1 << 24,
  /** A number with a unit, brackets or a minus behind it; unit in bits 16–20, see adorned-number.ts. */
  adorned: 1 << 25,
  /** A date whose month is a word. */
  named: 1 << 26,
  /** A time of day or a duration, see clock-shape.ts. */
  clock: 1 << 27,
  blank: 1 << 28,
  /** A known word; its index is in bits 0–14. */
  word: 1 << 29,
  /** Digits that may be a moment: bit 16 seconds since 1970, 17 milliseconds since 1970, 18 a day as yyyymmdd. */
  moment: 1 << 30,
} as const;

/** Index of the word of a signature, −1 when it is none. */
export const wordOf = (signature: number): number => ((signature & bit.word) === 0 ? -1 : signature & 0x7fff);

const isSpace = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

// 1: may begin or be part of a number or date; anything else ends the quick test
const plausible = new Uint8Array(256);
for (const char of "0123456789+-.,'/: TtZzEeAaPpMmUCG\u00a0\u00c2\u00e2\u0080\u00af\u0089\u0099")
  plausible[char.charCodeAt(0)] = 1;

function isInfinity(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 3 || length > 9) return false;
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] | 32);
  return /^[+\-\r]?inf(inity)?$/.test(text);
}

/** What needs a closer look: units and brackets, names of months, times of day. */
function other(bytes: Uint8Array, from: number, to: number): number {
  const number = classifyAdorned(bytes, from, to);
  if (number !== 0) return number;
  const date = classifyNamedDate(bytes, from, to);
  return date !== 0 ? date : classifyClock(bytes, from, to);
}

/** Moments that plain digits may stand for: years 2000 to 2100 in seconds or milliseconds, 1900 to 2099 as yyyymmdd. */
function momentBits(bytes: Uint8Array, from: number, length: number): number {
  if (length !== 8 && length !== 10 && length !== 13) return 0;
  let value = 0;
  for (let i = from; i < from + length; i++) {
    if (bytes[i] < 48 || bytes[i] > 57) return 0;
    value = value * 10 + bytes[i] - 48;
  }
  if (length === 10) return value >= 946_684_800 && value < 4_102_444_800 ? bit.moment | (1 << 16) : 0;
  if (length === 13) return value >= 946_684_800_000 && value < 4_102_444_800_000 ? bit.moment | (1 << 17) : 0;
  const year = Math.floor(value / 10_000);
  return year >= 1900 && year < 2100 && isDay(year, Math.floor(value / 100) % 100, value % 100)
    ? bit.moment | (1 << 18)
    : 0;
}

/** The signature of the UTF-8 text in bytes[start, end). */
export function signatureOf(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  let to = end;
  while (from < to && isSpace(bytes[from])) from++;
  while (to > from && isSpace(bytes[to - 1])) to--;
  if (from === to) return end === start ? bit.blank : bit.blank | bit.padded;
  const padded = from > start || to < end ? bit.padded : 0;
  const length = to - from;
  if (length <= longestWord) {
    const first = bytes[from];
    if (first < 48 || first > 57) {
      const word = findWord(bytes, from, to);
      if (word >= 0) return bit.word | word | padded;
    }
  }
  if (length > 40) return padded;
  const first = bytes[from];
  const digitFirst = first >= 48 && first <= 57;
  if (!digitFirst) {
    const signed = first === 43 || first === 45;
    const lead = signed ? bytes[from + 1] | 32 : first | 32;
    if (lead === 105 && isInfinity(bytes, from, to)) return bit.point | bit.comma | bit.infinite | padded;
    if (!signed && first !== 46 && first !== 44) return other(bytes, from, to) | padded;
  }
  for (let i = from; i < to; i++) if (plausible[bytes[i]] === 0) return other(bytes, from, to) | padded;
  let signature = classifyNumber(bytes, from, to);
  if (digitFirst && length >= 6 && (signature & (bit.integer | bit.code)) === 0)
    signature |= classifyDate(bytes, from, to);
  if (signature === 0) signature = other(bytes, from, to);
  else if ((signature & bit.integer) !== 0 && length >= 8) signature |= momentBits(bytes, from, length);
  return signature | padded;
}
