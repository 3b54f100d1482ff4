import { isAscii, isUtf8 } from 'node:buffer';
import { countLeads } from '../kernels/lead-count.ts';

/**
 * Says over all bytes of a source, not a sample, whether they are UTF-8. One wrong byte does not make a file another
 * encoding: proper multi-byte sequences are counted against stray bytes, and the greater evidence wins.
 */
export type Utf8Evidence = {
  readonly bytes: number;
  readonly sequences: number;
  readonly stray: number;
  /** Some of the text around the first stray bytes, a char per byte, for finding out the encoding. */
  readonly strayText: string;
};

const keptStray = 1 << 15;

/** Length of the sequence a lead byte announces; 0 for a byte that cannot lead. */
const announced = (byte: number): number =>
  byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 0;

export class Utf8Checker {
  #carry: Buffer = Buffer.alloc(0);
  #bytes = 0;
  #sequences = 0;
  #stray = 0;
  #strayText = '';

  push(block: Buffer): void {
    this.#bytes += block.length;
    const whole = this.#carry.length === 0 ? block : Buffer.concat([this.#carry, block]);
    // An unfinished sequence at the end waits for the next block
    let cut = whole.length;
    for (let back = 1; back <= Math.min(3, whole.length); back++) {
      const byte = whole[whole.length - back];
      if (byte < 0x80) break;
      if (byte >= 0xc0) {
        if (announced(byte) > back) cut = whole.length - back;
        break;
      }
    }
    this.#count(whole.subarray(0, cut));
    this.#carry = Buffer.from(whole.subarray(cut));
  }

  #count(bytes: Buffer): void {
    if (this.#stray === 0 && isUtf8(bytes)) {
      if (this.#sequences < 1_000_000) {
        this.#sequences += isAscii(bytes) ? 0 : countLeads(bytes);
      }
      return;
    }
    const before = this.#stray;
    for (let i = 0; i < bytes.length; ) {
      if (bytes[i] < 0x80) {
        i++;
        continue;
      }
      const length = announced(bytes[i]);
      if (length > 0 && isUtf8(bytes.subarray(i, i + length)) && i + length <= bytes.length) {
        this.#sequences++;
        i += length;
      } else {
        if (this.#strayText.length < keptStray && this.#stray === before) {
          const from = Math.max(0, i - 64);
          this.#strayText += bytes.subarray(from, from + keptStray - this.#strayText.length).toString('latin1');
        }
        this.#stray++;
        i++;
      }
    }
  }

  finish(): Utf8Evidence {
    this.#stray += this.#carry.length;
    this.#carry = Buffer.alloc(0);
    return { bytes: this.#bytes, sequences: this.#sequences, stray: this.#stray, strayText: this.#strayText };
  }
}

/** UTF-8 unless stray bytes are more than one in twenty of what lies beyond ASCII. */
export const looksLikeUtf8 = (evidence: Utf8Evidence): boolean =>
  evidence.stray === 0 || evidence.sequences >= 20 * evidence.stray;
