import type { CsvDialect } from '../types.ts';

/**
 * Cuts UTF-8 bytes into CSV records and fields without decoding them. A quote opens only at the start of a field; inside,
 * a quote is doubled or escaped by a backslash; line ends are LF, CR LF or CR. One pass, no allocation per record: the
 * fields of the current record are offsets into the caller's bytes.
 *
 * A record that cannot be right (text after a closing quote, a quote that never closes) is reported as its first line
 * only, and reading goes on with the next line, so that one stray quote never swallows the rows behind it.
 */
export type RecordProblem = 'none' | 'text-after-quote' | 'open-quote' | 'too-long';

const LF = 10;
const CR = 13;
const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;

/** A quoted record longer than this is taken for a stray quote. */
export const maxRecordBytes = 1 << 21;

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

  readonly #kinds = new Uint8Array(256);
  readonly #quote: number;
  readonly #backslash: boolean;

  constructor(dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape'>) {
    this.#quote = dialect.quote === null ? -1 : dialect.quote.charCodeAt(0);
    this.#backslash = dialect.escape === 'backslash';
    this.#kinds[LF] = 1;
    this.#kinds[CR] = 1;
    this.#kinds[DOUBLE_QUOTE] = 2;
    if (this.#quote >= 0) this.#kinds[this.#quote] = 2;
    this.#kinds[0] = 2;
    this.#kinds[dialect.delimiter.charCodeAt(0)] = 3;
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
    const kinds = this.#kinds;
    this.fieldCount = 0;
    this.problem = 'none';
    this.plain = true;
    this.start = from;
    this.lines = 0;
    let fieldStart = from;
    let at = from;
    for (;;) {
      while (at < end && kinds[bytes[at]] === 0) at++;
      if (at >= end) {
        if (!final) return end - from > maxRecordBytes && this.#firstLine(bytes, from, end, final, 'too-long');
        this.#field(fieldStart, end, 0);
        this.end = end;
        this.next = end;
        return true;
      }
      const kind = kinds[bytes[at]];
      if (kind === 3) {
        this.#field(fieldStart, at, 0);
        at++;
        fieldStart = at;
        continue;
      }
      if (kind === 1) {
        if (bytes[at] === CR && at + 1 >= end && !final) return false;
        this.#field(fieldStart, at, 0);
        return this.#finish(bytes, at, end);
      }
      this.plain = false;
      if (bytes[at] !== this.#quote || at !== fieldStart) {
        at++;
        continue;
      }
      const closed = this.#quoted(bytes, at, end);
      if (closed < 0) {
        if (!final && end - from <= maxRecordBytes) return false;
        return this.#firstLine(bytes, from, end, final, 'open-quote');
      }
      if (closed >= end) {
        if (!final) return false;
        this.end = end;
        this.next = end;
        return true;
      }
      const after = kinds[bytes[closed]];
      if (after === 3) {
        at = closed + 1;
        fieldStart = at;
        continue;
      }
      if (after === 1) {
        if (bytes[closed] === CR && closed + 1 >= end && !final) return false;
        return this.#finish(bytes, closed, end);
      }
      return this.#firstLine(bytes, from, end, final, 'text-after-quote');
    }
  }

  /** Reads the quoted field that opens at `at`; the offset after its closing quote, −1 when it does not close. */
  #quoted(bytes: Uint8Array, at: number, end: number): number {
    const quote = this.#quote;
    let escapes = 1;
    let i = at + 1;
    for (; i < end; i++) {
      const byte = bytes[i];
      if (byte === quote) {
        if (!this.#backslash && i + 1 < end && bytes[i + 1] === quote) {
          escapes = 2;
          i++;
          continue;
        }
        this.#field(at + 1, i, escapes);
        return i + 1;
      }
      if (byte === LF) this.lines++;
      else if (byte === CR && bytes[i + 1] !== LF) this.lines++;
      else if (byte === BACKSLASH && this.#backslash) {
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
    if (at >= end && !final && end - from <= maxRecordBytes) return false;
    if (at < end && bytes[at] === CR && at + 1 >= end && !final) return false;
    this.problem = problem;
    this.fieldCount = 0;
    this.lines = 0;
    if (at >= end) {
      // No line end within the limit: the piece is given up and reading goes on behind it
      this.end = end;
      this.next = end;
      return true;
    }
    return this.#finish(bytes, at, end);
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
    return this.#backslash ? raw.replace(/\\([\s\S])/g, '$1') : raw.replaceAll(quote + quote, quote);
  }
}
