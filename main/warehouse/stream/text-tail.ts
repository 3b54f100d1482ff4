import { type ByteSourceOptions, openBytes } from './byte-source.ts';

/** The end of a text, from the start of a line, with its offset in the UTF-8 stream: totals and remarks stand there. */
export type TextTail = { readonly bytes: Buffer; readonly offset: number };

const tailBytes = 1 << 16;

/** Keeps the end of a stream while it passes. */
export class TailKeeper {
  #kept: Buffer[] = [];
  #length = 0;
  #total = 0;

  push(block: Buffer): void {
    this.#total += block.length;
    // Blocks may be used again by who gives them
    const own = Buffer.from(block.length > tailBytes ? block.subarray(block.length - tailBytes) : block);
    this.#kept.push(own);
    this.#length += own.length;
    while (this.#length - this.#kept[0].length >= tailBytes) this.#length -= this.#kept.shift()?.length ?? 0;
  }

  /** Null when no line begins in what was kept. */
  finish(): TextTail | null {
    const all = Buffer.concat(this.#kept);
    const end = all.subarray(Math.max(0, all.length - tailBytes));
    const line = Math.max(end.indexOf(10), end.includes(10) ? -1 : end.indexOf(13)) + 1;
    return line === 0 ? null : { bytes: end.subarray(line), offset: this.#total - end.length + line };
  }
}

/** The end of a plain UTF-8 file of `size` bytes, read from there. */
export async function seekTail(path: string, size: number, bomBytes: number): Promise<TextTail | null> {
  const from = Math.max(bomBytes, size - tailBytes);
  const keeper = new TailKeeper();
  const source = { compression: 'none', encoding: 'utf-8', bomBytes: 0, offset: from } as const;
  for await (const block of openBytes(path, source)) keeper.push(block);
  const tail = keeper.finish();
  return tail === null ? null : { bytes: tail.bytes, offset: from - bomBytes + tail.offset };
}

/** The end of a text that must be unpacked or decoded to reach it. */
export async function readTail(path: string, source: ByteSourceOptions): Promise<TextTail | null> {
  const keeper = new TailKeeper();
  for await (const block of openBytes(path, { ...source, passing: true })) keeper.push(block);
  return keeper.finish();
}
