/**
 * Which number readings a text fits. The mantissa is cut into runs of digits and the separators between them; with
 * decimal mark D and group marks G (the other mark, blank, no-break blank, apostrophe) it fits when every separator but
 * the last is one and the same group mark, groups after the first have three digits, and the last separator is D or that
 * group mark again. Bits as in signature.ts (repeated here as numbers to keep the modules acyclic).
 */
const integer = 1 << 0;
const point = 1 << 1;
const comma = 1 << 2;
const differ = 1 << 3;
const pointInteger = 1 << 4;
const commaInteger = 1 << 5;
const pointGrouped = 1 << 6;
const commaGrouped = 1 << 7;
const code = 1 << 14;

const POINT = 46;
const COMMA = 44;
const BLANK = 32;
const QUOTE = 39;
const NO_BREAK = 256; // U+00A0, U+2009 and U+202F, whatever their bytes

const runs = new Int32Array(16);
const marks = new Int32Array(16);

/** Bits of the mark when all of runs fit decimal mark `decimal`; 0 when they do not. `fraction` tells whether a decimal mark was met. */
function fits(count: number, decimal: number, leadingZero: boolean): 0 | 1 | 2 | 3 {
  const last = count - 2; // index of the last mark
  const hasDecimal = marks[last] === decimal;
  const groups = hasDecimal ? last : last + 1;
  if (groups === 0) return 2;
  const mark = marks[0];
  if (mark === decimal || leadingZero || runs[0] < 1 || runs[0] > 3) return 0;
  // India counts in twos above the thousand: 12,34,567
  const indian = groups >= 2 && mark === COMMA && runs[0] <= 2 && runs[1] === 2;
  for (let i = 0; i < groups; i++) {
    if (marks[i] !== mark || runs[i + 1] !== (indian && i < groups - 1 ? 2 : 3)) return 0;
  }
  return hasDecimal ? 3 : 1; // 1 grouped whole, 2 plain with decimals, 3 grouped with decimals
}

/** Number bits of bytes[start, end); 0 when the text is no number in any reading. */
export function classifyNumber(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  if (bytes[i] === 43 || bytes[i] === 45) i++;
  const first = bytes[i];
  let count = 0;
  let run = 0;
  let digits = 0;
  let exponent = false;
  for (; i < end; i++) {
    const byte = bytes[i];
    if (byte >= 48 && byte <= 57) {
      run++;
      digits++;
      continue;
    }
    let mark = 0;
    if (byte === POINT || byte === COMMA || byte === BLANK || byte === QUOTE) mark = byte;
    else if (byte === 0xc2 && bytes[i + 1] === 0xa0) {
      mark = NO_BREAK;
      i++;
    } else if (byte === 0xe2 && bytes[i + 1] === 0x80 && (bytes[i + 2] === 0xaf || bytes[i + 2] === 0x89)) {
      mark = NO_BREAK;
      i += 2;
    } else if (byte === 0xe2 && bytes[i + 1] === 0x80 && bytes[i + 2] === 0x99) {
      mark = QUOTE;
      i += 2;
    } else if (byte === 69 || byte === 101) {
      exponent = true;
      break;
    } else return 0;
    if (count === 14) return 0;
    runs[count] = run;
    marks[count] = mark;
    count++;
    run = 0;
  }
  runs[count] = run;
  count++;
  if (digits === 0) return 0;
  if (exponent) {
    i++;
    if (bytes[i] === 43 || bytes[i] === 45) i++;
    if (i >= end || end - i > 3) return 0;
    for (; i < end; i++) if (bytes[i] < 48 || bytes[i] > 57) return 0;
  }
  const leadingZero = first === 48 && runs[0] > 1;
  if (count === 1) {
    if (leadingZero || (digits > 15 && !exponent)) return code;
    return exponent ? point | comma : integer | point | comma | pointInteger | commaInteger;
  }
  if (leadingZero) return 0;
  const zeroGroup = first === 48;
  const asPoint = fits(count, POINT, zeroGroup);
  const asComma = fits(count, COMMA, zeroGroup);
  let bits = 0;
  if (asPoint !== 0) {
    bits |= point;
    if (asPoint !== 2) bits |= pointGrouped;
    if (asPoint === 1 && !exponent && digits <= 15) bits |= pointInteger;
  }
  if (asComma !== 0) {
    bits |= comma;
    if (asComma !== 2) bits |= commaGrouped;
    if (asComma === 1 && !exponent && digits <= 15) bits |= commaInteger;
  }
  if (asPoint !== 0 && asComma !== 0 && asPoint !== asComma) bits |= differ;
  return bits;
}
