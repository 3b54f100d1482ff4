import type { CsvDialect } from '../types.ts';
import type { CutRecord } from './record.ts';

/**
 * Writes records in one fixed form for DuckDB: UTF-8, the source's delimiter, `"` quoting with doubling, LF line ends. A
 * plain record is copied as it stands; others are written field by field.
 */
const QUOTE = 34;
const LF = 10;

/** The delimiter that a dialect's records are written with: its own where it is one ASCII character. */
export const canonicalDelimiter = ({ delimiter, blanks, fixed }: CsvDialect): string =>
  delimiter.length === 1 && delimiter.charCodeAt(0) < 128 && blanks !== true && fixed === undefined ? delimiter : ',';

export class CanonicalWriter {
  #bytes: Buffer;
  #length = 0;
  readonly #delimiter: number;

  constructor(delimiter: string, capacity: number) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Begins a file: a line of names, so that no row stands first, where a byte order mark would be taken off it. */
  begin(width: number, lineEnd = '\n'): void {
    const names = Array.from({ length: width }, (_, i) => `c${i}`).join(String.fromCharCode(this.#delimiter));
    this.#reserve(names.length + 2);
    this.#length += this.#bytes.write(`${names}${lineEnd}`, this.#length, 'latin1');
  }

  /** The bytes written since the last `clear`; valid until the next write. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }

  /** Writes the splitter's current record. */
  record(source: Uint8Array, splitter: CutRecord): void {
    const size = splitter.end - splitter.start;
    if (splitter.plain) {
      this.#reserve(size + 1);
      this.#bytes.set(source.subarray(splitter.start, splitter.end), this.#length);
      this.#length += size;
    } else {
      this.#reserve(2 * size + 3 * splitter.fieldCount + 1);
      for (let i = 0; i < splitter.fieldCount; i++) {
        if (i > 0) this.#bytes[this.#length++] = this.#delimiter;
        if (splitter.quoting[i] === 2) this.#quotedText(splitter.text(source, i));
        else this.#quoted(source, splitter.starts[i], splitter.ends[i]);
      }
    }
    this.#bytes[this.#length++] = LF;
  }

  /** Writes cells given as ranges of `source`, whose text needs no unescaping. */
  cells(source: Uint8Array, starts: Int32Array, ends: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#reserve(2 * (ends[i] - starts[i]) + 4);
      if (i > 0) this.#bytes[this.#length++] = this.#delimiter;
      this.#quoted(source, starts[i], ends[i]);
    }
    this.#reserve(1);
    this.#bytes[this.#length++] = LF;
  }

  #quotedText(text: string): void {
    const escaped = text.replaceAll('"', '""');
    this.#reserve(escaped.length * 3 + 2);
    this.#bytes[this.#length++] = QUOTE;
    this.#length += this.#bytes.write(escaped, this.#length, 'utf8');
    this.#bytes[this.#length++] = QUOTE;
  }

  #quoted(source: Uint8Array, start: number, end: number): void {
    this.#bytes[this.#length++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = source[i];
      if (byte === QUOTE) this.#bytes[this.#length++] = QUOTE;
      this.#bytes[this.#length++] = byte;
    }
    this.#bytes[this.#length++] = QUOTE;
  }
}

/**
 * SQL table function over a canonical file with `width` text columns c0, c1, …; empty fields are NULL. Buffers of a few MB
 * let several threads share one chunk.
 */
export function readCanonical(
  pathLiteral: string,
  width: number,
  delimiterLiteral: string,
  longestRecord: number,
  lineEnd: '\n' | '\r\n' = '\n',
): string {
  const columns = Array.from({ length: width }, (_, i) => `c${i}: 'VARCHAR'`).join(', ');
  return (
    `read_csv(${pathLiteral}, columns = {${columns}}, header = true, auto_detect = false, delim = ${delimiterLiteral}, ` +
    `quote = '"', escape = '"', ${lineEnd === '\n' ? "new_line = '\\n', " : ''}nullstr = '', strict_mode = true${longestRecord > 1_900_000 ? `, max_line_size = ${longestRecord + 1024}` : ', buffer_size = 4200000'})`
  );
}
