import { begins, CR, type Cut, cutFixed, FieldMarks, isBlank, LF } from './field-marks.ts';
import { holdsRows } from './held-rows.ts';
import { CutRecord, type RecordProblem } from './record.ts';

/** How long a record may be, in bytes. */
export type RecordLimits = {
  /** Longer records must justify themselves. */
  readonly ordinaryBytes: number;
  /** Longer records are none. */
  readonly maxBytes: number;
};

/** The limits of all text sources. */
export const recordLimits: RecordLimits = { ordinaryBytes: 1 << 21, maxBytes: 1 << 26 };
/** A record with more fields is none; it is longer than an ordinary one. */
const maxFields = 1 << 21;

/**
 * Cuts UTF-8 bytes into CSV records and fields without decoding them. A quote opens only at the start of a field; inside,
 * a quote is doubled or escaped by a backslash or another sign; line ends are LF, CR LF or CR. One pass, no allocation per record: the
 * fields of the current record are offsets into the caller's bytes. Fields may also be parted by several characters, by runs of
 * blanks, or lie at fixed characters of the line; lines that begin with the comment mark are remarks.
 *
 * A record that cannot be right (text after a closing quote, a quote that never closes) is reported as its first line
 * only, and reading goes on with the next line, so that one stray quote never swallows the rows behind it. A record
 * beyond `ordinaryBytes` must justify itself: where its quotes hold lines, it has the table's width, and those lines
 * do not look like rows (held-rows.ts). What a record is follows from its first `maxBytes`: a line that does not end within them is
 * reported with what there is of it, and `split` passes over its rest in pieces before it cuts again.
 */
export class RecordSplitter extends CutRecord {
  readonly #marks: FieldMarks;
  readonly #width: number | undefined;
  readonly #ordinaryBytes: number;
  /** What is looked at to say what a record is: its bytes and a line end. */
  readonly #viewBytes: number;

  constructor(dialect: Cut, limits: RecordLimits = recordLimits) {
    super(dialect.quote, dialect.escape);
    this.#marks = new FieldMarks(dialect);
    this.#width = dialect.width;
    this.#ordinaryBytes = limits.ordinaryBytes;
    this.#viewBytes = limits.maxBytes + 2;
  }

