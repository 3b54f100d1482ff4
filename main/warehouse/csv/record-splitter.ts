import type { CsvDialect } from '../types.ts';
import { escapeByte, unescaped } from './escapes.ts';

/**
 * Cuts UTF-8 bytes into CSV records and fields without decoding them. A quote opens only at the start of a field; inside,
 * a quote is doubled or escaped by a backslash or another sign; line ends are LF, CR LF or CR. One pass, no allocation per record: the
 * fields of the current record are offsets into the caller's bytes. Fields may also be parted by several characters, by runs of
 * blanks, or lie at fixed characters of the line; lines that begin with the comment mark are remarks.
 *
 * A record that cannot be right (text after a closing quote, a quote that never closes) is reported as its first line
 * only, and reading goes on with the next line, so that one stray quote never swallows the rows behind it. What a record
 * is follows from its first 2 MiB: a line that does not end within them is reported with what there is of
 * it, and `split` passes over its rest in pieces before it cuts again.
 */
export type RecordProblem = 'none' | 'text-after-quote' | 'open-quote' | 'too-long';

const LF = 10;
const CR = 13;
const DOUBLE_QUOTE = 34;
const TAB = 9;
const BLANK = 32;

/** What the splitter needs to know of a dialect. */
export type Cut = Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'blanks' | 'fixed' | 'comment'>;

const isBlank = (byte: number): boolean => byte === BLANK || byte === TAB;

/** A quoted record longer than this is taken for a stray quote. */
export const maxRecordBytes = 1 << 21;
/** What is looked at to say what a record is: its bytes and a line end. */
const viewBytes = maxRecordBytes + 2;

export class RecordSplitter {
  /** Field offsets of the current record; quoted fields exclude their quotes. */
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 0 bare, 1 quoted, 2 quoted with escapes inside. */
  quoting = new Uint8Array(64);
  fieldCount = 0;
  problem: RecordProblem = 'none';
  /** Record without its line end, and where the next one begins. */
  start = 0;
  end = 0;
  next = 0;
  /** Line ends passed, the record's own included. */
  lines = 0;
  /** No quote and no control byte that a copy would have to care for. */
  plain = true;

  /** A quote or NUL stands where readers disagree on what it means: inside a bare field. */
  odd = false;
  /** The record is a remark. */
  comment = false;
  /** What was cut is a piece of a line that is reported already. */
  continued = false;
  /** The line goes on behind what was cut. */
  open = false;

  readonly #kinds = new Uint8Array(256);
  readonly #quote: number;
  /** The sign that escapes inside quotes; −1 where quotes are doubled. */
  readonly #escape: number;

  /** Bytes of the delimiter behind its first. */
  readonly #rest: Uint8Array;
  readonly #blanks: boolean;
  readonly #fixed: readonly number[] | null;
  readonly #comment: Uint8Array;
  /** A plain record may be copied as it stands. */
  readonly #simple: boolean;

