/**
 * Reads the entries of a package without trusting it: names that leave the folder, links, encrypted or repeated entries and
 * sizes beyond the limits are refused before anything is unpacked; nothing is ever written to disk.
 */
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { type Entry, open, type ZipFile } from 'yauzl';
import { type AuguryError, dataProblem, notFound, resourceProblem } from '../../base/errors.ts';
import { isPackageEntry, packageEntries } from './package-schema.ts';

const maxEntries = 64;
/** Far above what real packages reach (they are stored), far below what bombs need. */
const maxRatio = 200;
const unknownEntryLimitBytes = 2 ** 20;
const linkMode = 0o120000;
const typeMask = 0o170000;

export type PackageZip = {
  readonly names: readonly string[];
  /** Unpacks one entry. */
  readonly read: (name: string) => Promise<Uint8Array>;
  readonly close: () => void;
};

/** Opens a package. Every failure names the file, and the entry where one is to blame. */
export async function openPackageZip(path: string): Promise<PackageZip> {
  const file = basename(path);
  const zip = await openZip(path, file);
  try {
    const entries = await listEntries(zip, file);
    return {
      names: [...entries.keys()],
      read: async (name) => {
        const entry = entries.get(name);
        if (entry === undefined) {
          throw dataProblem('package-entry-missing', `The model package “${file}” has no ${name}.`, {
            hint: 'The package is incomplete: get it again from its source.',
            details: { file, entry: name },
          });
        }
        return readEntry(zip, entry, file);
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function openZip(path: string, file: string): Promise<ZipFile> {
  try {
    return await new Promise((resolve, reject) => {
      const options = { autoClose: false, lazyEntries: true, strictFileNames: true, validateEntrySizes: true };
      open(path, options, (error, zip) => (error === null ? resolve(zip) : reject(error)));
    });
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : '';
    if (code === 'ENOENT') {
      throw notFound('package-file', `There is no file “${file}”.`, {
        hint: 'Check the path.',
        details: { file },
        cause,
      });
    }
    if (code === 'EACCES' || code === 'EPERM' || code === 'EISDIR') {
      throw resourceProblem('package-file', `“${file}” may not be read (${code}).`, {
        hint: 'Check its permissions.',
        details: { file },
        cause,
      });
    }
    throw dataProblem(
      'package-truncated',
      `“${file}” is no complete model package: the end of the archive is missing or damaged.`,
      {
        hint: 'Copy or download it again; it may have been cut off.',
        details: { file },
        cause,
      },
    );
  }
}

async function listEntries(zip: ZipFile, file: string): Promise<Map<string, Entry>> {
  if (zip.entryCount > maxEntries) {
    throw refused(file, '', 'package-too-many-entries', `is one of ${zip.entryCount}, more than any package has`);
  }
  const entries = new Map<string, Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      const problem = entryProblem(entry, entries);
      if (problem !== null) {
        reject(refused(file, entry.fileName, ...problem));
        return;
      }
      entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.on('end', resolve);
    zip.on('error', (cause: Error) => {
      // The archive reader itself refuses absolute names, drive letters, backslashes and "..", with these words.
      const unsafe = /^(?:absolute path|invalid relative path|invalid characters in fileName): (.*)$/s.exec(
        cause.message,
      );
      if (unsafe === null) reject(damaged(file, cause.message, cause));
      else reject(refused(file, unsafe[1], 'package-entry-unsafe', 'has a name that leads outside the package'));
    });
    zip.readEntry();
  });
  return entries;
}

/** Code and words for an entry that must not be unpacked; null for a good one. */
function entryProblem(entry: Entry, known: ReadonlyMap<string, Entry>): readonly [code: string, what: string] | null {
  const name = entry.fileName;
  const { uncompressedSize, compressedSize } = entry;
  const limit = isPackageEntry(name) ? packageEntries[name].limitBytes : unknownEntryLimitBytes;
  if (((entry.externalFileAttributes >>> 16) & typeMask) === linkMode) return ['package-entry-unsafe', 'is a link'];
  if (known.has(name)) return ['package-entry-unsafe', 'occurs twice'];
  if (entry.isEncrypted()) return ['package-entry-unsafe', 'is encrypted'];
  if (uncompressedSize > limit) {
    return ['package-too-large', `unpacks to ${uncompressedSize} bytes, more than the ${limit} allowed`];
  }
  if (uncompressedSize > maxRatio * Math.max(1_024, compressedSize)) {
    return ['package-too-large', `unpacks to ${uncompressedSize} bytes from ${compressedSize}`];
  }
  return null;
}

async function readEntry(zip: ZipFile, entry: Entry, file: string): Promise<Uint8Array> {
  try {
    const stream = await new Promise<Readable>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error)));
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    // A plain array: a Buffer's `slice` would share memory where callers expect a copy.
    const bytes = Buffer.concat(chunks);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    throw damaged(
      file,
      `${entry.fileName}: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
      entry.fileName,
    );
  }
}

const refused = (file: string, entry: string, code: string, what: string): AuguryError =>
  dataProblem(code, `The model package “${file}” is refused: its entry “${entry}” ${what}.`, {
    hint: 'Do not use this package; get the model from a source you trust.',
    details: { file, entry },
  });

const damaged = (file: string, words: string, cause: unknown, entry = ''): AuguryError =>
  dataProblem('package-damaged', `The model package “${file}” is damaged (${words}).`, {
    hint: 'Copy or download it again.',
    details: { file, entry },
    cause,
  });