  /**
   * Reads one record of bytes[from, end). False when the record is not complete yet: come again with more bytes, or with
   * `final` when there are none.
   */
  split(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    this.continued = this.open;
    if (this.open) return this.#passOver(bytes, from, end, final);
    const isLonger = from + this.#viewBytes < end;
    const view = isLonger ? from + this.#viewBytes : end;
    if (!this.#cut(bytes, from, view, final && !isLonger)) return false;
    if (this.next - from <= this.#ordinaryBytes || this.problem !== 'none' || this.lines < 2 || !this.#isRunaway(bytes))
      return true;
    return this.#firstLine(bytes, from, view, final && !isLonger, 'open-quote');
  }

  #isRunaway(bytes: Uint8Array): boolean {
    const { fieldCount, start, end } = this;
    if (this.#width !== undefined && fieldCount !== this.#width) return true;
    return holdsRows(bytes, start, Math.min(end, start + this.#ordinaryBytes), this.#marks, fieldCount);
  }

  #cut(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    const marks = this.#marks;
    const { kinds, comment, fixed } = marks;
    this.begin(from, marks.simple);
    let fieldStart = from;
    let at = from;
    if (comment.length > 0 && bytes[from] === comment[0]) {
      if (end - from < comment.length && !final) return false;
      if (begins(bytes, from, end, comment)) {
        this.comment = true;
        return this.#firstLine(bytes, from, end, final, 'none');
      }
    }
    if (marks.simple && this.#bareRecord(bytes, from, end)) return true;
    if (fixed !== null) return this.#fixedRecord(bytes, from, end, final, fixed);
    if (marks.blanks) {
      while (at < end && isBlank(bytes[at])) at++;
      fieldStart = at;
    }
    for (;;) {
      if (this.fieldCount >= maxFields) return this.#firstLine(bytes, from, end, final, 'too-wide');
      while (at < end && kinds[bytes[at]] === 0) at++;
      if (at >= end) {
        if (!final) return this.#wait(bytes, from, end);
        this.#lastField(fieldStart, end);
        this.end = end;
        this.next = end;
        return true;
      }
      const kind = kinds[bytes[at]];
      if (kind === 3) {
        if (marks.simple) {
          this.field(fieldStart, at, 0);
          at++;
          fieldStart = at;
          continue;
        }
        const behind = marks.delimiterEnd(bytes, at, end, final);
        if (behind === 0) return this.#wait(bytes, from, end);
        if (behind < 0) {
          at++;
          continue;
        }
        this.field(fieldStart, at, 0);
        at = behind;
        fieldStart = at;
        continue;
      }
      if (kind === 1) {
        if (bytes[at] === CR && at + 1 >= end && !final) return this.#wait(bytes, from, end);
        this.#lastField(fieldStart, at);
        return this.#finish(bytes, at, end);
      }
      this.plain = false;
      if (bytes[at] !== this.quote || at !== fieldStart) {
        this.odd = true;
        at++;
        continue;
      }
      const closed = this.#quoted(bytes, at, end);
      if (closed < 0) {
        if (!final && end - from < this.#viewBytes) return false;
        return this.#firstLine(bytes, from, end, final, 'open-quote');
      }
      if (closed >= end) {
        if (!final) return this.#wait(bytes, from, end);
        this.end = end;
        this.next = end;
        return true;
      }
      const after = kinds[bytes[closed]];
      if (after === 3) {
        const behind = marks.delimiterEnd(bytes, closed, end, final);
        if (behind === 0) return this.#wait(bytes, from, end);
        if (behind > 0) {
          at = behind;
          fieldStart = at;
          if (marks.blanks && (at >= end || kinds[bytes[at]] === 1)) {
            if (at < end) return this.#finish(bytes, at, end);
            this.end = end;
            this.next = end;
            return true;
          }
          continue;
        }
      }
      if (after === 1) {
        if (bytes[closed] === CR && closed + 1 >= end && !final) return this.#wait(bytes, from, end);
        return this.#finish(bytes, closed, end);
      }
      return this.#firstLine(bytes, from, end, final, 'text-after-quote');
    }
  }

  /**
   * The commonest records by a short way: bare fields, a line end inside the bytes. False without any trace where the record
   * is another, or not complete.
   */
  #bareRecord(bytes: Uint8Array, from: number, end: number): boolean {
    const { kinds } = this.#marks;
    const { starts, ends, quoting } = this;
    let count = 0;
    let fieldStart = from;
    for (let at = from; at < end; at++) {
      const kind = kinds[bytes[at]];
      if (kind === 0) continue;
      if (kind === 2 || count === starts.length) return false;
      if (kind === 1 && bytes[at] === CR && at + 1 >= end) return false;
      starts[count] = fieldStart;
      ends[count] = at;
      quoting[count] = 0;
      count++;
      fieldStart = at + 1;
      if (kind === 1) {
        this.fieldCount = count;
        return this.#finish(bytes, at, end);
      }
    }
    return false;
  }

  /** More bytes must say what the record is, unless there are too many already. */
  #wait(bytes: Uint8Array, from: number, end: number): boolean {
    return end - from >= this.#viewBytes && this.#firstLine(bytes, from, end, false, 'too-long');
  }

  /** Passes over the rest of a line that is reported already, as far as it is there. */
  #passOver(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    const lf = bytes.indexOf(LF, from);
    const cr = bytes.indexOf(CR, from);
    const at = Math.min(end, lf < 0 ? end : lf, cr < 0 ? end : cr);
    this.start = from;
    this.fieldCount = 0;
    this.lines = 0;
    // A CR that stands last may be half of a line end
    const half = at < end && bytes[at] === CR && at + 1 >= end && !final;
    if (half && at === from) return false;
    if (at < end && !half) {
      this.open = false;
      return this.#finish(bytes, at, end);
    }
    this.end = at;
    this.next = at;
    return true;
  }

  /** The record's last field; blanks before a line's end part nothing. */
  #lastField(start: number, end: number): void {
    if (this.#marks.blanks && start === end && this.fieldCount > 0) return;
    this.field(start, end, 0);
  }

  /** Cuts a line at fixed characters; blanks around a field are not part of it. */
  #fixedRecord(bytes: Uint8Array, from: number, end: number, final: boolean, columns: readonly number[]): boolean {
    if (!this.#firstLine(bytes, from, end, final, 'none')) return false;
    if (this.problem !== 'none') return true;
    cutFixed(bytes, from, this.end, columns, (start, end) => this.field(start, end, 0));
    if (this.fieldCount > 1 || this.starts[0] < this.ends[0]) {
      while (this.fieldCount < columns.length) this.field(this.end, this.end, 0);
    }
    return true;
  }

  /** Reads the quoted field that opens at `at`; the offset after its closing quote, −1 when it does not close. */
  #quoted(bytes: Uint8Array, at: number, end: number): number {
    const quote = this.quote;
    let escapes = 1;
    let i = at + 1;
    for (; i < end; i++) {
      const byte = bytes[i];
      if (byte === quote) {
        if (this.escape < 0 && i + 1 < end && bytes[i + 1] === quote) {
          escapes = 2;
          i++;
          continue;
        }
        this.field(at + 1, i, escapes);
        return i + 1;
      }
      if (byte === LF) this.lines++;
      else if (byte === CR && bytes[i + 1] !== LF) this.lines++;
      else if (byte === this.escape) {
        escapes = 2;
        i++;
      }
    }
    return -1;
  }

  #finish(bytes: Uint8Array, at: number, end: number): true {
    this.end = at;
    this.next = bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF ? at + 2 : at + 1;
    this.lines++;
    return true;
  }

  #firstLine(bytes: Uint8Array, from: number, end: number, final: boolean, problem: RecordProblem): boolean {
    let at = from;
    while (at < end && bytes[at] !== LF && bytes[at] !== CR) at++;
    if (at >= end && !final && end - from < this.#viewBytes) return false;
    const half = at < end && bytes[at] === CR && at + 1 >= end && !final;
    if (half && end - from < this.#viewBytes) return false;
    this.problem = problem;
    this.fieldCount = 0;
    this.lines = 0;
    if (at >= end || half) {
      // No line end within the limit: what there is of the line is given up, and its rest passed over
      this.open = !final;
      if (this.open && problem === 'none') this.problem = 'too-long';
      this.end = at;
      this.next = at;
      return true;
    }
    return this.#finish(bytes, at, end);
  }
}
