import { isUtf8 } from 'node:buffer';
import { dataProblem } from '../../base/errors.ts';
import type { CanonicalWriter } from '../csv/canonical.ts';
import { recordLimits } from '../csv/record-splitter.ts';
import type { Rows } from '../stream/rows.ts';

/**
 * Rows of JSON lines: one object a line, its keys are columns in order of first appearance. Numbers keep the digits they
 * are written with, objects within objects are columns a.b,
 * lists stay as JSON text, null is missing. A line that is no object is rejected.
 */
const LF = 10;
const QUOTE = 34;
const BACKSLASH = 92;

/** A line that is longer is no record. */
const maxLineBytes = recordLimits.maxBytes;
const maxColumns = 10_000;
/** Objects nested deeper stay as JSON text. */
const maxFlatDepth = 8;

const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 13;

export class JsonRows implements Rows {
  outcome: Rows['outcome'] = 'blank';
  reason = '';
  start = 0;
  end = 0;
  next = 0;
  lines = 0;
  open = false;
  cellBytes: Uint8Array = Buffer.allocUnsafe(1 << 16);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** Columns met so far; grows. */
  readonly names: string[];
  readonly #index = new Map<string, number>();
  readonly #grow: boolean;
  readonly #flat: boolean;
  #seen = new Int32Array(64);
  #row = 0;
  #length = 0;
  #at = 0;

  /** With `grow` unknown keys become columns; without, they are left out. With `flat` objects within objects are columns. */
  constructor(names: readonly string[], grow: boolean, flat = false) {
    this.names = [];
    this.#grow = grow;
    this.#flat = flat;
    for (const name of names) this.#add(name);
  }

  get cellCount(): number {
    return this.names.length;
  }

