// Reads rows of plain numbers from CSV text: fields without quotes, wanted ones empty or a decimal number of at most 15
// digits, of which the quotient of two exact doubles is the nearest double (Clinger 1990); twin of
// main/warehouse/stream/plain-number.ts. At any other row, and at one that is not complete, reading stops in front of it.

const LF: u32 = 10;
const CR: u32 = 13;

// Results of `scan`
const NEXT: usize = 64;
const ROWS: usize = 68;
/** Powers of ten, 0 … 15; the caller puts them there. */
const POWERS: usize = 128;
/** By column of the file: where its value goes and where its text, −1 for nowhere. */
const COLUMNS: usize = 256;

let delimiter: u32 = 44;
let quote: u32 = 34;
let width: u32 = 1;
let room: u32 = 0;
let longest: usize = 0;
/** Bytes from this on are left to the caller, who checks them. */
let firstForeign: u32 = 256;
let valuesAt: usize = 0;
let textsAt: usize = 0;

/** Lays out the memory for rows of so many columns, values and texts; the first free byte, where the text may lie. */
export function configure(
  delimiterByte: u32,
  quoteByte: u32,
  columns: u32,
  values: u32,
  texts: u32,
  rows: u32,
  maxRecord: u32,
  foreignFrom: u32,
): usize {
  delimiter = delimiterByte;
  quote = quoteByte;
  width = columns;
  room = rows;
  longest = maxRecord;
  firstForeign = foreignFrom;
  valuesAt = (COLUMNS + <usize>columns * 8 + 63) & ~63;
  textsAt = valuesAt + ((<usize>values * rows) << 3);
  return (textsAt + ((<usize>texts * rows) << 3) + 63) & ~63;
}

/** Values of the rows of a scan, `room` places a column; NaN where the cell is empty. */
export function valuesFrom(): usize {
  return valuesAt;
}

/** Beginnings and ends of the texts of the rows of a scan, `room` pairs a column. */
export function textsFrom(): usize {
  return textsAt;
}

/** Takes rows of [from, end), at most `limit` and `room`. True when a complete row that is not plain stands at NEXT. */
export function scan(from: usize, end: usize, limit: u32): bool {
  const most = min(limit, room);
  let start = from;
  let row: u32 = 0;
  let strange = false;
  while (row < most) {
    const next = readRow(start, end, row);
    if (next == 0) break;
    if (next == 1 || next - start > longest) {
      strange = true;
      break;
    }
    start = next;
    row++;
  }
  store<u32>(NEXT, <u32>start);
  store<u32>(ROWS, row);
  return strange;
}

/** Reads a row; gives where the next begins, 0 when the text ends within it, 1 when it is not plain. */
function readRow(start: usize, end: usize, row: u32): usize {
  let at = start;
  const last = width - 1;
  for (let column: u32 = 0; column < width; column++) {
    const entry = COLUMNS + ((<usize>column) << 3);
    const slot = load<i32>(entry);
    const text = load<i32>(entry, 4);
    const first = at;
    if (slot >= 0) {
      let negative = false;
      if (at < end) {
        const sign = load<u8>(at);
        negative = sign == 45;
        if (negative || sign == 43) at++;
      }
      const digitsFrom = at;
      let mantissa: u64 = 0;
      for (; at < end; at++) {
        const digit = <u32>load<u8>(at) - 48;
        if (digit > 9) break;
        mantissa = mantissa * 10 + digit;
      }
      let digits = <u32>(at - digitsFrom);
      let decimals: u32 = 0;
      if (at < end && load<u8>(at) == 46) {
        if (digits == 0) return 1;
        const point = ++at;
        for (; at < end; at++) {
          const digit = <u32>load<u8>(at) - 48;
          if (digit > 9) break;
          mantissa = mantissa * 10 + digit;
        }
        decimals = <u32>(at - point);
        if (at < end && decimals == 0) return 1;
        digits += decimals;
      }
      if (at >= end) return 0;
      if (digits > 15) return 1;
      let value: f64 = NaN;
      if (digits > 0) {
        // No leading zeros: those are codes
        if (load<u8>(digitsFrom) == 48 && digits - decimals > 1) return 1;
        value = <f64>mantissa;
        if (decimals > 0) value /= load<f64>(POWERS + ((<usize>decimals) << 3));
        if (negative) value = -value;
      } else if (at != first) {
        return 1;
      }
      store<f64>(valuesAt + ((<usize>slot * room + row) << 3), value);
    } else {
      for (; at < end; at++) {
        const byte = <u32>load<u8>(at);
        if (byte == delimiter || byte == LF || byte == CR) break;
        if (byte == quote || byte == 34 || byte == 0 || byte >= firstForeign) return 1;
      }
      if (at >= end) return 0;
    }
    if (text >= 0) {
      const place = textsAt + ((<usize>text * room + row) << 3);
      store<u32>(place, <u32>first);
      store<u32>(place, <u32>at, 4);
    }
    const stop = <u32>load<u8>(at);
    if (column < last) {
      if (stop != delimiter) return 1;
      at++;
      continue;
    }
    if (stop == LF) return at + 1;
    if (stop != CR) return 1;
    if (at + 1 >= end) return 0;
    return load<u8>(at + 1) == LF ? at + 2 : 1;
  }
  return 1;
}
