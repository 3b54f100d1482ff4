import { dataProblem, notFound, unsupported } from '../../base/errors.ts';
import { recordLimits } from '../csv/record-splitter.ts';
import { openSourceFile, type SourceFile } from '../source-file.ts';
import type { Encoding } from '../types.ts';
import { encodingOfHead, openBytes } from './byte-source.ts';
import { guessCodePage } from './code-page.ts';
import { seekTail, type TextTail } from './text-tail.ts';
import { looksLikeUtf8, Utf8Checker } from './utf8.ts';

/**
 * What kind of file this is, from its first bytes and never from its name alone: tables are read, everything else is
 * refused with a sentence that says what it is.
 */
export type Detected =
  | { readonly kind: 'parquet' }
  | {
      readonly kind: 'text';
      readonly compression: 'none' | 'gzip';
      readonly encoding: Encoding;
      readonly bomBytes: number;
      /** Whether the encoding follows from a byte order mark or from NUL bytes, or was given: then it is not checked again. */
      readonly certain: boolean;
      readonly json: boolean;
      /** The head of the text as UTF-8, cut at a line end where the file goes on. */
      readonly sample: Buffer;
      readonly sampleIsAll: boolean;
      /** The end of a longer text, from the start of a line, where the file can be read from there. */
      readonly tail: TextTail | null;
    };

const sampleBytes = 1 << 19;

async function head(path: string): Promise<{ readonly bytes: Buffer; readonly size: number; readonly tail: Buffer }> {
  let file: SourceFile;
  try {
    file = await openSourceFile(path);
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT')
      throw notFound('file-not-found', 'There is no such file.', { hint: 'Check the path.', cause: error });
    throw error;
  }
  try {
    if (!file.isFile)
      throw dataProblem('not-a-file', 'This is a folder, not a file.', { hint: 'Name one file of it.' });
    const size = file.bytes;
    const bytes = Buffer.alloc(Math.min(size, 1 << 16));
    await file.read(bytes, 0, bytes.length, 0);
    const tail = Buffer.alloc(Math.min(size, 4));
    await file.read(tail, 0, tail.length, Math.max(0, size - 4));
    return { bytes, size, tail };
  } finally {
    await file.close();
  }
}

const binaryMagic: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'a zip archive or an Excel workbook'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel or Office file'],
  ['SQLite format 3\0', 'an SQLite database'],
  ['%PDF', 'a PDF document'],
  ['\u0089PNG', 'a picture'],
  ['\u00ff\u00d8\u00ff', 'a picture'],
  ['GIF8', 'a picture'],
  ['\u007fELF', 'a program'],
  ['7z\u00bc\u00af', 'a 7-Zip archive'],
  ['BZh', 'a bzip2 archive'],
  ['\u00fd7zXZ', 'an xz archive'],
  ['(\u00b5/\u00fd', 'a Zstandard archive'],
];

function refuseBinary(bytes: Buffer): void {
  const text = bytes.subarray(0, 16).toString('latin1');
  const magic =
    binaryMagic.find(([start]) => text.startsWith(start)) ??
    (bytes.subarray(8, 12).toString('latin1') === 'DUCK' ? ['', 'a DuckDB database'] : undefined);
  if (magic !== undefined) {
    throw unsupported('not-a-table', `The file is ${magic[1]}, not a CSV, JSON lines or Parquet table.`, {
      hint: 'Export the table as CSV or Parquet and import that.',
    });
  }
}

function refuseStrangeText(sample: Buffer): void {
  let control = 0;
  let zeros = 0;
  for (let i = 0; i < sample.length; i++) {
    const byte = sample[i];
    if (byte >= 32) continue;
    if (byte === 0) zeros++;
    if (!(byte >= 9 && byte <= 13) && byte !== 27) control++;
  }
  // A few stray ones happen in exports; a file of them was never written to its end
  if (zeros > 0 && zeros >= 0.1 * sample.length) {
    throw dataProblem(
      'zero-bytes',
      'The file is filled with zero bytes: it was not written to its end, or is no text.',
      {
        hint: 'Fetch or write the file again.',
      },
    );
  }
  if (control > 4 && control > 0.02 * sample.length) {
    throw dataProblem('binary-file', 'The file holds binary data, not text: it cannot be a CSV or JSON table.', {
      hint: 'Export the table as CSV or Parquet and import that.',
    });
  }
  const start = sample.subarray(0, 2000).toString('utf8').trimStart().toLowerCase();
  if (/^(<!doctype html|<html|<head|<\?xml[^>]*>\s*<(!doctype )?html)/.test(start)) {
    throw dataProblem(
      'html-file',
      'The file is a web page, not a table: probably a login or error page saved in place of the download.',
      {
        hint: 'Open it in a browser to see what it says, then download the table again.',
      },
    );
  }
  if (start.startsWith('<?xml'))
    throw unsupported('xml-file', 'The file is XML, which is not read as a table.', { hint: 'Export it as CSV.' });
}

