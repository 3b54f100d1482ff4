// Cuts the ordinary rows of a CSV text and counts the signature of every cell. Special bytes (delimiter, line ends, quotes, NUL)
// are found 16 at a time, as in Langdale and Lemire, "Parsing gigabytes of JSON per second" (VLDB Journal 2019), section 3.
// A row is ordinary when it has the width of the table, its quotes open at the start of a field and close before a
// delimiter or a line end, and no quote or NUL stands elsewhere. At any other record, and at one that is not complete,
// reading stops in front of it, without a trace of it: the caller decides what it is (main/warehouse/csv/record-splitter.ts).

import { quickSignature, WORD_LENGTHS } from './parts/signature';
import {
  clearPending,
  COLUMN_BYTES,
  count,
  PENDING_BYTES,
  pendingCount,
  placeTally,
  recall,
  register,
  remember,
  reset,
  TALLY_END,
} from './parts/tally';

export { clearPending, register, remember };

const LF: u32 = 10;
const CR: u32 = 13;

// Results of `scan`
const NEXT: usize = 64;
const ROWS: usize = 68;
const LINES: usize = 72;
const LINE_ENDS: usize = 76;
const LONGEST: usize = 80;
const PENDING: usize = 84;

let delimiter: u32 = 44;
let quote: u32 = 256;
let width: u32 = 1;
let fieldsAt: usize = 0;
let pendingRoom: u32 = 0;
let longestRecord: u32 = 0;

/** Lays out the memory; `quoteByte` is 256 for none. The first free byte, a multiple of 64, where the text may lie. */
export function configure(delimiterByte: u32, quoteByte: u32, columns: u32, pending: u32, maxRecord: u32): usize {
  delimiter = delimiterByte;
  quote = quoteByte;
  width = columns;
  pendingRoom = pending;
  longestRecord = maxRecord;
  const columnsAt = TALLY_END;
  fieldsAt = columnsAt + <usize>columns * COLUMN_BYTES;
  const pendingAt = fieldsAt + <usize>columns * 8;
  return (pendingAt + <usize>pending * PENDING_BYTES + 63) & ~63;
}

/** Bytes that `configure` asks for before the text, so that the memory can be made large enough. */
export function roomFor(columns: u32, pending: u32): usize {
  return (TALLY_END + <usize>columns * (COLUMN_BYTES + 8) + <usize>pending * PENDING_BYTES + 63) & ~63;
}

/** To be called once the memory is large enough. */
export function begin(): void {
  const columnsAt = TALLY_END;
  placeTally(columnsAt, fieldsAt + <usize>width * 8);
  reset(width);
  clearPending();
}

/** Forgets all counts. */
export function clearCounts(): void {
  reset(width);
}

/** Where the counts of a column stand: how many signatures, one unused, pairs of signature and count. */
export function countsAt(column: u32): usize {
  return TALLY_END + <usize>column * COLUMN_BYTES;
}

export function wordLengthsAt(): usize {
  return WORD_LENGTHS;
}

export function pendingListAt(): usize {
  return fieldsAt + <usize>width * 8;
}

/** The signature of a text where a look decides it, −1 otherwise. */
export function signatureOf(start: usize, end: usize): i32 {
  return quickSignature(start, end);
}

/** Bytes that begin a UTF-8 sequence in valid UTF-8. */
export function countLeads(start: usize, end: usize): u32 {
  let leads: u32 = 0;
  let at = start;
  const limit = i8x16.splat(<i8>0xbf);
  for (; at + 16 <= end; at += 16) {
    const bytes = v128.load(at);
    if (i8x16.bitmask(bytes) == 0) continue;
    leads += popcnt(i8x16.bitmask(v128.and(i8x16.gt_s(bytes, limit), i8x16.lt_s(bytes, i8x16.splat(0)))));
  }
  for (; at < end; at++) if (load<u8>(at) >= 0xc0) leads++;
  return leads;
}

// @ts-ignore: decorator
@inline
function specials(at: usize, delimiters: v128, quotes: v128): i32 {
  const bytes = v128.load(at);
  return i8x16.bitmask(
    v128.or(
      v128.or(
        v128.or(i8x16.eq(bytes, delimiters), i8x16.eq(bytes, i8x16.splat(10))),
        v128.or(i8x16.eq(bytes, i8x16.splat(13)), i8x16.eq(bytes, i8x16.splat(34))),
      ),
      v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, i8x16.splat(0))),
    ),
  );
}

