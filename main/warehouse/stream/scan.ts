import { recordLimits } from '../csv/record-splitter.ts';
import { type ByteSourceOptions, openBytes } from './byte-source.ts';
import type { Rows } from './rows.ts';

/** A place between two records: where to go on. */
export type Position = {
  /** Byte offset in the UTF-8 stream. */
  readonly offset: number;
  /** 1-based line that begins there. */
  readonly line: number;
};

const longBytes = 1 << 20;

export const startPosition: Position = { offset: 0, line: 1 };

/**
 * Takes many records at a time where they are of the common kind; what it leaves is cut one by one. The text lies in its
 * buffer.
 */
export type Bulk = {
  /** A buffer for text; the bytes of the one before stay where they were. */
  readonly buffer: (bytes: number) => Buffer<ArrayBufferLike>;
  /**
   * Takes records of [at, end), whose first lies at `offset` of the source and on `line`; then says how far it came in the
   * fields below.
   */
  readonly take: (at: number, end: number, offset: number, line: number) => void;
  readonly next: number;
  readonly lines: number;
  /** To pause behind the last record taken. */
  readonly paused: boolean;
};

/**
 * Drives rows over a source block by block. `visit` is called for every record, with its line, and returns true to pause
 * behind it; the generator yields the position at each pause and after each block, so that the caller can flush, save a
 * checkpoint or stop. Memory: one block and the longest record.
 */
export async function* scanRows(
  path: string,
  source: Omit<ByteSourceOptions, 'offset'>,
  from: Position,
  rows: Rows,
  visit: (line: number, bytes: Uint8Array) => boolean,
  bulk: Bulk | null = null,
): AsyncGenerator<{ readonly position: Position; readonly paused: boolean; readonly last: boolean }> {
  let buffer: Buffer<ArrayBufferLike> = bulk === null ? Buffer.allocUnsafe(1 << 19) : bulk.buffer(1 << 19);
  let length = 0;
  let { offset, line } = from;
  let at = 0;
  let due = false;
  // A long record that is not complete is cut again when twice as much of it is there, so that each byte is read few times
  let enough = 0;

  function* drain(
    final: boolean,
  ): Generator<{ readonly position: Position; readonly paused: boolean; readonly last: boolean }> {
    at = 0;
    while (at < length) {
      if (bulk !== null) {
        bulk.take(at, length, offset, line);
        line += bulk.lines;
        offset += bulk.next - at;
        at = bulk.next;
        if (bulk.paused) {
          yield { position: { offset, line }, paused: true, last: false };
          continue;
        }
        if (at === length) break;
      }
      if (!rows.cut(buffer, at, length, final)) break;
      if (visit(line, buffer)) due = true;
      line += rows.lines;
      offset += rows.next - at;
      at = rows.next;
      if (!due || rows.open) continue;
      due = false;
      yield { position: { offset, line }, paused: true, last: false };
    }
    if (at > 0) buffer.copyWithin(0, at, length);
    length -= at;
    enough = length < longBytes ? 0 : Math.min(2 * length, recordLimits.maxBytes + longBytes);
  }

  for await (const block of openBytes(path, { ...source, offset: from.offset, passing: true })) {
    if (length + block.length > buffer.length) {
      const size = Math.max(buffer.length * 2, length + block.length);
      if (bulk !== null) buffer = bulk.buffer(size);
      else {
        const grown = Buffer.allocUnsafe(size);
        buffer.copy(grown, 0, 0, length);
        buffer = grown;
      }
    }
    block.copy(buffer, length);
    length += block.length;
    if (length >= enough) yield* drain(false);
    yield { position: { offset, line }, paused: false, last: false };
  }
  // A recovered record may leave bytes behind it: go on until nothing is left
  while (length > 0) yield* drain(true);
  yield { position: { offset, line }, paused: false, last: true };
}