  #add(name: string): number {
    const index = this.names.length;
    if (index >= maxColumns) {
      throw dataProblem(
        'too-many-keys',
        `The objects have more than ${maxColumns} different keys: they are data, not names.`,
        {
          hint: 'Write the data as rows: one object with a key and a value each.',
        },
      );
    }
    this.names.push(name);
    this.#index.set(name, index);
    if (index === this.starts.length) {
      const wider = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
        const to = new Int32Array(from.length * 2);
        to.set(from);
        return to;
      };
      this.starts = wider(this.starts);
      this.ends = wider(this.ends);
      this.#seen = wider(this.#seen);
    }
    return index;
  }

  cut(bytes: Uint8Array, from: number, end: number, final: boolean): boolean {
    if (this.open) return this.#passOver(bytes, from, end);
    const view = Math.min(end, from + maxLineBytes);
    let stop = from;
    while (stop < view && bytes[stop] !== LF) stop++;
    if (stop === view && view < from + maxLineBytes && !final) return false;
    this.open = stop === view && (view < end || !final);
    this.start = from;
    this.next = stop < view ? stop + 1 : view;
    this.lines = stop < view ? 1 : 0;
    while (stop > from && isSpace(bytes[stop - 1])) stop--;
    let first = from;
    while (first < stop && isSpace(bytes[first])) first++;
    this.end = stop;
    if (first === stop) {
      this.outcome = 'blank';
      return true;
    }
    this.outcome = 'row';
    this.reason = '';
    if (this.open) this.reason = 'the line is longer than 64 MiB, which no record is';
    else if (!isUtf8(bytes.subarray(first, stop))) this.reason = 'bytes that are not UTF-8';
    else this.reason = this.#object(bytes, first, stop);
    if (this.reason !== '') this.outcome = 'rejected';
    return true;
  }

  /** Passes over the rest of a line that is reported already, as far as it is there. */
  #passOver(bytes: Uint8Array, from: number, end: number): boolean {
    const at = bytes.indexOf(LF, from);
    const found = at >= 0 && at < end;
    this.open = !found;
    this.start = from;
    this.end = found ? at : end;
    this.next = found ? at + 1 : end;
    this.lines = found ? 1 : 0;
    this.outcome = 'skipped';
    return true;
  }

  #room(more: number): void {
    if (this.#length + more <= this.cellBytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.cellBytes.length * 2, this.#length + more));
    grown.set(this.cellBytes.subarray(0, this.#length));
    this.cellBytes = grown;
  }

  /** Offset behind the string that opens at `from`, −1 when it does not close. */
  #stringEnd(bytes: Uint8Array, from: number, end: number): number {
    for (let i = from + 1; i < end; i++) {
      if (bytes[i] === BACKSLASH) i++;
      else if (bytes[i] === QUOTE) return i + 1;
    }
    return -1;
  }

  #stringText(bytes: Uint8Array, from: number, end: number): string | null {
    const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from).toString('utf8');
    try {
      const value: unknown = JSON.parse(raw);
      return typeof value === 'string' ? value : null;
    } catch {
      return null;
    }
  }

  /** Offset behind the object or array that opens at `from`, −1 when it does not close. */
  #nestedEnd(bytes: Uint8Array, from: number, end: number): number {
    let depth = 0;
    for (let i = from; i < end; i++) {
      const byte = bytes[i];
      if (byte === QUOTE) {
        const close = this.#stringEnd(bytes, i, end);
        if (close < 0) return -1;
        i = close - 1;
      } else if (byte === 123 || byte === 91) depth++;
      else if (byte === 125 || byte === 93) {
        depth--;
        if (depth === 0) return i + 1;
      }
    }
    return -1;
  }

  /** Reads the object into cells; the reason why it is none, or ''. */
  #object(bytes: Uint8Array, from: number, end: number): string {
    if (bytes[from] !== 123) return 'not a JSON object';
    this.#row++;
    this.#length = 0;
    for (let i = 0; i < this.names.length; i++) this.ends[i] = this.starts[i] = 0;
    const broken = 'not valid JSON';
    this.#at = from;
    const reason = this.#members(bytes, end, '', 0);
    return reason !== '' || this.#at === end ? reason : broken;
  }

  /** Reads the members of the object at the current place and goes behind it; the reason why it is none, or ''. */
  #members(bytes: Uint8Array, end: number, prefix: string, depth: number): string {
    const broken = 'not valid JSON';
    const skipSpace = (): void => {
      while (this.#at < end && isSpace(bytes[this.#at])) this.#at++;
    };
    this.#at++;
    skipSpace();
    if (bytes[this.#at] === 125) {
      this.#at++;
      return '';
    }
    for (;;) {
      skipSpace();
      if (bytes[this.#at] !== QUOTE) return broken;
      const keyEnd = this.#stringEnd(bytes, this.#at, end);
      const name = keyEnd < 0 ? null : this.#stringText(bytes, this.#at, keyEnd);
      if (name === null) return broken;
      const key = prefix === '' ? name : `${prefix}.${name}`;
      this.#at = keyEnd;
      skipSpace();
      if (bytes[this.#at] !== 58) return broken;
      this.#at++;
      skipSpace();
      if (this.#flat && depth < maxFlatDepth && bytes[this.#at] === 123) {
        const reason = this.#members(bytes, end, key, depth + 1);
        if (reason !== '') return reason;
        skipSpace();
        const after = bytes[this.#at];
        this.#at++;
        if (after === 125) return '';
        if (after !== 44) return broken;
        continue;
      }
      let column = this.#index.get(key);
      if (column === undefined && this.#grow) column = this.#add(key);
      if (column !== undefined) {
        if (this.#seen[column] === this.#row) return `the key "${key}" stands twice`;
        this.#seen[column] = this.#row;
      }
      if (!this.#value(bytes, end, column ?? -1)) return broken;
      skipSpace();
      const mark = bytes[this.#at];
      this.#at++;
      if (mark === 125) return '';
      if (mark !== 44) return broken;
    }
  }

  #value(bytes: Uint8Array, end: number, column: number): boolean {
    const from = this.#at;
    const byte = bytes[from];
    let source: Uint8Array = bytes;
    let start = from;
    let stop = from;
    if (byte === QUOTE) {
      const close = this.#stringEnd(bytes, from, end);
      if (close < 0) return false;
      this.#at = close;
      start = from + 1;
      stop = close - 1;
      const raw = bytes.subarray(start, stop);
      if (raw.includes(BACKSLASH)) {
        const text = this.#stringText(bytes, from, close);
        if (text === null) return false;
        source = Buffer.from(text, 'utf8');
        start = 0;
        stop = source.length;
      }
    } else if (byte === 123 || byte === 91) {
      stop = this.#nestedEnd(bytes, from, end);
      if (stop < 0) return false;
      try {
        JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + from, stop - from).toString('utf8'));
      } catch {
        return false;
      }
      this.#at = stop;
    } else {
      while (stop < end && bytes[stop] !== 44 && bytes[stop] !== 125 && !isSpace(bytes[stop])) stop++;
      const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, stop - from).toString('latin1');
      this.#at = stop;
      if (text === 'null') return true;
      if (!/^(true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text)) return false;
    }
    if (column < 0) return true;
    this.#room(stop - start);
    this.cellBytes.set(source.subarray(start, stop), this.#length);
    this.starts[column] = this.#length;
    this.#length += stop - start;
    this.ends[column] = this.#length;
    return true;
  }

  blank(index: number): void {
    this.ends[index] = this.starts[index];
  }

  write(writer: CanonicalWriter): void {
    writer.cells(this.cellBytes, this.starts, this.ends, this.cellCount);
  }
}
