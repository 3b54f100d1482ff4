import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReader, open, RandomAccessReader, type ZipFile } from 'yauzl';
import { AuguryError, dataProblem, unsupported } from '../../base/errors.ts';
import { findSealed } from '../sealed-file.ts';
import { sourceBlocks } from '../source-file.ts';

/**
 * The files in a zip archive, opened one by one as streams. Declared sizes are checked before anything is unpacked, and
 * a stream that yields more than declared fails, so that a small archive cannot fill memory or disk.
 */
export type ZipEntries = {
  readonly names: readonly string[];
  readonly bytes: (name: string) => number;
  readonly packedBytes: (name: string) => number;
  readonly read: (name: string) => Promise<Readable>;
  readonly close: () => void;
};

const maxEntries = 10_000;
const freeBytes = 64 << 20;
/** Tables as text seldom shrink below a hundredth. */
const maxRatio = 400;

const broken = (cause: unknown) =>
  dataProblem('broken-zip', 'The zip archive (or workbook) is damaged or cut off.', {
    hint: 'Fetch or save the file again.',
    cause,
  });

/** A sealed archive, which cannot be opened by its name. */
class SealedArchive extends RandomAccessReader {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(sourceBlocks(this.#path, { start, end }), { objectMode: false });
  }
}

/** Refuses what would unpack to many times its size, as no table does. Throws data-problem `zip-bomb`. */
export function refuseBomb(what: string, packedBytes: number, bytes: number): void {
  if (bytes <= freeBytes || bytes <= maxRatio * packedBytes) return;
  throw dataProblem(
    'zip-bomb',
    `${what} would unpack from ${packedBytes} to ${bytes} bytes: more than ${maxRatio} times its size, as no table does.`,
    { hint: 'If the file is what it should be, unpack it yourself and import the table.' },
  );
}

/** Opens an archive. Errors: data-problem when it is damaged or a bomb, unsupported when it is encrypted. */
export async function openZip(path: string): Promise<ZipEntries> {
  const archive = await new Promise<ZipFile>((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    const opened = (error: Error | null, file: ZipFile): void =>
      error === null ? resolve(file) : reject(broken(error));
    const sealed = findSealed(path);
    if (sealed === null) open(path, options, opened);
    else fromRandomAccessReader(new SealedArchive(path), sealed.bytes, options, opened);
  });
  const entries = new Map<string, Entry>();
  try {
    await new Promise<void>((resolve, reject) => {
      archive.on('entry', (entry: Entry) => {
        entries.set(entry.fileName, entry);
        if (entries.size > maxEntries) {
          reject(
            dataProblem('zip-too-many', `The archive holds more than ${maxEntries} files.`, {
              hint: 'Unpack the table and import that.',
            }),
          );
        } else archive.readEntry();
      });
      archive.on('end', resolve);
      archive.on('error', (error: unknown) => reject(broken(error)));
      archive.readEntry();
    });
  } catch (error) {
    archive.close();
    throw error;
  }
  const entryOf = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry === undefined) throw broken(new Error(`no entry ${name}`));
    return entry;
  };
  return {
    names: [...entries.keys()].filter((name) => !name.endsWith('/')),
    bytes: (name) => entryOf(name).uncompressedSize,
    packedBytes: (name) => entryOf(name).compressedSize,
    close: () => archive.close(),
    read: (name) => {
      const entry = entryOf(name);
      if ((entry.generalPurposeBitFlag & 1) !== 0) {
        throw unsupported('zip-encrypted', `"${name}" in the archive is protected by a password.`, {
          hint: 'Unpack it with its password and import the file inside.',
        });
      }
      refuseBomb(`"${name}"`, entry.compressedSize, entry.uncompressedSize);
      return new Promise((resolve, reject) => {
        archive.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(broken(error))));
      });
    },
  };
}

/** Blocks of an entry; a damaged one is a data problem. */
export async function* entryBlocks(zip: ZipEntries, name: string): AsyncGenerator<Buffer> {
  const stream = await zip.read(name);
  try {
    for await (const block of stream) yield block as Buffer;
  } catch (error) {
    throw error instanceof AuguryError ? error : broken(error);
  } finally {
    stream.destroy();
  }
}