/** Refuses a text whose first line does not end within `longest` bytes: no names of columns are so long, and nothing else tells the columns. */
async function refuseEndless(blocks: AsyncIterable<Buffer>, longest: number): Promise<void> {
  let bytes = 0;
  for await (const block of blocks) {
    if (block.includes(10) || block.includes(13)) return;
    bytes += block.length;
    if (bytes <= longest) continue;
    throw dataProblem(
      'endless-line',
      `Line 1, which begins at byte 0 of the text, does not end within ${longest >> 20} MiB: this is no table with a record in each line.`,
      {
        hint: 'Look at the beginning of the file: line ends are missing, or another character stands for them. Write it again with a line end behind each record.',
        details: { row: 1 },
      },
    );
  }
}

/** Detects kind, compression and encoding. Errors: not-found, unsupported (other formats), data-problem (empty, binary, HTML, truncated Parquet). */
export async function detectSource(path: string, asked?: Encoding, cut?: boolean): Promise<Detected> {
  const { bytes, size, tail } = await head(path);
  if (size === 0)
    throw dataProblem('empty-file', 'The file is empty: it has no bytes at all.', {
      hint: 'Check the export that wrote it.',
    });
  if (bytes.subarray(0, 4).toString('latin1') === 'PAR1') {
    if (size < 12 || tail.toString('latin1') !== 'PAR1') {
      throw dataProblem('truncated-parquet', 'The Parquet file is cut off: its footer is missing.', {
        hint: 'Fetch or write the file again; the part at hand cannot be read.',
      });
    }
    return { kind: 'parquet' };
  }
  const compression = bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : 'none';
  if (compression === 'none') refuseBinary(bytes);

  let first = bytes;
  if (compression === 'gzip') {
    first = await collect(openBytes(path, { compression, encoding: 'utf-8', bomBytes: 0, cut }), 1 << 16);
    refuseBinary(first);
  }
  const fromHead = encodingOfHead(first);
  let encoding = asked ?? fromHead.encoding;
  const certain = encoding !== null;
  const bomBytes = encoding === fromHead.encoding ? fromHead.bomBytes : 0;
  if (encoding === null) {
    const checker = new Utf8Checker();
    checker.push(await collect(openBytes(path, { compression, encoding: 'utf-8', bomBytes: 0, cut }), sampleBytes));
    const evidence = checker.finish();
    encoding = looksLikeUtf8({ ...evidence, stray: Math.max(0, evidence.stray - 3) })
      ? 'utf-8'
      : guessCodePage(Buffer.from(evidence.strayText, 'latin1'));
  }
  const whole = await collect(openBytes(path, { compression, encoding, bomBytes, cut }), sampleBytes + 1);
  const sampleIsAll = whole.length <= sampleBytes;
  let sample = whole;
  if (!sampleIsAll) {
    const cut = Math.max(whole.lastIndexOf(10), whole.lastIndexOf(13));
    sample = whole.subarray(0, cut > 0 ? cut + 1 : sampleBytes);
  }
  refuseStrangeText(sample);
  if (sample.every((byte) => byte === 32 || (byte >= 9 && byte <= 13))) {
    throw dataProblem('empty-file', 'The file holds nothing but blank lines.', {
      hint: 'Check the export that wrote it.',
    });
  }
  let i = 0;
  while (i < sample.length && (sample[i] === 32 || (sample[i] >= 9 && sample[i] <= 13))) i++;
  const opening = sample.subarray(i, i + 200).toString('utf8');
  const json = /^\{\s*("|\})/.test(opening);
  const longest = json ? recordLimits.maxBytes : recordLimits.ordinaryBytes;
  if (!sampleIsAll && !sample.includes(10) && !sample.includes(13)) {
    await refuseEndless(openBytes(path, { compression, encoding, bomBytes, cut }), longest);
  }
  const lastLines =
    !sampleIsAll && compression === 'none' && encoding === 'utf-8' ? await seekTail(path, size, bomBytes) : null;
  return { kind: 'text', compression, encoding, bomBytes, certain, json, sample, sampleIsAll, tail: lastLines };
}

async function collect(blocks: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let length = 0;
  for await (const block of blocks) {
    kept.push(block);
    length += block.length;
    if (length >= limit) break;
  }
  return Buffer.concat(kept).subarray(0, limit);
}
