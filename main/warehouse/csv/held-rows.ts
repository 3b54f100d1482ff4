import { CR, type FieldMarks, LF } from './field-marks.ts';

/**
 * Whether a record over several lines is what a stray quote made of rows: four in five lines within it have the record's
 * own number of delimiters. Prose has commas too, but seldom as many in each line. A record of one field cannot be told from
 * its lines and passes. Bytes behind `end` are not looked at; O(end − start).
 */
export function holdsRows(
  bytes: Uint8Array,
  start: number,
  end: number,
  marks: FieldMarks,
  fieldCount: number,
): boolean {
  let lines = 0;
  let alike = 0;
  let fields = 1;
  for (let at = start; at < end; at++) {
    const kind = marks.kinds[bytes[at]];
    if (kind === 3) {
      const behind = marks.delimiterEnd(bytes, at, end, true);
      if (behind < 0) continue;
      fields++;
      at = behind - 1;
    } else if (kind === 1) {
      // The first line holds the quote that opens
      if (lines > 0 && fields === fieldCount) alike++;
      lines++;
      fields = 1;
      if (bytes[at] === CR && bytes[at + 1] === LF) at++;
    }
  }
  return fieldCount > 1 && lines > 1 && 5 * alike >= 4 * (lines - 1);
}
