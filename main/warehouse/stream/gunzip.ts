import { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { dataProblem } from '../../base/errors.ts';
import { sourceBlocks } from '../source-file.ts';

/**
 * The bytes of a gzip file. A file that unpacks to hundreds of times its size is refused before it fills anything; one
 * that is cut off is refused with what could be read, unless its whole lines are asked for.
 */
const freeBytes = 64 << 20;
/** Tables as text seldom shrink below a hundredth; deflate ends at a thousandth. */
const maxRatio = 400;

function bomb(packed: number, unpacked: number) {
  return dataProblem(
    'gzip-bomb',
    `The compressed file unpacks to more than ${maxRatio} times its size (${unpacked} bytes from ${packed} so far), as no table does.`,
    { hint: 'If the file is what it should be, unpack it yourself and import the table.' },
  );
}

function countLines(block: Buffer): number {
  let lines = 0;
  for (let i = 0; i < block.length; i++) if (block[i] === 10) lines++;
  return lines;
}

async function* unpacked(path: string, blockBytes: number, cut: boolean): AsyncGenerator<Buffer> {
  let packed = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const block of sourceBlocks(path, { blockBytes })) {
      packed += block.length;
      yield block;
    }
  };
  const file = Readable.from(counted(), { objectMode: false, highWaterMark: blockBytes });
  const gunzip = createGunzip({ chunkSize: blockBytes, ...(cut ? { finishFlush: constants.Z_SYNC_FLUSH } : {}) });
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  let bytes = 0;
  let lines = 0;
  try {
    for await (const block of gunzip as AsyncIterable<Buffer>) {
      bytes += block.length;
      if (bytes > freeBytes && bytes > maxRatio * packed) throw bomb(packed, bytes);
      if (!cut) lines += countLines(block);
      yield block;
    }
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_')) throw error;
    const where = `after ${bytes} bytes of text, ${lines} whole lines`;
    throw dataProblem(
      'broken-gzip',
      code === 'Z_BUF_ERROR'
        ? `The compressed file is cut off ${where}.`
        : `The compressed file is damaged: it cannot be unpacked to its end, only ${where}.`,
      {
        hint:
          code === 'Z_BUF_ERROR'
            ? 'Fetch the file again, or have its whole lines read (--accept-cut).'
            : 'Fetch the file again.',
        cause: error,
      },
    );
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

const maxTail = 64 << 20;

/** Unpacked blocks; with `cut` only up to the last line end. Errors: data-problem for damaged files and bombs. */
export async function* gunzipBlocks(path: string, blockBytes: number, cut: boolean): AsyncGenerator<Buffer> {
  if (!cut) {
    yield* unpacked(path, blockBytes, false);
    return;
  }
  let tail: Buffer[] = [];
  let length = 0;
  for await (const block of unpacked(path, blockBytes, true)) {
    const end = block.lastIndexOf(10);
    if (end >= 0) {
      yield* tail;
      yield block.subarray(0, end + 1);
      tail = [block.subarray(end + 1)];
      length = tail[0].length;
    } else {
      tail.push(block);
      length += block.length;
    }
    if (length > maxTail)
      throw dataProblem('no-lines', 'The text has no line ends to cut it at.', { hint: 'Fetch the file again.' });
  }
}
