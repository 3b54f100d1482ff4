/**
 * Files that lie in the workspace but can be read by this process only: what was sent or pasted and waits for its import,
 * and text taken out of a workbook or archive for a moment. Each has a key of its own that is nowhere but in this process's
 * memory, so that a process that is gone leaves nothing that anybody could read.
 *
 * The text is cut into blocks of 64 KiB. A block is stored as nonce ‖ AES-256-GCM of the block ‖ tag, with its number as
 * additional data: every range can be read and written by itself, and a block that was changed, moved or taken from another
 * file is refused. Nonces are random, which holds for 2^32 blocks a key (NIST SP 800-38D, 8.3). The length is kept in
 * memory with the key. Who opens a source asks here by its path whether it is sealed (see source-file.ts).
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { sep } from 'node:path';
import { bug, dataProblem } from '../base/errors.ts';

const blockBytes = 1 << 16;
const nonceBytes = 12;
const tagBytes = 16;
const storedBytes = nonceBytes + blockBytes + tagBytes;

const numbered = (block: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(block));
  return bytes;
};

/** One sealed file. Written by one caller at a time; read by any number. */
export class SealedFile {
  readonly path: string;
  readonly #key = randomBytes(32);
  #bytes = 0;

  /** Makes the file, which must not be there. */
  constructor(path: string) {
    this.path = path;
    closeSync(openSync(path, 'wx', 0o600));
  }

  /** Length of the text. */
  get bytes(): number {
    return this.#bytes;
  }

  #seal(block: number, plain: Uint8Array): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(numbered(block));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  #unseal(block: number, stored: Buffer): Buffer {
    try {
      const tagAt = stored.length - tagBytes;
      const cipher = createDecipheriv('aes-256-gcm', this.#key, stored.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      cipher.setAAD(numbered(block)).setAuthTag(stored.subarray(tagAt));
      return Buffer.concat([cipher.update(stored.subarray(nonceBytes, tagAt)), cipher.final()]);
    } catch (cause) {
      throw dataProblem('upload-damaged', 'The file that was sent was changed on the disk while it waited.', {
        hint: 'Send the file again.',
        cause,
      });
    }
  }

  /** Length of the text that a block holds. */
  #heldBy(block: number): number {
    return Math.max(0, Math.min(blockBytes, this.#bytes - block * blockBytes));
  }

  /** Writes bytes at a position within or at the end of the text; again is harmless. Throws what the disk throws. */
  write(data: Uint8Array, position = this.#bytes): void {
    if (position > this.#bytes) throw bug('a sealed file is written without gaps');
    const end = position + data.length;
    const file = openSync(this.path, 'r+');
    try {
      for (let block = Math.floor(position / blockBytes); block * blockBytes < end; block++) {
        const start = block * blockBytes;
        const from = Math.max(position, start);
        const fresh = data.subarray(from - position, Math.min(end, start + blockBytes) - position);
        const held = this.#heldBy(block);
        let plain = fresh;
        if (from > start || start + held > end) {
          const stored = Buffer.alloc(nonceBytes + held + tagBytes);
          readSync(file, stored, 0, stored.length, block * storedBytes);
          plain = Buffer.alloc(Math.max(held, from - start + fresh.length));
          plain.set(this.#unseal(block, stored));
          plain.set(fresh, from - start);
        }
        const sealed = this.#seal(block, plain);
        for (let done = 0; done < sealed.length; )
          done += writeSync(file, sealed, done, sealed.length - done, block * storedBytes + done);
      }
    } finally {
      closeSync(file);
    }
    this.#bytes = Math.max(this.#bytes, end);
  }

  /** Opens it for reading as a file is opened: at a position, or where the last read ended. */
  async open(): Promise<Pick<FileHandle, 'close'> & { readonly read: ReadAt }> {
    const file = await open(this.path, 'r');
    const stored = Buffer.allocUnsafe(storedBytes);
    let current: { readonly block: number; readonly plain: Buffer } | null = null;
    let cursor = 0;
    // Two reads at once take turns, for they share the buffer
    let last: Promise<unknown> = Promise.resolve();
    const readBlock = async (block: number): Promise<Buffer> => {
      if (current?.block === block && current.plain.length === this.#heldBy(block)) return current.plain;
      const length = nonceBytes + this.#heldBy(block) + tagBytes;
      const { bytesRead } = await file.read(stored, 0, length, block * storedBytes);
      const plain = this.#unseal(block, stored.subarray(0, bytesRead));
      current = { block, plain };
      return plain;
    };
    const readNext: ReadAt = async (buffer, offset, length, position) => {
      const from = position ?? cursor;
      const count = Math.max(0, Math.min(length, this.#bytes - from));
      for (let done = 0; done < count; ) {
        const at = from + done;
        const plain = await readBlock(Math.floor(at / blockBytes));
        const start = at % blockBytes;
        const piece = plain.subarray(start, Math.min(plain.length, start + count - done));
        buffer.set(piece, offset + done);
        done += piece.length;
      }
      if (position === null) cursor = from + count;
      return { bytesRead: count };
    };
    return {
      read: (buffer, offset, length, position) => {
        const next = last.then(() => readNext(buffer, offset, length, position));
        last = next.catch(() => {});
        return next;
      },
      close: () => file.close(),
    };
  }
}

/** Reads up to `length` bytes into a buffer, from a position or (null) from where the last read ended. */
export type ReadAt = (
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
) => Promise<{ readonly bytesRead: number }>;

const sealedFiles = new Map<string, SealedFile>();

/** Makes a sealed file that every reader of sources finds by its path. */
export function createSealed(path: string): SealedFile {
  const file = new SealedFile(path);
  sealedFiles.set(path, file);
  return file;
}

/** The sealed file at a path, or null when what lies there is an ordinary one. */
export const findSealed = (path: string): SealedFile | null => sealedFiles.get(path) ?? null;

/** Removes a sealed file, or a folder with all that is sealed in it; the keys are forgotten. Again is harmless. */
export function discardSealed(path: string): void {
  for (const known of [...sealedFiles.keys()])
    if (known === path || known.startsWith(path + sep)) sealedFiles.delete(known);
  rmSync(path, { recursive: true, force: true });
}