  constructor(dialect: Cut) {
    const delimiter = new TextEncoder().encode(dialect.delimiter);
    this.#rest = delimiter.subarray(1);
    this.#blanks = dialect.blanks === true;
    this.#fixed = dialect.fixed ?? null;
    this.#comment = new TextEncoder().encode(dialect.comment ?? '');
    this.#simple = delimiter.length === 1 && !this.#blanks && this.#fixed === null;
    this.#quote = dialect.quote === null ? -1 : dialect.quote.charCodeAt(0);
    this.#escape = escapeByte(dialect.escape);
    this.#kinds[LF] = 1;
    this.#kinds[CR] = 1;
    this.#kinds[DOUBLE_QUOTE] = 2;
    if (this.#quote >= 0) this.#kinds[this.#quote] = 2;
    this.#kinds[0] = 2;
    if (this.#fixed === null) this.#kinds[delimiter[0]] = 3;
    if (this.#blanks) this.#kinds[TAB] = 3;
  }

  #field(start: number, end: number, quoting: number): void {
    if (this.fieldCount === this.starts.length) {
      const grow = <T extends Int32Array | Uint8Array>(from: T, to: T): T => {
        to.set(from);
        return to;
      };
      const size = this.starts.length * 2;
      this.starts = grow(this.starts, new Int32Array(size));
      this.ends = grow(this.ends, new Int32Array(size));
      this.quoting = grow(this.quoting, new Uint8Array(size));
    }
    this.starts[this.fieldCount] = start;
    this.ends[this.fieldCount] = end;
    this.quoting[this.fieldCount] = quoting;
    this.fieldCount++;
  }

  /**
   * Reads one record of bytes[from, end). False when the record is not complete yet: come again with more bytes, or with
   * `final` when there are none.
   */
  split(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    this.continued = this.open;
    if (this.open) return this.#passOver(bytes, from, end, final);
    const view = from + viewBytes;
    return view < end ? this.#cut(bytes, from, view, false) : this.#cut(bytes, from, end, final);
  }

  #cut(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    const kinds = this.#kinds;
    this.fieldCount = 0;
    this.problem = 'none';
    this.plain = this.#simple;
    this.odd = false;
    this.comment = false;
    this.start = from;
    this.lines = 0;
    let fieldStart = from;
    let at = from;
    if (this.#comment.length > 0 && bytes[from] === this.#comment[0]) {
      if (end - from < this.#comment.length && !final) return false;
      if (this.#begins(bytes, from, end, this.#comment)) {
        this.comment = true;
        return this.#firstLine(bytes, from, end, final, 'none');
      }
    }
    if (this.#simple && this.#bareRecord(bytes, from, end)) return true;
    if (this.#fixed !== null) return this.#fixedRecord(bytes, from, end, final, this.#fixed);
    if (this.#blanks) {
      while (at < end && isBlank(bytes[at])) at++;
      fieldStart = at;
    }
    for (;;) {
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
        if (this.#simple) {
          this.#field(fieldStart, at, 0);
          at++;
          fieldStart = at;
          continue;
        }
        const behind = this.#delimiterEnd(bytes, at, end, final);
        if (behind === 0) return this.#wait(bytes, from, end);
        if (behind < 0) {
          at++;
          continue;
        }
        this.#field(fieldStart, at, 0);
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
      if (bytes[at] !== this.#quote || at !== fieldStart) {
        this.odd = true;
        at++;
        continue;
      }
      const closed = this.#quoted(bytes, at, end);
      if (closed < 0) {
        if (!final && end - from < viewBytes) return false;
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
        const behind = this.#delimiterEnd(bytes, closed, end, final);
        if (behind === 0) return this.#wait(bytes, from, end);
        if (behind > 0) {
          at = behind;
          fieldStart = at;
          if (this.#blanks && (at >= end || this.#kinds[bytes[at]] === 1)) {
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
    const kinds = this.#kinds;
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
    return end - from >= viewBytes && this.#firstLine(bytes, from, end, false, 'too-long');
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

  #begins(bytes: Uint8Array, at: number, end: number, mark: Uint8Array): boolean {
    if (at + mark.length > end) return false;
    for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
    return true;
  }

  /** Offset behind the delimiter at `at`; −1 when it is none after all, 0 when more bytes must say. */
  #delimiterEnd(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    if (this.#simple) return at + 1;
    if (this.#blanks) {
      let behind = at;
      while (behind < end && isBlank(bytes[behind])) behind++;
      return behind >= end && !final ? 0 : behind;
    }
    if (at + 1 + this.#rest.length > end && !final) return 0;
    return this.#begins(bytes, at + 1, end, this.#rest) ? at + 1 + this.#rest.length : -1;
  }

  /** The record's last field; blanks before a line's end part nothing. */
  #lastField(start: number, end: number): void {
    if (this.#blanks && start === end && this.fieldCount > 0) return;
    this.#field(start, end, 0);
  }

  /** Cuts a line at fixed characters; blanks around a field are not part of it. */
  #fixedRecord(bytes: Uint8Array, from: number, end: number, final: boolean, columns: readonly number[]): boolean {
    if (!this.#firstLine(bytes, from, end, final, 'none')) return false;
    if (this.problem !== 'none') return true;
    let column = 0;
    let char = -1;
    let start = from;
    const close = (to: number): void => {
      let a = start;
      let b = to;
      while (a < b && isBlank(bytes[a])) a++;
      while (b > a && isBlank(bytes[b - 1])) b--;
      this.#field(a, b, 0);
    };
    for (let at = from; at < this.end; at++) {
      if ((bytes[at] & 0xc0) !== 0x80) char++;
      if (column + 1 < columns.length && char === columns[column + 1] && (bytes[at] & 0xc0) !== 0x80) {
        close(at);
        start = at;
        column++;
      }
    }
    close(this.end);
    if (this.fieldCount > 1 || this.starts[0] < this.ends[0]) {
      while (this.fieldCount < columns.length) this.#field(this.end, this.end, 0);
    }
    return true;
  }

  /** Reads the quoted field that opens at `at`; the offset after its closing quote, −1 when it does not close. */
  #quoted(bytes: Uint8Array, at: number, end: number): number {
    const quote = this.#quote;
    let escapes = 1;
    let i = at + 1;
    for (; i < end; i++) {
      const byte = bytes[i];
      if (byte === quote) {
        if (this.#escape < 0 && i + 1 < end && bytes[i + 1] === quote) {
          escapes = 2;
          i++;
          continue;
        }
        this.#field(at + 1, i, escapes);
        return i + 1;
      }
      if (byte === LF) this.lines++;
      else if (byte === CR && bytes[i + 1] !== LF) this.lines++;
      else if (byte === this.#escape) {
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
    if (at >= end && !final && end - from < viewBytes) return false;
    const half = at < end && bytes[at] === CR && at + 1 >= end && !final;
    if (half && end - from < viewBytes) return false;
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

  /** Leaves out the fields behind the first `count`. */
  narrow(count: number): void {
    this.fieldCount = count;
    this.plain = false;
    this.odd = true;
  }

  /** Empties a field of the current record. */
  blank(index: number): void {
    this.ends[index] = this.starts[index];
    this.quoting[index] = 1;
    this.plain = false;
  }

  /** Text of field `index`, escapes resolved. */
  text(bytes: Uint8Array, index: number): string {
    const raw = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + this.starts[index],
      this.ends[index] - this.starts[index],
    ).toString('utf8');
    if (this.quoting[index] !== 2) return raw;
    const quote = String.fromCharCode(this.#quote);
    return this.#escape < 0 ? raw.replaceAll(quote + quote, quote) : unescaped(raw, String.fromCharCode(this.#escape));
  }
}
