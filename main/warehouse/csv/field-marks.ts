import type { CsvDialect } from '../types.ts';

/** What the splitter needs to know of a dialect. */
export type Cut = Pick<CsvDialect, 'delimiter' | 'quote' | 'escape' | 'blanks' | 'fixed' | 'comment'> &
  Partial<Pick<CsvDialect, 'width'>>;

export const LF = 10;
export const CR = 13;
const DOUBLE_QUOTE = 34;
const TAB = 9;
const BLANK = 32;

export const isBlank = (byte: number): boolean => byte === BLANK || byte === TAB;

/** The marks of a dialect: what parts fields, ends lines and begins remarks. */
export class FieldMarks {
  /** What each byte means: 0 nothing, 1 a line end, 2 a quote or NUL, 3 the beginning of a delimiter. */
  readonly kinds = new Uint8Array(256);
  readonly blanks: boolean;
  readonly fixed: readonly number[] | null;
  /** Bytes that begin a remark; none where there are no remarks. */
  readonly comment: Uint8Array;
  /** One byte parts fields: a plain record may be copied as it stands. */
  readonly simple: boolean;
  /** Bytes of the delimiter behind its first. */
  readonly #rest: Uint8Array;

  constructor(dialect: Cut) {
    const delimiter = new TextEncoder().encode(dialect.delimiter);
    this.#rest = delimiter.subarray(1);
    this.blanks = dialect.blanks === true;
    this.fixed = dialect.fixed ?? null;
    this.comment = new TextEncoder().encode(dialect.comment ?? '');
    this.simple = delimiter.length === 1 && !this.blanks && this.fixed === null;
    this.kinds[LF] = 1;
    this.kinds[CR] = 1;
    this.kinds[DOUBLE_QUOTE] = 2;
    if (dialect.quote !== null) this.kinds[dialect.quote.charCodeAt(0)] = 2;
    this.kinds[0] = 2;
    if (this.fixed === null) this.kinds[delimiter[0]] = 3;
    if (this.blanks) this.kinds[TAB] = 3;
  }

  /** Offset behind the delimiter whose first byte stands at `at`; −1 when it is none after all, 0 when more bytes must say. */
  delimiterEnd(bytes: Uint8Array, at: number, end: number, final: boolean): number {
    if (this.simple) return at + 1;
    if (this.blanks) {
      let behind = at;
      while (behind < end && isBlank(bytes[behind])) behind++;
      return behind >= end && !final ? 0 : behind;
    }
    if (at + 1 + this.#rest.length > end && !final) return 0;
    return begins(bytes, at + 1, end, this.#rest) ? at + 1 + this.#rest.length : -1;
  }
}

/** Whether `mark` stands at `at`. */
export function begins(bytes: Uint8Array, at: number, end: number, mark: Uint8Array): boolean {
  if (at + mark.length > end) return false;
  for (let i = 0; i < mark.length; i++) if (bytes[at + i] !== mark[i]) return false;
  return true;
}

/** Calls `field` for each stretch of a line that is cut at fixed characters; blanks around a field are not part of it. */
export function cutFixed(
  bytes: Uint8Array,
  from: number,
  end: number,
  columns: readonly number[],
  field: (start: number, end: number) => void,
): void {
  let column = 0;
  let char = -1;
  let start = from;
  const close = (to: number): void => {
    let a = start;
    let b = to;
    while (a < b && isBlank(bytes[a])) a++;
    while (b > a && isBlank(bytes[b - 1])) b--;
    field(a, b);
  };
  for (let at = from; at < end; at++) {
    if ((bytes[at] & 0xc0) !== 0x80) char++;
    if (column + 1 < columns.length && char === columns[column + 1] && (bytes[at] & 0xc0) !== 0x80) {
      close(at);
      start = at;
      column++;
    }
  }
  close(end);
}
