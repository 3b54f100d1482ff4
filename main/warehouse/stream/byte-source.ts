import { unsupported } from '../../base/errors.ts';
import { openSourceFile } from '../source-file.ts';
import type { Encoding } from '../types.ts';
import { gunzipBlocks } from './gunzip.ts';

/**
 * The bytes of a source as UTF-8, whatever its compression and encoding, from a byte offset of that UTF-8 stream on.
 * Plain UTF-8 files seek; others are decoded from the start and skipped, which costs time but no memory.
 */
export type ByteSourceOptions = {
  readonly compression: 'none' | 'gzip';
  readonly encoding: Encoding;
  /** Offset in the UTF-8 stream (byte order mark not counted) to begin at. */
  readonly offset?: number;
  /** Length of the byte order mark in the file, 0 if none. */
  readonly bomBytes: number;
  readonly blockBytes?: number;
  /** The caller is done with a block when it asks for the next: buffers take turns. */
  readonly passing?: boolean;
  /** Of a compressed file that is cut off, the whole lines. */
  readonly cut?: boolean | undefined;
};

const utf8Bom = 3;

/** Blocks of a file, the next one read while one is used; with `passing` each is valid until the next is asked for. */
async function* plainBlocks(path: string, start: number, blockBytes: number, passing: boolean): AsyncGenerator<Buffer> {
  const file = await openSourceFile(path);
  const buffers = [Buffer.allocUnsafe(blockBytes), Buffer.allocUnsafe(blockBytes)];
  try {
    let position = start;
    let turn = 0;
    const fill = (): Promise<{ readonly bytesRead: number }> => file.read(buffers[turn % 2], 0, blockBytes, position);
    let next = fill();
    for (;;) {
      const { bytesRead } = await next;
      if (bytesRead === 0) return;
      const block = buffers[turn % 2].subarray(0, bytesRead);
      position += bytesRead;
      turn++;
      if (!passing) buffers[turn % 2] = Buffer.allocUnsafe(blockBytes);
      next = fill();
      next.catch(() => {});
      yield block;
    }
  } finally {
    await file.close();
  }
}

async function* rawBlocks(
  path: string,
  start: number,
  blockBytes: number,
  compression: 'none' | 'gzip',
  passing: boolean,
  cut = false,
): AsyncGenerator<Buffer> {
  if (compression === 'none') {
    yield* plainBlocks(path, start, blockBytes, passing);
    return;
  }
  yield* gunzipBlocks(path, blockBytes, cut);
}

async function* transcoded(blocks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'latin1') {
    for await (const block of blocks) yield Buffer.from(block.toString('latin1'), 'utf8');
    return;
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: false });
  for await (const block of blocks) {
    const text = decoder.decode(block, { stream: true });
    if (text.length > 0) yield Buffer.from(text, 'utf8');
  }
  const rest = decoder.decode();
  if (rest.length > 0) yield Buffer.from(rest, 'utf8');
}

async function* skipping(blocks: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const block of blocks) {
    if (left >= block.length) left -= block.length;
    else {
      yield left === 0 ? block : block.subarray(left);
      left = 0;
    }
  }
}

/** Opens a source as a stream of UTF-8 blocks. Errors: data-problem for damaged gzip. */
export function openBytes(path: string, options: ByteSourceOptions): AsyncIterable<Buffer> {
  const offset = options.offset ?? 0;
  const passing = options.passing === true;
  const blockBytes = options.blockBytes ?? 1 << 18;
  if (options.encoding === 'utf-8') {
    if (options.compression === 'none') return rawBlocks(path, options.bomBytes + offset, blockBytes, 'none', passing);
    return skipping(rawBlocks(path, 0, blockBytes, 'gzip', passing, options.cut), options.bomBytes + offset);
  }
  const text = transcoded(rawBlocks(path, 0, blockBytes, options.compression, passing, options.cut), options.encoding);
  return offset === 0 ? text : skipping(text, offset);
}

/** What the first bytes say about the encoding. */
export function encodingOfHead(head: Buffer): { readonly encoding: Encoding | null; readonly bomBytes: number } {
  if (head.length >= utf8Bom && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf)
    return { encoding: 'utf-8', bomBytes: utf8Bom };
  if (head[0] === 0xff && head[1] === 0xfe) {
    if (head.length >= 4 && head[2] === 0 && head[3] === 0) {
      throw unsupported('encoding-utf-32', 'The file is UTF-32, which is not read.', { hint: 'Save it as UTF-8.' });
    }
    return { encoding: 'utf-16le', bomBytes: 2 };
  }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  let even = 0;
  let odd = 0;
  for (let i = 0; i < head.length; i++) {
    if (head[i] === 0) {
      if (i % 2 === 0) even++;
      else odd++;
    }
  }
  const half = head.length / 2;
  if (odd > 0.4 * half && even < 0.05 * half && head.length >= 4) return { encoding: 'utf-16le', bomBytes: 0 };
  if (even > 0.4 * half && odd < 0.05 * half && head.length >= 4) return { encoding: 'utf-16be', bomBytes: 0 };
  return { encoding: null, bomBytes: 0 };
}
