/**
 * Which date orders a text fits: year first, day first, month first, with `-`, `/` or `.` between, years of four digits
 * (or two, day or month first only; 69–99 are 19xx, as in POSIX), and an optional time. Impossible days (30 February) fit nothing.
 *
 * The shape goes into bits 16–22: separator (2 bits), two-digit year (1), time form (2: none, h:m, h:m:s, h:m:s.fraction),
 * `T` before the time (1), AM/PM (1). Other bits as in signature.ts.
 */
const ymd = 1 << 8;
const dmy = 1 << 9;
const mdy = 1 << 10;
const daysDiffer = 1 << 11;
const timeBit = 1 << 12;
const zonedBit = 1 << 13;

export type DateShape = {
  readonly separator: '-' | '/' | '.';
  readonly shortYear: boolean;
  readonly time: 'none' | 'minutes' | 'seconds' | 'fraction';
  readonly tee: boolean;
  readonly meridiem: boolean;
};

const timeForms = ['none', 'minutes', 'seconds', 'fraction'] as const;
const separators = ['-', '/', '.'] as const;

/** The shape encoded in a signature that fits a date. */
export function dateShapeOf(signature: number): DateShape {
  const shape = (signature >> 16) & 0x7f;
  return {
    separator: separators[shape & 3] ?? '-',
    shortYear: (shape & 4) !== 0,
    time: timeForms[(shape >> 3) & 3],
    tee: (shape & 32) !== 0,
    meridiem: (shape & 64) !== 0,
  };
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the day is in the calendar. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || year < 1) return false;
  if (month === 2 && day === 29) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= monthDays[month - 1];
}

// Cursor of the small scanner below; one cell at a time, so module state is enough
let at = 0;
let lastDigits = 0;
const digitCount = (): number => lastDigits;

function readNumber(bytes: Uint8Array, end: number): number {
  let value = 0;
  const start = at;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57 && at - start < 9) {
    value = value * 10 + bytes[at] - 48;
    at++;
  }
  lastDigits = at - start;
  return value;
}

/** UTC or GMT at `from`. */
const isUniversal = (bytes: Uint8Array, from: number): boolean =>
  (bytes[from] === 85 && bytes[from + 1] === 84 && bytes[from + 2] === 67) ||
  (bytes[from] === 71 && bytes[from + 1] === 77 && bytes[from + 2] === 84);

/** Time bits (form, tee, meridiem, zone) from `at`, −1 when the rest is no time. */
function readTime(bytes: Uint8Array, end: number, zoneAllowed: boolean): number {
  const tee = bytes[at] === 84 || bytes[at] === 116;
  if (!tee && bytes[at] !== 32) return -1;
  at++;
  const hour = readNumber(bytes, end);
  if (digitCount() < 1 || digitCount() > 2 || bytes[at] !== 58 || at >= end) return -1;
  at++;
  const minute = readNumber(bytes, end);
  if (digitCount() !== 2 || minute > 59) return -1;
  let form = 1;
  if (at < end && bytes[at] === 58) {
    at++;
    const second = readNumber(bytes, end);
    if (digitCount() !== 2 || second > 59) return -1;
    form = 2;
    if (at < end && bytes[at] === 46) {
      at++;
      readNumber(bytes, end);
      if (digitCount() < 1 || digitCount() > 6) return -1;
      form = 3;
    }
  }
  let bits = timeBit | (form << 19) | (tee ? 1 << 21 : 0);
  if (at < end && form < 3 && end - at === 3 && bytes[at] === 32 && (bytes[at + 2] | 32) === 109) {
    const half = bytes[at + 1] | 32;
    if ((half !== 97 && half !== 112) || hour < 1 || hour > 12) return -1;
    at += 3;
    return bits | (1 << 22);
  }
  if (hour > 23) return -1;
  if (at < end && zoneAllowed) {
    if (bytes[at] === 32 && end - at > 3) at++;
    if ((bytes[at] | 32) === 122) at++;
    else if (end - at === 3 && isUniversal(bytes, at)) at += 3;
    else if (bytes[at] === 43 || bytes[at] === 45) {
      at++;
      const hours = readNumber(bytes, end);
      if (digitCount() === 4) {
        if (hours % 100 > 59 || hours > 1400) return -1;
      } else if (digitCount() === 2 && hours <= 14) {
        if (at < end) {
          if (bytes[at] !== 58) return -1;
          at++;
          if (readNumber(bytes, end) > 59 || digitCount() !== 2) return -1;
        }
      } else return -1;
    } else return -1;
    bits |= zonedBit;
  }
  return at === end ? bits : -1;
}

/** Date bits of bytes[start, end); 0 when it is no date. */
export function classifyDate(bytes: Uint8Array, start: number, end: number): number {
  at = start;
  const first = readNumber(bytes, end);
  const firstDigits = digitCount();
  const mark = bytes[at];
  const separator = mark === 45 ? 0 : mark === 47 ? 1 : mark === 46 ? 2 : -1;
  if (separator < 0 || firstDigits > 4 || firstDigits === 3) return 0;
  at++;
  const second = readNumber(bytes, end);
  if (digitCount() < 1 || digitCount() > 2 || bytes[at] !== mark || at >= end) return 0;
  at++;
  const third = readNumber(bytes, end);
  const thirdDigits = digitCount();
  let bits = 0;
  if (firstDigits === 4) {
    if (thirdDigits < 1 || thirdDigits > 2 || !isDay(first, second, third)) return 0;
    bits = ymd;
  } else {
    if (thirdDigits !== 4 && thirdDigits !== 2) return 0;
    const year = thirdDigits === 4 ? third : third < 69 ? 2000 + third : 1900 + third;
    const dayFirst = isDay(year, second, first);
    const monthFirst = isDay(year, first, second);
    if (dayFirst) bits |= dmy;
    if (monthFirst) bits |= mdy;
    if (dayFirst && monthFirst && first !== second) bits |= daysDiffer;
    if (bits === 0) return 0;
    if (thirdDigits === 2) bits |= 4 << 16;
  }
  bits |= separator << 16;
  if (at < end) {
    const time = readTime(bytes, end, true);
    if (time < 0) return 0;
    bits |= time;
  }
  return bits;
}
