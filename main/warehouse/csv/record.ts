import { escapeByte, unescaped } from './escapes.ts';

/** Why a stretch of text is no record. */
export type RecordProblem = 'none' | 'text-after-quote' | 'open-quote' | 'too-long' | 'too-wide';

/**
 * One record of a text as it was cut: its fields are offsets into the caller's bytes, so that no text is made of what
 * nobody looks at. The arrays are used again for the next record.
 */
export class CutRecord {
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
  /** The quote's byte; −1 where nothing quotes. */
  protected readonly quote: number;
  /** The sign that escapes inside quotes; −1 where quotes are doubled. */
  protected readonly escape: number;

  constructor(quote: string | null, escaping: string) {
    this.quote = quote === null ? -1 : quote.charCodeAt(0);
    this.escape = escapeByte(escaping);
  }

  /** Forgets the record before; `simple` says that this one may be copied as it stands until something speaks against it. */
  protected begin(from: number, simple: boolean): void {
    this.fieldCount = 0;
    this.problem = 'none';
    this.plain = simple;
    this.odd = false;
    this.comment = false;
    this.start = from;
    this.lines = 0;
  }

  /** Adds a field. */
  protected field(start: number, end: number, quoting: number): void {
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
    const quote = String.fromCharCode(this.quote);
    return this.escape < 0 ? raw.replaceAll(quote + quote, quote) : unescaped(raw, String.fromCharCode(this.escape));
  }
}
