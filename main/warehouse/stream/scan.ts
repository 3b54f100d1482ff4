import { type ByteSourceOptions, openBytes } from './byte-source.ts';
import type { Rows } from './rows.ts';

/** A place between two records: where to go on. */
export type Position = {
  /** Byte offset in the UTF-8 stream. */
  readonly offset: number;
  /** 1-based line that begins there. */
  readonly line: number;
};

export const startPosition: Position = { offset: 0, line: 1 };

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
): AsyncGenerator<{ readonly position: Position; readonly paused: boolean; readonly last: boolean }> {
  let buffer = Buffer.allocUnsafe(1 << 19);
  let length = 0;
  let { offset, line } = from;
  let at = 0;

  function* drain(
    final: boolean,
  ): Generator<{ readonly position: Position; readonly paused: boolean; readonly last: boolean }> {
    at = 0;
    while (at < length && rows.cut(buffer, at, length, final)) {
      const stop = visit(line, buffer);
      line += rows.lines;
      offset += rows.next - at;
      at = rows.next;
      if (stop) yield { position: { offset, line }, paused: true, last: false };
    }
    buffer.copyWithin(0, at, length);
    length -= at;
  }

  for await (const block of openBytes(path, { ...source, offset: from.offset, passing: true })) {
    if (length + block.length > buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + block.length));
      buffer.copy(grown, 0, 0, length);
      buffer = grown;
    }
    block.copy(buffer, length);
    length += block.length;
    yield* drain(false);
    yield { position: { offset, line }, paused: false, last: false };
  }
  // A recovered record may leave bytes behind it: go on until nothing is left
  while (length > 0) yield* drain(true);
  yield { position: { offset, line }, paused: false, last: true };
}