/**
 * Takes rows of [from, end) until the text, `rowLimit` or the record that reaches `stopAt` is at its end, or the list of
 * pending cells may not hold another row. Writes how far it came. True when a record stands at NEXT that is not ordinary.
 */
export function scan(from: usize, end: usize, rowLimit: u32, stopAt: usize): bool {
  const delimiters = i8x16.splat(<i8>delimiter);
  const quotes = i8x16.splat(quote == 256 ? 34 : <i8>quote);
  let start = from;
  let rows: u32 = 0;
  let lines: u32 = 0;
  let lineEnds: u32 = 0;
  let longest: u32 = 0;
  let strange = false;
  let base = from;
  let mask = from < end ? specials(from, delimiters, quotes) : 0;
  while (start < end && start < stopAt && rows < rowLimit && pendingCount + width <= pendingRoom) {
    let fieldStart = start;
    let fields: u32 = 0;
    let inside: u32 = 0; // line ends within quotes
    let recordEnd: usize = 0;
    let next: usize = 0;
    let complete = true;
    for (;;) {
      while (mask == 0) {
        base += 16;
        if (base >= end) break;
        mask = specials(base, delimiters, quotes);
      }
      if (mask == 0) {
        complete = false;
        break;
      }
      const at = base + ctz(mask);
      if (at >= end) {
        complete = false;
        break;
      }
      mask &= mask - 1;
      const byte = <u32>load<u8>(at);
      let fieldEnd = at;
      let stop = at;
      if (byte == quote && at == fieldStart) {
        let i = at + 1;
        let closed = false;
        for (; i < end; i++) {
          const inner = <u32>load<u8>(i);
          if (inner == quote) {
            if (i + 1 < end && load<u8>(i, 1) == quote) {
              i++;
              continue;
            }
            closed = true;
            break;
          }
          if (inner == LF) inside++;
          else if (inner == CR && load<u8>(i, 1) != LF) inside++;
        }
        if (!closed || i + 1 >= end) {
          complete = false;
          break;
        }
        fieldStart++;
        fieldEnd = i;
        stop = i + 1;
        base = stop + 1;
        mask = base < end ? specials(base, delimiters, quotes) : 0;
      }
      const mark = <u32>load<u8>(stop);
      const isEnd = mark == LF || mark == CR;
      if (!isEnd && mark != delimiter) {
        strange = true;
        break;
      }
      if (fields == width) {
        strange = true;
        break;
      }
      store<u32>(fieldsAt + (<usize>fields << 3), <u32>fieldStart);
      store<u32>(fieldsAt + (<usize>fields << 3), <u32>fieldEnd, 4);
      fields++;
      if (!isEnd) {
        fieldStart = stop + 1;
        continue;
      }
      recordEnd = stop;
      next = stop + 1;
      if (mark == CR) {
        if (next >= end) {
          complete = false;
          break;
        }
        if (load<u8>(next) == LF) {
          next++;
          base = next;
          mask = base < end ? specials(base, delimiters, quotes) : 0;
        }
      }
      break;
    }
    if (strange || !complete) break;
    const bytes = <u32>(recordEnd - start);
    if (fields != width || bytes > longestRecord || (width == 1 && isBlank(start, recordEnd))) {
      strange = true;
      break;
    }
    rows++;
    for (let column: u32 = 0; column < fields; column++) {
      const cellStart = <usize>load<u32>(fieldsAt + (<usize>column << 3));
      const cellEnd = <usize>load<u32>(fieldsAt + (<usize>column << 3), 4);
      let signature = quickSignature(cellStart, cellEnd);
      if (signature < 0) signature = recall(cellStart, <u32>(cellEnd - cellStart));
      count(column, signature, cellStart, cellEnd, rows);
    }
    if (bytes > longest) longest = bytes;
    lineEnds |= next - recordEnd == 2 ? 2 : load<u8>(recordEnd) == 10 ? 1 : 4;
    lines += inside + 1;
    start = next;
  }
  store<u32>(NEXT, <u32>start);
  store<u32>(ROWS, rows);
  store<u32>(LINES, lines);
  store<u32>(LINE_ENDS, lineEnds);
  store<u32>(LONGEST, longest);
  store<u32>(PENDING, pendingCount);
  return strange;
}

/** Whether a record holds nothing but blanks and tabs. */
function isBlank(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) if (load<u8>(at) != 32 && load<u8>(at) != 9) return false;
  return true;
}
