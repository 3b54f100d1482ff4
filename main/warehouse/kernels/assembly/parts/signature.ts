// The signature of a cell where a look at its bytes decides it; −1 where the full classification must
// (main/warehouse/readings/signature.ts). Where this answers, both agree: what is here is a proof for each form that the full
// one cannot say anything else.

const INTEGER: i32 = 1 << 0;
const POINT: i32 = 1 << 1;
const COMMA: i32 = 1 << 2;
const DIFFER: i32 = 1 << 3;
const POINT_INTEGER: i32 = 1 << 4;
const COMMA_INTEGER: i32 = 1 << 5;
const COMMA_GROUPED: i32 = 1 << 7;
const YMD: i32 = 1 << 8;
const TIME: i32 = 1 << 12;
const CODE: i32 = 1 << 14;
const BLANK: i32 = 1 << 28;
const MOMENT: i32 = 1 << 30;

const WHOLE: i32 = INTEGER | POINT | COMMA | POINT_INTEGER | COMMA_INTEGER;

/** 256 numbers: for each first byte the lengths of the known words that begin with it, a bit each. */
export const WORD_LENGTHS: usize = 1024;

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 48 < 10;
}

// @ts-ignore: decorator
@inline
function isSpace(byte: u32): bool {
  return byte == 32 || byte - 9 < 5;
}

/** Two digits as a number, −1 when they are none. */
// @ts-ignore: decorator
@inline
function two(at: usize): i32 {
  const a = <u32>load<u8>(at) - 48;
  const b = <u32>load<u8>(at, 1) - 48;
  return a < 10 && b < 10 ? <i32>(a * 10 + b) : -1;
}

function isDay(year: i32, month: i32, day: i32): bool {
  if (month < 1 || month > 12 || day < 1 || year < 1) return false;
  if (day <= 28) return true;
  if (month == 2) return day == 29 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
  return day <= 30 || (day == 31 && month != 4 && month != 6 && month != 9 && month != 11);
}

/** yyyy-mm-dd, alone or with hh:mm or hh:mm:ss behind a blank or a T. */
function isoSignature(start: usize, length: u32): i32 {
  const century = two(start);
  const years = two(start + 2);
  const month = two(start + 5);
  const day = two(start + 8);
  if (century < 1 || years < 0 || load<u8>(start, 7) != 45) return -1;
  if (month < 0 || day < 0 || !isDay(century * 100 + years, month, day)) return -1;
  if (length == 10) return YMD;
  if (length != 16 && length != 19) return -1;
  const mark = load<u8>(start, 10);
  if ((mark != 32 && mark != 84) || load<u8>(start, 13) != 58) return -1;
  const hour = two(start + 11);
  const minute = two(start + 14);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return -1;
  const tee = mark == 84 ? 1 << 21 : 0;
  if (length == 16) return YMD | TIME | (1 << 19) | tee;
  const second = two(start + 17);
  if (load<u8>(start, 16) != 58 || second < 0 || second > 59) return -1;
  return YMD | TIME | (2 << 19) | tee;
}

/** What plain digits without sign may also be: seconds or milliseconds since 1970, a day as yyyymmdd. */
function momentBits(from: usize, length: u32): i32 {
  let value: u64 = 0;
  for (let i: usize = 0; i < length; i++) value = value * 10 + (<u64>load<u8>(from + i) - 48);
  if (length == 10) return value >= 946684800 && value < 4102444800 ? MOMENT | (1 << 16) : 0;
  if (length == 13) return value >= 946684800000 && value < 4102444800000 ? MOMENT | (1 << 17) : 0;
  const day = <i32>value;
  const year = day / 10000;
  return year >= 1900 && year < 2100 && isDay(year, (day / 100) % 100, day % 100) ? MOMENT | (1 << 18) : 0;
}

/** Digits, an optional sign before them, an optional point among them; ISO dates. */
function numberSignature(start: usize, end: usize): i32 {
  const length = <u32>(end - start);
  const from = load<u8>(start) == 45 ? start + 1 : start;
  let at = from;
  while (at < end && isDigit(load<u8>(at))) at++;
  const run = <u32>(at - from);
  if (run == 0) return -1;
  const leadingZero = load<u8>(from) == 48;
  if (at == end) {
    if ((leadingZero && run > 1) || run > 15) return CODE;
    return length == 8 || length == 10 || length == 13 ? (from == start ? WHOLE | momentBits(from, run) : WHOLE) : WHOLE;
  }
  const mark = load<u8>(at);
  if (mark == 45) return from == start && run == 4 && length >= 10 ? isoSignature(start, length) : -1;
  if (mark != 46 || (leadingZero && run > 1)) return -1;
  const decimals = <u32>(end - at) - 1;
  if (decimals == 0) return -1;
  for (at++; at < end; at++) if (!isDigit(load<u8>(at))) return -1;
  // Three digits behind the point may be a group of thousands
  return decimals == 3 && run <= 3 && !leadingZero ? POINT | COMMA | DIFFER | COMMA_GROUPED | COMMA_INTEGER : POINT;
}

/** Whether a text that begins with a letter may be a number with a currency code before it. */
function maybeAdorned(start: usize, end: usize, first: u32, last: u32): bool {
  const length = <u32>(end - start);
  if (length > 32 || length < 2) return false;
  const capital = first - 65 < 26 && !isDigit(load<u8>(start, 1));
  if (!capital && first != 107) return false;
  if (last != 41 && last != 37 && last != 46 && last != 45 && !isDigit(last) && last < 0x80) return false;
  for (let at = start; at < end; at++) if (isDigit(load<u8>(at))) return true;
  return false;
}

/** Whether a text may be a date with a month's name. */
function maybeNamedDate(start: usize, end: usize, last: u32): bool {
  const length = <u32>(end - start);
  if (length < 6 || length > 40) return false;
  if (!isDigit(last) && (last | 32) != 109 && last != 46) return false;
  let digits = 0;
  let letters = 0;
  for (let at = start; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (isDigit(byte)) digits++;
    else if ((byte | 32) >= 97) letters++;
    else if (byte != 32 && byte - 44 > 3 && byte != 58) return false;
  }
  return digits >= 3 && letters >= 3;
}

/** The signature of the text in [start, end), −1 where it takes the full classification. */
export function quickSignature(start: usize, end: usize): i32 {
  const length = <u32>(end - start);
  if (length == 0) return BLANK;
  const first = <u32>load<u8>(start);
  const last = <u32>load<u8>(end - 1);
  if (isSpace(first) || isSpace(last)) return -1;
  if (length > 40) return 0;
  if (isDigit(first) || first == 45) return numberSignature(start, end);
  // Signs, brackets, currencies; what begins a word, infinity or a duration
  if (first < 65 || first == 0xe2 || first == 0xc2 || first == 80) return -1;
  if (length <= 8 && (load<u32>(WORD_LENGTHS + (<usize>first << 2)) & (1 << length)) != 0) return -1;
  if ((first | 32) == 105 && length >= 3 && length <= 9) return -1;
  return maybeAdorned(start, end, first, last) || maybeNamedDate(start, end, last) ? -1 : 0;
}
