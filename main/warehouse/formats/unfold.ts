import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { unsupported } from '../../base/errors.ts';
import { findStat } from '../files.ts';
import { openSourceFile, sourceBlocks } from '../source-file.ts';
import { encodingOfHead, openBytes } from '../stream/byte-source.ts';
import { appendMembers } from './append-members.ts';
import { unfoldDuckdb } from './duckdb.ts';
import { unfoldJson } from './json-document.ts';
import { refuseUnfinished, unfoldSqlite } from './sqlite.ts';
import type { Unfolded, UnfoldRequest } from './types.ts';
import { unfoldXlsx } from './xlsx.ts';
import { openZip } from './zip-entries.ts';
import { allMembers, chooseMember, listMembers, unpackMember } from './zip-members.ts';

/**
 * Takes the table out of sources that are no text: workbooks, JSON documents, SQLite and DuckDB databases, zip archives
 * with files of any of these kinds inside, or texts or Parquet. What comes out is a text file in the job's folder, which is examined and stored as any other
 * text, so that receipts, readings and accounts are the same for all formats.
 */
const headBytes = 1 << 16;

async function readAt(path: string, from: number, length: number): Promise<Buffer> {
  const file = await openSourceFile(path);
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await file.read(bytes, 0, length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Refuses the older Office container by what it holds: its directory names the streams. */
async function refuseOle(path: string, head: Buffer): Promise<never> {
  const sectorBytes = 1 << Math.min(16, head.length > 32 ? head.readUInt16LE(30) : 9);
  const at = head.length > 52 ? (head.readUInt32LE(48) + 1) * sectorBytes : 0;
  const directory = Buffer.concat([await readAt(path, at, 8192), head]).toString('utf16le');
  if (directory.includes('EncryptedPackage')) {
    throw unsupported('workbook-encrypted', 'The workbook is protected by a password and cannot be read.', {
      hint: 'Open it in Excel, remove the password (File, Info, Protect Workbook), save it and import it again.',
    });
  }
  throw unsupported('old-workbook', 'The file is an old Excel workbook (.xls), which is not read.', {
    hint: 'Open it in Excel or LibreOffice, save it as .xlsx or CSV, and import that.',
  });
}

async function unfoldZip(request: UnfoldRequest): Promise<Unfolded> {
  const zip = await openZip(request.path);
  try {
    if (zip.names.includes('[Content_Types].xml') && zip.names.some((name) => /^xl\/workbook\.(xml|bin)$/.test(name))) {
      if (zip.names.includes('xl/workbook.bin')) {
        throw unsupported('binary-workbook', 'The file is a binary workbook (.xlsb), which is not read.', {
          hint: 'Save it as .xlsx or CSV and import that.',
        });
      }
      return await unfoldXlsx(request);
    }
    if (zip.names.includes('[Content_Types].xml') || zip.names.includes('mimetype')) {
      throw unsupported('not-a-table', 'The file is an office document, not an Excel workbook (.xlsx).', {
        hint: 'Save the table as .xlsx or CSV and import that.',
      });
    }
    const members = listMembers(zip);
    const offered = members.length > 1 ? { members } : {};
    if (request.pick.member === allMembers) {
      const shown = members.filter(({ hidden }) => !hidden);
      const appended = await appendMembers(zip, shown, request, async (path) => (await recognise(path)) === 'other');
      return { ...appended, ...offered };
    }
    const { name } = chooseMember(members, request.pick.member);
    const member = members.length > 1 ? { member: name } : {};
    const target = await unpackMember(zip, name, request);
    const note =
      members.length > 1
        ? `The archive holds ${members.length} files; read is "${name}".`
        : `Read is "${name}" in the archive.`;
    const inner = await recognise(target);
    const unfolded = await unfoldInner({ ...request, path: target }, inner, name);
    if (unfolded !== null) {
      const { container, notes } = unfolded;
      const said = members.length > 1 ? [note, ...notes] : notes;
      return { ...unfolded, ...offered, container: { ...container, archive: name, ...member }, notes: said };
    }
    return {
      path: target,
      container: { kind: 'zip', part: name, range: null, ...member },
      shape: inner === 'parquet' ? 'parquet' : 'as-is',
      names: [],
      parts: [],
      ...offered,
      notes: [note],
      kinds: [],
    };
  } finally {
    zip.close();
  }
}

/** Takes the table out of the file that an archive holds; null for text and Parquet, which are read as they stand. */
async function unfoldInner(request: UnfoldRequest, inner: Kind, entry: string): Promise<Unfolded | null> {
  switch (inner) {
    case 'json':
      return unfoldJson(request, await jsonBytes(request.path));
    case 'sqlite':
      return unfoldSqlite(request);
    case 'duckdb':
      return unfoldDuckdb(request);
    case 'ole':
      return refuseOle(request.path, await readAt(request.path, 0, headBytes));
    case 'zip': {
      const zip = await openZip(request.path);
      const isWorkbook = zip.names.includes('xl/workbook.xml');
      zip.close();
      if (isWorkbook) return unfoldXlsx(request);
      throw unsupported('nested-archive', `The file in the archive, "${basename(entry)}", is an archive itself.`, {
        hint: 'Unpack the outer archive and import the one inside.',
      });
    }
    default:
      return null;
  }
}

type Kind = 'zip' | 'sqlite' | 'duckdb' | 'parquet' | 'json' | 'ole' | 'other';

async function jsonBytes(path: string) {
  const head = await readAt(path, 0, 2);
  const compression = head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : 'none';
  const { encoding, bomBytes } = encodingOfHead(await textHead(path, compression));
  return { compression, encoding: encoding ?? 'utf-8', bomBytes } as const;
}

async function textHead(path: string, compression: 'none' | 'gzip'): Promise<Buffer> {
  if (compression === 'none') return readAt(path, 0, headBytes);
  const kept: Buffer[] = [];
  let length = 0;
  for await (const block of openBytes(path, { compression, encoding: 'utf-8', bomBytes: 0 })) {
    kept.push(block);
    length += block.length;
    if (length >= headBytes) break;
  }
  return Buffer.concat(kept).subarray(0, headBytes);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a list of objects stands somewhere in an object. */
const holdsList = (value: unknown, depth: number): boolean =>
  isObject(value) &&
  depth < 8 &&
  Object.values(value).some((each) => (Array.isArray(each) ? isObject(each[0]) : holdsList(each, depth + 1)));

/** Whether a text that begins as JSON is one document with a list in it, not one object a line. */
function isDocument(text: string, whole: boolean): boolean {
  const start = text.trimStart();
  if (/^\[\s*(\{|\[|\]|"|-?\d|null|true|false)/.test(start)) return start.length > 0 && !/^\[\w+\][^,\]]/.test(start);
  if (!/^\{\s*("|\})/.test(start)) return false;
  const line = start.slice(0, /[\r\n]/.exec(start)?.index ?? start.length);
  const rest = start.slice(line.length).trim();
  let first: unknown;
  try {
    first = JSON.parse(line);
  } catch {
    // A first line that does not end within the head is no record; one that breaks off before is a document over lines
    return line.length < start.length ? !line.trimEnd().endsWith('}') : !whole;
  }
  if (rest !== '' || !whole) return false;
  return holdsList(first, 0);
}

async function recognise(path: string): Promise<Kind> {
  const size = (await findStat(path))?.bytes ?? 0;
  if (size === 0) return 'other';
  const head = await readAt(path, 0, headBytes);
  const start = head.subarray(0, 16).toString('latin1');
  if (start.startsWith('PK\u0003\u0004') || start.startsWith('PK\u0005\u0006')) return 'zip';
  if (start.startsWith('\u00d0\u00cf\u0011\u00e0')) return 'ole';
  if (start.startsWith('SQLite format 3\0')) return 'sqlite';
  if (start.startsWith('PAR1')) return 'parquet';
  if (head.subarray(8, 12).toString('latin1') === 'DUCK') return 'duckdb';
  const bytes = await jsonBytes(path);
  if (bytes.encoding !== 'utf-8' && !bytes.encoding.startsWith('utf-16')) return 'other';
  const text = await textHead(path, bytes.compression);
  const decoded = new TextDecoder(bytes.encoding).decode(text);
  const whole = bytes.compression === 'none' ? size <= headBytes : text.length < headBytes;
  if (!isDocument(decoded, whole)) return 'other';
  const longLine = /^\s*\{[^\r\n]*$/.test(decoded) && !whole && bytes.compression === 'none';
  return longLine && (await hasNextRecord(path)) ? 'other' : 'json';
}

/** Whether a line that is longer than the head is followed by another object: then it is a record of JSON lines. */
async function hasNextRecord(path: string): Promise<boolean> {
  let ended = false;
  for await (const block of sourceBlocks(path, { start: headBytes })) {
    let at = ended ? 0 : block.indexOf(10);
    if (at < 0) continue;
    ended = true;
    while (at < block.length && (block[at] === 10 || block[at] === 13 || block[at] === 32 || block[at] === 9)) at++;
    if (at < block.length) return block[at] === 0x7b;
  }
  return false;
}

/** Whether a source is unfolded; it may still be refused then. A database that is being written to is refused here. */
export async function isContainer(path: string): Promise<boolean> {
  if ((await findStat(path)) === null) return false;
  const kind = await recognise(path);
  if (kind === 'sqlite') await refuseUnfinished(path);
  if (kind === 'ole') await refuseOle(path, await readAt(path, 0, headBytes));
  return kind !== 'other' && kind !== 'parquet';
}

/**
 * Unfolds a source, or null when it is text or Parquet and read as it stands. Errors: unsupported (old or protected
 * workbooks), data-problem (damaged, cut off, a bomb), invalid-input (unknown part).
 */
export async function unfold(request: UnfoldRequest): Promise<Unfolded | null> {
  const stat = await findStat(request.path);
  if (stat === null) return null;
  const kind = await recognise(request.path);
  if (kind === 'other' || kind === 'parquet') return null;
  await mkdir(request.scratchDir, { recursive: true });
  if (kind === 'ole') return refuseOle(request.path, await readAt(request.path, 0, headBytes));
  if (kind === 'zip') return unfoldZip(request);
  if (kind === 'sqlite') {
    await refuseUnfinished(request.path);
    return unfoldSqlite(request);
  }
  if (kind === 'duckdb') return unfoldDuckdb(request);
  return unfoldJson(request, await jsonBytes(request.path));
}
