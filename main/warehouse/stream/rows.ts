import { isUtf8 } from 'node:buffer';
import type { CanonicalWriter } from '../csv/canonical.ts';
import { RecordSplitter, recordLimits } from '../csv/record-splitter.ts';
import type { CsvDialect } from '../types.ts';

/**
 * Rows of a text source, format by format behind one shape: `cut` reads the next record and says what it is; a row's
 * cells are byte ranges of `cellBytes`.
 */
export type Rows = {
  cut(bytes: Uint8Array, from: number, end: number, final: boolean): boolean;
  /** What the record was: a row, a rejected row, a line that is no data (blank, title, header). */
  readonly outcome: 'row' | 'rejected' | 'blank' | 'skipped';
  readonly reason: string;
  readonly start: number;
  readonly end: number;
  readonly next: number;
  readonly lines: number;
  /** The line goes on behind what was cut: it is no place to pause at. */
  readonly open: boolean;
  readonly cellBytes: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Cells of the row; columns known so far. */
  readonly cellCount: number;
  /** Empties a cell of the current row before it is written. */
  blank(index: number): void;
  /** Writes the row in canonical form. */
  write(writer: CanonicalWriter): void;
};

const isBlankText = (bytes: Uint8Array, start: number, end: number): boolean => {
  for (let i = start; i < end; i++) if (bytes[i] !== 32 && bytes[i] !== 9) return false;
  return true;
};

const problemText = {
  none: '',
  'text-after-quote': 'text after a closing quote',
  'open-quote': 'a quote is opened and never closed',
  'too-long': 'the line is longer than 64 MiB, which no record is',
  'too-wide': 'the record has more than 2 million fields',
} as const;

/** Rows of a CSV source. `recordsSeen` are the records before the position to begin at (0 at the file's start). */
export class CsvRows implements Rows {
  outcome: Rows['outcome'] = 'blank';
  reason = '';
  cellBytes: Uint8Array = new Uint8Array(0);
  readonly cellCount: number;
  /** Records so far, blank lines not counted. */
  recordsSeen: number;
  readonly #splitter: RecordSplitter;
  readonly #skip: number;
  /** Where the table ends, and where the next record begins, in the UTF-8 text. */
  readonly #end: number;
  #offset: number;
  readonly #checkUtf8: boolean;

  constructor(
    dialect: CsvDialect,
    options: { readonly recordsSeen: number; readonly checkUtf8: boolean; readonly offset?: number },
  ) {
    this.#splitter = new RecordSplitter(dialect);
    this.#skip = dialect.preambleRecords + (dialect.headerRecords ?? (dialect.header ? 1 : 0));
    this.#end = dialect.dataEnd ?? Number.POSITIVE_INFINITY;
    this.#offset = options.offset ?? 0;
    this.#checkUtf8 = options.checkUtf8;
    this.recordsSeen = options.recordsSeen;
    this.cellCount = dialect.width;
  }

  /** Readers may disagree on the record: a quote stands inside a bare field, or fields behind the last were left out. */
  get odd(): boolean {
    return this.#splitter.odd;
  }
  get start(): number {
    return this.#splitter.start;
  }
  get end(): number {
    return this.#splitter.end;
  }
  get next(): number {
    return this.#splitter.next;
  }
  get lines(): number {
    return this.#splitter.lines;
  }
  get open(): boolean {
    return this.#splitter.open;
  }
  get starts(): Int32Array {
    return this.#splitter.starts;
  }
  get ends(): Int32Array {
    return this.#splitter.ends;
  }

  cut(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    const splitter = this.#splitter;
    if (!splitter.split(bytes, from, end, final)) return false;
    this.cellBytes = bytes;
    const behind = this.#offset >= this.#end;
    this.#offset += splitter.next - splitter.start;
    if (behind || splitter.comment || splitter.continued) {
      this.outcome = 'skipped';
      return true;
    }
    const count = splitter.fieldCount;
    if (count === 1 && splitter.quoting[0] === 0 && isBlankText(bytes, splitter.starts[0], splitter.ends[0])) {
      this.outcome = 'blank';
      return true;
    }
    this.recordsSeen++;
    if (this.recordsSeen <= this.#skip) {
      this.outcome = 'skipped';
      return true;
    }
    this.outcome = 'rejected';
    if (splitter.problem !== 'none') this.reason = problemText[splitter.problem];
    else if (count !== this.cellCount && !this.#onlyEmptyBehind(count)) {
      this.reason = `${count} ${count === 1 ? 'field' : 'fields'} where ${this.cellCount} are expected`;
    } else if (this.#checkUtf8 && !isUtf8(bytes.subarray(splitter.start, splitter.end)))
      this.reason = 'bytes that are not UTF-8';
    else this.outcome = 'row';
    return true;
  }

  /** Whether titles and header are passed and rows may come. */
  get inTable(): boolean {
    return this.recordsSeen >= this.#skip && this.#offset < this.#end && !this.open;
  }
  /** Bytes until the table ends. */
  get bytesLeft(): number {
    return this.#end - this.#offset;
  }
  /** Notes rows that were taken without being cut here. */
  passed(rows: number, bytes: number): void {
    this.recordsSeen += rows;
    this.#offset += bytes;
  }

  /** Whether a record that is too wide has nothing in the fields behind its last column. */
  #onlyEmptyBehind(count: number): boolean {
    if (count < this.cellCount) return false;
    const { starts, ends, quoting } = this.#splitter;
    for (let i = this.cellCount; i < count; i++) if (starts[i] < ends[i] || quoting[i] !== 0) return false;
    this.#splitter.narrow(this.cellCount);
    return true;
  }

  blank(index: number): void {
    this.#splitter.blank(index);
  }

  write(writer: CanonicalWriter): void {
    writer.record(this.cellBytes, this.#splitter);
  }

  /** Text of a cell of the current row. */
  text(index: number): string {
    return this.#splitter.text(this.cellBytes, index);
  }
}

/** Of a rejected line of megabytes, so much is kept. */
const keptOfLongLine = 1 << 16;

/** Text of the current record as it stands; only the beginning of one of megabytes. */
export function recordText({ start, end, open }: Pick<Rows, 'start' | 'end' | 'open'>, bytes: Uint8Array): string {
  const isLong = open || end - start > recordLimits.ordinaryBytes;
  const length = isLong ? Math.min(end - start, keptOfLongLine) : end - start;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8');
  return isLong ? `${text.replace(/\ufffd+$/, '')}…` : text;
}

/** Text of a cell of the current row, escapes resolved. */
export function cellText(rows: Rows, index: number): string {
  if (rows instanceof CsvRows) return rows.text(index);
  const { cellBytes, starts, ends } = rows;
  return Buffer.from(cellBytes.buffer, cellBytes.byteOffset + starts[index], ends[index] - starts[index]).toString(
    'utf8',
  );
}
